// Job files, with settings of the command line behind a line "--- overrides", one name=text a line. What is accepted is
// written out and read again, enumerated, and planned.

#include <algorithm>
#include <set>

#include "fuzz.hpp"
#include "ntksweep/store/result_file.hpp"
#include "ntksweep/sweep/dispatcher.hpp"
#include "ntksweep/sweep/job_union.hpp"
#include "ntksweep/sweep/work.hpp"

using namespace ntksweep;

namespace {

constexpr std::size_t most_values = 1000;  ///< of an axis, and most cells, that are looked at one by one

struct Input {
  std::string_view text;
  std::vector<Override> overrides;
};

Input split(std::string_view bytes) {
  constexpr std::string_view mark = "--- overrides\n";
  const std::size_t at = bytes.find(mark);
  Input input{bytes.substr(0, at), {}};
  std::string_view rest = at == std::string_view::npos ? "" : bytes.substr(at + mark.size());
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    const std::size_t equals = std::min(line.find('='), line.size());
    input.overrides.push_back(
        {std::string(line.substr(0, equals)), std::string(line.substr(std::min(equals + 1, line.size())))});
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
  }
  return input;
}

std::set<Value> values_of(const Job& job, std::size_t setting) {
  const auto axis = std::ranges::find(job.axes, setting, &Axis::setting);
  if (axis == job.axes.end()) return {job.values[setting]};
  return {axis->values.begin(), axis->values.end()};
}

/// The job that has the cells of this one and those of an empty file is written as settings of a command line, and
/// read.
void write_and_read(const Job& job) {
  const Job standard = parse_job("", "standard.toml", {});
  const Job both = union_of({standard, job});
  for (std::size_t i = 0; i < settings().size(); ++i) {
    if (settings()[i].role != Role::cell) continue;
    std::set<Value> expected = values_of(job, i);
    expected.merge(values_of(standard, i));
    fuzz::must(values_of(both, i) == expected,
               "values that are written are read as they were: " + settings()[i].name());
  }
}

void check_settings(const Job& job, const Input& input) {
  fuzz::must(job.values.size() == settings().size(), "every setting has a value");
  for (const Axis& axis : job.axes) fuzz::must(!axis.values.empty(), "an axis has values");
  const Job again = parse_job(input.text, "fuzz.toml", input.overrides);
  const std::string resolved = resolved_settings(job);
  fuzz::must(resolved_settings(again) == resolved, "the same text gives the same settings");
  fuzz::must(settings_differences(resolved, resolved + " ", "a", "b").empty(), "settings are read as they are written");
}

/// Every cell is in one group, and has a key and a place.
void check_cells_of(const Job& job, const Grid& grid) {
  std::set<std::uint64_t> seen;
  for (std::uint64_t group = 0; group < grid.group_count(); ++group) {
    for (const std::uint64_t cell : grid.cells_of_group(group)) fuzz::must(seen.insert(cell).second, "a cell is once");
  }
  fuzz::must(seen.size() == grid.size(), "every cell is in a group");
  for (const std::uint64_t number : seen) {
    const Cell cell = grid.cell(number);
    fuzz::must(cell_key(cell, 0) == cell_key(grid.cell(number), 0), "a cell has one key");
    fuzz::must(cell.values().size() == job.values.size(), "a cell has a value for every setting");
  }
}

bool reads_files(const Job& job) {
  const auto any_of = [&](std::string_view key, const auto& holds) {
    return std::ranges::any_of(values_of(job, setting_index(key)),
                               [&](const Value& value) { return holds(std::get<std::string>(value)); });
  };
  const auto is_given = [](const std::string& path) { return !path.empty(); };
  return any_of("path", is_given) || any_of("test_path", is_given) || any_of("init_path", is_given) ||
         any_of("initialization", [](const std::string& name) { return name == "file"; });
}

/// What `plan` does. Nothing that it says may be the result of an overflow.
void plan(const Job& job, const Grid& grid) {
  check_cells(grid);
  const DataPool data = DataPool::load(job, {});
  check_losses(grid, data);
  const Extents extents = grid_extents(job, data);
  const RecordLayout layout = make_layout(selected_statistics(job), extents);
  const auto bytes = static_cast<double>(predicted_file_bytes(job, grid, extents));
  double numbers = 0;
  for (const Field& field : layout.fields) {
    numbers += static_cast<double>(field.rows) * static_cast<double>(field.columns) * static_cast<double>(grid.size());
  }
  fuzz::must(bytes >= 8 * numbers, "a file has room for its numbers");
  Dispatcher dispatcher(
      job, grid, data, [](std::uint64_t) { return false; }, 4, 1e12);
  fuzz::must(dispatcher.seconds_left() >= 0, "a prediction is a time");
  for (const Dispatcher::TooBig& cell : dispatcher.too_big()) fuzz::must(cell.bytes > 1e12, "what is too big is big");
  work_by_purpose(job, grid, data);
}

std::uint64_t product_of(const Job& job) {
  std::uint64_t product = 1;
  for (const Axis& axis : job.axes) product = std::min<std::uint64_t>(product * axis.values.size(), 1U << 30U);
  return product;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Input input = split(fuzz::as_text(data, size));
  fuzz::accepted([&] {
    const Job job = parse_job(input.text, "fuzz.toml", input.overrides);
    const auto is_short = [](const Axis& axis) { return axis.values.size() <= most_values; };
    if (!std::ranges::all_of(job.axes, is_short)) return;
    check_settings(job, input);
    fuzz::accepted([&] { write_and_read(job); });
    if (product_of(job) > most_values || job.shard.count > most_values) return;
    const Grid grid(job);
    check_cells_of(job, grid);
    if (!reads_files(job)) plan(job, grid);
  });
  return 0;
}
