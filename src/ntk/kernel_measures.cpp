#include <algorithm>
#include <cmath>

#include "measures.hpp"
#include "ntksweep/ntk/spectrum.hpp"

namespace ntksweep::measures {

namespace {

/// <A, B> = tr(A^T B).
double inner(const Matrix& a, const Matrix& b) { return a.cwiseProduct(b).sum(); }

/// H K H with H = I - 1 1^T / N.
Matrix centred(const Matrix& kernel) {
  const Vector means = kernel.rowwise().mean();
  Matrix result = kernel;
  result.colwise() -= means;
  result.rowwise() -= means.transpose();
  result.array() += means.mean();
  return result;
}

}  // namespace

void lambda_min(const Snapshot& s, Out out) { out[0] = s.kernel->eigenvalues(0); }

void lambda_min_floor(const Snapshot& s, Out out) { out[0] = eigenvalue_floor(s.kernel->eigenvalues); }

void lambda_max(const Snapshot& s, Out out) { out[0] = s.kernel->eigenvalues.tail(1).value(); }

void condition(const Snapshot& s, Out out) {
  const auto& values = s.kernel->eigenvalues;
  out[0] = values.tail(1).value() / std::max(values(0), eigenvalue_floor(values));
}

void trace(const Snapshot& s, Out out) { out[0] = s.kernel->matrix.trace(); }

void effective_rank(const Snapshot& s, Out out) {
  const Vector positive = s.kernel->eigenvalues.cwiseMax(0.0);
  const double sum = positive.sum();
  double entropy = 0;
  for (const double value : positive) {
    if (value > 0) entropy -= value / sum * std::log(value / sum);
  }
  out[0] = std::exp(entropy);
}

void stable_rank(const Snapshot& s, Out out) {
  out[0] = s.kernel->matrix.trace() / s.kernel->eigenvalues.tail(1).value();
}

void participation_ratio(const Snapshot& s, Out out) {
  const double ratio = s.kernel->matrix.trace() / s.kernel->norm;
  out[0] = ratio * ratio;
}

void alignment(const Snapshot& s, Out out) {
  const Matrix& k = s.kernel->matrix;
  // Column-major C x n is the sample-major vector that the full kernel acts on.
  const Matrix y = k.rows() == s.data.y.cols() ? s.data.y : Matrix(s.data.y.reshaped(1, s.data.y.size()));
  out[0] = inner(y * k, y) / (s.kernel->norm * y.squaredNorm());
}

void drift(const Snapshot& s, Out out) {
  out[0] = (s.kernel->matrix - s.initial_kernel->matrix).norm() / s.initial_kernel->norm;
}

void distance(const Snapshot& s, Out out) {
  out[0] = 1.0 - inner(s.kernel->matrix, s.initial_kernel->matrix) / (s.kernel->norm * s.initial_kernel->norm);
}

void cka(const Snapshot& s, Out out) {
  const Matrix k = centred(s.kernel->matrix);
  const Matrix k0 = centred(s.initial_kernel->matrix);
  out[0] = inner(k, k0) / (k.norm() * k0.norm());
}

void eigenvalues(const Snapshot& s, Out out) {
  const auto& values = s.kernel->eigenvalues;
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = values(values.size() - 1 - static_cast<Index>(i));
}

}  // namespace ntksweep::measures
