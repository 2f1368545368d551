#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "../support/cases.hpp"
#include "../support/decompositions.hpp"
#include "ntksweep/core/error.hpp"
#include "ntksweep/nn/loss.hpp"

namespace ntksweep {
namespace {

using Long = long double;

Matrix one_hot(Index outputs, Index samples) {
  Matrix y = Matrix::Zero(outputs, samples);
  for (Index i = 0; i < samples; ++i) y((2 * i + 1) % outputs, i) = 1;
  return y;
}

Matrix signs(Index samples) {
  Matrix y(1, samples);
  for (Index i = 0; i < samples; ++i) y(0, i) = i % 3 == 0 ? 1 : -1;
  return y;
}

/// Each loss with targets that suit it, for outputs of a few units.
struct Case {
  LossKind kind;
  Matrix output, target;
};

std::vector<Case> every_case() {
  return {{LossKind::squared, cases::random_matrix(3, 6, 1), cases::random_matrix(3, 6, 2)},
          {LossKind::squared, cases::random_matrix(1, 6, 1), cases::random_matrix(1, 6, 2)},
          {LossKind::logistic, 2 * cases::random_matrix(1, 6, 3), signs(6)},
          {LossKind::cross_entropy, 2 * cases::random_matrix(2, 6, 4), one_hot(2, 6)},
          {LossKind::cross_entropy, 2 * cases::random_matrix(5, 6, 4), one_hot(5, 6)}};
}

/// The formula as it is written, where long double neither overflows nor loses what matters.
double written_out(const Case& c) {
  Long sum = 0;
  for (Index i = 0; i < c.output.cols(); ++i) {
    Long exponentials = 0;
    for (Index k = 0; k < c.output.rows(); ++k) {
      const Long f = c.output(k, i), y = c.target(k, i);
      if (c.kind == LossKind::squared) sum += (f - y) * (f - y) / 2;
      if (c.kind == LossKind::logistic) sum += std::log1p(std::exp(-y * f));
      if (c.kind == LossKind::cross_entropy && y == 0) exponentials += std::exp(f);
    }
    if (c.kind != LossKind::cross_entropy) continue;
    Long own = 0;
    for (Index k = 0; k < c.output.rows(); ++k) own += c.target(k, i) == 1 ? Long(c.output(k, i)) : Long(0);
    sum += std::log1p(exponentials * std::exp(-own));
  }
  return static_cast<double>(sum / static_cast<Long>(c.output.cols()));
}

/// (g(+h) - g(-h)) / (2h) along v.
template <class Function>
auto derivative(Function g, const Matrix& at, const Matrix& v) -> decltype(g(at)) {
  const double h = 1e-5;
  return (g(at + h * v) - g(at - h * v)) / (2 * h);
}

TEST(Loss, ValuesFollowTheFormulas) {
  for (const auto& c : every_case()) {
    const double expected = written_out(c);
    EXPECT_NEAR(loss_value(c.kind, c.output, c.target), expected, 1e-14 * expected) << loss_row(c.kind).name;
  }
}

TEST(Loss, TheSignalIsTheSampleCountTimesTheDerivative) {
  for (const auto& c : every_case()) {
    const Matrix signal = loss_signal(c.kind, c.output, c.target);
    for (Index k = 0; k < c.output.size(); ++k) {
      Matrix unit = Matrix::Zero(c.output.rows(), c.output.cols());
      unit.data()[k] = 1;
      const double expected =
          6 * derivative([&](const Matrix& f) { return loss_value(c.kind, f, c.target); }, c.output, unit);
      EXPECT_NEAR(signal.data()[k], expected, 1e-9) << loss_row(c.kind).name << ", entry " << k;
    }
  }
}

TEST(Loss, TheCurvatureIsTheDerivativeOfTheSignal) {
  for (const auto& c : every_case()) {
    const Matrix v = cases::random_matrix(c.output.rows(), 6, 9);
    const Matrix expected =
        derivative([&](const Matrix& f) -> Matrix { return loss_signal(c.kind, f, c.target); }, c.output, v);
    EXPECT_LT((loss_row(c.kind).curvature(c.output, v) - expected).norm(), 1e-9) << loss_row(c.kind).name;
  }
}

/// One product per unit vector: the nC x nC matrix of a linear map of C x n matrices.
template <class Map>
Matrix matrix_of(Map map, const Matrix& output) {
  Matrix result(output.size(), output.size());
  for (Index k = 0; k < output.size(); ++k) {
    Matrix unit = Matrix::Zero(output.rows(), output.cols());
    unit.data()[k] = 1;
    result.col(k) = map(output, unit).reshaped();
  }
  return result;
}

TEST(Loss, TheFactorTimesItsTransposeIsTheCurvature) {
  for (const auto& c : every_case()) {
    const Loss& loss = loss_row(c.kind);
    const Matrix p = matrix_of(loss.curvature, c.output);
    const Matrix b = matrix_of(loss.factor, c.output);
    EXPECT_LT((matrix_of(loss.factor_transposed, c.output) - b.transpose()).norm(), 1e-15) << loss.name;
    EXPECT_LT((b * b.transpose() - p).norm(), 1e-14) << loss.name;
  }
}

TEST(Loss, TheFactorGivesTheEigenvaluesOfTheSymmetricRoot) {
  for (const auto& c : every_case()) {
    const Loss& loss = loss_row(c.kind);
    const Matrix a = cases::random_matrix(c.output.size(), c.output.size() + 2, 5);
    const Matrix k = a * a.transpose();
    const auto p = reference::eigenpairs(matrix_of(loss.curvature, c.output));
    const Vector roots = p.values.cwiseMax(0).cwiseSqrt();
    const Matrix root = p.vectors * roots.asDiagonal() * p.vectors.transpose();
    const Matrix b = matrix_of(loss.factor, c.output);
    const double expected = reference::eigenvalues(root * k * root).maxCoeff();
    const double found = reference::eigenvalues(b.transpose() * k * b).maxCoeff();
    EXPECT_NEAR(found, expected, 1e-10 * expected) << loss.name;
  }
}

TEST(Loss, HugeOutputsKeepTheirLogisticLossAndSignal) {
  for (const double f : {-800.0, -40.0, -1e-9, 0.0, 1e-9, 40.0, 800.0}) {
    for (const double y : {-1.0, 1.0}) {
      const Matrix output = Matrix::Constant(1, 1, f), target = Matrix::Constant(1, 1, y);
      const Long expected = std::log1p(std::exp(-Long(y) * Long(f)));
      const Long slope = -Long(y) / (1 + std::exp(Long(y) * Long(f)));
      EXPECT_NEAR(loss_value(LossKind::logistic, output, target), double(expected), 1e-15 * double(expected)) << f;
      EXPECT_NEAR(loss_signal(LossKind::logistic, output, target)(0), double(slope), 1e-15 * std::abs(double(slope)))
          << f;
    }
  }
}

TEST(Loss, HugeOutputsKeepTheirCrossEntropyAndSignal) {
  for (const double f : {-800.0, -40.0, 0.0, 40.0, 800.0}) {
    for (const Index label : {0, 1, 2}) {
      Matrix output(3, 1), target = Matrix::Zero(3, 1);
      output << f, 0.5, -0.25;
      target(label, 0) = 1;
      Long others = 0;
      for (Index k = 0; k < 3; ++k) others += k == label ? Long(0) : std::exp(Long(output(k)) - Long(output(label)));
      const double expected = double(std::log1p(others));
      EXPECT_NEAR(loss_value(LossKind::cross_entropy, output, target), expected, 1e-15 * expected) << f;
      const double own = double(-others / (1 + others));
      EXPECT_NEAR(loss_signal(LossKind::cross_entropy, output, target)(label), own, 1e-15 * std::abs(own)) << f;
    }
  }
}

TEST(Loss, OutputsThatAreNotFiniteHaveNoFiniteLoss) {
  for (const double bad : {std::numeric_limits<double>::quiet_NaN(), HUGE_VAL, -HUGE_VAL}) {
    for (auto c : every_case()) {
      for (Index k = 0; k < c.output.rows(); ++k) {
        Matrix output = c.output;
        output(k, 2) = bad;
        EXPECT_FALSE(std::isfinite(loss_value(c.kind, output, c.target))) << loss_row(c.kind).name << ", " << bad;
      }
    }
  }
}

TEST(Loss, SinglePrecisionSignalsAreTheRoundedOnes) {
  for (const auto& c : every_case()) {
    const MatrixOf<float> output = c.output.cast<float>(), target = c.target.cast<float>();
    MatrixOf<float> signal(output.rows(), output.cols());
    const Matrix output_twice = output.cast<double>(), target_twice = target.cast<double>();
    const double loss = sum_loss(loss_row(c.kind), output, target, signal) / static_cast<double>(target.cols());
    EXPECT_NEAR(loss, loss_value(c.kind, output_twice, target_twice), 1e-6 * loss);
    EXPECT_LT((signal.cast<double>() - loss_signal(c.kind, output_twice, target_twice)).norm(), 1e-6);
  }
}

TEST(Loss, AnUnknownNameIsRefusedWithTheKnownOnes) {
  for (const auto& loss : losses()) EXPECT_EQ(find_loss(loss.name).kind, loss.kind);
  for (const auto& loss : losses()) EXPECT_EQ(loss_row(loss.kind).name, loss.name);
  try {
    find_loss("hinge");
    FAIL();
  } catch (const InputError& error) {
    EXPECT_STREQ(error.what(),
                 "training.loss: no loss is called 'hinge'; choose one of squared, logistic, "
                 "cross_entropy");
  }
}

}  // namespace
}  // namespace ntksweep
