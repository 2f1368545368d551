#include "data_check.hpp"

#include <fmt/format.h>

#include <set>

#include "ntksweep/core/error.hpp"
#include "ntksweep/store/result_file.hpp"

namespace ntksweep {

namespace {

/// The settings that name the cell's files.
std::string file_settings(const CellSpec& spec, const PreparedJob& prepared) {
  const bool data = prepared.data.of(spec.data).content_hash != 0;
  const bool start = prepared.data.parameters(spec) != nullptr;
  if (data && start) return fmt::format("data.path = '{}' or model.init_path = '{}'", spec.data.path, spec.init_path);
  if (start) return fmt::format("model.init_path = '{}'", spec.init_path);
  return fmt::format("data.path = '{}'", spec.data.path);
}

}  // namespace

void check_data_is_the_same(const PreparedJob& prepared, const std::string& path) {
  const ResultReader file(path);
  const auto statuses = file.statuses();
  const RecordLayout layout = make_layout(selected_statistics(prepared.job), file.extents());
  const std::size_t files = prepared.data.size() + prepared.data.parameters_size();
  std::set<const void*> seen;
  for (std::uint64_t number = 0; number < statuses.size() && seen.size() < files; ++number) {
    if (statuses[number] == Status::pending) continue;
    const Cell cell = prepared.grid.cell(number);
    const CellSpec spec = describe(cell);
    const Parameters* start = prepared.data.parameters(spec);
    bool is_new = seen.insert(&prepared.data.of(spec.data)).second;
    if (start != nullptr) is_new = seen.insert(start).second || is_new;
    if (!is_new || prepared.data.key(cell) == file.cell(number, layout).key) continue;
    throw InputError(
        fmt::format("{}: its cells were computed from other {} than {} holds now; put the old file back, or give "
                    "another file with -o",
                    path, start == nullptr ? "data" : "numbers", file_settings(spec, prepared)));
  }
}

}  // namespace ntksweep
