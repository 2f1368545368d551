#include <gtest/gtest.h>

#include "../../src/ntk/kernel_product.hpp"
#include "../support/cases.hpp"
#include "../support/reference_network.hpp"

namespace ntksweep {
namespace {

TEST(KernelProduct, IsTheExplicitKernelTimesAVectorForEveryArchitecture) {
  const Matrix x = cases::random_matrix(3, 6, 1);
  for (auto architecture : cases::every_architecture()) {
    for (const Trained trained : {Trained::all, Trained::output}) {
      architecture.trained = trained;
      const auto network = initialize(architecture, 3);
      KernelProduct product(network, x);
      ASSERT_EQ(product.size(), 6 * architecture.outputs);
      const Vector v = cases::random_matrix(product.size(), 1, 4);
      const Vector expected = reference::kernel(network, x) * v;
      EXPECT_LT((product(v) - expected).norm(), 1e-12 * expected.norm()) << cases::describe(architecture);
    }
  }
}

TEST(KernelProduct, IsSymmetric) {
  for (const auto& architecture : cases::every_architecture()) {
    const auto network = initialize(architecture, 3);
    const Matrix x = cases::random_matrix(3, 6, 1);
    KernelProduct product(network, x);
    const Vector a = cases::random_matrix(product.size(), 1, 4);
    const Vector b = cases::random_matrix(product.size(), 1, 5);
    EXPECT_NEAR(a.dot(product(b)), b.dot(product(a)), 1e-12 * product(a).norm() * b.norm());
  }
}

}  // namespace
}  // namespace ntksweep
