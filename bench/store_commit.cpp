#include <fmt/format.h>
#include <hdf5.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <filesystem>
#include <functional>
#include <vector>

#include "ntksweep/store/result_file.hpp"

/// Cells per second into the result file, 64 doubles each: through ResultFile, and for comparison by H5Dwrite of each
/// variable into a file of the same layout (docs/decisions/0003-result-file.md). Usage: store_commit [folder]
namespace {

using namespace ntksweep;

constexpr std::uint64_t cells = 20000;

const char* const job_text = R"([grid]
width = [8]
samples = [8]
seed = 20000
[statistics]
only = ["training", "movement"]
)";

struct Sweep {
  Job job = parse_job(job_text, "bench.toml", {});
  Grid grid{job};
  Extents extents{5, 2, 0};
  RecordLayout layout = make_layout(selected_statistics(job), extents);
};

/// Cells per second by the clock, and per second of this process' processor time (on a machine that is not idle).
struct Rate {
  double wall, processor;
};

Rate cells_per_second(const std::function<void()>& run) {
  const auto start = std::chrono::steady_clock::now();
  const std::clock_t used = std::clock();
  run();
  const double processor_s = static_cast<double>(std::clock() - used) / CLOCKS_PER_SEC;
  return {cells / std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count(), cells / processor_s};
}

/// Prints the medians of five measurements.
void report(const char* what, const std::function<Rate()>& measure) {
  std::vector<double> wall, processor;
  for (int i = 0; i < 5; ++i) {
    const Rate rate = measure();
    wall.push_back(rate.wall);
    processor.push_back(rate.processor);
  }
  std::ranges::sort(wall);
  std::ranges::sort(processor);
  fmt::print("  {:36}{:10.0f}{:10.0f}\n", what, wall[2], processor[2]);
}

/// Laying the file down is left out; a commit every `every` cells, once a second in a real run.
Rate through_result_file(const Sweep& sweep, const std::string& path, std::uint64_t every) {
  std::filesystem::remove(path);
  ResultFile file = ResultFile::open_or_create(path, sweep.job, sweep.grid, sweep.extents, 1, "bench");
  Record record;
  record.status = Status::converged;
  record.values.assign(sweep.layout.size, 0.5);
  return cells_per_second([&] {
    for (std::uint64_t cell = 0; cell < cells; ++cell) {
      record.cell = cell;
      file.write(record, sweep.extents, {.rank = 0, .host = "bench"});
      if ((cell + 1) % every == 0) file.commit();
    }
  });
}

/// The variables that a commit writes, opened once.
struct OpenVariables {
  hid_t file;
  std::vector<hid_t> datasets;

  OpenVariables(const Sweep& sweep, const std::string& path, std::size_t sieve_bytes) {
    const hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    H5Pset_sieve_buf_size(access, sieve_bytes);
    H5Pset_file_locking(access, false, true);
    file = H5Fopen(path.c_str(), H5F_ACC_RDWR, access);
    H5Pclose(access);
    for (const Field& field : sweep.layout.fields) open(std::string(field.statistic->name));
    for (const char* name : {"wall_time", "training_time", "key", "checksum", "host", "rank", "attempt", "message",
                             "row_checksum", "status"}) {
      open(name);
    }
  }
  OpenVariables(const OpenVariables&) = delete;
  OpenVariables& operator=(const OpenVariables&) = delete;
  ~OpenVariables() {
    for (const hid_t dataset : datasets) H5Dclose(dataset);
    H5Fclose(file);
  }
  void open(const std::string& name) { datasets.push_back(H5Dopen2(file, name.c_str(), H5P_DEFAULT)); }
};

/// Writes the cell's box of one variable; the grid is dense, its last cell axis the only one longer than 1.
void write_box(hid_t dataset, std::uint64_t cell, const double* values) {
  const hid_t space = H5Dget_space(dataset);
  std::vector<hsize_t> box(static_cast<std::size_t>(H5Sget_simple_extent_ndims(space)));
  H5Sget_simple_extent_dims(space, box.data(), nullptr);
  std::vector<hsize_t> start(box.size(), 0);
  start[3] = cell;
  box[3] = 1;
  H5Sselect_hyperslab(space, H5S_SELECT_SET, start.data(), nullptr, box.data(), nullptr);
  const hid_t memory = H5Screate_simple(static_cast<int>(box.size()), box.data(), nullptr);
  H5Dwrite(dataset, H5T_NATIVE_DOUBLE, memory, space, H5P_DEFAULT, values);
  H5Sclose(memory);
  H5Sclose(space);
}

Rate through_hdf5(const Sweep& sweep, const std::string& path, std::size_t sieve_bytes) {
  std::filesystem::remove(path);
  ResultFile::open_or_create(path, sweep.job, sweep.grid, sweep.extents, 1, "bench");
  const OpenVariables variables(sweep, path, sieve_bytes);
  const std::vector<double> values(sweep.layout.size, 0.5);
  return cells_per_second([&] {
    for (std::uint64_t cell = 0; cell < cells; ++cell) {
      for (const hid_t dataset : variables.datasets) write_box(dataset, cell, values.data());
    }
  });
}

}  // namespace

int main(int argc, char** argv) {
  const Sweep sweep;
  const std::string path = std::string(argc > 1 ? argv[1] : "/tmp") + "/store_commit.h5";
  fmt::print("{} cells of {} doubles in {} variables; medians of five\n", cells, sweep.layout.size,
             sweep.layout.fields.size());
  fmt::print("  {:36}{:>10}{:>10}\n", "cells per second of", "the clock", "CPU time");
  report("pwrite, a commit every 10000 cells", [&] { return through_result_file(sweep, path, 10000); });
  report("pwrite, a commit every 100 cells", [&] { return through_result_file(sweep, path, 100); });
  report("H5Dwrite, no sieve buffer, no sync", [&] { return through_hdf5(sweep, path, 0); });
  report("H5Dwrite, default sieve, no sync", [&] { return through_hdf5(sweep, path, 65536); });
  std::filesystem::remove(path);
  return 0;
}
