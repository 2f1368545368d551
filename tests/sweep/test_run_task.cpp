#include <gtest/gtest.h>

#include <cmath>

#include "ntksweep/nn/forward.hpp"
#include "task_sweep.hpp"

namespace ntksweep {
namespace {

const std::string small =
    "[grid]\nwidth = 12\nsamples = 10\nstep_size = [0.3, 0.7, 1.2]\nseed = 2\n"
    "[data]\ninput_dim = 5\n[training]\nmax_steps = 50\n";

TEST(RunTask, ACellHasTheSameBitsAloneAndInAnyCompany) {
  const Sweep sweep(small);
  const auto together = sweep.run(sweep.grid.cells_of_group(0));
  ASSERT_EQ(together.size(), 3U);
  for (const CellRun& run : together) {
    const auto alone = sweep.run({run.record.cell});
    EXPECT_EQ(record_checksum(alone.front().record), record_checksum(run.record));
  }
}

TEST(RunTask, RecordsBothEndsOfTraining) {
  const Sweep sweep(small);
  const CellRun run = sweep.run({0}).front();
  const auto values = sweep.values(run);
  const auto& loss = values.at("train_loss");
  EXPECT_EQ(loss.front(), squared_loss(predict(run.initial, run.data->x), run.data->y));
  EXPECT_EQ(loss.back(), squared_loss(predict(run.trained, run.data->x), run.data->y));
  EXPECT_EQ(values.at("checkpoint_step").front(), 0);
  EXPECT_EQ(values.at("checkpoint_step").back(), values.at("steps").front());
  EXPECT_EQ(values.at("ntk_drift").front(), 0);
  EXPECT_GT(values.at("ntk_drift").back(), 0);
  EXPECT_TRUE(std::isnan(values.at("ntk_drift")[1])) << "no kernel was asked for between the ends";
}

TEST(RunTask, TakesKernelsAtTheCheckpointsAskedFor) {
  const Sweep sweep(small + "[statistics]\nkernel_every = 3\n");
  const auto drift = sweep.values(sweep.run({0}).front()).at("ntk_drift");
  for (std::size_t slot = 0; slot < drift.size(); ++slot) {
    EXPECT_EQ(std::isfinite(drift[slot]), slot % 3 == 0 || slot + 1 == drift.size()) << slot;
  }
}

TEST(RunTask, ACriticalUnitIsTwoSamplesOverTheLargestEigenvalue) {
  const Sweep sweep(small);
  for (const CellRun& run : sweep.run({0, 1})) {
    const auto values = sweep.values(run);
    const double critical = 2.0 * 10 / values.at("ntk_lambda_max").front();
    EXPECT_NEAR(values.at("step_size_critical").front() / critical, 1, 1e-11);
    EXPECT_NEAR(values.at("step_size_absolute").front() / (0.3 * critical), 1, 1e-11);
  }
}

TEST(RunTask, AnAbsoluteStepIsTakenAsItIs) {
  const Sweep sweep(small + "step_unit = \"absolute\"\n");
  EXPECT_EQ(sweep.values(sweep.run({0}).front()).at("step_size_absolute").front(), 0.3);
}

TEST(RunTask, ADivergedCellKeepsItsLossesAndHasNoKernelAtTheEnd) {
  const Sweep sweep(
      "[grid]\nwidth = 12\nsamples = 10\nstep_size = 40.0\n[data]\ninput_dim = 5\n"
      "[model]\nactivation = \"linear\"\n");
  const CellRun run = sweep.run({0}).front();
  const auto values = sweep.values(run);
  EXPECT_EQ(run.record.status, Status::diverged);
  EXPECT_GT(values.at("steps").front(), 0);
  EXPECT_FALSE(values.at("train_loss").back() < 1e6);
  EXPECT_TRUE(std::isfinite(values.at("ntk_lambda_max").front()));
  EXPECT_TRUE(std::isnan(values.at("ntk_lambda_max").back()));
}

TEST(RunTask, AFailureIsOneCellsStatusWithItsMessage) {
  // Weights of zero: the kernel vanishes, and a step in critical units means nothing.
  const Sweep sweep(small + "[model]\ninit_scale = 0.0\n");
  const CellRun run = sweep.run({0}).front();
  EXPECT_EQ(run.record.status, Status::failed);
  EXPECT_NE(run.record.message.find("absolute"), std::string::npos) << run.record.message;
  EXPECT_FALSE(run.record.values.empty());
  for (const double value : run.record.values) EXPECT_TRUE(std::isnan(value));
}

TEST(RunTask, SinglePrecisionStartsFromRoundedWeights) {
  const Sweep sweep(small + "precision = \"float32\"\n");
  const CellRun run = sweep.run({0}).front();
  for (const Matrix& w : run.initial.weights) EXPECT_EQ(w, w.cast<float>().cast<double>());
  for (const Matrix& w : run.trained.weights) EXPECT_EQ(w, w.cast<float>().cast<double>());
  EXPECT_EQ(sweep.values(run).at("ntk_drift").front(), 0);
}

TEST(RunTask, TheMinimumNormSolutionInterpolatesFromTheInterpolationLimitOn) {
  const Sweep sweep(
      "[grid]\nwidth = [4, 40]\nsamples = 10\n[data]\ninput_dim = 5\n[model]\ntrain = \"output\"\n"
      "[training]\nmethod = \"min_norm\"\n");
  const auto runs = sweep.run({0});
  const auto wide = sweep.run({1});
  EXPECT_EQ(runs.front().record.status, Status::converged);
  EXPECT_GT(sweep.values(runs.front()).at("train_loss").back(), 1e-4);
  EXPECT_LT(sweep.values(wide.front()).at("train_loss").back(), 1e-20);
  EXPECT_EQ(sweep.values(wide.front()).at("interpolation_step").front(), 0);
  EXPECT_NEAR(sweep.values(wide.front()).at("ntk_drift").back(), 0, 1e-14) << "features do not move";
}

TEST(DataPool, SurvivesTheWayBetweenRanks) {
  const Sweep sweep("[data]\nsource = [\"digits\", \"gaussian\"]\n[grid]\nsamples = 30\n");
  const DataPool other = DataPool::from_bytes(sweep.data.to_bytes());
  for (const std::uint64_t number : {std::uint64_t{0}, sweep.grid.size() - 1}) {
    const DataConfig config = describe(sweep.grid.cell(number)).data;
    EXPECT_EQ(other.of(config).inputs, sweep.data.of(config).inputs);
    EXPECT_EQ(other.of(config).labels, sweep.data.of(config).labels);
    EXPECT_EQ(other.of(config).content_hash, sweep.data.of(config).content_hash);
  }
}

TEST(GridExtents, AreTheLargestOverAllAxes) {
  const Sweep sweep(
      "[grid]\nsamples = [5, 9, 7]\n[model]\ndepth = [0, 3]\n[training]\nmax_steps = [10, 1000]\n"
      "[statistics]\nspectrum = \"top:8\"\ncheckpoints = 12\n");
  const Extents extents = grid_extents(sweep.job, sweep.data);
  EXPECT_EQ(extents.layers, 4U);
  EXPECT_EQ(extents.eigenvalues, 8U);
  EXPECT_EQ(extents.checkpoints, checkpoint_schedule(1000, 12).size());
}

}  // namespace
}  // namespace ntksweep
