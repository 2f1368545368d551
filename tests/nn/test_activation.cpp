#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <set>
#include <string>

#include "ntksweep/core/error.hpp"
#include "ntksweep/nn/activation.hpp"

namespace ntksweep {
namespace {

template <class S>
struct Applied {
  MatrixOf<S> value, slope;
};

template <class S>
Applied<S> applied(const Activation& phi, const MatrixOf<S>& z, double leak = 0.3) {
  Applied<S> result{z, MatrixOf<S>(z.rows(), z.cols())};
  apply(phi, result.value, result.slope, leak);
  return result;
}

/// 0 is not among them, nor a point within 0.01 of it.
Matrix points() {
  Matrix z(1, 240);
  for (Index i = 0; i < z.size(); ++i) z(0, i) = -6.013 + 0.05 * static_cast<double>(i);
  return z;
}

TEST(Activation, SlopeIsTheDerivativeOfTheValue) {
  const double h = 1e-5;
  const Matrix z = points();
  for (const auto& phi : activations()) {
    for (const double leak : {0.01, 0.3}) {
      const Matrix above = applied<double>(phi, (z.array() + h).matrix(), leak).value;
      const Matrix below = applied<double>(phi, (z.array() - h).matrix(), leak).value;
      const Matrix slope = applied(phi, z, leak).slope;
      EXPECT_LT(((above - below) / (2 * h) - slope).cwiseAbs().maxCoeff(), 1e-9) << phi.name;
    }
  }
}

TEST(Activation, CurvatureIsTheDerivativeOfTheSlope) {
  const double h = 1e-5;
  const Matrix z = points();
  for (const auto& phi : activations()) {
    const Matrix above = applied<double>(phi, (z.array() + h).matrix()).slope;
    const Matrix below = applied<double>(phi, (z.array() - h).matrix()).slope;
    EXPECT_LT(((above - below) / (2 * h) - phi.curvature(z)).cwiseAbs().maxCoeff(), 1e-9) << phi.name;
  }
}

TEST(Activation, PiecewiseLinearOnesHaveNoCurvatureNotEvenAtTheKink) {
  for (const auto* name : {"linear", "relu", "leaky_relu"}) {
    for (const double zero : {0.0, -0.0}) {
      EXPECT_EQ(find_activation(name).curvature(Matrix::Constant(1, 1, zero))(0), 0) << name;
    }
  }
}

TEST(Activation, ValuesAreThoseOfTheFormula) {
  const Matrix z = points();
  const auto expect = [&](std::string_view name, auto&& formula) {
    const Matrix value = applied(find_activation(name), z).value;
    for (Index i = 0; i < z.size(); ++i) {
      EXPECT_NEAR(value(i), formula(z(i)), 1e-15 * std::max(1.0, std::abs(z(i)))) << name;
    }
  };
  expect("linear", [](double v) { return v; });
  expect("relu", [](double v) { return v > 0 ? v : 0.0; });
  expect("leaky_relu", [](double v) { return v > 0 ? v : 0.3 * v; });
  expect("tanh", [](double v) { return std::tanh(v); });
  expect("erf", [](double v) { return std::erf(v); });
  expect("gelu", [](double v) { return v * 0.5 * std::erfc(-v / std::sqrt(2.0)); });
}

TEST(Activation, TheSlopeOfARectifierAtZeroIsThatOfTheNegativeSide) {
  for (const double zero : {0.0, -0.0}) {
    const Matrix z = Matrix::Constant(1, 1, zero);
    EXPECT_EQ(applied(find_activation("relu"), z).slope(0), 0);
    EXPECT_EQ(applied(find_activation("leaky_relu"), z, 0.25).slope(0), 0.25);
  }
}

template <class S>
void expect_unit_slope() {
  const MatrixOf<S> z = MatrixOf<S>::Constant(1, 1, S(1.7));
  for (int i = 0; i < 1000; ++i) {
    const auto result = applied<S>(find_activation("leaky_relu"), z, 0.001 * i);
    ASSERT_EQ(result.slope(0), S(1)) << "leak " << 0.001 * i;
    ASSERT_EQ(result.value(0), S(1.7)) << "leak " << 0.001 * i;
  }
}

TEST(Activation, ALeakyRectifierLeavesThePositiveSideExactlyAsItIs) {
  expect_unit_slope<double>();
  expect_unit_slope<float>();
}

template <class S>
void expect_nan_passes(const Activation& phi) {
  for (Index size = 1; size <= 9; ++size) {
    for (Index at = 0; at < size; ++at) {
      MatrixOf<S> z = MatrixOf<S>::Constant(size, 1, S(-0.5));
      z(at) = std::numeric_limits<S>::quiet_NaN();
      const auto value = applied<S>(phi, z).value;
      for (Index i = 0; i < size; ++i) EXPECT_EQ(std::isnan(value(i)), i == at) << phi.name << " of " << size;
    }
  }
}

TEST(Activation, LetsANanThroughAndKeepsItInItsPlace) {
  for (const auto& phi : activations()) {
    expect_nan_passes<double>(phi);
    expect_nan_passes<float>(phi);
  }
}

TEST(Activation, SinglePrecisionFollowsDoublePrecision) {
  const MatrixOf<float> z = points().cast<float>();
  for (const auto& phi : activations()) {
    const auto single = applied(phi, z);
    const auto twice = applied<double>(phi, z.cast<double>());
    EXPECT_LT((single.value.cast<double>() - twice.value).cwiseAbs().maxCoeff(), 2e-6) << phi.name;
    EXPECT_LT((single.slope.cast<double>() - twice.slope).cwiseAbs().maxCoeff(), 2e-6) << phi.name;
  }
}

TEST(Activation, AnEntryDoesNotDependOnItsNeighbours) {
  const Matrix z = points();
  for (const auto& phi : activations()) {
    const auto all = applied(phi, z);
    for (Index i = 0; i < z.size(); ++i) {
      const auto alone = applied<double>(phi, z.col(i));
      EXPECT_NEAR(alone.value(0), all.value(i), 4e-16 * std::max(1.0, std::abs(all.value(i)))) << phi.name;
      EXPECT_NEAR(alone.slope(0), all.slope(i), 4e-16 * std::max(1.0, std::abs(all.slope(i)))) << phi.name;
    }
  }
}

TEST(Activation, NamesAreUniqueAndFindTheirRow) {
  std::set<std::string_view> names;
  for (const auto& phi : activations()) {
    EXPECT_TRUE(names.insert(phi.name).second) << phi.name;
    EXPECT_EQ(&find_activation(phi.name), &phi);
    EXPECT_FALSE(phi.formula.empty()) << phi.name;
  }
}

TEST(Activation, HasALeakExactlyWhereItIsThatMultipleBelowZeroAndOneAbove) {
  const Matrix z = points();
  for (const auto& phi : activations()) {
    const bool bends = phi.curvature(z).norm() > 0;
    ASSERT_EQ(phi.leak == nullptr, bends) << phi.name;
    if (bends) continue;
    const double leak = phi.leak(0.3);
    EXPECT_EQ(applied(phi, z, 0.3).value, Matrix((z.array() > 0).select(z, leak * z))) << phi.name;
  }
}

TEST(Activation, AnUnknownNameIsAnsweredWithTheKnownOnes) {
  try {
    find_activation("rellu");
    FAIL() << "accepted";
  } catch (const InputError& error) {
    const std::string message = error.what();
    EXPECT_NE(message.find("model.activation"), std::string::npos) << message;
    EXPECT_NE(message.find("'rellu'"), std::string::npos) << message;
    for (const auto& phi : activations()) EXPECT_NE(message.find(phi.name), std::string::npos) << message;
    EXPECT_EQ(message.find('\n'), std::string::npos);
  }
}

}  // namespace
}  // namespace ntksweep
