#include <dlfcn.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <stdexcept>
#include <string>

#include "task_sweep.hpp"

/// LAPACK under observation: this program's own dsyevd_ counts and, when told to, fails; otherwise it hands on to the
/// library's.
namespace {

struct Calls {
  int values = 0, vectors = 0;  ///< decompositions of matrices larger than `smallest`, without and with vectors
  int fails_at = -1;            ///< which of them reports a failure
  int smallest = 0;
};
Calls calls;

using Dsyevd = void (*)(const char*, const char*, const int*, double*, const int*, double*, double*, const int*, int*,
                        const int*, int*, std::size_t, std::size_t);

}  // namespace

extern "C" void dsyevd_(const char* job, const char* triangle, const int* n, double* a, const int* lda, double* w,
                        double* work, const int* lwork, int* iwork, const int* liwork, int* info, std::size_t job_size,
                        std::size_t triangle_size) {
  static const auto library = reinterpret_cast<Dsyevd>(dlsym(RTLD_NEXT, "dsyevd_"));
  if (library == nullptr) throw std::runtime_error("no LAPACK behind the test's own");
  const bool asks_for_sizes = *lwork == -1 || *liwork == -1;
  if (!asks_for_sizes && *n >= calls.smallest) {
    const int number = calls.values + calls.vectors;
    ++(*job == 'V' ? calls.vectors : calls.values);
    if (number == calls.fails_at) {
      *info = 3;
      return;
    }
  }
  library(job, triangle, n, a, lda, w, work, lwork, iwork, liwork, info, job_size, triangle_size);
}

namespace ntksweep {
namespace {

/// Decompositions of the 10 x 10 kernel only; `fails_at`: which of them.
void watch(int fails_at = -1) { calls = {0, 0, fails_at, 10}; }

std::string job_text(const std::string& statistics) {
  return "[grid]\nwidth = 6\nsamples = 10\nstep_size = [0.2, 0.4, 0.6]\n[data]\ninput_dim = 5\n"
         "[training]\nmax_steps = 20\n[statistics]\n" +
         statistics;
}

TEST(Decompositions, AreSeenByTheTest) {
  watch();
  const Sweep sweep(job_text(""));
  sweep.run({0});
  EXPECT_EQ(calls.values, 2) << "of the kernel at initialization and at the end";
}

TEST(Decompositions, ThatFailAreTheirCellsStatusAndNobodyElses) {
  const Sweep sweep(job_text(""));
  watch();
  const auto undisturbed = sweep.run({0, 1, 2});
  watch(2);  // 0: K_0 of all three; 1, 2, 3: the kernel at the end of each
  const auto runs = sweep.run({0, 1, 2});
  watch();
  ASSERT_EQ(runs.size(), 3U);
  EXPECT_EQ(runs[1].record.status, Status::failed);
  EXPECT_NE(runs[1].record.message.find("info = 3"), std::string::npos) << runs[1].record.message;
  for (const std::size_t i : {std::size_t{0}, std::size_t{2}}) {
    EXPECT_EQ(runs[i].record.status, Status::max_steps) << runs[i].record.message;
    EXPECT_EQ(record_checksum(runs[i].record), record_checksum(undisturbed[i].record));
  }
}

TEST(Decompositions, ThatFailBeforeTheFirstCellAreTriedAgainForTheNext) {
  const Sweep sweep(job_text(""));
  watch(0);
  const auto runs = sweep.run({0, 1});
  watch();
  EXPECT_EQ(runs[0].record.status, Status::failed);
  EXPECT_EQ(runs[1].record.status, Status::max_steps) << runs[1].record.message;
}

TEST(Decompositions, KernelsThatAreNotFiniteAreTheirCellsStatusAndNobodyElses) {
  const Sweep sweep(job_text("") + "[model]\ninit_scale = [1.0, 1e200]\n");
  int failed = 0, computed = 0;
  for (const CellRun& run : sweep.run_all()) {
    const double scale = sweep.grid.cell(run.record.cell).real("init_scale");
    EXPECT_EQ(run.record.status, scale == 1 ? Status::max_steps : Status::failed) << run.record.message;
    if (scale != 1) {
      EXPECT_NE(run.record.message.find("not finite"), std::string::npos) << run.record.message;
    }
    ++(scale == 1 ? computed : failed);
  }
  EXPECT_EQ(failed, 3);
  EXPECT_EQ(computed, 3);
}

TEST(Decompositions, FormNoEigenvectorsForTheUsualStatistics) {
  watch();
  const Sweep sweep(job_text("spectrum = \"full\"\n"));
  sweep.run({0, 1, 2});
  EXPECT_EQ(calls.vectors, 0);
  EXPECT_EQ(calls.values, 4) << "K_0 once, and one kernel at the end of each cell";
}

TEST(Decompositions, ForSpectraAreLeftOutWhereNoStatisticLooksAtThem) {
  watch();
  const Sweep sweep(job_text("only = [\"linearised\"]\nkernel_every = 1\n"));
  sweep.run({0, 1, 2});
  EXPECT_EQ(calls.values, 0);
  EXPECT_EQ(calls.vectors, 1);
}

TEST(Decompositions, ServeAllStepSizesOfATaskWithOneSetOfEigenvectors) {
  watch();
  const Sweep sweep(job_text("kernel = \"none\"\nalso = [\"linearised\"]\n"));
  sweep.run({0, 1, 2});
  EXPECT_EQ(calls.vectors, 1);
  EXPECT_EQ(calls.values, 0);
}

}  // namespace
}  // namespace ntksweep
