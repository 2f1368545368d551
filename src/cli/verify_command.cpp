#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <random>

#include "commands.hpp"
#include "exit_code.hpp"
#include "ntksweep/core/error.hpp"
#include "ntksweep/core/hash.hpp"
#include "ntksweep/store/repair.hpp"
#include "pin_blas_core.hpp"
#include "recomputed_cell.hpp"
#include "stored_job.hpp"

namespace ntksweep {

namespace {

constexpr std::size_t shown_cells = 20;

struct VerifyArguments {
  std::string path, blas_core;
  std::uint64_t recompute = 0;
  bool repair = false;
};

/// "3, 7-12, 40", cut after some.
std::string ranges_text(const std::vector<std::uint64_t>& cells) {
  std::string text;
  std::size_t shown = 0;
  for (std::size_t i = 0, end = 0; i < cells.size(); i = end, ++shown) {
    if (shown == shown_cells) return text + fmt::format(", ... ({} in all)", cells.size());
    for (end = i + 1; end < cells.size() && cells[end] == cells[end - 1] + 1;) ++end;
    if (!text.empty()) text += ", ";
    text += end == i + 1 ? fmt::format("{}", cells[i]) : fmt::format("{}-{}", cells[i], cells[end - 1]);
  }
  return text;
}

void repair(const std::string& path) {
  const Repaired done = repair_result_file(path);
  if (done.missing_bytes > 0) fmt::print("{} bytes were missing at its end\n", done.missing_bytes);
  for (const std::string& name : done.restored) {
    fmt::print("{} did not have the values of the settings, and has them again\n", name);
  }
  if (done.missing_bytes > 0 && done.unknown_from < done.cells) {
    fmt::print(
        "the statuses of cells {} to {} were in what is missing: those with a result are lost; run the job again with "
        "this file as its output, and they are computed again\n",
        done.unknown_from, done.cells - 1);
  } else if (done.lost.empty()) {
    fmt::print("no cell was lost; the file is sealed\n");
  }
  if (!done.lost.empty()) {
    fmt::print("{} cell{} lost: {}; run the job again with this file as its output, and they are computed again\n",
               done.lost.size(), done.lost.size() == 1 ? " is" : "s are", ranges_text(done.lost));
  }
}

RecordLayout layout_of(const ResultReader& file) {
  const Job job = parse_job(file.job_text(), file.job_origin(), file.overrides());
  return make_layout(selected_statistics(job), file.extents());
}

/// Cells with numbers, `count` of them at random, in the order of the grid.
std::vector<std::uint64_t> pick(const std::vector<Status>& statuses, std::uint64_t count) {
  std::vector<std::uint64_t> all, picked;
  for (std::uint64_t cell = 0; cell < statuses.size(); ++cell) {
    if (has_numbers(statuses[cell]) && statuses[cell] != Status::failed) all.push_back(cell);
  }
  std::ranges::sample(all, std::back_inserter(picked), static_cast<std::ptrdiff_t>(count), std::random_device());
  return picked;
}

/// Returns how many cells differ.
std::size_t recompute(const ResultReader& file, const RecordLayout& layout, const std::vector<std::uint64_t>& cells) {
  const PreparedJob prepared = prepare_stored_job(file);
  std::size_t different = 0;
  for (const std::uint64_t number : cells) {
    const StoredCell stored = file.cell(number, layout);
    const std::size_t values = compare(prepared, file.extents(), stored, run_alone(prepared, number), Shown::nothing);
    fmt::print(
        "cell {} ({}): {}\n", number, to_hex(stored.key),
        values == 0 ? "the same bits" : fmt::format("{} values differ: {}", values, why_different(file, stored)));
    different += values == 0 ? 0 : 1;
  }
  fmt::print("{} cells computed again, {} with other bits{}\n", cells.size(), different,
             different == 0 ? "" : "; ntksweep replay shows the values of one");
  return different;
}

int verify(const VerifyArguments& arguments) {
  if (arguments.repair) repair(arguments.path);
  const ResultReader file(arguments.path);
  const RecordLayout layout = layout_of(file);
  const std::vector<std::uint64_t> damaged = file.damaged_cells(layout);
  if (!damaged.empty()) {
    fmt::print("{}: the bytes of {} cell{} have been changed since they were written: {}\n", arguments.path,
               damaged.size(), damaged.size() == 1 ? "" : "s", ranges_text(damaged));
    fmt::print("ntksweep verify --repair {} has them computed again by the next run\n", arguments.path);
    return exit_code::failure;
  }
  const std::vector<Status> statuses = file.statuses();
  const auto pending = static_cast<std::uint64_t>(std::ranges::count(statuses, Status::pending));
  fmt::print("{}: {} cells with a status, all with the bytes that were written; {} pending\n", arguments.path,
             statuses.size() - pending, pending);
  if (arguments.recompute == 0) return exit_code::success;
  return recompute(file, layout, pick(statuses, arguments.recompute)) == 0 ? exit_code::success : exit_code::failure;
}

}  // namespace

void add_verify_command(CLI::App& program, int& exit_code) {
  auto* command = program.add_subcommand("verify", "Check that a result file holds what was written to it");
  auto arguments = std::make_shared<VerifyArguments>();
  command->add_option("file", arguments->path, "result file (HDF5)")->required();
  command->add_option("--recompute", arguments->recompute, "also compute this many random cells again, bit for bit")
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1'000'000'000}));
  command->add_flag("--repair", arguments->repair,
                    "first make a file that was cut short or changed usable: cells that are not whole become pending");
  command->add_option("--blas-core", arguments->blas_core,
                      "kernels of OpenBLAS, as Haswell: those that the run had (blas_core in its attempts) [by CPU]");
  command->footer(
      "Examples:\n"
      "  ntksweep verify out.h5\n"
      "  ntksweep verify out.h5 --recompute 10\n"
      "  ntksweep verify out.h5 --repair              after a copy that broke off, or a crashed node\n"
      "Exit codes: 0 all is as written, 1 bytes were changed or a cell has other bits, 2 the file cannot be read.");
  command->callback([arguments, &exit_code] {
    pin_blas_core(arguments->blas_core);
    exit_code = verify(*arguments);
  });
}

}  // namespace ntksweep
