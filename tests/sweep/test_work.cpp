#include <fmt/format.h>
#include <gtest/gtest.h>

#include "virtual_cluster.hpp"

namespace ntksweep {
namespace {

/// The work of the only cell of a job: samples 100, inputs 20 and one hidden layer of 50, unless
/// the lines say otherwise.
struct Lines {
  std::string grid{}, model{}, data{}, training{}, statistics{};
};

Work work_of(const Lines& lines) {
  const std::string toml =
      fmt::format("[grid]\nstep_size = 0.5\n{}\n[model]\n{}\n[data]\n{}\n[training]\n{}\n[statistics]\n{}\n",
                  lines.grid.empty() ? "width = 50\nsamples = 100" : lines.grid, lines.model,
                  lines.data.empty() ? "input_dim = 20" : lines.data,
                  lines.training.empty() ? "max_steps = 1000" : lines.training, lines.statistics);
  return TestSweep(toml).work_of(0);
}

TEST(Work, OfALargeNetworkIsThatOfItsMatrixProducts) {
  const double n = 1000;
  const double m = 2000;
  const double d = 500;
  const Work work = work_of({.grid = "width = 2000\nsamples = 1000",
                             .model = "depth = 2",
                             .data = "input_dim = 500",
                             .training = "max_steps = 10"});
  const double parameters = m * d + m * m + m;
  const double step = 4 * n * parameters + 2 * n * m * m;
  EXPECT_NEAR(work.training, 10 * step, 0.05 * 10 * step);
}

TEST(Work, OfTrainingIsProportionalToTheSteps) {
  const double thousand = work_of({}).training;
  const double two_thousand = work_of({.training = "max_steps = 2000"}).training;
  EXPECT_DOUBLE_EQ(two_thousand, 2 * thousand);
}

TEST(Work, OfATinyNetworkIsNotFree) {
  const double tiny = work_of({.grid = "width = 1\nsamples = 1", .data = "input_dim = 1"}).training;
  EXPECT_GT(tiny, 1000 * 1e4);
}

TEST(Work, OfTrainingTheOutputLayerOnlyDoesNotGrowWithTheHiddenLayers) {
  const double one = work_of({.model = "train = \"output\""}).training;
  const double three = work_of({.model = "train = \"output\"\ndepth = 3"}).training;
  EXPECT_EQ(one, three);
  EXPECT_LT(one, work_of({}).training);
}

TEST(Work, InSinglePrecisionIsHalfInTrainingAndTheSameElsewhere) {
  const Work in_double = work_of({});
  const Work in_single = work_of({.training = "max_steps = 1000\nprecision = \"float32\""});
  EXPECT_DOUBLE_EQ(in_single.training, 0.5 * in_double.training);
  EXPECT_EQ(in_single.kernels, in_double.kernels);
  EXPECT_EQ(in_single.shared, in_double.shared);
}

TEST(Work, OfTanhIsMoreThanOfRelu) {
  EXPECT_GT(work_of({.model = "activation = \"tanh\""}).training, 1.5 * work_of({}).training);
}

TEST(Work, OfLinearRegressionIsThatOfOneLayer) {
  const double products = 1000 * 4.0 * 100 * 20;
  const double training = work_of({.model = "depth = 0\nbiases = \"all\""}).training;
  EXPECT_GT(training, products);
  EXPECT_LT(training, 3 * products);
}

TEST(Work, OfTrainingWithFewSamplesIsThatOfTheDualFirstLayer) {
  const double products = 1000 * 2.0 * 256 * 256 * 1024;
  const double training = work_of({.grid = "width = 1024\nsamples = 256", .data = "input_dim = 784"}).training;
  EXPECT_GT(training, products);
  EXPECT_LT(training, 1.3 * products);
}

TEST(Work, OfTrainingALinearNetworkForLongDoesNotGrowWithTheSamples) {
  const auto at = [](int samples) {
    return work_of({.grid = fmt::format("width = 50\nsamples = {}", samples),
                    .model = "activation = \"linear\"",
                    .training = "max_steps = 100000"})
        .training;
  };
  EXPECT_GT(at(100), 100000 * 2.0 * 20 * 20 * 50);
  EXPECT_LT(at(2000), 1.01 * at(100));
}

TEST(Work, OfTheMinimumNormSolutionDoesNotDependOnTheSteps) {
  const std::string model = "train = \"output\"";
  const double few = work_of({.model = model, .training = "method = \"min_norm\"\nmax_steps = 10"}).training;
  const double many = work_of({.model = model, .training = "method = \"min_norm\"\nmax_steps = 1000000"}).training;
  EXPECT_EQ(few, many);
  EXPECT_GT(few, 2 * 100.0 * 50 * 50);
}

TEST(Work, OfTheMinimumNormSolutionGrowsWithTheCubeOfItsSize) {
  const auto at = [](int size) {
    return work_of({.grid = fmt::format("width = {0}\nsamples = {0}", size),
                    .model = "train = \"output\"",
                    .training = "method = \"min_norm\""})
        .training;
  };
  EXPECT_NEAR(at(2000) / at(1000), 8.0, 0.2);
}

TEST(Work, WithoutKernelsHasNoSpectrum) {
  const Lines many{.grid = "width = 50\nsamples = 2000"};
  Lines without = many;
  without.statistics = "kernel = \"none\"";
  const double spectrum = 4.0 / 3.0 * 2000.0 * 2000 * 2000;
  EXPECT_GT(work_of(many).kernels, spectrum);
  EXPECT_LT(work_of(without).kernels, 0.5 * spectrum);
  EXPECT_GT(work_of(many).shared - work_of(without).shared, spectrum);
}

TEST(Work, WhereNoStatisticLooksAtKernelsIsThatOfFormingTheFirst) {
  const Work usual = work_of({.statistics = "kernel_every = 1"});
  const Work only_losses = work_of({.statistics = "kernel_every = 1\nonly = [\"train_loss\"]"});
  EXPECT_LT(only_losses.shared, usual.shared - 4 / 3.0 * 100 * 100 * 100);
  EXPECT_EQ(only_losses.kernels, work_of({.statistics = "kernel = \"none\""}).kernels);
}

TEST(Work, OfKernelsIsPerKernelTaken) {
  const auto kernels = [](const char* every) {
    return work_of({.grid = "width = 50\nsamples = 1000", .statistics = every}).kernels;
  };
  const double outputs = kernels("checkpoints = 12\nkernel = \"none\"");
  const double end_only = kernels("checkpoints = 12") - outputs;
  EXPECT_NEAR(kernels("checkpoints = 12\nkernel_every = 1") - outputs, 11 * end_only, 1e-9 * end_only);
  EXPECT_NEAR(kernels("checkpoints = 12\nkernel_every = 5") - outputs, 3 * end_only, 1e-9 * end_only);
}

TEST(Work, OfTheFullKernelIsThatOfItsSize) {
  const auto kernels = [](const char* kind) {
    return work_of({.grid = "width = 10\nsamples = 300", .data = "input_dim = 20\noutputs = 10", .statistics = kind})
        .kernels;
  };
  const double spectrum = 4.0 / 3.0 * 3000.0 * 3000 * 3000;
  EXPECT_GT(kernels("kernel = \"full\""), spectrum);
  EXPECT_LT(kernels("kernel = \"trace\""), 0.1 * spectrum);
}

TEST(Work, DoesNotDependOnTheSeed) {
  const TestSweep sweep("[grid]\nwidth = 8\nsamples = 8\nstep_size = 0.5\nseed = 2\n");
  EXPECT_EQ(sweep.work_of(0).training, sweep.work_of(1).training);
  EXPECT_EQ(sweep.work_of(0).shared, sweep.work_of(1).shared);
}

TEST(Work, OfAGroupOfStatisticsIsPaidOnlyWhereItIsAskedFor) {
  const Work usual = work_of({});
  for (const GroupInfo& group : statistic_groups()) {
    if (group.usual) continue;
    const Work asked = work_of({.statistics = fmt::format("also = [\"{}\"]", group.name)});
    const double more = asked.shared - usual.shared + asked.training - usual.training + asked.kernels - usual.kernels;
    const bool free = group.group == Group::risk || group.group == Group::predictions;
    EXPECT_EQ(more > 0, !free) << group.name;
  }
}

TEST(Work, ByPurposeAddsUpToTheWhole) {
  const TestSweep sweep(
      "[grid]\nwidth = [8, 64]\nstep_size = [0.1, 0.2]\nseed = 3\n[statistics]\nalso = [\"linearised\", "
      "\"sharpness\", \"two_layer\"]\n");
  double whole = 0;
  for (std::uint64_t cell = 0; cell < sweep.grid.size(); ++cell) {
    const Work work = sweep.work_of(cell);
    whole += work.shared / 2 + work.training + work.kernels;
  }
  double sum = 0;
  for (const WorkShare& share : work_by_purpose(sweep.job, sweep.grid, sweep.data)) sum += share.flops;
  EXPECT_NEAR(sum, whole, 1e-9 * whole);
}

}  // namespace
}  // namespace ntksweep
