#pragma once

#include <unistd.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <limits>
#include <random>
#include <string>

#include "ntksweep/core/error.hpp"
#include "ntksweep/store/result_file.hpp"

namespace ntksweep::test {

/// A folder that is gone at the end of the test.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "ntksweep-store-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
    path_ = name;
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  std::string file(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

inline const char* const dense_job = R"([grid]
width = [4, 8, 16]
samples = [5, 6]
step_size = [0.25, 0.5]
seed = 2
[model]
depth = [1, 2]
activation = ["relu", "tanh"]
layer_init_scale = [[], [1.0, 2.0]]
[statistics]
checkpoints = 4
spectrum = "top:3"
)";

/// Everything that a result file is made from, without running anything.
struct SmallSweep {
  explicit SmallSweep(const std::string& text, Extents sizes = {4, 3, 3}, const std::vector<Override>& overrides = {})
      : job(parse_job(text, "small.toml", overrides)),
        grid(job),
        extents(sizes),
        layout(make_layout(selected_statistics(job), extents)) {}

  ResultFile open(const std::string& path) const {
    return ResultFile::open_or_create(path, job, grid, extents, 2, "ntksweep run small.toml");
  }

  /// A record as a cell could leave it: every number is different and follows from the cell's number.
  Record record(std::uint64_t cell, const Extents& own) const {
    const RecordLayout own_layout = make_layout(selected_statistics(job), own);
    Record record;
    record.cell = cell;
    record.key = 0x8000000000000000U + cell;
    record.status = cell % 2 == 0 ? Status::converged : Status::max_steps;
    record.wall_time_s = 0.5 + static_cast<double>(cell);
    record.training_s = 0.25 + static_cast<double>(cell);
    for (const Field& field : own_layout.fields) {
      for (std::size_t i = 0; i < field.rows * field.columns; ++i) {
        const double number = static_cast<double>(1000 * cell + field.offset + i);
        record.values.push_back(field.statistic->number == Number::integer ? number : std::sqrt(number));
      }
    }
    return record;
  }
  Record record(std::uint64_t cell) const { return record(cell, extents); }

  Job job;
  Grid grid;
  Extents extents;
  RecordLayout layout;
};

/// Numbers of one statistic within a record's values.
inline std::vector<double> values_of(const RecordLayout& layout, const std::vector<double>& values,
                                     std::string_view name) {
  for (const Field& field : layout.fields) {
    if (field.statistic->name != name) continue;
    const auto first = values.begin() + static_cast<std::ptrdiff_t>(field.offset);
    return {first, first + static_cast<std::ptrdiff_t>(field.rows * field.columns)};
  }
  throw std::runtime_error("no such statistic");
}

/// The message of the exception of that kind which `run` throws, or a note that it threw none.
template <class Error, class Run>
std::string message_of(Run run) {
  try {
    run();
  } catch (const Error& error) {
    return error.what();
  }
  return "(nothing was thrown)";
}

inline std::string read_text(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

inline void write_text(const std::string& path, const std::string& text) { std::ofstream(path) << text; }

}  // namespace ntksweep::test
