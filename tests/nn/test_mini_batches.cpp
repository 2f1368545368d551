#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include "../support/linear_model.hpp"
#include "../support/plain_descent.hpp"
#include "ntksweep/nn/mini_batches.hpp"
#include "ntksweep/nn/training.hpp"

namespace ntksweep {
namespace {

constexpr auto unobserved = [](std::size_t, std::int64_t) {};
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

Architecture architecture(Trained trained) {
  Architecture a;
  a.inputs = 3;
  a.width = 6;
  a.depth = 2;
  a.outputs = 2;
  a.activation = "tanh";
  a.biases = Biases::all;
  a.trained = trained;
  return a;
}

/// Step t of batches of B among n, from the documented order.
std::vector<std::int64_t> batch_at(std::uint64_t seed, std::int64_t n, std::int64_t batch, std::int64_t t) {
  const std::int64_t per_epoch = (n + batch - 1) / batch;
  const auto order = epoch_order(seed, t / per_epoch, n);
  const auto first = order.begin() + (t % per_epoch) * batch;
  return {first, first + std::min(batch, order.end() - first)};
}

TEST(EpochOrder, EveryEpochIsAnotherPermutation) {
  std::vector<std::int64_t> sorted(50);
  for (std::size_t i = 0; i < sorted.size(); ++i) sorted[i] = static_cast<std::int64_t>(i);
  std::vector<std::vector<std::int64_t>> seen;
  for (const std::uint64_t seed : {0, 1}) {
    for (std::int64_t epoch = 0; epoch < 4; ++epoch) {
      auto order = epoch_order(seed, epoch, 50);
      EXPECT_EQ(order, epoch_order(seed, epoch, 50));
      EXPECT_EQ(std::ranges::count(seen, order), 0);
      seen.push_back(order);
      std::ranges::sort(order);
      EXPECT_EQ(order, sorted);
    }
  }
}

TEST(MiniBatches, FollowThePlainLoopsOverTheDocumentedOrder) {
  const auto data = cases::regression(3, 7, 2, 1);
  for (const Trained trained : {Trained::all, Trained::output}) {
    const auto initial = initialize(architecture(trained), 2);
    for (const Index batch : {1, 2, 3, 6}) {
      TrainingRules rules{.output_scale = 2,
                          .centre = OutputCentre::initial,
                          .momentum = 0.6,
                          .weight_decay = 0.1,
                          .toward = DecayToward::initial,
                          .batch = batch,
                          .seed_batch = 11,
                          .max_steps = 23,
                          .tolerance = -1};
      auto network = initial;
      train(network, data, rules, constant_step(0.02), {}, unobserved);
      const auto expected =
          plain::descend(initial, data, rules, 0.02, 23, [&](std::int64_t t) { return batch_at(11, 7, batch, t); });
      EXPECT_LT((reference::parameters(network) - reference::parameters(expected)).norm(), 1e-12) << "B " << batch;
      EXPECT_GT((reference::parameters(network) - reference::parameters(initial)).norm(), 1e-2);
    }
  }
}

TEST(MiniBatches, OfAllSamplesAreTheFullBatchBitForBit) {
  const auto data = cases::regression(3, 7, 2, 1);
  auto full = initialize(architecture(Trained::all), 2);
  const auto initial = full;
  train(full, data, {.max_steps = 9}, constant_step(0.05), {}, unobserved);
  for (const Index batch : {7, 8, 1000}) {
    auto network = initial;
    train(network, data, {.batch = batch, .seed_batch = 3, .max_steps = 9}, constant_step(0.05), {}, unobserved);
    EXPECT_EQ(reference::parameters(network), reference::parameters(full));
  }
}

TEST(MiniBatches, AnotherSeedTakesAnotherPath) {
  const auto data = cases::regression(3, 7, 2, 1);
  const auto end_of = [&](std::uint64_t seed) {
    auto network = initialize(architecture(Trained::all), 2);
    train(network, data, {.batch = 2, .seed_batch = seed, .max_steps = 9}, constant_step(0.05), {}, unobserved);
    return reference::parameters(network);
  };
  EXPECT_EQ(end_of(1), end_of(1));
  EXPECT_NE(end_of(1), end_of(2));
}

/// 7 samples by 2 are 4 steps an epoch: 0, 4, 8, ... and the scheduled 1, 6 and 10.
TEST(MiniBatches, TheStepSizeKnowsTheLossOfTheLastStepThatWasLookedAt) {
  const auto data = cases::regression(3, 7, 2, 1);
  auto network = initialize(architecture(Trained::all), 2);
  std::vector<double> seen, truth;
  const auto rule = [&](std::int64_t, double loss) {
    seen.push_back(loss);
    truth.push_back(reference::loss(network, data.x, data.y));
    return 0.05;
  };
  std::vector<std::int64_t> observed;
  const TrainingRules rules{.batch = 2, .max_steps = 10, .tolerance = -1};
  const auto outcome = train(network, data, rules, rule, {0, 1, 6, 10}, [&](std::size_t slot, std::int64_t step) {
    EXPECT_EQ(slot, observed.size());
    observed.push_back(step);
  });
  EXPECT_EQ(observed, (std::vector<std::int64_t>{0, 1, 6}));
  ASSERT_EQ(seen.size(), 10u);
  const std::vector<std::size_t> looked_at{0, 1, 1, 1, 4, 4, 6, 6, 8, 8};
  for (std::size_t t = 0; t < 10; ++t) EXPECT_NEAR(seen[t], truth[looked_at[t]], 1e-13) << t;
  EXPECT_EQ(outcome.status, Status::max_steps);
  EXPECT_EQ(outcome.steps, 10);
  EXPECT_NEAR(outcome.final_loss, reference::loss(network, data.x, data.y), 1e-13);
}

TEST(MiniBatches, ABatchLossThatIsNotFiniteIsDivergenceBeforeTheEpochEnds) {
  const auto data = cases::regression(3, 40, 2, 1);
  auto network = initialize(architecture(Trained::all), 2);
  const auto rule = [](std::int64_t step, double) { return step == 2 ? nan : 0.05; };
  const auto outcome = train(network, data, {.batch = 2, .max_steps = 100}, rule, {}, unobserved);
  EXPECT_EQ(outcome.status, Status::diverged);
  EXPECT_EQ(outcome.steps, 3);
  EXPECT_FALSE(std::isfinite(outcome.final_loss));
}

TEST(MiniBatches, ConvergenceIsSeenAtTheEndOfAnEpoch) {
  const auto data = cases::regression(3, 4, 1, 1);
  auto network = linear_model::random_features(40);
  const double eta = 0.5 * 2 / reference::kernel(network, data.x).trace();
  const auto outcome =
      train(network, data, {.batch = 1, .max_steps = 1000000, .tolerance = 1e-16}, constant_step(eta), {}, unobserved);
  EXPECT_EQ(outcome.status, Status::converged);
  EXPECT_EQ(outcome.steps % 4, 0);
  EXPECT_EQ(outcome.interpolation_step, outcome.steps);
  EXPECT_LE(outcome.final_loss, 1e-16);
}

}  // namespace
}  // namespace ntksweep
