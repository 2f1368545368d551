// Result files with bytes changed or cut off: changed metadata are refused before HDF5 sees them, changed numbers are
// told from whole ones, and whole ones are read, and taken over by a merge, as they were.

#include <filesystem>

#include "file_text.hpp"
#include "fuzz.hpp"
#include "ntksweep/store/merge.hpp"
#include "sample_result.hpp"

using namespace ntksweep;

namespace {

std::vector<std::uint64_t> expected_damage(const fuzz::SampleResult& sample, std::string_view file) {
  std::vector<std::uint64_t> cells;
  for (std::uint64_t cell = 0; cell < sample.sweep.grid.size(); ++cell) {
    const auto row = sample.row(file, cell);
    if (sample.shape.facts(row).status != Status::pending && row != sample.row(sample.bytes, cell))
      cells.push_back(cell);
  }
  return cells;
}

void read_all(const fuzz::SampleResult& sample, const std::string& path, std::string_view file) {
  const ResultReader reader(path);
  const std::vector<std::uint64_t> damaged = reader.damaged_cells(sample.sweep.layout);
  fuzz::must(damaged == expected_damage(sample, file), "cells with changed bytes are known, and only those");
  for (std::uint64_t cell = 0; cell < reader.cell_count(); ++cell) {
    const StoredCell stored = reader.cell(cell, sample.sweep.layout);
    if (stored.status == Status::pending) continue;
    const bool is_damaged = std::ranges::find(damaged, cell) != damaged.end();
    fuzz::must((stored.integrity == Integrity::damaged) == is_damaged, "a cell says of itself what is said of it");
    if (!is_damaged) fuzz::must(stored.values == sample.sweep.record(cell).values, "a whole cell is as it was written");
  }
  for (const char* name : {"wall_time", "rank", "attempt"}) reader.column(name);
  fuzz::accepted([&] { reader.statuses(); });
}

void merge(const fuzz::SampleResult& sample, const std::string& path, const std::string& merged,
           std::size_t damaged_cells) {
  std::filesystem::remove(merged);
  const Inherited inherited =
      merge_result_files({path}, merged, sample.sweep.job, sample.sweep.grid, sample.sweep.extents, sample.key_of());
  fuzz::must(inherited.damaged == damaged_cells, "damaged cells are left behind");
  fuzz::must(ResultReader(merged).damaged_cells(sample.sweep.layout).empty(), "and all others are whole");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const fuzz::Folder folder;
  const fuzz::SampleResult& sample = fuzz::sample_result();
  const std::string path = folder.file("out.h5"), file = fuzz::patched_sample(fuzz::as_text(data, size));
  fuzz::write_file(path, file);
  if (fuzz::differ_in_metadata(file, sample.bytes)) {
    fuzz::must(!fuzz::accepted([&] { ResultReader reader(path); }), "changed metadata are refused");
    return 0;
  }
  fuzz::must(fuzz::accepted([&] { read_all(sample, path, file); }), "changed numbers are no reason to refuse a file");
  const std::size_t damaged_cells = expected_damage(sample, file).size();
  if (damaged_cells > 0) fuzz::accepted([&] { merge(sample, path, folder.file("merged.h5"), damaged_cells); });
  return 0;
}
