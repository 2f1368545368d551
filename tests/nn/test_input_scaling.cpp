#include "../support/data_files.hpp"

namespace ntksweep {
namespace {

DataConfig digits() {
  DataConfig config;
  config.source = "digits";
  return config;
}

DataConfig file() {
  DataConfig config;
  config.source = "csv";
  config.path = "data.csv";
  config.targets = "value";
  return config;
}

/// Samples 0..count-1 whose inputs are all `value`, and whose label is their number.
RawData constant(Index count, double value) {
  return {Matrix::Constant(2, count, value),
          Vector::LinSpaced(count, 0, static_cast<double>(count - 1)).transpose(),
          {},
          {},
          0};
}

TEST(Scaling, CentresBothSetsByTheMeanOfThePool) {
  DataConfig config = digits();
  const RawData raw = load(config);
  const Dataset plain = make_dataset(config, raw, 1000);
  config.center = "mean";
  const Dataset centred = make_dataset(config, raw, 1000);
  EXPECT_LT(centred.x.rowwise().mean().cwiseAbs().maxCoeff(), 1e-13);
  const Vector mean = plain.x.rowwise().mean();
  EXPECT_TRUE(centred.x_test.isApprox(plain.x_test.colwise() - mean, 1e-13));
}

TEST(Scaling, DoesNotDependOnHowManySamplesAreTrainedOn) {
  DataConfig config = digits();
  config.center = "mean";
  const RawData raw = load(config);
  EXPECT_GT(make_dataset(config, raw, 50).x.rowwise().mean().cwiseAbs().maxCoeff(), 0.01);
  const Dataset few = make_dataset(config, raw, 50);
  config.seed_data = 5;
  EXPECT_EQ(make_dataset(config, raw, 900).x_test, few.x_test);
}

TEST(Scaling, UnitNormAndUnitRmsSetEveryLength) {
  DataConfig config = digits();
  config.center = "mean";
  const RawData raw = load(config);
  config.scale = "unit_norm";
  const Dataset norm = make_dataset(config, raw, 100);
  EXPECT_LT((norm.x.colwise().norm().array() - 1).abs().maxCoeff(), 1e-14);
  EXPECT_LT((norm.x_test.colwise().norm().array() - 1).abs().maxCoeff(), 1e-14);
  config.scale = "unit_rms";
  EXPECT_TRUE(make_dataset(config, raw, 100).x.isApprox(8 * norm.x, 1e-14));
}

TEST(Scaling, PoolRmsIsOneConstantThatGivesThePoolMeanSquareD) {
  DataConfig config = digits();
  config.center = "mean";
  const RawData raw = load(config);
  const Dataset centred = make_dataset(config, raw, 1000);
  config.scale = "pool_rms";
  const Dataset scaled = make_dataset(config, raw, 1000);
  EXPECT_NEAR(scaled.x.squaredNorm() / 1000, 64, 1e-10);
  const double factor = scaled.x.norm() / centred.x.norm();
  EXPECT_TRUE(scaled.x.isApprox(factor * centred.x, 1e-14));
  EXPECT_TRUE(scaled.x_test.isApprox(factor * centred.x_test, 1e-14));
}

TEST(Scaling, ToUnitLengthRefusesAZeroSampleByItsNumber) {
  DataConfig config = file();
  config.scale = "unit_norm";
  RawData raw = constant(100, 1);
  raw.inputs.col(41).setZero();
  EXPECT_TRUE(mentions(input_error([&] { data_shape(config, raw); }), "data.scale", "sample 42", "data.csv", "zero"));
}

TEST(Scaling, ToUnitLengthRefusesASampleThatCentringMakesZero) {
  DataConfig config = file();
  config.center = "mean";
  config.scale = "unit_norm";
  const RawData raw = constant(10, 0.1);
  EXPECT_TRUE(mentions(input_error([&] { make_dataset(config, raw, 5); }), "data.scale", "data.csv", "zero"));
}

TEST(Scaling, ByPoolRmsRefusesInputsWithoutSpread) {
  DataConfig config = file();
  config.center = "mean";
  config.scale = "pool_rms";
  const RawData raw = constant(10, 0.1);
  EXPECT_TRUE(mentions(input_error([&] { make_dataset(config, raw, 5); }), "data.scale", "pool_rms"));
}

}  // namespace
}  // namespace ntksweep
