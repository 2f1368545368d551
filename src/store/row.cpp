#include "row.hpp"

#include <cmath>
#include <cstring>
#include <limits>

#include "ntksweep/core/hash.hpp"

namespace ntksweep {
namespace {

template <class T>
void put(std::span<std::byte> row, std::size_t offset, T value) {
  std::memcpy(row.data() + offset, &value, sizeof value);
}

template <class T>
T get(std::span<const std::byte> row, std::size_t offset) {
  T value;
  std::memcpy(&value, row.data() + offset, sizeof value);
  return value;
}

/// No comparison holds for a NaN.
std::int64_t integer_or_missing(double value) { return std::abs(value) < 9e18 ? static_cast<std::int64_t>(value) : -1; }

double real_or_nan(std::int64_t value) {
  return value == -1 ? std::numeric_limits<double>::quiet_NaN() : static_cast<double>(value);
}

/// Calls visit(value) for each of the facts, in the order of run_variables.
template <class Facts, class Visit>
void for_each_fact(Facts& facts, Visit visit) {
  visit(facts.wall_time_s);
  visit(facts.training_s);
  visit(facts.key);
  visit(facts.checksum);
  visit(facts.host);
  visit(facts.rank);
  visit(facts.attempt);
  visit(facts.message);
  visit(facts.status);
}

}  // namespace

RowShape::RowShape(const RecordLayout& layout) : statistics_(layout.fields.size()) {
  for (const Field& field : layout.fields) {
    add(field.statistic->number == Number::integer ? Element::int64 : Element::float64, field.rows * field.columns);
  }
  for (const RunVariable& variable : run_variables) add(variable.element, 1);
}

void RowShape::add(Element element, std::size_t count) {
  blocks_.push_back({element, bytes_, count});
  bytes_ += blocks_.back().bytes();
}

std::vector<std::byte> RowShape::pack(const std::vector<double>& values, const RowFacts& facts) const {
  std::vector<std::byte> row(bytes_);
  std::size_t next = 0;
  for (std::size_t i = 0; i < statistics_; ++i) {
    const Block& block = blocks_[i];
    if (block.element == Element::float64) {
      std::memcpy(row.data() + block.offset, values.data() + next, block.bytes());
    } else {
      for (std::size_t j = 0; j < block.count; ++j) {
        put(row, block.offset + 8 * j, integer_or_missing(values[next + j]));
      }
    }
    next += block.count;
  }
  std::size_t fact = statistics_;
  for_each_fact(facts, [&](const auto& value) { put(row, blocks_[fact++].offset, value); });
  put(row, blocks_.back().offset, checksum_of(row));
  return row;
}

std::vector<double> RowShape::values(std::span<const std::byte> row) const {
  std::vector<double> values;
  for (std::size_t i = 0; i < statistics_; ++i) {
    const Block& block = blocks_[i];
    for (std::size_t j = 0; j < block.count; ++j) {
      const std::size_t at = block.offset + 8 * j;
      values.push_back(block.element == Element::float64 ? get<double>(row, at)
                                                         : real_or_nan(get<std::int64_t>(row, at)));
    }
  }
  return values;
}

RowFacts RowShape::facts(std::span<const std::byte> row) const {
  RowFacts facts;
  std::size_t fact = statistics_;
  for_each_fact(facts, [&]<class T>(T& value) { value = get<T>(row, blocks_[fact++].offset); });
  return facts;
}

bool RowShape::is_whole(std::span<const std::byte> row) const {
  return get<std::uint64_t>(row, blocks_.back().offset) == checksum_of(row);
}

std::uint64_t RowShape::checksum_of(std::span<const std::byte> row) const {
  return hash_bytes(row.first(blocks_.back().offset));
}

}  // namespace ntksweep
