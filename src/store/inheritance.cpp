#include "inheritance.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "compatibility.hpp"
#include "ntksweep/core/error.hpp"
#include "ntksweep/core/hash.hpp"
#include "row_reader.hpp"
#include "stored_sweep.hpp"

namespace ntksweep {
namespace {

bool is_result(Status status) {
  return status == Status::converged || status == Status::max_steps || status == Status::diverged;
}

template <class Texts>
std::string text_at(const Texts& texts, std::int32_t row) {
  return row >= 0 && static_cast<std::size_t>(row) < texts.size() ? texts[static_cast<std::size_t>(row)] : "";
}

}  // namespace

struct Inheritance::Source {
  explicit Source(const std::string& source_path)
      : path(source_path),
        file(open_result_file(path)),
        sweep(file.get(), path),
        rows(file.get(), sweep.layout),
        hosts(read_table_texts(file.get(), host_table)),
        messages(read_table_texts(file.get(), message_table)),
        attempts(read_table_texts(file.get(), attempt_table)) {}

  std::string path;
  Hdf5Handle file;
  StoredSweep sweep;
  RowReader rows;
  std::vector<std::string> hosts, messages, attempts;
};

Inheritance::Inheritance(const RawFile& file, const std::vector<std::uint64_t>& offsets, const RecordLayout& layout,
                         std::uint64_t cells, const KeyOf& key_of)
    : file_(file),
      offsets_(offsets),
      layout_(layout),
      shape_(layout),
      rows_(file_, shape_, offsets_),
      hosts_(file, offsets[shape_.blocks().size()], host_table, TextRows::WhenFull::none),
      messages_(file, offsets[shape_.blocks().size() + 1], message_table, TextRows::WhenFull::last_says_so),
      taken_(cells) {
  by_key_.reserve(cells);
  for (std::uint64_t cell = 0; cell < cells; ++cell) by_key_.emplace_back(key_of(cell), cell);
  std::ranges::sort(by_key_);
}

/// Their positions in by_key_: cells that differ in nothing have the same key.
std::pair<std::size_t, std::size_t> Inheritance::cells_of(std::uint64_t key) const {
  constexpr auto key_of = &std::pair<std::uint64_t, std::uint64_t>::first;
  const auto first = std::ranges::lower_bound(by_key_, key, {}, key_of);
  const auto last = std::ranges::upper_bound(by_key_, key, {}, key_of);
  return {static_cast<std::size_t>(first - by_key_.begin()), static_cast<std::size_t>(last - by_key_.begin())};
}

bool Inheritance::gives_way(const Taken& before, const Source& source, std::uint64_t cell,
                            const RowFacts& facts) const {
  if (!is_result(before.status) || !is_result(facts.status)) {
    return before.status == Status::pending || is_result(facts.status);
  }
  if (before.checksum == facts.checksum) return false;
  throw InputError(fmt::format(
      "{}: its cell {} (key {}) has another result than in a file before it: `ntksweep replay FILE --cell {}` on both "
      "tells which one is right here; leave the other file out",
      source.path, cell, to_hex(facts.key), to_hex(facts.key)));
}

void Inheritance::take_row(const Source& source, std::uint64_t cell, std::span<const std::byte> row, RowFacts facts) {
  const auto [first, last] = cells_of(facts.key);
  for (std::size_t i = first; i < last; ++i) {
    Taken& taken = taken_[by_key_[i].second];
    if (!gives_way(taken, source, cell, facts)) continue;
    inherited_.cells += is_result(facts.status) ? 1 : 0;
    taken = {facts.status, facts.checksum};
    const std::vector<double> values = convert_layout(source.sweep.layout, source.rows.shape().values(row), layout_);
    rows_.add(by_key_[i].second, shape_.pack(values, facts));
  }
}

/// What has to be added to the source's attempt numbers.
std::int32_t Inheritance::take_attempts(const Source& source) {
  const std::size_t before = attempts_;
  for (const std::string& attempt : source.attempts) {
    write_text_row(file_, offsets_.back(), attempt_table, std::min<std::size_t>(attempts_, attempt_table.rows - 1),
                   attempt);
    ++attempts_;
  }
  return static_cast<std::int32_t>(before);
}

void Inheritance::take(const std::string& source_path, const std::string& advice) {
  const Source source(source_path);
  const std::int32_t first_attempt = take_attempts(source);
  std::uint64_t results = 0, not_there = 0, first_not_there = 0;
  source.rows.for_each([&](std::uint64_t cell, std::span<const std::byte> row) {
    RowFacts facts = source.rows.shape().facts(row);
    if (facts.status == Status::pending) return;
    if (!source.rows.shape().is_whole(row)) {
      ++inherited_.damaged;
      return;
    }
    results += is_result(facts.status) ? 1 : 0;
    if (const auto [first, last] = cells_of(facts.key); first == last) {
      if (is_result(facts.status) && not_there++ == 0) first_not_there = cell;
      return;
    }
    facts.host = hosts_.row_of(text_at(source.hosts, facts.host));
    facts.message = messages_.row_of(text_at(source.messages, facts.message));
    if (facts.attempt >= 0) {
      facts.attempt = std::min(facts.attempt + first_attempt, static_cast<std::int32_t>(attempt_table.rows) - 1);
    }
    take_row(source, cell, row, facts);
  });
  if (not_there == 0) return;
  throw InputError(
      fmt::format("{}: {} of its {} results are of cells that this job does not have (the first is its "
                  "cell {}); {}",
                  source.path, not_there, results, first_not_there, advice));
}

Inherited Inheritance::finish() {
  rows_.flush();
  std::vector<Status> statuses;
  for (const Taken& taken : taken_) statuses.push_back(taken.status);
  file_.write(offsets_[shape_.status()], std::as_bytes(std::span(statuses)));
  return inherited_;
}

}  // namespace ntksweep
