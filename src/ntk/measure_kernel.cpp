#include "ntksweep/ntk/spectrum.hpp"
#include "ntksweep/ntk/statistics.hpp"

namespace ntksweep {

MeasuredKernel measure_kernel(const Network<double>& network, const Matrix& x, KernelKind kind) {
  MeasuredKernel kernel{empirical_ntk(network, x, kind), {}, 0, kind};
  kernel.eigenvalues = symmetric_eigenvalues(kernel.matrix);
  kernel.norm = kernel.matrix.norm();
  return kernel;
}

}  // namespace ntksweep
