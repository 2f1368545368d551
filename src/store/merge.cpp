#include "ntksweep/store/merge.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>

#include "compatibility.hpp"
#include "create_file.hpp"
#include "inheritance.hpp"
#include "lock_file.hpp"
#include "ntksweep/core/error.hpp"
#include "output_path.hpp"
#include "placement.hpp"
#include "stored_sweep.hpp"

namespace ntksweep {
namespace {

/// Throws InputError where the numbers have no fixed places: an archive is not turned into a plain file unasked.
void require_places(const std::string& path) {
  const Hdf5Handle file = open_result_file(path);
  const StoredSweep sweep(file.get(), path);
  variable_offsets(file.get(), path, filled_variables(sweep.grid, sweep.layout));
}

/// One file and what to do when it has results that the grid has no place for.
struct Given {
  std::string path, advice;
};

Inherited create_from(const std::vector<Given>& sources, const std::string& path, const Job& job, const Grid& grid,
                      const Extents& extents, const KeyOf& key_of) {
  const RecordLayout layout = make_layout(selected_statistics(job), extents);
  Inherited inherited;
  create_result_file(path, job, grid, layout, [&](const RawFile& file, const std::vector<std::uint64_t>& offsets) {
    Inheritance cells(file, offsets, layout, grid.size(), key_of);
    for (const Given& source : sources) cells.take(source.path, source.advice);
    inherited = cells.finish();
  });
  return inherited;
}

}  // namespace

std::optional<Inherited> extend_result_file(const std::string& path, const Job& job, const Grid& grid,
                                            const Extents& extents, const KeyOf& key_of, const TakeOver& take_over) {
  namespace fs = std::filesystem;
  require_output_path(path);
  std::error_code ignored;
  std::vector<std::string> differences;
  if (fs::exists(path, ignored)) differences = cell_differences(path, job, give_another_output);
  if (differences.empty() && !fs::exists(path + ".lock", ignored)) return std::nullopt;
  if (!differences.empty()) require_places(path);
  const LockFile lock(path, take_over);
  // From here on a file that another start was laying down cannot get its name any more.
  remove_leftovers(path);
  if ((differences.empty() && !lock.taken_from()) || !fs::exists(path, ignored)) return std::nullopt;
  const bool other_shard = std::ranges::any_of(
      differences, [](const std::string& difference) { return difference.starts_with("grid.shard:"); });
  const std::string advice = fmt::format(
      "settings differ ({}): {}, or give another file with -o", fmt::join(differences, "; "),
      other_shard ? "run without --shard for the cells of all shards" : "put the old values back beside the new ones");
  Inherited inherited = create_from({{path, advice}}, path, job, grid, extents, key_of);
  inherited.taken_from = lock.taken_from();
  return inherited;
}

Inherited merge_result_files(const std::vector<std::string>& sources, const std::string& path, const Job& job,
                             const Grid& grid, const Extents& extents, const KeyOf& key_of) {
  require_output_path(path);
  std::vector<Given> given;
  for (const std::string& source : sources) {
    cell_differences(source, job, "leave this file out");
    given.push_back({source, "give the job that has them all with --job, or leave this file out"});
  }
  const LockFile lock(path);
  remove_leftovers(path);
  if (std::filesystem::exists(path)) {
    throw InputError(fmt::format("{}: exists; merge makes a new file: give another name with -o", path));
  }
  return create_from(given, path, job, grid, extents, key_of);
}

}  // namespace ntksweep
