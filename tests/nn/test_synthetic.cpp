#include <cmath>

#include "../support/data_files.hpp"
#include "../support/decompositions.hpp"
#include "ntksweep/core/random.hpp"
#include "ntksweep/nn/forward.hpp"

namespace ntksweep {
namespace {

DataConfig gaussian() {
  DataConfig config;
  config.input_dim = 5;
  return config;
}

Dataset draw(const DataConfig& config, Index n) { return make_dataset(config, load(config), n); }

std::string shape_error(const DataConfig& config) {
  return input_error([&] { data_shape(config, {}); });
}

TEST(SyntheticInputs, GaussianHasZeroMeanAndUnitCovariance) {
  const Dataset data = draw(gaussian(), 20000);
  const Vector mean = data.x.rowwise().mean();
  const Matrix covariance = data.x * data.x.transpose() / 20000.0;
  // Standard errors are 0.007 and (on the diagonal) 0.01.
  EXPECT_LT(mean.cwiseAbs().maxCoeff(), 0.03);
  EXPECT_LT((covariance - Matrix::Identity(5, 5)).cwiseAbs().maxCoeff(), 0.04);
}

TEST(SyntheticInputs, SphereHasLengthRootDAndUnitCovariance) {
  DataConfig config = gaussian();
  config.source = "sphere";
  const Dataset data = draw(config, 20000);
  EXPECT_LT((data.x.colwise().norm().array() - std::sqrt(5.0)).abs().maxCoeff(), 1e-14);
  EXPECT_LT((data.x * data.x.transpose() / 20000.0 - Matrix::Identity(5, 5)).cwiseAbs().maxCoeff(), 0.04);
}

TEST(SyntheticInputs, TheFirstSamplesOfALargerSetAreTheSmallerSetBitForBit) {
  for (const auto* source : {"gaussian", "sphere"}) {
    for (const auto* teacher : {"linear", "network"}) {
      DataConfig config = gaussian();
      config.source = source;
      config.teacher = teacher;
      config.outputs = 3;
      config.label_noise = 0.5;
      const Dataset large = draw(config, 333);
      for (const Index n : {1, 7, 64, 100}) {
        const Dataset small = draw(config, n);
        EXPECT_EQ(small.x, large.x.leftCols(n));
        EXPECT_EQ(small.y, large.y.leftCols(n));
        EXPECT_EQ(small.y_clean, large.y_clean.leftCols(n));
        EXPECT_EQ(small.x_test, large.x_test);
      }
    }
  }
}

TEST(SyntheticInputs, EachSeedMovesItsOwnPartOnly) {
  DataConfig config = gaussian();
  config.label_noise = 0.1;
  const Dataset base = draw(config, 20);
  config.seed_data = 1;
  const Dataset other_data = draw(config, 20);
  EXPECT_NE(other_data.x, base.x);
  EXPECT_EQ(other_data.x_test, base.x_test);
  EXPECT_EQ(other_data.y_test, base.y_test);
  config.seed_data = 0;
  config.seed_test = 1;
  const Dataset other_test = draw(config, 20);
  EXPECT_NE(other_test.x_test, base.x_test);
  EXPECT_EQ(other_test.y, base.y);
  config.seed_test = 0;
  config.seed_teacher = 1;
  const Dataset other_teacher = draw(config, 20);
  EXPECT_EQ(other_teacher.x, base.x);
  EXPECT_NE(other_teacher.y_clean, base.y_clean);
  EXPECT_TRUE((other_teacher.y - other_teacher.y_clean).isApprox(base.y - base.y_clean, 1e-12));
  config.seed_teacher = 0;
  config.seed_noise = 1;
  const Dataset other_noise = draw(config, 20);
  EXPECT_EQ(other_noise.y_clean, base.y_clean);
  EXPECT_NE(other_noise.y, base.y);
}

TEST(SyntheticInputs, TrainingAndTestInputsDifferAtEqualSeeds) {
  const Dataset data = draw(gaussian(), 1000);
  EXPECT_EQ(data.x_test.cols(), 1000);
  for (Index i = 0; i < 1000; ++i) EXPECT_NE(data.x.col(i), data.x_test.col(i));
}

TEST(LinearTeacher, IsOneVectorOfLengthRootDForEachOutput) {
  DataConfig config = gaussian();
  config.outputs = 2;
  const Dataset data = draw(config, 50);
  const Matrix w = reference::least_squares(data.x.transpose(), data.y.transpose()) * std::sqrt(5.0);
  EXPECT_TRUE((data.x.transpose() * w / std::sqrt(5.0)).isApprox(data.y.transpose(), 1e-12));
  EXPECT_LT((w.colwise().squaredNorm().array() - 5).abs().maxCoeff(), 1e-10);
  EXPECT_GT((w.col(0) - w.col(1)).norm(), 0.1);
  EXPECT_TRUE((data.x_test.transpose() * w / std::sqrt(5.0)).isApprox(data.y_test.transpose(), 1e-12));
}

TEST(LinearTeacher, IsDrawnFromTheTeachersStream) {
  DataConfig config = gaussian();
  config.seed_teacher = 3;
  const Dataset data = draw(config, 50);
  Vector w(5);
  RandomStream(Stream::teacher, 3).normals({w.data(), 5});
  EXPECT_TRUE(data.y.isApprox(w.normalized().transpose() * data.x, 1e-12));
}

TEST(LinearTeacher, GivesASignalOfVarianceOne) {
  for (const auto* source : {"gaussian", "sphere"}) {
    DataConfig config = gaussian();
    config.source = source;
    EXPECT_NEAR(draw(config, 20000).y.squaredNorm() / 20000, 1, 0.05);
  }
}

TEST(NetworkTeacher, IsAReluNetworkOfItsWidth) {
  DataConfig config;
  config.input_dim = 1;
  config.teacher = "network";
  config.teacher_width = 3;
  const Dataset data = draw(config, 200);
  // On a line a ReLU network without biases is linear on either side of zero.
  double right = 0, left = 0;
  for (Index i = 0; i < 200; ++i) (data.x(0, i) > 0 ? right : left) = data.y(0, i) / data.x(0, i);
  EXPECT_GT(std::abs(right - left), 1e-3);
  for (Index i = 0; i < 200; ++i) {
    EXPECT_NEAR(data.y(0, i), data.x(0, i) * (data.x(0, i) > 0 ? right : left), 1e-12 * std::abs(data.x(0, i)) + 1e-14);
  }
}

TEST(NetworkTeacher, HasTheVarianceOfItsWideLimit) {
  // sigma_w^2 = 2 and |x|^2 = d give E y^2 = 2 for ReLU, up to O(1/sqrt(outputs)) and O(1/sqrt(width)).
  DataConfig config;
  config.source = "sphere";
  config.teacher = "network";
  config.teacher_width = 500;
  config.outputs = 500;
  const Dataset data = draw(config, 200);
  EXPECT_NEAR(data.y.squaredNorm() / static_cast<double>(data.y.size()), 2, 0.2);
}

TEST(NetworkTeacher, IsNoNetworkThatTrainingStartsFrom) {
  DataConfig config;
  config.teacher = "network";
  const Dataset data = draw(config, 20);
  Architecture student;
  student.inputs = 16;
  student.width = 16;
  for (std::uint64_t seed = 0; seed < 5; ++seed) {
    EXPECT_GT((predict(initialize(student, seed), data.x) - data.y).norm(), 0.1);
  }
}

TEST(SyntheticTargets, AutoMeansValue) { EXPECT_EQ(data_shape(gaussian(), {}).kind, TargetKind::regression); }

TEST(SyntheticTargets, SignIsTheSignOfTheTeacher) {
  DataConfig config = gaussian();
  const Dataset value = draw(config, 100);
  config.targets = "sign";
  const Dataset sign = draw(config, 100);
  EXPECT_EQ(sign.kind, TargetKind::binary);
  EXPECT_EQ(sign.x, value.x);
  for (Index i = 0; i < 100; ++i) EXPECT_EQ(sign.y(0, i), value.y(0, i) > 0 ? 1 : -1);
}

TEST(SyntheticTargets, OnehotIsTheLargestOutputOfTheTeacher) {
  DataConfig config = gaussian();
  config.outputs = 3;
  const Dataset value = draw(config, 100);
  config.targets = "onehot";
  const Dataset onehot = draw(config, 100);
  EXPECT_EQ(onehot.kind, TargetKind::multiclass);
  EXPECT_EQ(onehot.y.sum(), 100);
  for (Index i = 0; i < 100; ++i) {
    EXPECT_EQ((onehot.y.col(i).array() * value.y.col(i).array()).sum(), value.y.col(i).maxCoeff());
  }
}

TEST(SyntheticTargets, ThatDoNotFitTheOutputsAreRefused) {
  DataConfig config = gaussian();
  config.targets = "onehot";
  EXPECT_TRUE(mentions(shape_error(config), "data.targets", "onehot", "data.outputs"));
  config.targets = "sign";
  config.outputs = 2;
  EXPECT_TRUE(mentions(shape_error(config), "data.targets", "sign", "data.outputs = 1, not 2"));
}

TEST(SyntheticSettings, WithoutMeaningAreRefused) {
  DataConfig config = gaussian();
  config.center = "mean";
  EXPECT_TRUE(mentions(shape_error(config), "data.center", "gaussian", "zero already"));
  config = gaussian();
  config.scale = "pool_rms";
  EXPECT_TRUE(mentions(shape_error(config), "data.scale", "gaussian", "no pool"));
  config = gaussian();
  config.classes = {1};
  EXPECT_TRUE(mentions(shape_error(config), "data.classes"));
  config = gaussian();
  config.positive = {1};
  EXPECT_TRUE(mentions(shape_error(config), "data.positive"));
}

TEST(SyntheticSettings, UnitNormChangesTheInputsAndNotTheTargets) {
  DataConfig config = gaussian();
  const Dataset plain = draw(config, 30);
  config.scale = "unit_norm";
  const Dataset scaled = draw(config, 30);
  EXPECT_LT((scaled.x.colwise().norm().array() - 1).abs().maxCoeff(), 1e-15);
  EXPECT_TRUE(scaled.x.isApprox(plain.x.colwise().normalized(), 1e-14));
  EXPECT_EQ(scaled.y, plain.y);
}

TEST(SyntheticSettings, OnlyThePoolBoundsTheNumberOfSamples) {
  DataConfig config = gaussian();
  EXPECT_GT(available_samples(config, {}), Index{1} << 60);
  config.pool = 50;
  EXPECT_EQ(available_samples(config, {}), 50);
}

}  // namespace
}  // namespace ntksweep
