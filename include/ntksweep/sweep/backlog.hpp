#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "ntksweep/sweep/cost_model.hpp"

namespace ntksweep {

/// Cells and shared parts by kind, counted, and the seconds of all of them by what each kind takes.
class Backlog {
 public:
  /// Adds (or takes away) shared parts and cells of a kind, which take `each`.
  void add(std::uint32_t kind, std::int64_t shared, std::int64_t cells, const Seconds& each);

  /// Sums up anew, when what each kind takes has changed. By kind.
  void renew(std::span<const Seconds> each);

  double cells_s() const { return cells_s_; }
  double shared_s() const { return shared_s_; }
  double total_s() const { return cells_s_ + shared_s_; }

 private:
  struct Count {
    std::int64_t shared = 0, cells = 0;
  };
  std::vector<Count> counts_;
  std::int64_t parts_ = 0;
  double cells_s_ = 0, shared_s_ = 0;
};

}  // namespace ntksweep
