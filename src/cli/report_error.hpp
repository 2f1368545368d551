#pragma once

namespace ntksweep {

/// Inside a catch block: prints the exception in flight as one line on stderr and returns the exit
/// code that goes with it (2 for bad input, 1 for anything else).
int report_current_error();

}  // namespace ntksweep
