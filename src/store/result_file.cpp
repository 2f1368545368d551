#include "ntksweep/store/result_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <map>
#include <stdexcept>

#include "attempt_row.hpp"
#include "compatibility.hpp"
#include "create_file.hpp"
#include "host_facts.hpp"
#include "lock_file.hpp"
#include "ntksweep/core/error.hpp"
#include "output_path.hpp"
#include "placement.hpp"
#include "raw_file.hpp"
#include "row.hpp"
#include "row_writer.hpp"
#include "text_rows.hpp"

namespace ntksweep {
namespace {

enum class Found { nothing, result_file };

/// Lays the file down where there is none; opens it for reading.
Hdf5Handle create_unless_there(const std::string& path, const Job& job, const Grid& grid, const RecordLayout& layout,
                               Found& found) {
  remove_leftovers(path);
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) {
    create_result_file(path, job, grid, layout);
    found = Found::nothing;
    return open_hdf5_file(path);
  }
  found = Found::result_file;
  Hdf5Handle file = open_for_job(path, job);
  // An earlier run may have been killed before it brought to the disk what is read here and built on.
  RawFile(path, RawFile::Mode::write).sync();
  sync_folder(folder_of(path));
  return file;
}

}  // namespace

/// Everything after opening: where each variable lies, and what has been written since the last commit.
struct ResultFile::Implementation {
  Implementation(const std::string& path_to_open, const Job& job, const Grid& grid, const Extents& extents);

  /// Runs what writes, unless that failed before: then it is not known what of it the disk holds, and nothing may be
  /// built on it but by a run that reads the file anew.
  template <class Writing>
  void unless_failed(Writing writing) {
    if (failed) throw SystemError(fmt::format("{}: a write failed before; run the same command again", path));
    failed = true;
    writing();
    failed = false;
  }
  void start_attempt(AttemptRow row);
  void take(const Record& record, const Extents& cell_extents, const Origin& origin);
  void commit();
  const RecordLayout& layout_for(const Extents& extents);
  std::vector<double> in_file_layout(const Record& record, const Extents& extents);
  void write_statuses(std::uint64_t first, std::uint64_t last) const;
  void write_new_statuses();
  void write_attempt();

  std::string path;
  bool failed = false;
  LockFile lock;
  std::vector<const Statistic*> selected;
  RecordLayout file_layout;
  RowShape shape;
  Found found = Found::nothing;
  std::vector<std::uint64_t> offsets;
  RawFile file;
  RowWriter rows;
  TextRows hosts, messages;
  std::vector<Status> statuses;
  std::vector<std::pair<std::uint64_t, Status>> uncommitted;
  std::map<Extents, RecordLayout> layouts;  ///< by a cell's own extents
  std::vector<std::string> other_blas_cores;
  std::size_t attempt_number = 0;
  AttemptRow attempt;
};

ResultFile::Implementation::Implementation(const std::string& path_to_open, const Job& job, const Grid& grid,
                                           const Extents& extents)
    : path(path_to_open),
      lock(path),
      selected(selected_statistics(job)),
      file_layout(make_layout(selected, extents)),
      shape(file_layout),
      offsets(variable_offsets(create_unless_there(path, job, grid, file_layout, found).get(), path,
                               filled_variables(grid, file_layout))),
      file(path, RawFile::Mode::write),
      rows(file, shape, offsets),
      hosts(file, offsets[shape.blocks().size()], host_table, TextRows::WhenFull::none),
      messages(file, offsets[shape.blocks().size() + 1], message_table, TextRows::WhenFull::last_says_so),
      statuses(grid.size()) {
  file.read(offsets[shape.status()], std::as_writable_bytes(std::span(statuses)));
  require_known(statuses, path);
}

void ResultFile::Implementation::start_attempt(AttemptRow row) {
  attempt = std::move(row);
  attempt.start = now_utc();
  const std::vector<std::string> earlier = read_text_rows(file, offsets.back(), attempt_table);
  for (const std::string& text : earlier) {
    const std::string core = blas_core_in(text);
    const bool is_new = std::ranges::find(other_blas_cores, core) == other_blas_cores.end();
    if (!core.empty() && core != attempt.blas_core && is_new) other_blas_cores.push_back(core);
  }
  attempt_number = std::min<std::size_t>(earlier.size(), attempt_table.rows - 1);
  write_attempt();
}

void ResultFile::Implementation::write_attempt() {
  write_text_row(file, offsets.back(), attempt_table, attempt_number, attempt_json(attempt, attempt_table.bytes));
}

const RecordLayout& ResultFile::Implementation::layout_for(const Extents& extents) {
  const auto known = layouts.find(extents);
  return known != layouts.end() ? known->second
                                : layouts.emplace(extents, make_layout(selected, extents)).first->second;
}

/// A cell that was never run (skipped, quarantined) has no values: all are missing.
std::vector<double> ResultFile::Implementation::in_file_layout(const Record& record, const Extents& extents) {
  if (record.values.empty()) return std::vector<double>(file_layout.size, std::numeric_limits<double>::quiet_NaN());
  const RecordLayout& own = layout_for(extents);
  if (own.size != record.values.size()) throw std::logic_error("a record does not fit the extents it came with");
  return convert_layout(own, record.values, file_layout);
}

void ResultFile::Implementation::write_statuses(std::uint64_t first, std::uint64_t last) const {
  const auto bytes = std::as_bytes(std::span(statuses).subspan(first, last - first + 1));
  file.write(offsets[shape.status()] + first, bytes);
}

/// Those of cells less than a page apart in one call, with what lies between.
void ResultFile::Implementation::write_new_statuses() {
  constexpr std::uint64_t page = 4096;
  std::ranges::stable_sort(uncommitted, {}, &std::pair<std::uint64_t, Status>::first);
  for (const auto& [cell, status] : uncommitted) statuses[cell] = status;
  for (std::size_t i = 0, end = 0; i < uncommitted.size(); i = end) {
    for (end = i + 1; end < uncommitted.size(); ++end) {
      if (uncommitted[end].first - uncommitted[end - 1].first >= page) break;
    }
    write_statuses(uncommitted[i].first, uncommitted[end - 1].first);
  }
}

ResultFile ResultFile::open_or_create(const std::string& path, const Job& job, const Grid& grid, const Extents& extents,
                                      int ranks, const std::string& command_line, const std::string& blas_core) {
  require_output_path(path);
  auto implementation = std::make_unique<Implementation>(path, job, grid, extents);
  implementation->start_attempt({.command_line = command_line, .blas_core = blas_core, .ranks = ranks});
  return ResultFile(std::move(implementation));
}

ResultFile::ResultFile(std::unique_ptr<Implementation> implementation) : implementation_(std::move(implementation)) {}
ResultFile::ResultFile(ResultFile&&) noexcept = default;
ResultFile& ResultFile::operator=(ResultFile&&) noexcept = default;
ResultFile::~ResultFile() = default;

bool ResultFile::resumed() const { return implementation_->found == Found::result_file; }

const std::vector<std::string>& ResultFile::other_blas_cores() const { return implementation_->other_blas_cores; }

Status ResultFile::status(std::uint64_t cell) const { return implementation_->statuses.at(cell); }

void ResultFile::Implementation::take(const Record& record, const Extents& cell_extents, const Origin& origin) {
  if (statuses.at(record.cell) != Status::pending) {
    // The cell is computed anew: it must not look finished while its numbers change.
    statuses[record.cell] = Status::pending;
    write_statuses(record.cell, record.cell);
    file.sync();
  }
  const RowFacts facts{.wall_time_s = record.wall_time_s,
                       .training_s = record.training_s,
                       .key = record.key,
                       .checksum = record_checksum(record),
                       .host = hosts.row_of(origin.host),
                       .rank = origin.rank,
                       .attempt = static_cast<std::int32_t>(attempt_number),
                       .message = messages.row_of(record.message),
                       .status = record.status};
  rows.add(record.cell, shape.pack(in_file_layout(record, cell_extents), facts));
  uncommitted.emplace_back(record.cell, record.status);
}

void ResultFile::Implementation::commit() {
  lock.require_held();
  if (uncommitted.empty()) return;
  rows.flush();
  file.sync();
  write_new_statuses();
  attempt.cells_finished += uncommitted.size();
  attempt.last_commit = now_utc();
  write_attempt();
  file.sync();
  uncommitted.clear();
}

void ResultFile::write(const Record& record, const Extents& cell_extents, const Origin& origin) {
  implementation_->unless_failed([&] { implementation_->take(record, cell_extents, origin); });
}

void ResultFile::commit() {
  implementation_->unless_failed([&] { implementation_->commit(); });
}

void ResultFile::require_lock() const { implementation_->lock.require_held(); }

void ResultFile::finish() {
  implementation_->unless_failed([&] {
    implementation_->commit();
    implementation_->attempt.end = now_utc();
    implementation_->write_attempt();
    implementation_->file.sync();
  });
  implementation_->lock.release();
}

}  // namespace ntksweep
