#include "ntksweep/nn/loss.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <cmath>
#include <limits>

#include "ntksweep/core/error.hpp"
#include "ntksweep/nn/named.hpp"

namespace ntksweep {

namespace {

template <class S>
double squared(Samples<S> output, Samples<S> target, Eigen::Ref<MatrixOf<S>> signal) {
  // One vector: Eigen goes through a matrix column by column, and one output has columns of one entry.
  const auto entries = [](auto& samples) { return Eigen::Map<const VectorOf<S>>(samples.data(), samples.size()); };
  Eigen::Map<VectorOf<S>> difference(signal.data(), signal.size());
  difference = entries(output) - entries(target);
  return 0.5 * difference.template cast<double>().squaredNorm();
}

/// 1 / (1 + exp(-t)), with exp of nothing positive.
double sigmoid(double t) {
  const double small = std::exp(-std::abs(t));
  return (t < 0 ? small : 1.0) / (1.0 + small);
}

/// log(1 + exp(t)).
double softplus(double t) { return (t > 0 ? t : 0.0) + std::log1p(std::exp(-std::abs(t))); }

/// An infinite output on the right side would have the loss 0, and pass for convergence.
template <class S>
bool has_value(Samples<S> output, Eigen::Ref<MatrixOf<S>>& signal) {
  if (output.allFinite()) return true;
  signal.setConstant(std::numeric_limits<S>::quiet_NaN());
  return false;
}

template <class S>
double logistic(Samples<S> output, Samples<S> target, Eigen::Ref<MatrixOf<S>> signal) {
  if (!has_value<S>(output, signal)) return std::nan("");
  double sum = 0;
  for (Index i = 0; i < output.size(); ++i) {
    const double y = target.data()[i];
    const double against = -y * static_cast<double>(output.data()[i]);
    sum += softplus(against);
    signal.data()[i] = static_cast<S>(-y * sigmoid(against));
  }
  return sum;
}

/// One sample: log sum_c exp(F_c) - F_label. Where the label has the largest output, both the loss
/// and its own signal p - 1 are formed from the others, so that nothing cancels.
template <class S>
double cross_entropy_of(Samples<S> output, Index label, Index i, Eigen::Ref<MatrixOf<S>>& signal) {
  Index largest = 0;
  const double top = output.col(i).maxCoeff(&largest);
  double others = 0;
  for (Index c = 0; c < output.rows(); ++c) others += c == largest ? 0.0 : std::exp(output(c, i) - top);
  double wrong = 0;
  for (Index c = 0; c < output.rows(); ++c) {
    const double p = std::exp(output(c, i) - top) / (1.0 + others);
    if (c != label) wrong += p;
    signal(c, i) = static_cast<S>(p);
  }
  signal(label, i) = static_cast<S>(-wrong);
  return std::log1p(others) + (top - static_cast<double>(output(label, i)));
}

template <class S>
double cross_entropy(Samples<S> output, Samples<S> target, Eigen::Ref<MatrixOf<S>> signal) {
  if (!has_value<S>(output, signal)) return std::nan("");
  double sum = 0;
  for (Index i = 0; i < output.cols(); ++i) {
    Index label = 0;
    target.col(i).maxCoeff(&label);
    sum += cross_entropy_of<S>(output, label, i, signal);
  }
  return sum;
}

Matrix same(const Matrix&, const Matrix& v) { return v; }

double logistic_variance(double f) { return sigmoid(f) * sigmoid(-f); }

Matrix logistic_curvature(const Matrix& output, const Matrix& v) {
  return output.unaryExpr(&logistic_variance).cwiseProduct(v);
}

Matrix logistic_factor(const Matrix& output, const Matrix& v) {
  return output.unaryExpr(&logistic_variance).cwiseSqrt().cwiseProduct(v);
}

/// Columns are the class probabilities p of each sample.
Matrix softmax(const Matrix& output) {
  Matrix p = (output.rowwise() - output.colwise().maxCoeff()).array().exp();
  p.array().rowwise() /= p.colwise().sum().eval().array();
  return p;
}

/// p o (v - p.v)
Matrix softmax_curvature(const Matrix& output, const Matrix& v) {
  const Matrix p = softmax(output);
  return p.cwiseProduct(v.rowwise() - p.cwiseProduct(v).colwise().sum().eval());
}

/// q o (v - q (q.v))
Matrix softmax_factor(const Matrix& output, const Matrix& v) {
  const Matrix q = softmax(output).cwiseSqrt();
  return q.cwiseProduct(v - q * q.cwiseProduct(v).colwise().sum().asDiagonal());
}

/// (I - q q^T) (q o v)
Matrix softmax_factor_transposed(const Matrix& output, const Matrix& v) {
  const Matrix q = softmax(output).cwiseSqrt();
  const Matrix qv = q.cwiseProduct(v);
  return qv - q * q.cwiseProduct(qv).colwise().sum().asDiagonal();
}

constexpr std::array<Loss, 3> table{{
    {LossKind::squared, "squared", "1/(2n) sum_i |F_i - y_i|^2", "", squared<double>, squared<float>, same, same, same},
    {LossKind::logistic, "logistic", "1/n sum_i log(1 + exp(-y_i F_i)), y = +-1", "Cox, J. R. Stat. Soc. B 20 (1958)",
     logistic<double>, logistic<float>, logistic_curvature, logistic_factor, logistic_factor},
    {LossKind::cross_entropy, "cross_entropy", "1/n sum_i (log sum_c exp F_ci - F_label(i),i)",
     "Bridle, NeurIPS 2 (1989)", cross_entropy<double>, cross_entropy<float>, softmax_curvature, softmax_factor,
     softmax_factor_transposed},
}};

}  // namespace

std::span<const Loss> losses() { return table; }

const Loss& find_loss(std::string_view name) {
  if (const auto* row = find_named(losses(), name)) return *row;
  throw InputError(fmt::format("training.loss: no loss is called '{}'; choose one of {}", name,
                               fmt::join(names_of(losses()), ", ")));
}

const Loss& loss_row(LossKind kind) { return table[static_cast<std::size_t>(kind)]; }

double loss_value(LossKind kind, const Matrix& output, const Matrix& target) {
  Matrix signal(output.rows(), output.cols());
  return sum_loss(loss_row(kind), output, target, signal) / static_cast<double>(target.cols());
}

Matrix loss_signal(LossKind kind, const Matrix& output, const Matrix& target) {
  Matrix signal(output.rows(), output.cols());
  sum_loss(loss_row(kind), output, target, signal);
  return signal;
}

}  // namespace ntksweep
