#include <utility>

#include "ntksweep/ntk/measured_kernel.hpp"
#include "ntksweep/ntk/spectrum.hpp"

namespace ntksweep {

KernelEnds MeasuredKernel::ends() const {
  if (only_ends) return *only_ends;
  return {matrix.rows(), eigenvalues(0), eigenvalues.tail(1).value(), matrix.trace()};
}

MeasuredKernel measure_kernel(Matrix kernel, KernelKind kind) {
  MeasuredKernel measured{std::move(kernel), {}, 0, kind};
  measured.eigenvalues = eigenvalues_in_place(measured.matrix);
  measured.norm = measured.matrix.norm();
  return measured;
}

MeasuredKernel measure_kernel(const Network<double>& network, const Matrix& x, KernelKind kind) {
  return measure_kernel(empirical_ntk(network, x, kind), kind);
}

}  // namespace ntksweep
