#include <cmath>

#include "../support/data_files.hpp"

namespace ntksweep {
namespace {

DataConfig regression(double noise) {
  DataConfig config;
  config.label_noise = noise;
  return config;
}

DataConfig digits(double noise) {
  DataConfig config;
  config.source = "digits";
  config.label_noise = noise;
  return config;
}

Dataset draw(const DataConfig& config, Index n) { return make_dataset(config, load(config), n); }

Vector wrong(const Dataset& data) {
  return (data.y - data.y_clean).cwiseAbs().colwise().maxCoeff().cwiseMin(1.0).transpose();
}

TEST(GaussianNoise, HasTheVarianceThatIsAsked) {
  const Dataset data = draw(regression(0.25), 20000);
  const Matrix noise = data.y - data.y_clean;
  EXPECT_NEAR(noise.mean(), 0, 0.015);
  EXPECT_NEAR(noise.squaredNorm() / 20000, 0.25, 0.01);
}

TEST(GaussianNoise, IsTheSameDrawAtEveryLevel) {
  const Dataset low = draw(regression(0.01), 50);
  const Dataset high = draw(regression(4), 50);
  EXPECT_EQ(low.y_clean, high.y_clean);
  EXPECT_TRUE((20.0 * (low.y - low.y_clean)).isApprox(high.y - high.y_clean, 1e-12));
}

TEST(GaussianNoise, LeavesTestTargetsAlone) {
  EXPECT_EQ(draw(regression(4), 10).y_test, draw(regression(0), 10).y_test);
}

TEST(GaussianNoise, OfZeroIsNone) {
  const Dataset data = draw(regression(0), 10);
  EXPECT_EQ(data.y, data.y_clean);
}

TEST(GaussianNoise, DependsOnThePositionAndTheOutput) {
  DataConfig config = regression(1);
  config.outputs = 2;
  const Dataset data = draw(config, 3);
  const Matrix noise = data.y - data.y_clean;
  for (Index i = 0; i < noise.size(); ++i) {
    for (Index j = 0; j < i; ++j) EXPECT_GT(std::abs(noise(i) - noise(j)), 1e-6);
  }
}

TEST(WrongLabels, AreTheShareThatIsAsked) {
  EXPECT_EQ(wrong(draw(digits(0), 1000)).sum(), 0);
  // Standard error 13.
  EXPECT_NEAR(wrong(draw(digits(0.2), 1000)).sum(), 200, 40);
  EXPECT_EQ(wrong(draw(digits(1), 1000)).sum(), 1000);
}

TEST(WrongLabels, AreStillOneHot) {
  const Dataset data = draw(digits(0.5), 1000);
  EXPECT_EQ(data.y.colwise().sum(), Matrix::Ones(1, 1000));
  EXPECT_EQ(data.y.cwiseProduct(data.y), data.y);
}

TEST(WrongLabels, AreUniformOverTheOtherClasses) {
  const Dataset data = draw(digits(1), 1000);
  Eigen::MatrixXi count = Eigen::MatrixXi::Zero(1, 10);
  for (Index i = 0; i < 1000; ++i) {
    Index clean = 0, noisy = 0;
    data.y_clean.col(i).maxCoeff(&clean);
    data.y.col(i).maxCoeff(&noisy);
    ++count(0, (noisy - clean + 10) % 10);
  }
  EXPECT_EQ(count(0, 0), 0);
  // 111 each, standard deviation 10.
  EXPECT_GT(count.rightCols(9).minCoeff(), 70);
  EXPECT_LT(count.maxCoeff(), 152);
}

TEST(WrongLabels, OfASmallShareAreOfEveryClass) {
  const Dataset data = draw(digits(0.3), 1000);
  const Matrix count = data.y.cwiseProduct(Matrix::Ones(10, 10) * (data.y - data.y_clean).cwiseMax(0)).rowwise().sum();
  // Thirty each, standard deviation 5.
  EXPECT_GT(count.minCoeff(), 10);
}

TEST(WrongLabels, StayWrongInTheSameWayAtHigherLevels) {
  Dataset low = draw(digits(0.1), 1000);
  for (const double share : {0.3, 0.6, 1.0}) {
    const Dataset high = draw(digits(share), 1000);
    for (Index i = 0; i < 1000; ++i) {
      if (low.y.col(i) != low.y_clean.col(i)) {
        EXPECT_EQ(high.y.col(i), low.y.col(i));
      }
    }
    EXPECT_GT(wrong(high).sum(), wrong(low).sum());
    low = high;
  }
}

TEST(WrongLabels, OfTwoClassesAreFlipped) {
  DataConfig config = digits(1);
  config.classes = {3, 8};
  const Dataset data = draw(config, 100);
  EXPECT_EQ(data.kind, TargetKind::binary);
  EXPECT_EQ(data.y, -data.y_clean);
}

TEST(WrongLabels, LeaveTestLabelsAlone) { EXPECT_EQ(draw(digits(1), 10).y_test, draw(digits(0), 10).y_test); }

TEST(WrongLabels, AreNestedInTheNumberOfSamples) {
  const Dataset large = draw(digits(0.3), 500);
  EXPECT_EQ(draw(digits(0.3), 100).y, large.y.leftCols(100));
}

TEST(WrongLabels, MoreThanAllAreRefused) {
  const DataConfig config = digits(1.5);
  const RawData raw = load(config);
  EXPECT_TRUE(mentions(input_error([&] { data_shape(config, raw); }), "data.label_noise", "1.5", "between 0 and 1"));
  EXPECT_NO_THROW(data_shape(regression(1.5), {}));
}

}  // namespace
}  // namespace ntksweep
