#include <gtest/gtest.h>

#include <bit>
#include <cmath>

#include "../support/data_files.hpp"
#include "ntksweep/sweep/work.hpp"
#include "task_sweep.hpp"

/// Cells whose kernels are never formed: statistics.spectrum = extremes.
namespace ntksweep {
namespace {

std::string job_text(const std::string& spectrum, const std::string& more = "") {
  return "[grid]\nwidth = 24\nsamples = 20\nstep_size = 0.5\n[model]\nactivation = \"tanh\"\n"
         "[training]\nmax_steps = 30\n[data]\ninput_dim = 30\n"
         "[statistics]\nspectrum = \"" +
         spectrum + "\"\n" + more;
}

TEST(Extremes, AreThoseOfTheFullSpectrumAndTheRestIsMissing) {
  const Sweep with(job_text("extremes"));
  const Sweep whole(job_text("full"));
  const auto few = with.values(with.run({0}).front());
  const auto all = whole.values(whole.run({0}).front());
  for (const char* name : {"ntk_lambda_max", "ntk_trace", "ntk_stable_rank", "ntk_lambda_min_floor"}) {
    EXPECT_NEAR(few.at(name).back() / all.at(name).back(), 1, 1e-10) << name;
  }
  for (const char* name : {"ntk_lambda_min", "ntk_condition"}) {
    EXPECT_NEAR(few.at(name).front() / all.at(name).front(), 1, 2e-3) << name;
  }
  for (const char* name : {"ntk_drift", "ntk_cka", "ntk_alignment", "ntk_effective_rank"}) {
    EXPECT_TRUE(std::isnan(few.at(name).back())) << name;
    EXPECT_FALSE(std::isnan(all.at(name).back())) << name;
  }
  EXPECT_FALSE(few.contains("ntk_eigenvalues"));
}

TEST(Extremes, DoNotMoveTheTraining) {
  const Sweep with(job_text("extremes"));
  const Sweep whole(job_text("full"));
  const double few = with.values(with.run({0}).front()).at("train_loss").back();
  const double all = whole.values(whole.run({0}).front()).at("train_loss").back();
  EXPECT_EQ(std::bit_cast<std::uint64_t>(few), std::bit_cast<std::uint64_t>(all));
}

TEST(Extremes, RefuseStatisticsThatNeedTheEntries) {
  for (const std::string name : {"eigenvectors", "linearised", "regression", "infinite", "ntk_rotation"}) {
    const std::string message = input_error([&] {
      const Sweep sweep(job_text("extremes", "also = [\"" + name + "\"]\n"));
      selected_statistics(sweep.job);
    });
    EXPECT_TRUE(mentions(message, "statistics.also", name, "statistics.spectrum = extremes"));
  }
}

TEST(Extremes, AreNotFoundWhereNoKernelsAreTaken) {
  const Sweep sweep(job_text("extremes", "kernel = \"none\"\n"));
  const auto values = sweep.values(sweep.run({0}).front());
  EXPECT_FALSE(values.contains("ntk_lambda_max"));
  EXPECT_TRUE(values.contains("train_loss"));
}

TEST(Extremes, NeedNoMemoryForTheEntries) {
  const auto bytes = [](const std::string& spectrum) {
    const Sweep sweep(job_text(spectrum));
    CellSpec spec = describe(sweep.grid.cell(0));
    const DataShape shape = data_shape(spec.data, sweep.data.of(spec.data));
    spec.samples = 20000;
    return predict_bytes(sweep.job, spec, shape);
  };
  EXPECT_GT(bytes("none"), 2 * 8 * 20000.0 * 20000.0);
  EXPECT_LT(bytes("extremes"), 0.3e9);
}

}  // namespace
}  // namespace ntksweep
