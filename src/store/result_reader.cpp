#include <fmt/format.h>

#include <map>
#include <stdexcept>

#include "attempt_row.hpp"
#include "compatibility.hpp"
#include "hdf5_handle.hpp"
#include "ntksweep/core/error.hpp"
#include "ntksweep/store/result_file.hpp"
#include "provenance.hpp"
#include "row.hpp"
#include "row_reader.hpp"
#include "stored_sweep.hpp"

namespace ntksweep {

struct ResultReader::Implementation {
  explicit Implementation(const std::string& path_to_open) : path(path_to_open), file(open_result_file(path)) {
    job_text = attribute("job_text");
    job_origin = attribute("job_origin");
    extents = extents_from_json(attribute("extents"), path);
  }

  std::string attribute(const std::string& name) const { return require_attribute(file.get(), name, path); }

  std::string path;
  Hdf5Handle file;
  std::string job_text, job_origin;
  Extents extents{};
  mutable std::unique_ptr<RowReader> rows;  ///< opened with the first cell that is asked for
};

ResultReader::ResultReader(const std::string& path) : implementation_(std::make_unique<Implementation>(path)) {}
ResultReader::ResultReader(ResultReader&&) noexcept = default;
ResultReader::~ResultReader() = default;

const std::string& ResultReader::job_text() const { return implementation_->job_text; }
const std::string& ResultReader::job_origin() const { return implementation_->job_origin; }
const Extents& ResultReader::extents() const { return implementation_->extents; }

std::vector<Override> ResultReader::overrides() const {
  return overrides_from_json(implementation_->attribute("overrides"), implementation_->path);
}

std::string ResultReader::attribute(const std::string& name) const { return implementation_->attribute(name); }

std::string ResultReader::blas_core(std::int32_t attempt) const {
  const std::vector<std::string> attempts = read_table_texts(implementation_->file.get(), attempt_table);
  const auto row = static_cast<std::size_t>(attempt);
  return attempt >= 0 && row < attempts.size() ? blas_core_in(attempts[row]) : std::string();
}

int ResultReader::ranks() const {
  const std::vector<std::string> attempts = read_table_texts(implementation_->file.get(), attempt_table);
  return attempts.empty() ? 1 : ranks_in(attempts.back());
}

std::uint64_t ResultReader::cell_count() const {
  return dataset_count(open_dataset(implementation_->file.get(), "status"), "status");
}

std::vector<Status> ResultReader::statuses() const {
  const Hdf5Handle dataset = open_dataset(implementation_->file.get(), "status");
  std::vector<Status> statuses(dataset_count(dataset, "status"));
  hdf5_checked(H5Dread(dataset.get(), H5T_STD_U8LE, H5S_ALL, H5S_ALL, H5P_DEFAULT, statuses.data()), "read status");
  require_known(statuses, implementation_->path);
  return statuses;
}

std::vector<std::uint64_t> ResultReader::damaged_cells(const RecordLayout& file_layout) const {
  return RowReader(implementation_->file.get(), file_layout).damaged();
}

std::vector<double> ResultReader::column(const std::string& variable) const {
  const Hdf5Handle dataset = open_dataset(implementation_->file.get(), variable);
  const std::uint64_t count = dataset_count(dataset, variable);
  if (count != cell_count()) throw std::logic_error(variable + " does not hold one number per cell");
  std::vector<double> column(count);
  hdf5_checked(H5Dread(dataset.get(), H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, column.data()),
               "read " + variable);
  return column;
}

StoredCell ResultReader::cell(std::uint64_t number, const RecordLayout& file_layout) const {
  const Implementation& it = *implementation_;
  if (number >= cell_count()) {
    throw InputError(fmt::format("{}: has the cells 0 to {}, not {}", it.path, cell_count() - 1, number));
  }
  if (!it.rows) it.rows = std::make_unique<RowReader>(it.file.get(), file_layout);
  const std::vector<std::byte> row = it.rows->row(number);
  const RowShape& shape = it.rows->shape();
  const RowFacts facts = shape.facts(row);
  return {.key = facts.key,
          .status = facts.status,
          .message = read_table_text(it.file.get(), message_table, facts.message),
          .values = shape.values(row),
          .checksum = facts.checksum,
          .wall_time_s = facts.wall_time_s,
          .training_s = facts.training_s,
          .rank = facts.rank,
          .attempt = facts.attempt,
          .host = read_table_text(it.file.get(), host_table, facts.host),
          .integrity = shape.is_whole(row) ? Integrity::intact : Integrity::damaged};
}

}  // namespace ntksweep
