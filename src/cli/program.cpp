#include "ntksweep/cli/program.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <string_view>

#include "commands.hpp"
#include "exit_code.hpp"
#include "ntksweep/sweep/build_info.hpp"
#include "report_error.hpp"

namespace ntksweep {

namespace {

/// Before MPI is up: whether this is the process that speaks, so that a launcher's many copies say
/// a wrong option once.
bool is_first_process() {
  for (const char* variable : {"OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK", "SLURM_PROCID"}) {
    if (const char* rank = std::getenv(variable)) return std::string_view(rank) == "0";
  }
  return true;
}

int report_usage_error(const CLI::App& program, const CLI::ParseError& error) {
  if (error.get_exit_code() == static_cast<int>(CLI::ExitCodes::Success)) {
    if (is_first_process()) program.exit(error);
    return exit_code::success;
  }
  if (is_first_process()) {
    fmt::print(stderr, "ntksweep: command line: {}; see ntksweep --help\n", error.what());
  }
  return exit_code::bad_input;
}

}  // namespace

int run_program(int argc, char** argv) {
  const BuildInfo build = build_info();
  CLI::App program("Trains grids of finite-width networks, measures their neural tangent kernels, and leaves one HDF5 "
                   "file.");
  program.name("ntksweep");
  program.set_version_flag("--version", fmt::format("ntksweep {} ({})", build.version, build.git_hash));
  program.require_subcommand(1);
  program.footer(
      "Examples:\n"
      "  ntksweep plan jobs/quickstart.toml           what it would cost\n"
      "  mpirun -n 4 ntksweep run jobs/quickstart.toml -o out.h5\n"
      "  ntksweep status out.h5                       also while it runs\n"
      "Exit codes: 0 all cells have a result; 1 system error; 2 bad input; 3 some cells failed or were\n"
      "skipped; 75 cells are left, run again.");
  int exit_code = exit_code::success;
  add_run_command(program, exit_code);
  add_plan_command(program, exit_code);
  add_status_command(program, exit_code);
  add_replay_command(program, exit_code);
  add_list_command(program, exit_code);
  try {
    program.parse(argc, argv);
    return exit_code;
  } catch (const CLI::ParseError& error) {
    return report_usage_error(program, error);
  } catch (...) {
    return report_current_error();
  }
}

}  // namespace ntksweep
