#include <dlfcn.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <functional>

#include "../support/cases.hpp"
#include "ntksweep/nn/gradient_descent.hpp"
#include "ntksweep/nn/mini_batches.hpp"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define NTKSWEEP_OWN_MALLOC 0
#else
#define NTKSWEEP_OWN_MALLOC 1
#endif

extern "C" void openblas_set_num_threads(int threads);

namespace {

std::atomic<std::int64_t> allocations{0};
std::atomic<bool> counting{false};

/// OpenBLAS packs some small products in memory of its own (malloc in its AVX-512 kernels), which
/// is out of our hands.
void note(const void* caller) {
  if (!counting) return;
  Dl_info info{};
  if (dladdr(caller, &info) != 0 && std::strstr(info.dli_fname, "openblas") != nullptr) return;
  ++allocations;
}

}  // namespace

#if NTKSWEEP_OWN_MALLOC
// glibc's own entry points, so that every malloc of this program can be counted.
extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* old, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);

void* malloc(std::size_t size) {
  note(__builtin_return_address(0));
  return __libc_malloc(size);
}
void* calloc(std::size_t count, std::size_t size) {
  note(__builtin_return_address(0));
  return __libc_calloc(count, size);
}
void* realloc(void* old, std::size_t size) {
  note(__builtin_return_address(0));
  return __libc_realloc(old, size);
}
void* aligned_alloc(std::size_t alignment, std::size_t size) {
  note(__builtin_return_address(0));
  return __libc_memalign(alignment, size);
}
int posix_memalign(void** out, std::size_t alignment, std::size_t size) {
  note(__builtin_return_address(0));
  *out = __libc_memalign(alignment, size);
  return *out == nullptr ? 12 : 0;
}
}
#endif

namespace ntksweep {
namespace {

struct Size {
  Index width, samples, inputs;
};

std::int64_t allocations_during(const std::function<void()>& work) {
  allocations = 0;
  counting = true;
  work();
  counting = false;
  return allocations;
}

/// Allocations in five iterations after two to warm up.
template <class S>
std::int64_t allocations_of(const Architecture& architecture, Index samples, const TrainingRules& rules = {},
                            TrainingForm form = TrainingForm::per_sample) {
  const auto data = cases::regression(architecture.inputs, samples, architecture.outputs, 1);
  auto network = cast<S>(initialize(architecture, 1));
  const MatrixOf<S> x = data.x.template cast<S>(), y = data.y.template cast<S>();
  GradientDescent<S> descent(network, x, y, rules, form);
  const auto iterate = [&descent](int count) {
    for (int t = 0; t < count; ++t) {
      descent.evaluate();
      descent.output();
      descent.step(1e-3);
    }
  };
  iterate(2);
  return allocations_during([&] { iterate(5); });
}

class Allocation : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!NTKSWEEP_OWN_MALLOC) GTEST_SKIP() << "a sanitizer has its own malloc";
    openblas_set_num_threads(1);
  }
};

TEST_F(Allocation, OfAMatrixIsSeen) {
  Matrix matrix;
  EXPECT_EQ(allocations_during([&] { matrix = Matrix::Zero(10, 10); }), 1);
}

TEST_F(Allocation, TrainingDoesNoneAtAnySize) {
  for (const Size size : {Size{1, 1, 1}, Size{8, 32, 16}, Size{64, 128, 32}, Size{1024, 512, 64}, Size{16, 40000, 4},
                          Size{40000, 16, 4}, Size{16, 16, 40000}}) {
    for (const Index outputs : {1, 3}) {
      for (const Biases biases : {Biases::none, Biases::all}) {
        Architecture a;
        a.inputs = size.inputs;
        a.width = size.width;
        a.outputs = outputs;
        a.biases = biases;
        EXPECT_EQ(allocations_of<double>(a, size.samples), 0)
            << size.width << ", " << size.samples << ", C " << outputs;
        EXPECT_EQ(allocations_of<float>(a, size.samples), 0) << size.width << ", " << size.samples << ", C " << outputs;
      }
    }
  }
}

TEST_F(Allocation, TrainingDoesNoneForAnyArchitecture) {
  for (auto architecture : cases::every_architecture()) {
    for (const Trained trained : {Trained::all, Trained::output}) {
      architecture.trained = trained;
      for (const Index samples : {4, 100}) {
        EXPECT_EQ(allocations_of<double>(architecture, samples), 0) << cases::describe(architecture);
        EXPECT_EQ(allocations_of<float>(architecture, samples), 0) << cases::describe(architecture);
      }
    }
  }
}

TEST_F(Allocation, TrainingDoesNoneInAnyForm) {
  for (auto architecture : cases::every_architecture()) {
    EXPECT_EQ(allocations_of<double>(architecture, 4, {}, TrainingForm::dual), 0) << cases::describe(architecture);
    EXPECT_EQ(allocations_of<float>(architecture, 4, {}, TrainingForm::dual), 0) << cases::describe(architecture);
    if (architecture.activation != "linear" || architecture.biases != Biases::none) continue;
    EXPECT_EQ(allocations_of<double>(architecture, 4, {}, TrainingForm::rotated), 0) << cases::describe(architecture);
    EXPECT_EQ(allocations_of<float>(architecture, 4, {}, TrainingForm::rotated_dual), 0)
        << cases::describe(architecture);
  }
}

TEST_F(Allocation, TrainingDoesNoneUnderAnyRule) {
  for (auto architecture : cases::every_architecture()) {
    for (const LossKind loss : {LossKind::squared, LossKind::logistic, LossKind::cross_entropy}) {
      for (const DecayToward toward : {DecayToward::zero, DecayToward::initial}) {
        for (const double momentum : {0.0, 0.5}) {
          const TrainingRules rules{loss, 2, OutputCentre::initial, momentum, 0.1, toward};
          EXPECT_EQ(allocations_of<double>(architecture, 4, rules), 0) << cases::describe(architecture);
          EXPECT_EQ(allocations_of<float>(architecture, 4, rules), 0) << cases::describe(architecture);
        }
      }
    }
  }
}

TEST_F(Allocation, MiniBatchesDoOneForEachEpoch) {
  const auto data = cases::regression(3, 7, 1, 1);
  Architecture a;
  a.inputs = 3;
  a.width = 5;
  a.biases = Biases::all;
  auto network = initialize(a, 1);
  MiniBatchDescent<double> descent(network, data.x, data.y, {.momentum = 0.5, .batch = 2});
  for (int t = 0; t < 8; ++t) descent.step(1e-3);
  EXPECT_EQ(allocations_during([&] {
              for (int t = 0; t < 12; ++t) descent.step(1e-3);
            }),
            3);
}

}  // namespace
}  // namespace ntksweep
