#pragma once

#include <CLI/App.hpp>

namespace ntksweep {

/// Every command adds itself to the program and, when chosen, leaves its exit code in `exit_code`.
/// Errors leave as exceptions. To add a command, write its function in a file of its own and call
/// it in program.cpp, which alone includes all of CLI11: the headers behind CLI/App.hpp cost 4 s in every file.
void add_run_command(CLI::App& program, int& exit_code);
void add_plan_command(CLI::App& program, int& exit_code);
void add_status_command(CLI::App& program, int& exit_code);
void add_verify_command(CLI::App& program, int& exit_code);
void add_merge_command(CLI::App& program, int& exit_code);
void add_pack_command(CLI::App& program, int& exit_code);
void add_replay_command(CLI::App& program, int& exit_code);
void add_doctor_command(CLI::App& program, int& exit_code);
void add_list_command(CLI::App& program, int& exit_code);

}  // namespace ntksweep
