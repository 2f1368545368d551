#include "row_writer.hpp"

#include <algorithm>

namespace ntksweep {
namespace {

/// Memory that waiting rows may take.
constexpr std::size_t most_bytes = std::size_t{16} << 20U;

}  // namespace

void RowWriter::add(std::uint64_t cell, std::vector<std::byte> row) {
  waiting_.emplace_back(cell, std::move(row));
  if (waiting_.size() * shape_.bytes() > most_bytes) flush();
}

void RowWriter::flush() {
  std::ranges::stable_sort(waiting_, {}, &Waiting::first);
  for (std::size_t variable = 0; variable < shape_.blocks().size(); ++variable) {
    if (variable != shape_.status()) write_variable(variable);
  }
  waiting_.clear();
}

void RowWriter::write_variable(std::size_t variable) const {
  const RowShape::Block& block = shape_.blocks()[variable];
  std::vector<std::byte> run;
  for (std::size_t i = 0; i < waiting_.size(); ++i) {
    const auto& [cell, row] = waiting_[i];
    const auto first = row.begin() + static_cast<std::ptrdiff_t>(block.offset);
    run.insert(run.end(), first, first + static_cast<std::ptrdiff_t>(block.bytes()));
    if (i + 1 < waiting_.size() && waiting_[i + 1].first == cell + 1) continue;
    file_.write(offsets_[variable] + (cell + 1) * block.bytes() - run.size(), run);
    run.clear();
  }
}

}  // namespace ntksweep
