#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "../support/data_files.hpp"
#include "task_sweep.hpp"

/// Cells that are linear in what they train, through everything that a sweep does: the linearised columns are
/// measurements of the same thing, and the critical step is the edge of convergence.
namespace ntksweep {
namespace {

constexpr double epsilon = std::numeric_limits<double>::epsilon();

const std::string models[] = {
    "[model]\ntrain = \"output\"\nactivation = \"tanh\"\nbiases = \"all\"\n[data]\ninput_dim = 3\n",
    "[model]\ntrain = \"output\"\nparametrization = \"mup\"\n[data]\ninput_dim = 3\noutputs = 3\n",
    "[model]\ndepth = 0\n[data]\ninput_dim = 6\noutputs = 2\n",
};

std::string job_text(const std::string& model, const std::string& steps, const std::string& training) {
  return "[grid]\nwidth = 9\nsamples = 4\nstep_size = " + steps + "\n[training]\nmax_steps = 30000\n" + training +
         "[statistics]\nalso = [\"linearised\"]\n" + model;
}

using Values = std::map<std::string, std::vector<double>>;

/// Losses |r_t|^2 / 2n of both sides. A residual may be off by `tolerance` |r_0|, and where it grows by that part of
/// itself; powers (1 - x)^t know x to rounding, so that t steps may add t of them.
void expect_linearised_losses(const Values& values, const std::string& measured, const std::string& predicted,
                              double tolerance) {
  const auto& loss = values.at(measured);
  const auto& linear = values.at(predicted);
  for (std::size_t slot = 0; slot < loss.size(); ++slot) {
    if (!std::isfinite(values.at("checkpoint_step")[slot])) continue;
    ASSERT_TRUE(std::isfinite(loss[slot]) && std::isfinite(linear[slot])) << measured << " in slot " << slot;
    const double scale = std::max(loss.front(), loss[slot]);
    const double rounding = std::max(0.0, values.at("checkpoint_step")[slot]) * 8 * epsilon * loss[slot] / scale;
    const double allowed = 2 * (tolerance + rounding) * std::sqrt(std::max(loss[slot], tolerance * scale) * scale);
    EXPECT_NEAR(loss[slot], linear[slot], allowed) << measured << " in slot " << slot;
  }
}

TEST(LinearCells, AreTheirOwnLinearisationAtEveryCheckpoint) {
  for (const std::string& model : models) {
    const Sweep sweep(job_text(model, "[0.1, 0.7, 0.9995, 1.0005, 1.3]", "tolerance = 1e-10\n"));
    for (const CellRun& run : sweep.run_all()) {
      const Values values = sweep.values(run);
      SCOPED_TRACE(model + "cell " + std::to_string(run.record.cell));
      expect_linearised_losses(values, "train_loss", "linearised_train_loss", 1e-12);
      if (run.record.status != Status::diverged) {
        expect_linearised_losses(values, "test_loss", "linearised_test_loss", 1e-12);
      }
    }
  }
}

TEST(LinearCells, ConvergeJustBelowTheCriticalStepAndDivergeJustAboveIt) {
  for (const std::string& model : models) {
    const Sweep sweep(job_text(model, "[0.9995, 1.0005]", "tolerance = 1e-8\n"));
    const auto runs = sweep.run({0, 1});
    EXPECT_EQ(runs[0].record.status, Status::converged) << model;
    EXPECT_EQ(runs[1].record.status, Status::diverged) << model;
    EXPECT_LT(sweep.values(runs[1]).at("steps").front(), 30000) << model;
  }
}

TEST(LinearCells, EndWithTheStatusAndAtTheStepThatTheLinearisationPredicts) {
  const std::vector<Status> expected{Status::max_steps, Status::converged, Status::converged,
                                     Status::diverged,  Status::diverged,  Status::diverged};
  for (const std::string& model : models) {
    const Sweep sweep(job_text(model, "[1e-7, 0.7, 0.9995, 1.0005, 1.1, 5.0]", "tolerance = 1e-8\n"));
    const auto runs = sweep.run_all();
    ASSERT_EQ(runs.size(), expected.size());
    for (std::size_t i = 0; i < runs.size(); ++i) {
      const Values values = sweep.values(runs[i]);
      EXPECT_EQ(runs[i].record.status, expected[i]) << model << i;
      EXPECT_EQ(values.at("linearised_status").front(), static_cast<double>(expected[i])) << model << i;
      EXPECT_NEAR(values.at("linearised_steps").front(), values.at("steps").front(), 1) << model << i;
    }
  }
}

/// Losses that leave the range of numbers at once: as infinity, or, with the largest step and weights that are infinite
/// themselves, as a difference of infinities, which is above no bound.
TEST(LinearCells, DivergeWithTheirStepWhereTheLossIsNoNumberAnyMore) {
  for (const std::string& model : models) {
    const std::string large = "[model]\nsigma_w = 1e3\n" + model.substr(std::string("[model]\n").size());
    const Sweep sweep(job_text(large, "[1e100, 1e180, 1.5e308]", "step_unit = \"absolute\"\n"));
    const auto runs = sweep.run_all();
    for (const CellRun& run : runs) {
      const Values values = sweep.values(run);
      EXPECT_EQ(run.record.status, Status::diverged) << model;
      EXPECT_EQ(values.at("linearised_status").front(), static_cast<double>(Status::diverged)) << model;
      EXPECT_EQ(values.at("steps").front(), 1) << model;
      EXPECT_EQ(values.at("linearised_steps").front(), 1) << model;
    }
    EXPECT_TRUE(std::isnan(sweep.values(runs.back()).at("train_loss").back())) << model;
  }
}

/// Two samples at the same place with different targets: an eigenvalue of zero, where (1 - (1 - x)^t) / lambda is 0/0.
TEST(LinearCells, WithAnExactDuplicateAreTheirOwnLinearisationToo) {
  const TemporaryFolder folder;
  const std::string train =
      folder.write("train.csv", "0.3,-1.2,0.7,0.25\n1.1,0.4,-0.6,-1.5\n0.3,-1.2,0.7,1.75\n-0.8,0.9,1.3,0.5\n");
  const std::string test = folder.write("test.csv", "-1.6,-0.3,0.2,2.25\n0.5,0.5,0.5,-0.75\n");
  const Sweep sweep(
      "[grid]\nwidth = 30\nsamples = 4\nstep_size = 0.7\n[training]\nmax_steps = 3000\n"
      "[model]\ntrain = \"output\"\n[statistics]\nalso = [\"linearised\"]\n"
      "[data]\nsource = \"csv\"\ntargets = \"value\"\npath = \"" +
      train + "\"\ntest_path = \"" + test + "\"\n");
  const CellRun run = sweep.run({0}).front();
  ASSERT_EQ(run.record.status, Status::max_steps) << run.record.message;
  const Values values = sweep.values(run);
  EXPECT_LT(std::abs(values.at("ntk_lambda_min").front()), values.at("ntk_lambda_min_floor").front());
  expect_linearised_losses(values, "train_loss", "linearised_train_loss", 1e-12);
  expect_linearised_losses(values, "test_loss", "linearised_test_loss", 1e-12);
  // Half the difference of the two targets is what no function can remove: 2 (1.5 / 2)^2 / 2n.
  EXPECT_GT(values.at("train_loss").back(), 2 * 0.75 * 0.75 / 8 * (1 - 1e-12));
}

}  // namespace
}  // namespace ntksweep
