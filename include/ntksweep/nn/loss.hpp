#pragma once

#include <span>
#include <string_view>

#include "ntksweep/nn/matrix.hpp"

namespace ntksweep {

enum class LossKind { squared, logistic, cross_entropy };

/// Some columns of a matrix.
template <class Scalar>
using Samples = const Eigen::Ref<const MatrixOf<Scalar>>&;

/// One loss L = (1/n) sum_i l(F_i, y_i) of model outputs F and targets y (C x n, samples are
/// columns), with its first two derivatives in F. To add one, write its functions and add one row
/// to the table in loss.cpp. All are accurate where exp(F) overflows. logistic: C = 1, y = +-1;
/// cross_entropy: C >= 2, one-hot y; theirs is NaN when an output is not finite.
struct Loss {
  LossKind kind;
  std::string_view name;
  std::string_view formula;
  std::string_view reference;

  /// n L, the sum over samples; `signal` (C x n) becomes n dL/dF = l'(F). No allocation.
  double (*sum_f64)(Samples<double> output, Samples<double> target, Eigen::Ref<MatrixOf<double>> signal);
  double (*sum_f32)(Samples<float> output, Samples<float> target, Eigen::Ref<MatrixOf<float>> signal);

  /// P v, sample by sample, P = l''(F): 1, p (1 - p) or diag(p) - p p^T. It does not depend on y.
  Matrix (*curvature)(const Matrix& output, const Matrix& v);
  /// B v and B^T v with B B^T = P, one C x C block for each sample (not symmetric for
  /// cross_entropy: B = diag(q) (I - q q^T), q = p^{1/2}). B^T K B has the eigenvalues of
  /// P^{1/2} K P^{1/2}.
  Matrix (*factor)(const Matrix& output, const Matrix& v);
  Matrix (*factor_transposed)(const Matrix& output, const Matrix& v);
};

/// All losses, in the order in which `ntksweep list losses` prints them.
std::span<const Loss> losses();

/// The loss of that name; throws InputError naming the known ones.
const Loss& find_loss(std::string_view name);

const Loss& loss_row(LossKind kind);

inline double sum_loss(const Loss& loss, Samples<double> output, Samples<double> target,
                       Eigen::Ref<MatrixOf<double>> signal) {
  return loss.sum_f64(output, target, signal);
}
inline double sum_loss(const Loss& loss, Samples<float> output, Samples<float> target,
                       Eigen::Ref<MatrixOf<float>> signal) {
  return loss.sum_f32(output, target, signal);
}

/// L of model outputs F.
double loss_value(LossKind kind, const Matrix& output, const Matrix& target);

/// n dL/dF, C x n.
Matrix loss_signal(LossKind kind, const Matrix& output, const Matrix& target);

}  // namespace ntksweep
