#include "ntksweep/nn/lapack_failure.hpp"

#include <fmt/format.h>
#include <lapacke.h>

namespace ntksweep {

NumericalError lapack_failure(std::string_view subject, std::string_view routine, int info) {
  if (info == LAPACK_WORK_MEMORY_ERROR || info == LAPACK_TRANSPOSE_MEMORY_ERROR) {
    return NumericalError(
        fmt::format("{}: LAPACK {} found no memory for its work; start fewer ranks per node, or lower training.threads",
                    subject, routine));
  }
  return NumericalError(
      fmt::format("{}: LAPACK {} did not converge (info = {}), mostly over numbers near the largest double; scale the "
                  "inputs (data.scale = unit_rms), or lower model.sigma_w",
                  subject, routine, info));
}

}  // namespace ntksweep
