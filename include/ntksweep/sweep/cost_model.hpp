#pragma once

#include <cstdint>
#include <vector>

#include "ntksweep/sweep/work.hpp"

namespace ntksweep {

/// Where a cell stands in its task: the first one also makes what all cells of the task share.
enum class Place : std::uint8_t { first, later };

/// Seconds of one cell without what its task shares, and of that.
struct Seconds {
  double cell, shared;
};

/// Seconds that cells take, learned from finished ones. A kind of cells (those that differ in nothing but seeds and
/// step size) has two rates in seconds per predicted flop, one for training and one for the rest; a rate takes in how
/// fast the machine is at these sizes and what part of max_steps such cells really take. It is the ratio of sums over
/// the kind's finished cells, and over those of all kinds as far as the kind has none: that rate stands in like a
/// tenth of one more finished cell.
class CostModel {
 public:
  /// Kinds are numbered from 0.
  std::uint32_t add_kind(const Work& work);

  Seconds predict(std::uint32_t kind) const;

  /// The same, but where no cell of the kind has finished, at the highest speed that there may be: the one that is
  /// assumed before anything is learned, or that of the other kinds. Small cells run at a tenth of the speed of large
  /// ones.
  Seconds predict_at_best(std::uint32_t kind) const;

  /// A finished cell took `training_s` for its training and `other_s` for the rest. Cells without any time (failed,
  /// skipped) teach nothing.
  void learn(std::uint32_t kind, Place place, double training_s, double other_s);

  /// Seconds per predicted flop over all that was learned.
  double pace() const { return (training_.seconds + other_.seconds) / (training_.flops + other_.flops); }

 private:
  /// Of finished cells: predicted flops, measured seconds.
  struct Sums {
    double flops, seconds;
    void add(double more_flops, double more_seconds);
  };
  struct Kind {
    Work work;
    Sums training{}, other{};
  };
  static double rate(const Sums& own, double cell_flops, const Sums& all);

  std::vector<Kind> kinds_;
  // Before anything is learned: a thousandth of a second at 40 Gflop/s, soon outweighed.
  static constexpr Sums assumed{4e7, 1e-3};
  Sums training_ = assumed, other_ = assumed;
};

}  // namespace ntksweep
