#include "cell_times.hpp"

#include <cmath>

#include "../../src/sweep/kind_table.hpp"
#include "ntksweep/core/random.hpp"

namespace ntksweep::simulate {

namespace {

constexpr double seconds_per_flop = 1 / 20e9;

/// Log-normal with median 1.
double factor(double deviation, std::uint64_t replicate, std::uint64_t position) {
  double normal = 0;
  RandomStream(Stream::split, replicate).normals({&normal, 1}, position);
  return std::exp(deviation * normal);
}

}  // namespace

void CellTimeTable::describe(const Job& job, const Grid& grid, const DataPool& data) {
  KindTable table(grid, data);
  kinds_.resize(grid.size());
  for (std::uint64_t cell = 0; cell < grid.size(); ++cell) {
    kinds_[cell] = table.kind_of(cell);
    if (kinds_[cell] < times_.size()) continue;
    const auto [spec, shape] = table.describe_kind(cell);
    const Work work = predict_work(job, spec, shape);
    times_.push_back(
        {work.training * seconds_per_flop, work.kernels * seconds_per_flop, work.shared * seconds_per_flop});
  }
}

CellTimeTable::CellTimeTable(const Job& job, const Grid& grid, const DataPool& data, const Spread& spread) {
  describe(job, grid, data);
  for (std::size_t kind = 0; kind < times_.size(); ++kind) times_[kind].training_s *= factor(spread.of_kinds, 1, kind);
  for (std::size_t cell = 0; cell < kinds_.size(); ++cell) {
    factors_.push_back(static_cast<float>(factor(spread.of_cells, 2, cell)));
  }
}

CellTimeTable::CellTimeTable(const Job& job, const Grid& grid, const DataPool& data,
                             const std::vector<double>& ratios) {
  describe(job, grid, data);
  const RandomStream stream(Stream::split, 3);
  for (std::size_t cell = 0; cell < kinds_.size(); ++cell) {
    factors_.push_back(static_cast<float>(ratios[stream.below(ratios.size(), cell)]));
  }
}

double CellTimeTable::mean_s() const {
  double sum = 0;
  for (std::size_t cell = 0; cell < kinds_.size(); ++cell) {
    const CellTimes times = of(cell);
    sum += times.training_s + times.other_s + times.shared_s;
  }
  return sum / static_cast<double>(kinds_.size());
}

void CellTimeTable::scale_to_mean(double mean) {
  const double scale = mean / mean_s();
  for (KindTimes& kind : times_) {
    kind.training_s *= scale;
    kind.other_s *= scale;
    kind.shared_s *= scale;
  }
}

}  // namespace ntksweep::simulate
