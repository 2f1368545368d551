#include "ntksweep/cli/program.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <span>
#include <string>
#include <vector>

#include "commands.hpp"
#include "exit_code.hpp"
#include "ntksweep/cluster/cluster.hpp"
#include "ntksweep/core/pages.hpp"
#include "ntksweep/sweep/build_info.hpp"
#include "ntksweep/sweep/settings.hpp"
#include "report_error.hpp"

namespace ntksweep {

namespace {

/// CLI11 says only that a command is missing; a misspelt one deserves its name and the nearest.
std::string usage_problem(const CLI::App& program, const CLI::ParseError& error, std::span<char* const> arguments) {
  const CLI::App* last = &program;
  std::size_t next = 1;
  for (auto chosen = last->get_subcommands(); !chosen.empty(); chosen = last->get_subcommands(), ++next) {
    last = chosen.front();
  }
  std::vector<std::string> commands;
  for (const CLI::App* command : last->get_subcommands([](const CLI::App*) { return true; })) {
    commands.push_back(command->get_name());
  }
  if (error.get_name() != "RequiredError" || commands.empty()) return error.what();
  if (next >= arguments.size()) return fmt::format("{} what? One of {}", last->get_name(), fmt::join(commands, ", "));
  return fmt::format("'{} {}' is not known; did you mean {}?", last->get_name(), arguments[next],
                     nearest_name(arguments[next], commands));
}

int report_usage_error(const CLI::App& program, const CLI::ParseError& error, std::span<char* const> arguments) {
  if (error.get_exit_code() == static_cast<int>(CLI::ExitCodes::Success)) {
    if (is_first_process()) program.exit(error);
    return exit_code::success;
  }
  if (is_first_process()) {
    const std::string problem = usage_problem(program, error, arguments);
    const auto chosen = program.get_subcommands();
    fmt::print(stderr, "ntksweep: command line: {}{} ntksweep{} --help\n", problem,
               problem.ends_with('?') || problem.ends_with('.') ? " See" : "; see",
               chosen.empty() ? "" : " " + chosen.front()->get_name());
  }
  return exit_code::bad_input;
}

}  // namespace

int run_program(int argc, char** argv) {
  keep_freed_memory();
  const BuildInfo build = build_info();
  CLI::App program(
      "Trains grids of finite-width networks, measures their neural tangent kernels, and leaves one HDF5 "
      "file.");
  program.name("ntksweep");
  program.set_version_flag("--version", fmt::format("ntksweep {} ({})", build.version, build.git_hash));
  program.require_subcommand(1);
  program.footer(
      "Examples:\n"
      "  ntksweep plan jobs/quickstart.toml           what it would cost\n"
      "  mpirun -n 4 ntksweep run jobs/quickstart.toml -o out.h5\n"
      "  ntksweep status out.h5                       also while it runs\n"
      "Exit codes: 0 all cells have a result; 1 system error; 2 bad input; 3 some cells failed, were\n"
      "skipped or quarantined; 75 cells are left, run again.");
  int exit_code = exit_code::success;
  add_run_command(program, exit_code);
  add_plan_command(program, exit_code);
  add_status_command(program, exit_code);
  add_merge_command(program, exit_code);
  add_pack_command(program, exit_code);
  add_verify_command(program, exit_code);
  add_replay_command(program, exit_code);
  add_doctor_command(program, exit_code);
  add_list_command(program, exit_code);
  try {
    program.parse(argc, argv);
    return exit_code;
  } catch (const CLI::ParseError& error) {
    return report_usage_error(program, error, {argv, static_cast<std::size_t>(argc)});
  } catch (...) {
    return report_current_error();
  }
}

}  // namespace ntksweep
