#include "ntksweep/nn/blas_core.hpp"

#include <cblas.h>

namespace ntksweep {

std::string blas_core() { return openblas_get_corename(); }

}  // namespace ntksweep
