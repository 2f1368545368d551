#include "mpi_call.hpp"

#include <fmt/format.h>

#include <array>
#include <string_view>

#include "ntksweep/core/error.hpp"

namespace ntksweep {

void check_mpi(int code, const char* call) {
  if (code == MPI_SUCCESS) return;
  std::array<char, MPI_MAX_ERROR_STRING> text{};
  int length = 0;
  MPI_Error_string(code, text.data(), &length);
  throw SystemError(fmt::format("{} failed ({}): a rank or the network is gone; run the same command again", call,
                                std::string_view(text.data(), static_cast<std::size_t>(length))));
}

}  // namespace ntksweep
