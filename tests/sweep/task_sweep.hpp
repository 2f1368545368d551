#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "ntksweep/sweep/run_task.hpp"

namespace ntksweep {

/// A job with all that running it needs, run in this process.
struct Sweep {
  Job job;
  Grid grid;
  DataPool data;

  explicit Sweep(const std::string& text)
      : job(parse_job(text, "test.toml", {})), grid(job), data(DataPool::load(job, {})) {}

  std::vector<CellRun> run(std::vector<std::uint64_t> cells) const {
    std::vector<CellRun> runs;
    run_task(job, grid, data, cells, [&](CellRun&& run) { runs.push_back(std::move(run)); });
    return runs;
  }

  /// Every cell, group by group, in the order of the grid's groups.
  std::vector<CellRun> run_all() const {
    std::vector<CellRun> runs;
    for (std::uint64_t group = 0; group < grid.group_count(); ++group) {
      for (CellRun& cell : run(grid.cells_of_group(group))) runs.push_back(std::move(cell));
    }
    return runs;
  }

  /// The numbers of a record by name, in the cell's own layout.
  std::map<std::string, std::vector<double>> values(const CellRun& run) const {
    const CellSpec spec = describe(grid.cell(run.record.cell));
    const RecordLayout layout =
        make_layout(selected_statistics(job), cell_extents(job, spec, data_shape(spec.data, data.of(spec.data))));
    std::map<std::string, std::vector<double>> result;
    for (const Field& field : layout.fields) {
      const auto first = run.record.values.begin() + static_cast<std::ptrdiff_t>(field.offset);
      result[std::string(field.statistic->name)] = {first,
                                                    first + static_cast<std::ptrdiff_t>(field.rows * field.columns)};
    }
    return result;
  }
};

}  // namespace ntksweep
