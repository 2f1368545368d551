#include "row_reader.hpp"

#include <algorithm>
#include <cstring>
#include <functional>
#include <numeric>

#include "box.hpp"
#include "text_rows.hpp"

namespace ntksweep {
namespace {

/// Reads `count` numbers that follow each other in row-major order and are a box, beginning with number `first`.
void read_block(const Hdf5Handle& dataset, const std::string& name, Element element, std::uint64_t first,
                std::uint64_t count, std::byte* out) {
  if (count == 0) return;
  const Hdf5Handle space(H5Dget_space(dataset.get()), H5Sclose, "look at the shape of " + name);
  select_box(space.get(), dataset_shape(dataset.get(), name), first, count);
  hdf5_checked(
      H5Dread(dataset.get(), element_type(element).get(), simple_space({count}).get(), space.get(), H5P_DEFAULT, out),
      "read " + name);
}

}  // namespace

RowReader::RowReader(hid_t file, const RecordLayout& layout) : shape_(layout) {
  for (const Field& field : layout.fields) names_.emplace_back(field.statistic->name);
  for (const RunVariable& variable : run_variables) names_.emplace_back(variable.name);
  for (const std::string& name : names_) datasets_.push_back(open_dataset(file, name));
}

std::vector<std::byte> RowReader::row(std::uint64_t cell) const {
  std::vector<std::byte> row(shape_.bytes());
  for (std::size_t i = 0; i < names_.size(); ++i) {
    const RowShape::Block& block = shape_.blocks()[i];
    read_block(datasets_[i], names_[i], block.element, cell * block.count, block.count, row.data() + block.offset);
  }
  return row;
}

void RowReader::for_each(const Visit& visit) const {
  constexpr std::size_t bytes_at_once = std::size_t{4} << 20U;
  const std::size_t width = shape_.bytes();
  const std::vector<hsize_t> grid = dataset_shape(datasets_[shape_.status()].get(), "status");
  const std::uint64_t cells = dataset_count(datasets_[shape_.status()], "status");
  std::vector<std::byte> rows, column;
  for (std::uint64_t first = 0, count = 0; first < cells; first += count) {
    count = numbers_in_box(grid, first, std::max<std::size_t>(1, bytes_at_once / width));
    rows.resize(count * width);
    for (std::size_t i = 0; i < names_.size(); ++i) {
      const RowShape::Block& block = shape_.blocks()[i];
      column.resize(count * block.bytes());
      read_block(datasets_[i], names_[i], block.element, first * block.count, count * block.count, column.data());
      for (std::uint64_t row = 0; row < count && block.count > 0; ++row) {
        std::memcpy(&rows[row * width + block.offset], &column[row * block.bytes()], block.bytes());
      }
    }
    for (std::uint64_t row = 0; row < count; ++row) visit(first + row, std::span(rows).subspan(row * width, width));
  }
}

std::vector<std::uint64_t> RowReader::damaged() const {
  std::vector<std::uint64_t> cells;
  for_each([&](std::uint64_t cell, std::span<const std::byte> row) {
    if (shape_.facts(row).status != Status::pending && !shape_.is_whole(row)) cells.push_back(cell);
  });
  return cells;
}

std::uint64_t dataset_count(const Hdf5Handle& dataset, const std::string& name) {
  const std::vector<hsize_t> shape = dataset_shape(dataset.get(), name);
  return std::accumulate(shape.begin(), shape.end(), std::uint64_t{1}, std::multiplies<>());
}

std::string read_table_text(hid_t file, const TextTable& table, std::int32_t row) {
  if (row < 0 || static_cast<std::uint32_t>(row) >= table.rows) return {};
  const std::string name(table.name);
  std::string text(table.bytes, '\0');
  read_block(open_dataset(file, name), name, Element::uint8,
             std::uint64_t{table.bytes} * static_cast<std::uint64_t>(row), table.bytes,
             reinterpret_cast<std::byte*>(text.data()));
  return text.substr(0, text.find('\0'));
}

std::vector<std::string> read_table_texts(hid_t file, const TextTable& table) {
  const std::string name(table.name);
  std::string bytes(std::size_t{table.rows} * table.bytes, '\0');
  read_block(open_dataset(file, name), name, Element::uint8, 0, bytes.size(),
             reinterpret_cast<std::byte*>(bytes.data()));
  return split_table(bytes, table);
}

}  // namespace ntksweep
