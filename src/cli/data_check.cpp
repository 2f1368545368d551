#include "data_check.hpp"

#include <fmt/format.h>

#include <set>

#include "ntksweep/core/error.hpp"
#include "ntksweep/store/result_file.hpp"

namespace ntksweep {

void check_data_is_the_same(const PreparedJob& prepared, const std::string& path) {
  const ResultReader file(path);
  const auto statuses = file.statuses();
  const RecordLayout layout = make_layout(selected_statistics(prepared.job), file.extents());
  std::set<const RawData*> seen;
  for (std::uint64_t number = 0; number < statuses.size() && seen.size() < prepared.data.size(); ++number) {
    if (statuses[number] == Status::pending) continue;
    const Cell cell = prepared.grid.cell(number);
    const DataConfig config = describe(cell).data;
    const RawData& raw = prepared.data.of(config);
    if (!seen.insert(&raw).second) continue;
    if (cell_key(cell, raw.content_hash) == file.cell(number, layout).key) continue;
    throw InputError(
        fmt::format("{}: its cells were computed from other data than data.path = '{}' holds now; put the "
                    "old data back, or give another file with -o",
                    path, config.path));
  }
}

}  // namespace ntksweep
