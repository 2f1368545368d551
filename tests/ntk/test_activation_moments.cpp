#include <gtest/gtest.h>

#include <cmath>

#include "../support/cases.hpp"
#include "../support/gaussian_quadrature.hpp"
#include "ntksweep/core/error.hpp"

namespace ntksweep {
namespace {

using quadrature::pair;

constexpr double correlations[] = {-1, -0.999, -0.7, 0, 0.1, 0.6, 0.99, 0.9999999, 1};

bool is_smooth(const Activation& phi) { return phi.name != "relu" && phi.name != "leaky_relu"; }

TEST(ActivationMoments, OfSmoothActivationsAreThoseOfQuadratureInThePlane) {
  for (const auto& phi : activations()) {
    if (!is_smooth(phi)) continue;
    for (const auto& [s, t] : {std::pair{0.3, 1.1}, {1.0, 1.0}, {2.0, 2.0}, {0.05, 2.0}}) {
      for (const double rho : correlations) {
        const PairMoments expected = quadrature::moments(phi, 0, s, t, rho, 0.1);
        const PairMoments found = activation_moments(phi, 0, pair(s, t, rho));
        EXPECT_NEAR(found.values(0, 0), expected.values(0, 0), 3e-12) << phi.name << " " << s << " " << t << " " << rho;
        EXPECT_NEAR(found.slopes(0, 0), expected.slopes(0, 0), 3e-12) << phi.name << " " << s << " " << t << " " << rho;
      }
    }
  }
}

/// A rule with step h knows a kink to h^2 and a jump to h.
TEST(ActivationMoments, OfRectifiersAreThoseOfQuadratureToItsAccuracy) {
  for (const auto* name : {"relu", "leaky_relu"}) {
    const auto& phi = find_activation(name);
    for (const double leak : {0.3, -0.5}) {
      for (const double rho : {-0.7, 0.0, 0.6, 0.95}) {
        const PairMoments expected = quadrature::moments(phi, leak, 0.7, 1.4, rho, 0.02);
        const PairMoments found = activation_moments(phi, leak, pair(0.7, 1.4, rho));
        EXPECT_NEAR(found.values(0, 0), expected.values(0, 0), 3e-4) << name << " " << leak << " " << rho;
        EXPECT_NEAR(found.slopes(0, 0), expected.slopes(0, 0), 0.02) << name << " " << leak << " " << rho;
      }
    }
  }
}

TEST(ActivationMoments, OfASlopeOfOneOrZeroAreThoseOfLinearAndRelu) {
  const auto& leaky = find_activation("leaky_relu");
  for (const double rho : correlations) {
    const PairMoments one = activation_moments(leaky, 1, pair(0.7, 1.4, rho));
    EXPECT_NEAR(one.values(0, 0), 0.7 * 1.4 * rho, 1e-14);
    EXPECT_NEAR(one.slopes(0, 0), 1, 1e-14);
    const PairMoments zero = activation_moments(leaky, 0, pair(0.7, 1.4, rho));
    EXPECT_EQ(zero.values, activation_moments(find_activation("relu"), 0.3, pair(0.7, 1.4, rho)).values);
  }
}

TEST(ActivationMoments, BySeriesAreTheClosedFormsOfErf) {
  const auto& phi = find_activation("erf");
  for (const double s : {0.1, 1.0, 3.0}) {
    for (const double rho : correlations) {
      const PairMoments closed = activation_moments(phi, 0, pair(s, 1.5 * s, rho));
      const PairMoments series = hermite_moments(phi, 0, pair(s, 1.5 * s, rho), 1e-12);
      EXPECT_NEAR(series.values(0, 0), closed.values(0, 0), 1e-12) << s << " " << rho;
      EXPECT_NEAR(series.slopes(0, 0), closed.slopes(0, 0), 1e-12) << s << " " << rho;
    }
  }
}

TEST(ActivationMoments, BySeriesAreThoseOfReluAsFarAsAKinkAllows) {
  const auto& phi = find_activation("relu");
  for (const double rho : {-0.7, 0.0, 0.6, 0.95}) {
    const double closed = activation_moments(phi, 0, pair(0.7, 1.4, rho)).values(0, 0);
    EXPECT_NEAR(hermite_moments(phi, 0, pair(0.7, 1.4, rho), 0.1).values(0, 0), closed, 1e-3 * closed + 1e-3) << rho;
  }
}

TEST(ActivationMoments, OfManyPairsAreThoseOfEachPairAndSymmetric) {
  const Matrix factor = cases::random_matrix(3, 70, 1);
  const Matrix gram = factor.transpose() * factor / 3;
  for (const auto& phi : activations()) {
    const PairCovariance covariance{gram, gram.diagonal(), gram.diagonal()};
    const PairMoments all = activation_moments(phi, 0.2, covariance);
    EXPECT_LT((all.values - all.values.transpose()).norm(), 1e-13 * all.values.norm()) << phi.name;
    for (const auto& [i, j] : {std::pair{0, 69}, {33, 2}, {31, 32}, {5, 5}}) {
      const PairMoments one = activation_moments(
          phi, 0.2, {gram.block(i, j, 1, 1), gram.diagonal().segment(i, 1), gram.diagonal().segment(j, 1)});
      EXPECT_NEAR(all.values(i, j), one.values(0, 0), 1e-12) << phi.name;
      EXPECT_NEAR(all.slopes(i, j), one.slopes(0, 0), 1e-12) << phi.name;
    }
  }
}

TEST(ActivationMoments, OfAVariableWithItselfAreTheSecondMoment) {
  const Vector variance = Vector::LinSpaced(5, 0, 4);
  for (const auto& phi : activations()) {
    const Matrix cross = variance.asDiagonal();
    const PairMoments pairs = activation_moments(phi, 0.2, {cross, variance, variance});
    const Vector square = activation_second_moment(phi, 0.2, variance);
    EXPECT_LT((pairs.values.diagonal() - square).norm(), 1e-12) << phi.name;
  }
}

/// A pre-activation that is always 0 has the slope that the network uses there.
TEST(ActivationMoments, OfAConstantZeroHaveTheSlopeAtZero) {
  for (const auto& phi : activations()) {
    Matrix value = Matrix::Zero(1, 1), slope(1, 1);
    apply(phi, value, slope, 0.3);
    const PairMoments moments = activation_moments(phi, 0.3, pair(0, 0, 0));
    EXPECT_NEAR(moments.slopes(0, 0), slope(0, 0) * slope(0, 0), 1e-12) << phi.name;
    EXPECT_NEAR(moments.values(0, 0), 0, 1e-14) << phi.name;
  }
}

TEST(ActivationMoments, OfReluAreExactForParallelInputsInSpiteOfRounding) {
  const auto& relu = find_activation("relu");
  for (const double rounding : {-3e-15, 0.0, 3e-15}) {
    const PairMoments same = activation_moments(relu, 0, pair(0.7, 1.4, 1 + rounding));
    EXPECT_EQ(same.slopes(0, 0), 0.5);
    EXPECT_NEAR(same.values(0, 0), 0.7 * 1.4 / 2, 1e-14);
    EXPECT_EQ(activation_moments(relu, 0, pair(0.7, 1.4, -1 + rounding)).slopes(0, 0), 0);
  }
}

TEST(ActivationMoments, OfReluKnowSmallAngles) {
  for (const double t : {1e-1, 1e-3, 1e-5, 1e-6}) {
    const PairMoments found = activation_moments(find_activation("relu"), 0, pair(1, 1, std::cos(t)));
    // cos t is rounded to 1e-16, which moves the angle by 1e-16 / t.
    EXPECT_NEAR(found.slopes(0, 0), 0.5 - t / 2 / std::numbers::pi, 1e-16 / t) << t;
  }
}

TEST(ActivationMoments, ThatTheSeriesCannotReachAreANumericalError) {
  for (const double sd : {9.9, 100.0, 1e100}) {
    EXPECT_THROW(activation_moments(find_activation("tanh"), 0, pair(sd, 1, 0.5)), NumericalError) << sd;
  }
}

TEST(ActivationMoments, AreThereForEveryActivation) {
  for (const auto& phi : activations()) EXPECT_NO_THROW(activation_moments(phi, 0.1, pair(1, 1, 0.5))) << phi.name;
}

}  // namespace
}  // namespace ntksweep
