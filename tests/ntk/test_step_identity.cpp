#include <gtest/gtest.h>

#include <cmath>

#include "../support/cases.hpp"
#include "../support/reference_network.hpp"
#include "ntksweep/nn/gradient_descent.hpp"
#include "ntksweep/ntk/kernel.hpp"

/// The trained model F = alpha (f - b) obeys F - y <- (I - eta K / n) (F - y) up to O(eta^2), K the kernel of f, for
/// every alpha: a forgotten factor (1/n, 1/C, s, c, alpha) would leave an error of order eta.
namespace ntksweep {
namespace {

Matrix model(const Network<double>& network, const Matrix& x, const TrainingRules& rules, const Matrix& initial) {
  const Matrix f = reference::outputs(network, x);
  return rules.output_scale * (rules.centre == OutputCentre::initial ? Matrix(f - initial) : f);
}

/// Distance of one step from its linear part. The outputs at the centre are those of `initial`, another network than
/// the one that takes the step, so that F does not vanish there.
double error(const Network<double>& network, const Network<double>& initial, const Dataset& data,
             const TrainingRules& rules, double eta) {
  const Matrix centre = reference::outputs(initial, data.x);
  auto moved = initial;
  GradientDescent<double> descent(moved, data.x, data.y, rules);
  moved.weights = network.weights;
  moved.biases = network.biases;
  descent.evaluate();
  const Matrix before = model(network, data.x, rules, centre);
  descent.step(eta);
  const Matrix after = model(moved, data.x, rules, centre);
  const Matrix kernel = empirical_ntk(network, data.x, KernelKind::full);
  const double rate = eta / static_cast<double>(data.x.cols());
  return ((after - before).reshaped() + rate * (kernel * (before - data.y).reshaped())).norm();
}

TEST(StepIdentity, HoldsToTheSquareOfTheStepSizeForEveryOutputScaleAndCentre) {
  for (auto architecture : cases::every_architecture()) {
    if (architecture.depth == 0 || architecture.activation != "tanh") continue;
    const auto data = cases::regression(3, 6, architecture.outputs, 1);
    const auto network = initialize(architecture, 1);
    const auto initial = initialize(architecture, 2);
    for (const double alpha : {0.25, 1.0, 5.0}) {
      for (const OutputCentre centre : {OutputCentre::none, OutputCentre::initial}) {
        const TrainingRules rules{.output_scale = alpha, .centre = centre};
        const double whole = error(network, initial, data, rules, 1e-4);
        const double half = error(network, initial, data, rules, 5e-5);
        EXPECT_NEAR(whole / half, 4, 0.05) << cases::describe(architecture) << ", alpha " << alpha;
      }
    }
  }
}

TEST(StepIdentity, IsExactWhereOnlyTheOutputLayerIsTrained) {
  for (auto architecture : cases::every_architecture()) {
    if (architecture.depth == 0 || architecture.activation != "tanh") continue;
    architecture.trained = Trained::output;
    const auto data = cases::regression(3, 6, architecture.outputs, 1);
    const auto initial = initialize(architecture, 2);
    const auto other = initialize(architecture, 1);
    auto network = initial;
    network.weights.back() = other.weights.back();
    network.biases.back() = other.biases.back();
    const TrainingRules rules{.output_scale = 5, .centre = OutputCentre::initial};
    const double scale = 5 * reference::outputs(network, data.x).norm() + data.y.norm();
    EXPECT_LT(error(network, initial, data, rules, 1e-2), 1e-12 * scale) << cases::describe(architecture);
  }
}

}  // namespace
}  // namespace ntksweep
