#include <fmt/format.h>

#include <charconv>
#include <memory>

#include "commands.hpp"
#include "exit_code.hpp"
#include "ntksweep/core/error.hpp"
#include "ntksweep/core/hash.hpp"
#include "ntksweep/store/export_file.hpp"
#include "pin_blas_core.hpp"
#include "recomputed_cell.hpp"
#include "status_counts.hpp"
#include "stored_job.hpp"

namespace ntksweep {

namespace {

std::uint64_t key_of(const PreparedJob& prepared, std::uint64_t number) {
  return prepared.data.key(prepared.grid.cell(number));
}

/// `text` is a number in the grid, or a key of 16 hexadecimal digits.
std::uint64_t find_cell(const PreparedJob& prepared, const std::string& text) {
  const std::uint64_t cells = prepared.grid.size();
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc{} && end == text.data() + text.size() && text.size() < 16) {
    if (number < cells) return number;
    throw InputError(fmt::format("--cell: there is no cell {}; the grid has cells 0 to {}", number, cells - 1));
  }
  if (text.size() != 16) {
    throw InputError(
        fmt::format("--cell: '{}' is neither a number (0 to {}) nor a key (16 hexadecimal digits) of a cell; ntksweep "
                    "status names cells without a result",
                    text, cells - 1));
  }
  const std::uint64_t key = from_hex(text);
  for (number = 0; number < cells; ++number) {
    if (key_of(prepared, number) == key) return number;
  }
  throw InputError(
      fmt::format("--cell: no cell of this grid has the key {}; the variable `key` of the file lists them", text));
}

void print_settings(const PreparedJob& prepared, std::uint64_t number, std::uint64_t key) {
  fmt::print("cell {} ({})\n", number, to_hex(key));
  const Cell cell = prepared.grid.cell(number);
  for (const Axis& axis : prepared.grid.axes()) {
    fmt::print("  {} = {}\n", settings()[axis.setting].name(), to_text(cell.values()[axis.setting]));
  }
}

int report(const PreparedJob& prepared, const ResultReader& file, std::uint64_t number, const CellRun& run,
           Shown shown) {
  const RecordLayout layout = make_layout(selected_statistics(prepared.job), file.extents());
  const StoredCell stored = file.cell(number, layout);
  print_settings(prepared, number, run.record.key);
  fmt::print("status = {}{}\n", status_names[static_cast<std::size_t>(run.record.status)],
             run.record.message.empty() ? "" : ": " + run.record.message);
  const std::size_t different = compare(prepared, file.extents(), stored, run, shown);
  if (!has_numbers(stored.status)) {
    fmt::print("the file holds no result for this cell: nothing to compare with\n");
    return exit_code::success;
  }
  if (different == 0) {
    fmt::print("all values have the same bits as in the file\n");
    return exit_code::success;
  }
  fmt::print("{} values differ from the file: {}\n", different, why_different(file, stored));
  return exit_code::failure;
}

struct ReplayArguments {
  std::string path, cell, export_path, blas_core;
  bool quiet = false;
};

int replay(const ReplayArguments& arguments) {
  const ResultReader file(arguments.path);
  const PreparedJob prepared = prepare_stored_job(file);
  const std::uint64_t number = find_cell(prepared, arguments.cell);
  const CellRun run = run_alone(prepared, number);
  if (!arguments.export_path.empty()) {
    if (run.data == nullptr) throw NumericalError(fmt::format("nothing to export: {}", run.record.message));
    const bool full = std::get<std::string>(prepared.job.value("kernel")) == "full";
    write_export(arguments.export_path, run, prepared.grid.cell(number), full ? KernelKind::full : KernelKind::trace);
  }
  return report(prepared, file, number, run, arguments.quiet ? Shown::differences : Shown::all);
}

}  // namespace

void add_replay_command(CLI::App& program, int& exit_code) {
  auto* command = program.add_subcommand("replay", "Compute one cell again, alone, and compare it bit for bit");
  auto arguments = std::make_shared<ReplayArguments>();
  command->add_option("file", arguments->path, "result file (HDF5)")->required();
  command->add_option("--cell", arguments->cell, "number of the cell in the grid, or its key")->required();
  command->add_flag("--quiet", arguments->quiet, "print only values that differ, and the verdict");
  command->add_option("--export", arguments->export_path,
                      "also write data, weights, predictions and kernels of the cell to this HDF5 file");
  command->add_option("--blas-core", arguments->blas_core,
                      "kernels of OpenBLAS, as Haswell: those that the run had (blas_core in its attempts) [by CPU]");
  command->footer(
      "Examples:\n"
      "  ntksweep replay out.h5 --cell 17\n"
      "  ntksweep replay out.h5 --cell 3f2a90c1d45e6b78 --export cell.h5\n"
      "Exit codes: 0 the same bits, 1 a value differs.");
  command->callback([arguments, &exit_code] {
    pin_blas_core(arguments->blas_core);
    exit_code = replay(*arguments);
  });
}

}  // namespace ntksweep
