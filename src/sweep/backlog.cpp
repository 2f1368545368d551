#include "ntksweep/sweep/backlog.hpp"

namespace ntksweep {

void Backlog::add(std::uint32_t kind, std::int64_t shared, std::int64_t cells, const Seconds& each) {
  if (kind >= counts_.size()) counts_.resize(kind + 1);
  counts_[kind].shared += shared;
  counts_[kind].cells += cells;
  shared_s_ += static_cast<double>(shared) * each.shared;
  cells_s_ += static_cast<double>(cells) * each.cell;
  parts_ += shared + cells;
  // Nothing is exactly nothing, whatever rounding has left.
  if (parts_ == 0) cells_s_ = shared_s_ = 0;
}

void Backlog::renew(std::span<const Seconds> each) {
  cells_s_ = shared_s_ = 0;
  for (std::size_t kind = 0; kind < counts_.size(); ++kind) {
    cells_s_ += static_cast<double>(counts_[kind].cells) * each[kind].cell;
    shared_s_ += static_cast<double>(counts_[kind].shared) * each[kind].shared;
  }
}

}  // namespace ntksweep
