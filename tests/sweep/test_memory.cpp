#include <fmt/format.h>
#include <gtest/gtest.h>
#include <malloc.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <thread>

#include "ntksweep/sweep/run_task.hpp"
#include "virtual_cluster.hpp"

namespace ntksweep {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool measurable = false;
#else
constexpr bool measurable = true;
#endif

double predicted_bytes(const TestSweep& sweep) {
  const CellSpec spec = describe(sweep.grid.cell(0));
  return predict_bytes(sweep.job, spec, data_shape(spec.data, sweep.data.of(spec.data)));
}

double resident_bytes() {
  std::ifstream file("/proc/self/statm");
  double total = 0;
  double resident = 0;
  file >> total >> resident;
  return resident * static_cast<double>(sysconf(_SC_PAGESIZE));
}

/// Peak memory that the first cell adds to a process, measured in a child of its own. Its state is asked for all the
/// time.
double measured_bytes(const TestSweep& sweep) {
  malloc_trim(0);  // or the cell would live on what earlier tests freed
  const double before = resident_bytes();
  const pid_t child = fork();
  if (child == 0) {
    const std::uint64_t cells[] = {0};
    bool good = false;
    StateSlot slot;
    const std::jthread asks([&slot](const std::stop_token& end) {
      for (; !end.stop_requested(); std::this_thread::sleep_for(std::chrono::milliseconds(1))) slot.ask();
    });
    run_task(sweep.job, sweep.grid, sweep.data, cells,
             [&](CellRun&& run) { good = run.record.status != Status::failed; }, {.slot = &slot});
    _exit(good ? 0 : 1);
  }
  int status = 1;
  rusage usage{};
  wait4(child, &status, 0, &usage);
  EXPECT_EQ(status, 0) << "the cell failed";
  return 1024.0 * static_cast<double>(usage.ru_maxrss) - before;
}

struct Large {
  const char* name;
  const char* toml;
  friend std::ostream& operator<<(std::ostream& out, const Large& large) { return out << large.name; }
};

class Memory : public testing::TestWithParam<Large> {};

TEST_P(Memory, OfALargeCellIsPredictedRatherAboveThanBelow) {
  if (!measurable) GTEST_SKIP() << "sanitizers keep memory of their own";
  const TestSweep sweep(GetParam().toml);
  const TestSweep tiny("[grid]\nwidth = 1\nsamples = 1\nstep_size = 0.5\n[data]\ninput_dim = 1\n");
  const double predicted = predicted_bytes(sweep) - predicted_bytes(tiny);
  const double ratio = predicted / measured_bytes(sweep);
  EXPECT_GT(ratio, 0.9);
  EXPECT_LT(ratio, 1.35);  // 1.2 in a process that did not run other tests before
}

INSTANTIATE_TEST_SUITE_P(
    Large, Memory,
    testing::Values(Large{"ManySamples",
                          "[grid]\nwidth = 16\nsamples = 1500\nstep_size = 0.5\n[training]\nmax_steps = 3\n"},
                    Large{"Wide", "[grid]\nwidth = 4096\nsamples = 512\nstep_size = 0.5\n[training]\nmax_steps = 3\n"},
                    Large{"Deep",
                          "[grid]\nwidth = 700\nsamples = 500\nstep_size = 0.5\n[model]\ndepth = 4\n[training]\n"
                          "max_steps = 3\n[statistics]\nkernel = \"none\"\n"},
                    Large{"Extremes",
                          "[grid]\nwidth = 512\nsamples = 8000\nstep_size = 0.5\n[training]\nmax_steps = 3\n"
                          "[statistics]\nspectrum = \"extremes\"\n[data]\ninput_dim = 4\n"},
                    Large{"KeptGram",
                          "[grid]\nwidth = 64\nsamples = 1500\nstep_size = 0.5\n[training]\nmax_steps = 3\n"
                          "[data]\ninput_dim = 300\n"},
                    Large{"FullKernel",
                          "[grid]\nwidth = 16\nsamples = 150\nstep_size = 0.5\n[data]\noutputs = 10\n[training]\n"
                          "max_steps = 3\n[statistics]\nkernel = \"full\"\n"},
                    Large{"Linearised",
                          "[grid]\nwidth = 16\nsamples = 200\nstep_size = 0.5\n[data]\noutputs = 5\n[training]\n"
                          "max_steps = 3\n[statistics]\nkernel = \"none\"\nalso = [\"linearised\"]\n"},
                    Large{"Regression",
                          "[grid]\nwidth = 16\nsamples = 1000\nstep_size = 0.5\n[training]\nmax_steps = 3\n"
                          "[statistics]\nalso = [\"regression\", \"eigenvectors\", \"infinite\"]\n"},
                    Large{"MinimumNorm",
                          "[grid]\nwidth = 1400\nsamples = 1400\nstep_size = 0.5\n[model]\ntrain = \"output\"\n"
                          "[training]\nmethod = \"min_norm\"\n[statistics]\nkernel = \"none\"\n"}),
    [](const auto& instance) { return std::string(instance.param.name); });

/// Lanczos holds as many vectors as it may come to need; mostly it needs fewer.
TEST(Memory, OfTheSharpnessIsPredictedFromAbove) {
  if (!measurable) GTEST_SKIP() << "sanitizers keep memory of their own";
  const TestSweep sweep(
      "[grid]\nwidth = 512\nsamples = 100\nstep_size = 0.5\n[model]\ndepth = 2\n[training]\nmax_steps = 3\n"
      "[statistics]\nkernel = \"none\"\nalso = [\"sharpness\", \"features\"]\n");
  EXPECT_LT(measured_bytes(sweep), predicted_bytes(sweep));
  EXPECT_GT(predicted_bytes(sweep), 70 * 8 * (512 * 512 + 512 * 17));
}

TEST(Memory, OfATinyCellIsThatOfTheProgram) {
  const TestSweep tiny("[grid]\nwidth = 1\nsamples = 1\nstep_size = 0.5\n[data]\ninput_dim = 1\n");
  EXPECT_GT(predicted_bytes(tiny), 30e6);
  EXPECT_LT(predicted_bytes(tiny), 120e6);
}

}  // namespace
}  // namespace ntksweep
