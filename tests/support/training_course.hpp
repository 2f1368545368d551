#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "cases.hpp"
#include "ntksweep/nn/gradient_descent.hpp"
#include "reference_network.hpp"

/// Gradient descent in one of its forms, kept step by step, for comparison.
namespace ntksweep::forms {

constexpr auto per_sample = TrainingForm::per_sample;
constexpr auto dual = TrainingForm::dual;
constexpr auto rotated = TrainingForm::rotated;
constexpr auto rotated_dual = TrainingForm::rotated_dual;

struct Course {
  std::vector<double> losses;
  Vector parameters;
  Matrix output;
};

template <class S>
Course course(TrainingForm form, const Network<double>& initial, const Dataset& data, const TrainingRules& rules,
              double eta, int steps) {
  auto network = cast<S>(initial);
  const MatrixOf<S> x = data.x.cast<S>(), y = data.y.cast<S>();
  GradientDescent<S> descent(network, x, y, rules, form);
  Course result;
  for (int t = 0; t < steps; ++t) {
    result.losses.push_back(descent.evaluate());
    descent.step(eta);
  }
  result.losses.push_back(descent.evaluate());
  result.output = descent.output().template cast<double>();
  descent.synchronise();
  result.parameters = reference::parameters(cast<double>(network));
  return result;
}

inline void expect_same(const Course& found, const Course& expected, double tolerance, const std::string& what) {
  EXPECT_LT((found.parameters - expected.parameters).norm(), tolerance * expected.parameters.norm()) << what;
  EXPECT_LT((found.output - expected.output).norm(), tolerance * expected.output.norm()) << what;
  for (std::size_t t = 0; t < expected.losses.size(); ++t) {
    ASSERT_NEAR(found.losses[t], expected.losses[t], tolerance * std::sqrt(expected.losses[t] * expected.losses[0]))
        << what << ", step " << t;
  }
}

inline Architecture two_layers(Index inputs, const std::string& activation, Index width = 20) {
  Architecture a;
  a.inputs = inputs;
  a.width = width;
  a.activation = activation;
  return a;
}

/// Fewer samples than inputs, as many, more, and inputs of rank 3 (one twice, one always 0).
inline std::vector<Dataset> every_shape(Index outputs) {
  std::vector<Dataset> all;
  for (const Index samples : {3, 6, 9}) all.push_back(cases::regression(6, samples, outputs, 1));
  for (const Index samples : {5, 9}) {
    all.push_back(cases::regression(6, samples, outputs, 2));
    auto& x = all.back().x;
    x.row(5).setZero();
    x.bottomRows(3).topRows(2) = x.topRows(2);
  }
  return all;
}

}  // namespace ntksweep::forms
