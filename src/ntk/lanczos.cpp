#include <Spectra/SymEigsSolver.h>

#include <algorithm>
#include <cmath>

#include "ntksweep/core/error.hpp"
#include "ntksweep/core/random.hpp"
#include "ntksweep/nn/forward.hpp"
#include "ntksweep/ntk/kernel.hpp"

namespace ntksweep {

namespace {

/// v -> K v = J c J^T v with K the full kernel (sample-major), J (nC x P) never formed:
/// a backward pass gives g = c J^T v layer by layer, a forward-mode pass gives J g.
class KernelProduct {
 public:
  using Scalar = double;

  KernelProduct(const Network<double>& network, const Matrix& x) : network_(network), x_(x) {
    forward(network, x, activity_);
  }

  Index rows() const { return activity_.output.size(); }
  Index cols() const { return rows(); }

  void perform_op(const double* in, double* out) const {
    const Index outputs = activity_.output.rows();
    // Column-major C x n is sample-major: entry (c, i) lies at i C + c.
    const std::vector<Matrix> signals = backward(Eigen::Map<const Matrix>(in, outputs, x_.cols()));
    Eigen::Map<Matrix>(out, outputs, x_.cols()) = tangent(signals) / unit_;
  }

  /// Measures the kernel in units of `unit` from here on.
  void set_unit(double unit) { unit_ = unit; }

 private:
  const Matrix& input(std::size_t l) const { return l == 0 ? x_ : activity_.hidden[l - 1]; }

  std::vector<Matrix> backward(const Matrix& v) const {
    std::vector<Matrix> signals(network_.layers.size());
    signals.back() = v;
    for (std::size_t l = signals.size() - 1; l > 0; --l) {
      signals[l - 1] = (network_.layers[l].scale * network_.weights[l]).transpose() * signals[l];
      signals[l - 1].array() *= activity_.slope[l - 1].array();
    }
    return signals;
  }

  /// dz_l = c s^2 signal_l h^T h + c_b beta^2 signal_l 1 1^T + s W dh_{l-1}.
  Matrix tangent(const std::vector<Matrix>& signals) const {
    Matrix dh;
    for (std::size_t l = 0; l < signals.size(); ++l) {
      const auto& layer = network_.layers[l];
      Matrix dz = Matrix::Zero(layer.fan_out, x_.cols());
      if (l > 0) dz.noalias() += (layer.scale * network_.weights[l]) * dh;
      if (layer.weight_rate != 0) {
        const Matrix gradient = signals[l] * input(l).transpose();
        dz.noalias() += (layer.weight_rate * layer.scale * layer.scale * gradient) * input(l);
      }
      if (layer.bias_rate != 0) {
        dz.colwise() += layer.bias_rate * layer.bias_scale * layer.bias_scale * signals[l].rowwise().sum();
      }
      dh = l + 1 < signals.size() ? Matrix(dz.cwiseProduct(activity_.slope[l])) : dz;
    }
    return dh;
  }

  const Network<double>& network_;
  const Matrix& x_;
  Activity<double> activity_;
  double unit_ = 1;
};

Vector random_start(Index size) {
  Vector start(size);
  RandomStream(Stream::lanczos, 0).normals({start.data(), static_cast<std::size_t>(size)});
  return start;
}

/// The power of two next to |K v| / |v|, 0 for a vanishing kernel.
double magnitude(const KernelProduct& product, const Vector& v) {
  Vector image(v.size());
  product.perform_op(v.data(), image.data());
  if (!image.allFinite()) throw NumericalError("critical step size: the kernel at initialization is not finite");
  const double norm = image.stableNorm() / v.norm();
  return norm == 0 ? 0 : std::exp2(std::floor(std::log2(norm)));
}

/// A kernel of one or two rows leaves Lanczos no room: build it column by column.
double small_lambda_max(const KernelProduct& product) {
  Matrix kernel(product.rows(), product.rows());
  for (Index i = 0; i < kernel.cols(); ++i) {
    const Vector unit = Vector::Unit(kernel.cols(), i);
    product.perform_op(unit.data(), kernel.col(i).data());
  }
  return kernel.rows() == 1 ? kernel.value()
                            : 0.5 * (kernel.trace() + std::hypot(kernel(0, 0) - kernel(1, 1), 2.0 * kernel(0, 1)));
}

}  // namespace

double full_kernel_lambda_max(const Network<double>& network, const Matrix& x) {
  KernelProduct product(network, x);
  const Index size = product.rows();
  const Vector start = random_start(size);
  const double unit = magnitude(product, start);
  if (unit == 0) return 0;
  if (size <= 2) return small_lambda_max(product);
  // Spectra's accuracy is absolute for eigenvalues below 4e-11, so the kernel is brought near 1.
  product.set_unit(unit);
  Spectra::SymEigsSolver<KernelProduct> solver(product, 1, std::min<Index>(size, 20));
  solver.init(start.data());
  solver.compute(Spectra::SortRule::LargestAlge, 1000, 1e-12);
  if (solver.info() != Spectra::CompInfo::Successful) {
    throw NumericalError(
        "critical step size: Lanczos did not converge in 1000 restarts on the kernel at initialization");
  }
  return unit * solver.eigenvalues()(0);
}

}  // namespace ntksweep
