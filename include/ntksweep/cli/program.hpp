#pragma once

namespace ntksweep {

/// The whole program: parses the command line, runs the command, turns errors into one line on
/// stderr and an exit code (0, 1, 2, 3; docs/architecture.md).
int run_program(int argc, char** argv);

}  // namespace ntksweep
