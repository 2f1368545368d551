#include <gtest/gtest.h>

#include <cmath>

#include "../support/decompositions.hpp"
#include "../support/linear_cells.hpp"
#include "ntksweep/core/error.hpp"
#include "ntksweep/nn/forward.hpp"
#include "ntksweep/ntk/kernel.hpp"
#include "ntksweep/ntk/linear_theory.hpp"

namespace ntksweep {
namespace {

using linear_cells::Cell;

LinearTheory theory_of(const Cell& cell) { return linear_theory(cell.network, cell.x, cell.y, cell.rules); }

/// Square full-rank X with d = C, as in the paper; every symbol formed as it is written there.
Cell square_cell(Index size, Index width, double init_scale, unsigned seed) {
  Architecture a = linear_cells::linear_architecture(size, width, size);
  a.init_scale = init_scale;
  a.imbalance = 1.7;
  return {initialize(a, seed),
          linear_cells::conditioned(size, size, 1.4, seed),
          cases::random_matrix(size, size, seed),
          {}};
}

struct Explicit {
  Matrix x, w1, w2, y;
  explicit Explicit(const Cell& cell)
      : x(cell.scale() * cell.x.transpose()),
        w1(cell.network.weights[0].transpose()),
        w2(cell.network.weights[1].transpose()),
        y(cell.y.transpose()) {}
  Vector imbalance() const {
    const Matrix d = w1.transpose() * w1 - w2 * w2.transpose();
    return reference::eigenvalues(d).reverse();
  }
  double error() const { return (y - x * w1 * w2).norm(); }
};

double smallest(const Matrix& a) { return reference::singular_values(a).minCoeff(); }
double largest(const Matrix& a) { return reference::singular_values(a).maxCoeff(); }

TEST(LinearConstants, AreThoseOfThePaperWrittenOut) {
  const Index size = 5;
  for (const Index width : {7, 12, 60}) {
    const Cell cell = square_cell(size, width, 1, 3);
    const Explicit paper(cell);
    const LinearConstants c = theory_of(cell).constants;
    const Vector lambda = paper.imbalance();
    const Vector negated = -lambda.reverse();
    const double plus = std::max(lambda(0), 0.0), minus = std::max(negated(0), 0.0);
    const double last_plus = std::max(lambda(size - 1), 0.0), last_minus = std::max(negated(size - 1), 0.0);
    const double delta = last_plus + last_minus;
    const double p1 = std::max(smallest(paper.y) - paper.error(), 0.0) / largest(paper.x);
    const double p2 = (paper.y.norm() + paper.error()) / smallest(paper.x);
    const auto half = [](double a, double b, double p) { return 0.5 * (a + std::sqrt(b * b + 4 * p * p)); };
    EXPECT_NEAR(c.smoothness, std::pow(largest(paper.x), 2), 1e-12 * c.smoothness);
    EXPECT_NEAR(c.strong_convexity, std::pow(smallest(paper.x), 2), 1e-12 * c.strong_convexity);
    EXPECT_NEAR(c.margin, p1, 1e-12);
    EXPECT_NEAR(c.product_bound, p2, 1e-12 * p2);
    EXPECT_NEAR(c.delta, delta, 1e-11);
    EXPECT_NEAR(c.tau_lower,
                half(-(plus - last_plus), plus - last_plus + delta, p1) +
                    half(-(minus - last_minus), minus - last_minus + delta, p1),
                1e-10);
    EXPECT_NEAR(c.tau_upper, half(plus, plus, p2) + half(minus, minus, p2), 1e-10);
    EXPECT_NEAR(c.initial_loss, cell.samples() * cell.loss(), 1e-12 * c.initial_loss);
  }
}

TEST(LinearConstants, BoundTauAndTheProductAtInitializationForEveryShape) {
  int with_margin = 0, narrow = 0;
  for (unsigned seed = 0; seed < 600; ++seed) {
    const Cell cell = linear_cells::random_cell(seed);
    const LinearTheory theory = theory_of(cell);
    const LinearConstants& c = theory.constants;
    const LinearGeometry now = linear_geometry(linear_weights(theory.problem, cell.network));
    EXPECT_LE(c.tau_lower, now.tau_min + 1e-10 * now.tau_max) << seed;
    EXPECT_GE(c.tau_upper, now.tau_max * (1 - 1e-12)) << seed;
    EXPECT_LE(c.margin, now.product_min + 1e-12) << seed;
    EXPECT_GE(c.product_bound, now.product_max * (1 - 1e-12)) << seed;
    with_margin += c.margin > 0 ? 1 : 0;
    const auto& w1 = cell.network.weights[0];
    narrow += c.margin > 0 && w1.rows() < std::max(w1.cols(), cell.y.rows()) ? 1 : 0;
  }
  EXPECT_GT(with_margin, 100);
  EXPECT_GT(narrow, 20);
}

TEST(LinearGeometry, IsThatOfTheExplicitOperatorTau) {
  const Cell cell = square_cell(4, 9, 1, 5);
  const Explicit paper(cell);
  const LinearGeometry now = linear_geometry(linear_weights(theory_of(cell).problem, cell.network));
  // tau as a matrix on vec(U): (W_2^T W_2) (x) I + I (x) (W_1 W_1^T).
  const Matrix right = paper.w2.transpose() * paper.w2;
  const Matrix left = paper.w1 * paper.w1.transpose();
  Matrix tau(16, 16);
  for (Index i = 0; i < 4; ++i) {
    for (Index j = 0; j < 4; ++j) {
      tau.block(4 * i, 4 * j, 4, 4) = right(i, j) * Matrix::Identity(4, 4) + (i == j ? left : Matrix::Zero(4, 4));
    }
  }
  const Vector values = reference::eigenvalues(tau);
  EXPECT_NEAR(now.tau_min, values(0), 1e-12 * values(15));
  EXPECT_NEAR(now.tau_max, values(15), 1e-12 * values(15));
  EXPECT_NEAR(now.product_max, largest(paper.w1 * paper.w2), 1e-12);
  EXPECT_NEAR(now.product_min, smallest(paper.w1 * paper.w2), 1e-12);
}

/// mu tau_min <= lambda_min(NTK) and lambda_max(NTK) <= K tau_max, with the kernel of this program.
TEST(LinearGeometry, EnclosesTheSpectrumOfTheKernel) {
  const Cell cell = square_cell(4, 30, 1, 5);
  const LinearTheory theory = theory_of(cell);
  const LinearGeometry now = linear_geometry(linear_weights(theory.problem, cell.network));
  const Matrix kernel = empirical_ntk(cell.network, cell.x, KernelKind::full);
  const Vector values = reference::eigenvalues(kernel);
  EXPECT_LE(theory.constants.strong_convexity * now.tau_min, values(0) * (1 + 1e-12));
  EXPECT_GE(theory.constants.smoothness * now.tau_max, values(15) * (1 - 1e-12));
}

TEST(LargestStep, SolvesBothCubicsToRounding) {
  for (unsigned seed = 0; seed < 50; ++seed) {
    const Cell cell = square_cell(4, 40, 0.5 + 0.05 * seed, seed);
    const LinearConstants c = theory_of(cell).constants;
    const double eta = largest_step(c);
    ASSERT_GT(eta, 0);
    // The terms of the cubic, from its statement in the paper.
    const double mu = c.strong_convexity, kappa = c.condition, l = c.initial_loss;
    const double b = 1.5 * c.tau_upper, p = c.product_bound;
    const double a2 = 2 * std::sqrt(2 * kappa * l * std::pow(mu, 3)) * p + kappa * mu * mu * b * b;
    const double a3 = 2 * std::sqrt(2 * std::pow(kappa, 3) * l * std::pow(mu, 5)) * b * p;
    const double a4 = 2 * kappa * kappa * std::pow(mu, 3) * p * p * l;
    const double target = 2 * 0.5 * c.tau_lower * mu;
    const auto value = [&](double extra) { return ((a4 * eta + a3) * eta + a2 + extra) * eta / target; };
    const double first = value(4 * 1.5 * l * c.smoothness / 0.5);
    const double second = value(8 * 1.5 * c.tau_upper * l * c.smoothness / (0.5 * c.tau_lower));
    EXPECT_NEAR(std::max(first, second), 1, 1e-14) << seed;
    EXPECT_GE(contraction(c, eta, l), 1 - 1 / kappa);
    EXPECT_LT(contraction(c, eta, l), 1);
  }
}

TEST(BestStep, IsTheMinimumOfTheBound) {
  const LinearConstants c = theory_of(square_cell(4, 40, 1, 1)).constants;
  for (const double loss : {c.initial_loss, 1e-3 * c.initial_loss, 0.0}) {
    const double free = best_step(c, 1e300, loss);
    const double best = contraction(c, free, loss);
    for (const double away : {0.5, 0.9, 0.99, 1.01, 1.1, 2.0}) {
      EXPECT_GT(contraction(c, away * free, loss), best) << away;
    }
    EXPECT_EQ(best_step(c, 0.3 * free, loss), 0.3 * free);
  }
}

std::string reason(const Architecture& a, const TrainingRules& rules = {}) {
  return outside_linear_theory(initialize(a, 1), rules, 10);
}

TEST(OutsideLinearTheory, SaysWhatToSet) {
  const Architecture inside = linear_cells::linear_architecture(4, 8, 2);
  EXPECT_EQ(reason(inside), "");
  Architecture a = inside;
  a.depth = 2;
  EXPECT_EQ(reason(a), "model.depth = 1, not 2");
  a = inside;
  a.activation = "relu";
  EXPECT_EQ(reason(a), "model.activation = linear, not relu");
  a = inside;
  a.biases = Biases::hidden;
  EXPECT_EQ(reason(a), "model.biases = none");
  a = inside;
  a.trained = Trained::output;
  EXPECT_EQ(reason(a), "model.train = all");
  for (const auto* parametrization : {"ntk", "standard", "mup", "mean_field"}) {
    a = inside;
    a.parametrization = parametrization;
    EXPECT_EQ(reason(a), "") << parametrization;
  }
}

TEST(OutsideLinearTheory, RefusesWhatIsNotPlainGradientDescentOnTheSquaredLoss) {
  const Architecture inside = linear_cells::linear_architecture(4, 8, 2);
  EXPECT_NE(reason(inside, {.loss = LossKind::logistic}), "");
  EXPECT_NE(reason(inside, {.momentum = 0.9}), "");
  EXPECT_NE(reason(inside, {.weight_decay = 0.1}), "");
  EXPECT_NE(reason(inside, {.batch = 5}), "");
  EXPECT_EQ(reason(inside, {.batch = 10}), "");
}

/// F = alpha (f - b): the same run, told in terms of F, has the same excess loss at every step.
TEST(LinearProblem, OutputScaleAndCentreAreTakenIntoTheTargets) {
  Cell cell = square_cell(4, 20, 1, 2);
  const TrainingRules rules{.output_scale = 3, .centre = OutputCentre::initial};
  const Matrix start = predict(cell.network, cell.x);
  const LinearTheory theory = linear_theory(cell.network, cell.x, cell.y, rules);
  const double loss = squared_loss(Matrix::Zero(4, 4), cell.y);  // of F at initialization
  EXPECT_NEAR(theory.problem.loss(loss), theory.constants.initial_loss, 1e-12 * theory.constants.initial_loss);
  EXPECT_NEAR(theory.constants.target_norm, (cell.y / 3 + start).norm(), 1e-12 * theory.constants.target_norm);
}

/// More samples than inputs and targets out of reach: what counts is the excess over the least-squares loss.
TEST(LinearProblem, WhatCannotBeLearnedIsTakenOffTheLoss) {
  Architecture a = linear_cells::linear_architecture(3, 20, 2);
  const Cell cell{initialize(a, 1), linear_cells::conditioned(3, 12, 1.3, 1), cases::random_matrix(2, 12, 4), {}};
  const LinearProblem problem = theory_of(cell).problem;
  const Matrix xt = cell.x.transpose();
  const Matrix fit = xt * reference::least_squares(xt, cell.y.transpose());
  EXPECT_NEAR(problem.unreachable, 0.5 * (cell.y.transpose() - fit).squaredNorm(), 1e-12 * problem.unreachable);
  EXPECT_GT(problem.unreachable, 1);
  EXPECT_NEAR(problem.loss(problem.unreachable / 12), 0, 1e-13);
}

TEST(LinearProblem, VanishingInputsAreSaid) {
  Cell cell = square_cell(3, 10, 1, 2);
  cell.x.setZero();
  EXPECT_THROW(theory_of(cell), NumericalError);
}

}  // namespace
}  // namespace ntksweep
