#include "report_error.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <exception>
#include <new>

#include "exit_code.hpp"
#include "ntksweep/core/error.hpp"

namespace ntksweep {

int report_current_error() {
  try {
    throw;
  } catch (const InputError& error) {
    fmt::print(stderr, "ntksweep: {}\n", error.what());
    return exit_code::bad_input;
  } catch (const std::bad_alloc&) {
    fmt::print(stderr, "ntksweep: out of memory; ntksweep plan says what a job needs\n");
    return exit_code::failure;
  } catch (const std::exception& error) {
    fmt::print(stderr, "ntksweep: {}\n", error.what());
    return exit_code::failure;
  }
}

}  // namespace ntksweep
