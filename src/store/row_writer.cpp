#include "row_writer.hpp"

#include <algorithm>
#include <cstring>

namespace ntksweep {
namespace {

/// Memory that waiting rows may take.
constexpr std::size_t most_bytes = std::size_t{16} << 20U;

/// Cells less than a page apart share pages, which go to the disk whole: what lies between them is read and written
/// again as it is, in one call for many cells.
constexpr std::size_t page = 4096;
constexpr std::size_t longest_stretch = std::size_t{1} << 20U;

}  // namespace

void RowWriter::add(std::uint64_t cell, std::vector<std::byte> row) {
  waiting_.emplace_back(cell, std::move(row));
  if (waiting_.size() * shape_.bytes() > most_bytes) flush();
}

void RowWriter::flush() {
  std::ranges::stable_sort(waiting_, {}, &Waiting::first);
  const auto is_same_cell = [](const Waiting& a, const Waiting& b) { return a.first == b.first; };
  const auto last_of_each = std::unique(waiting_.rbegin(), waiting_.rend(), is_same_cell);
  waiting_.erase(waiting_.begin(), last_of_each.base());
  for (std::size_t variable = 0; variable < shape_.blocks().size(); ++variable) {
    if (variable != shape_.status()) write_variable(variable);
  }
  waiting_.clear();
}

std::size_t RowWriter::end_of_stretch(std::size_t first, std::size_t bytes) const {
  std::size_t end = first + 1;
  for (; end < waiting_.size(); ++end) {
    const bool is_near = (waiting_[end].first - waiting_[end - 1].first) * bytes <= page;
    if (!is_near || (waiting_[end].first - waiting_[first].first) * bytes > longest_stretch) break;
  }
  return end;
}

void RowWriter::write_variable(std::size_t variable) const {
  const RowShape::Block& block = shape_.blocks()[variable];
  std::vector<std::byte> stretch;
  for (std::size_t i = 0, end = 0; i < waiting_.size(); i = end) {
    end = end_of_stretch(i, block.bytes());
    const std::uint64_t first = waiting_[i].first, cells = waiting_[end - 1].first - first + 1;
    const std::uint64_t place = offsets_[variable] + first * block.bytes();
    stretch.resize(cells * block.bytes());
    if (cells > end - i) file_.read(place, stretch);
    for (std::size_t row = i; row < end; ++row) {
      const auto& [cell, bytes] = waiting_[row];
      std::memcpy(&stretch[(cell - first) * block.bytes()], &bytes[block.offset], block.bytes());
    }
    file_.write(place, stretch);
  }
}

}  // namespace ntksweep
