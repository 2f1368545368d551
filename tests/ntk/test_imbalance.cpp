#include <gtest/gtest.h>

#include "../support/decompositions.hpp"
#include "../support/linear_cells.hpp"
#include "ntksweep/ntk/imbalance.hpp"

namespace ntksweep {
namespace {

using cases::random_matrix;

Matrix explicit_imbalance(const Matrix& w1, const Matrix& w2) { return w1 * w1.transpose() - w2.transpose() * w2; }

TEST(Imbalance, HasTheEigenvaluesAndTheNormOfTheExplicitMatrix) {
  for (const Index width : {2, 5, 8, 30}) {
    const Matrix w1 = random_matrix(width, 5, 1);
    const Matrix w2 = random_matrix(3, width, 2);
    const Matrix d = explicit_imbalance(w1, w2);
    const Vector all = reference::eigenvalues(d);
    const Vector values = imbalance_eigenvalues(w1, w2);
    ASSERT_EQ(values.size(), std::min<Index>(width, 8));
    // The h - (d + C) eigenvalues that are left out are zero: the others are those at both ends.
    Vector expected(values.size());
    const Index above = (values.array() > 0).count();
    expected << all.reverse().head(above), all.head(values.size() - above).reverse();
    EXPECT_LT((values - expected).norm(), 1e-13 * d.norm()) << width;
    EXPECT_NEAR(imbalance_norm(w1, w2), d.norm(), 1e-13 * d.norm()) << width;
  }
}

TEST(Imbalance, OfABalancedNetworkIsZeroToRoundingOfTheWeights) {
  Architecture a = linear_cells::linear_architecture(5, 40, 3);
  a.initialization = "balanced";
  const auto network = initialize(a, 1);
  EXPECT_LT(imbalance_norm(network.weights[0], network.weights[1]), 1e-13 * network.weights[1].squaredNorm());
}

TEST(Imbalance, ASmallChangeIsFoundWithoutCancellation) {
  const Matrix w1 = random_matrix(30, 5, 1);
  const Matrix w2 = random_matrix(3, 30, 2);
  const Matrix step1 = 1e-9 * random_matrix(30, 5, 3);
  const Matrix step2 = 1e-9 * random_matrix(3, 30, 4);
  const Matrix change = step1 * w1.transpose() + w1 * step1.transpose() - step2.transpose() * w2 -
                        w2.transpose() * step2 + step1 * step1.transpose() - step2.transpose() * step2;
  // w + step is rounded, by 1e-16 in 1e-9.
  EXPECT_NEAR(imbalance_change(w1 + step1, w2 + step2, w1, w2), change.norm(), 1e-6 * change.norm());
  EXPECT_EQ(imbalance_change(w1, w2, w1, w2), 0);
}

TEST(Imbalance, OneStepChangesItByTheSquareOfTheStepSize) {
  for (unsigned seed = 0; seed < 40; ++seed) {
    linear_cells::Cell cell = linear_cells::random_cell(seed);
    const auto before = cell.network;
    const Matrix signal = cell.scale() / cell.samples() * cell.residual() * cell.x.transpose();
    const Matrix g1 = before.weights[1].transpose() * signal;  // dL/dW_1
    const Matrix g2 = signal * before.weights[0].transpose();
    const double eta = 0.3 / cell.rate();
    cell.step(eta);
    const double factor = eta * cell.rate();
    const Matrix expected = factor * factor * (g1 * g1.transpose() - g2.transpose() * g2);
    const Matrix after = explicit_imbalance(cell.network.weights[0], cell.network.weights[1]);
    const Matrix start = explicit_imbalance(before.weights[0], before.weights[1]);
    EXPECT_LT((after - start - expected).norm(), 5e-12 * (1 + start.norm())) << seed;
    const double change =
        imbalance_change(cell.network.weights[0], cell.network.weights[1], before.weights[0], before.weights[1]);
    EXPECT_NEAR(change, expected.norm(), 5e-12 * (1 + start.norm())) << seed;
  }
}

}  // namespace
}  // namespace ntksweep
