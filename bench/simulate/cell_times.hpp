#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "ntksweep/sweep/data_pool.hpp"
#include "ntksweep/sweep/work.hpp"

namespace ntksweep::simulate {

/// How far cells are from what is predicted before anything is known, as a factor: log-normal, with one deviate for all
/// cells of a kind (how many steps they take) and one for each cell.
struct Spread {
  double of_kinds = 0.5, of_cells = 0.25;
};

/// What one cell takes; the first cell of a task also takes what its group shares.
struct CellTimes {
  double training_s, other_s, shared_s;
};

/// What every cell of a grid really takes, in virtual time.
class CellTimeTable {
 public:
  /// Predicted work at typical rates times random factors.
  CellTimeTable(const Job& job, const Grid& grid, const DataPool& data, const Spread& spread);

  /// The same with every factor drawn from `ratios`, those of the cells of a real run: measured over predicted.
  CellTimeTable(const Job& job, const Grid& grid, const DataPool& data, const std::vector<double>& ratios);

  CellTimes of(std::uint64_t cell) const { return times_[kinds_[cell]].scaled(factors_[cell]); }

  std::size_t size() const { return kinds_.size(); }

  /// Multiplies all times so that cells take this long on average.
  void scale_to_mean(double mean_s);

  double mean_s() const;

 private:
  struct KindTimes {
    double training_s, other_s, shared_s;
    CellTimes scaled(float factor) const {
      const auto f = static_cast<double>(factor);
      return {f * training_s, f * other_s, shared_s};
    }
  };
  void describe(const Job& job, const Grid& grid, const DataPool& data);

  std::vector<KindTimes> times_;
  std::vector<std::uint32_t> kinds_;  ///< by cell
  std::vector<float> factors_;        ///< by cell
};

}  // namespace ntksweep::simulate
