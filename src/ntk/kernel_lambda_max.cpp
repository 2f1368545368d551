#include <utility>

#include "kernel_product.hpp"
#include "lanczos.hpp"
#include "ntksweep/ntk/kernel.hpp"

namespace ntksweep {

namespace {

/// Formed when that takes fewer flops than the usual number of passes (6 n P each) and no more
/// memory than their forward pass. Follows from the cell's content alone: bits depend on it.
bool is_worth_forming(const Network<double>& network, Index samples) {
  constexpr Index small = 256;
  constexpr double usual_passes = 20;
  const Index outputs = network.layers.back().fan_out;
  if (samples * outputs <= small) return true;
  if (outputs > 1 || samples > 2 * network.layers.back().fan_in) return false;
  double weights = 0;
  double grams = 0;
  for (const auto& layer : network.layers) {
    weights += static_cast<double>(layer.fan_in * layer.fan_out);
    grams += static_cast<double>(layer.fan_in + layer.fan_out);
  }
  return static_cast<double>(samples) * grams < usual_passes * 6 * weights;
}

SymmetricProduct product_with(Matrix kernel) {
  return [kernel = std::move(kernel)](const Vector& v) -> Vector { return kernel * v; };
}

/// A kernel that is at hand is what would be formed, to the bit; it is not looked at where none would be.
SymmetricProduct kernel_product(const Network<double>& network, const Matrix& x, const Matrix* full_kernel) {
  if (!is_worth_forming(network, x.cols())) return KernelProduct(network, x);
  if (full_kernel == nullptr) return product_with(empirical_ntk(network, x, KernelKind::full));
  return [full_kernel](const Vector& v) -> Vector { return *full_kernel * v; };
}

LanczosSettings lanczos_settings() {
  return {.tolerance = 1e-12, .cycle_length = 64, .subject = "critical step size: the kernel at initialization"};
}

}  // namespace

double full_kernel_lambda_max(const Network<double>& network, const Matrix& x, const Matrix* full_kernel) {
  return largest_eigenvalue(kernel_product(network, x, full_kernel), network.layers.back().fan_out * x.cols(),
                            lanczos_settings());
}

/// B^T K B with B B^T = P has the same eigenvalues.
double curved_kernel_lambda_max(const Network<double>& network, const Matrix& x, const Loss& loss, const Matrix& output,
                                const Matrix* full_kernel) {
  const auto product = [&, kernel = kernel_product(network, x, full_kernel)](const Vector& v) -> Vector {
    const Vector kv = kernel(loss.factor(output, v.reshaped(output.rows(), output.cols())).reshaped());
    return loss.factor_transposed(output, kv.reshaped(output.rows(), output.cols())).reshaped();
  };
  return largest_eigenvalue(product, output.size(), lanczos_settings());
}

}  // namespace ntksweep
