#include <algorithm>
#include <cmath>
#include <set>

#include "../support/data_files.hpp"

namespace ntksweep {
namespace {

DataConfig digits() {
  DataConfig config;
  config.source = "digits";
  return config;
}

/// Samples 0..N-1 with input (i, 1), and i as their value.
RawData numbered(Index count) {
  RawData raw;
  raw.inputs = Matrix::Ones(2, count);
  raw.labels.resize(1, count);
  for (Index i = 0; i < count; ++i) raw.inputs(0, i) = raw.labels(0, i) = static_cast<double>(i);
  return raw;
}

DataConfig file() {
  DataConfig config;
  config.source = "csv";
  config.path = "data.csv";
  config.targets = "value";
  return config;
}

std::set<double> numbers(const Matrix& y) { return {y.data(), y.data() + y.size()}; }

TEST(TrainingSet, OfFewerSamplesIsTheBeginningOfALargerOne) {
  for (const auto* targets : {"value", "onehot"}) {
    DataConfig config = digits();
    config.targets = targets;
    config.center = "mean";
    config.scale = "pool_rms";
    const RawData raw = load(config);
    const Dataset large = make_dataset(config, raw, 1000);
    for (const Index n : {1, 10, 333}) {
      const Dataset small = make_dataset(config, raw, n);
      EXPECT_EQ(small.x, large.x.leftCols(n));
      EXPECT_EQ(small.y, large.y.leftCols(n));
      EXPECT_EQ(small.x_test, large.x_test);
      EXPECT_EQ(small.y_test, large.y_test);
    }
  }
}

TEST(TrainingSet, IsInAnotherOrderForAnotherSeed) {
  DataConfig config = file();
  const RawData raw = numbered(100);
  const Dataset a = make_dataset(config, raw, 80);
  config.seed_data = 1;
  const Dataset b = make_dataset(config, raw, 80);
  EXPECT_NE(a.y, b.y);
  EXPECT_EQ(numbers(a.y), numbers(b.y));
  EXPECT_EQ(a.x_test, b.x_test);
}

TEST(TrainingSet, KeepsInputsAndTargetsTogether) {
  const Dataset data = make_dataset(file(), numbered(100), 80);
  EXPECT_EQ(data.x.row(0), data.y);
  EXPECT_EQ(data.x_test.row(0), data.y_test);
}

TEST(TrainingSet, HasTheClassSharesOfThePoolInEveryPrefix) {
  const RawData raw = load(digits());
  for (const std::uint64_t seed : {0u, 1u, 2u}) {
    DataConfig config = digits();
    config.seed_data = seed;
    const Dataset data = make_dataset(config, raw, 1000);
    const Vector share = data.y.rowwise().sum() / 1000.0;
    Vector taken = Vector::Zero(10);
    for (Index n = 1; n <= 1000; ++n) {
      taken += data.y.col(n - 1);
      ASSERT_LT((taken - static_cast<double>(n) * share).cwiseAbs().maxCoeff(), 1) << n;
    }
  }
}

TEST(TrainingSet, IsStratifiedByTargetWhereLabelsAreJoined) {
  DataConfig config = digits();
  config.positive = {0, 1};
  const Dataset data = make_dataset(config, load(config), 1000);
  const double share = (data.y.array() > 0).cast<double>().mean();
  double taken = 0;
  for (Index n = 1; n <= 1000; ++n) {
    taken += data.y(0, n - 1) > 0 ? 1 : 0;
    ASSERT_LT(std::abs(taken - static_cast<double>(n) * share), 1);
  }
}

TEST(TrainingSet, IsShuffledWithinEachClass) {
  DataConfig config = digits();
  const RawData raw = load(config);
  const Dataset a = make_dataset(config, raw, 1000);
  config.seed_data = 1;
  const Dataset b = make_dataset(config, raw, 1000);
  EXPECT_EQ(a.y, b.y);
  Index same = 0;
  for (Index i = 0; i < 1000; ++i) same += a.x.col(i) == b.x.col(i) ? 1 : 0;
  // One in a hundred stays in its place.
  EXPECT_LT(same, 50);
}

TEST(Split, KeepsTrainingAndTestSamplesApart) {
  const Dataset data = make_dataset(file(), numbered(100), 80);
  auto all = numbers(data.y);
  EXPECT_EQ(all.size(), 80u);
  all.merge(numbers(data.y_test));
  EXPECT_EQ(all.size(), 100u);
}

TEST(Split, TakesAFifthAtMostTenThousand) {
  EXPECT_EQ(data_shape(file(), numbered(100)).test_samples, 20);
  EXPECT_EQ(available_samples(file(), numbered(100)), 80);
  EXPECT_EQ(data_shape(file(), numbered(60000)).test_samples, 10000);
}

TEST(Split, DependsOnSeedTestOnly) {
  DataConfig config = file();
  const RawData raw = numbered(100);
  const auto base = numbers(make_dataset(config, raw, 10).y_test);
  config.seed_data = config.seed_noise = config.seed_teacher = 7;
  EXPECT_EQ(numbers(make_dataset(config, raw, 50).y_test), base);
  config.seed_test = 1;
  EXPECT_NE(numbers(make_dataset(config, raw, 50).y_test), base);
}

TEST(Split, SizesCanBeSet) {
  DataConfig config = file();
  config.test_samples = 30;
  config.pool = 40;
  const RawData raw = numbered(100);
  EXPECT_EQ(available_samples(config, raw), 40);
  EXPECT_EQ(make_dataset(config, raw, 40).y_test.cols(), 30);
}

TEST(Split, LeavesAPoolOfSetSizeAsItIsWhenTheTestSetGrows) {
  DataConfig config = file();
  config.pool = 40;
  const RawData raw = numbered(100);
  config.test_samples = 10;
  const Dataset few = make_dataset(config, raw, 40);
  config.test_samples = 60;
  const Dataset many = make_dataset(config, raw, 40);
  EXPECT_EQ(few.y, many.y);
  EXPECT_TRUE(std::ranges::includes(numbers(many.y_test), numbers(few.y_test)));
}

TEST(Split, TakesTheWholeOfATestFile) {
  RawData raw = numbered(100);
  raw.test_inputs = Matrix::Ones(2, 7);
  raw.test_labels = Matrix::Constant(1, 7, -1);
  const DataShape shape = data_shape(file(), raw);
  EXPECT_EQ(shape.test_samples, 7);
  EXPECT_EQ(available_samples(file(), raw), 100);
  EXPECT_EQ(make_dataset(file(), raw, 100).y_test, raw.test_labels);
}

TEST(Split, TakesAPartOfATestFileWhenAsked) {
  DataConfig config = file();
  config.test_samples = 3;
  RawData raw = numbered(100);
  raw.test_inputs = raw.inputs.leftCols(7);
  raw.test_labels = raw.labels.leftCols(7);
  EXPECT_EQ(numbers(make_dataset(config, raw, 5).y_test).size(), 3u);
  config.test_samples = 8;
  EXPECT_TRUE(mentions(input_error([&] { data_shape(config, raw); }), "data.test_samples", "8 asked", "has 7"));
}

TEST(Split, ThatLeavesNothingForTrainingIsRefused) {
  DataConfig config = file();
  config.test_samples = 100;
  EXPECT_TRUE(mentions(input_error([&] { data_shape(config, numbered(100)); }), "data.test_samples", "100 of the 100"));
}

TEST(Split, IntoAPoolLargerThanWhatIsLeftIsRefused) {
  DataConfig config = digits();
  config.pool = 1001;
  EXPECT_TRUE(mentions(input_error([&] { data_shape(config, load(config)); }), "data.pool", "1001", "1000"));
}

}  // namespace
}  // namespace ntksweep
