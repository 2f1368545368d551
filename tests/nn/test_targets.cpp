#include "../support/data_files.hpp"

namespace ntksweep {
namespace {

DataConfig file() {
  DataConfig config;
  config.source = "npy";
  config.path = "memory";
  return config;
}

/// Samples whose only input is their label, ten of each.
RawData with_labels(const std::vector<double>& labels) {
  RawData raw;
  raw.inputs.resize(1, static_cast<Index>(labels.size()) * 10);
  for (Index i = 0; i < raw.inputs.cols(); ++i) raw.inputs(0, i) = labels[static_cast<std::size_t>(i) / 10];
  raw.labels = raw.inputs;
  return raw;
}

DataConfig digits() {
  DataConfig config;
  config.source = "digits";
  return config;
}

std::string shape_error(const DataConfig& config, const RawData& raw) {
  return input_error([&] { data_shape(config, raw); });
}

TEST(AutoTargets, OfTwoWholeNumbersAreSignsWithTheLargerPositive) {
  const RawData raw = with_labels({7, 4});
  const Dataset data = make_dataset(file(), raw, 16);
  EXPECT_EQ(data.kind, TargetKind::binary);
  for (Index i = 0; i < 16; ++i) EXPECT_EQ(data.y(0, i), data.x(0, i) == 7 ? 1 : -1);
}

TEST(AutoTargets, OfMoreWholeNumbersAreOneHotInAscendingOrder) {
  const RawData raw = with_labels({5, -2, 9});
  const Dataset data = make_dataset(file(), raw, 24);
  EXPECT_EQ(data.kind, TargetKind::multiclass);
  for (Index i = 0; i < 24; ++i) {
    const double label = data.x(0, i);
    EXPECT_EQ(data.y.col(i), (Vector(3) << (label == -2), (label == 5), (label == 9)).finished());
  }
}

TEST(AutoTargets, OfOtherNumbersAreValues) {
  const RawData raw = with_labels({0.5, 1, 2});
  const Dataset data = make_dataset(file(), raw, 24);
  EXPECT_EQ(data.kind, TargetKind::regression);
  EXPECT_EQ(data.y, data.x);
}

TEST(AutoTargets, OfManyDifferentWholeNumbersAreValues) {
  std::vector<double> labels;
  for (int i = 0; i < 100; ++i) labels.push_back(i);
  EXPECT_EQ(data_shape(file(), with_labels(labels)).kind, TargetKind::multiclass);
  labels.push_back(100);
  EXPECT_EQ(data_shape(file(), with_labels(labels)).kind, TargetKind::regression);
}

TEST(AutoTargets, OfSeveralValuesPerSampleAreValues) {
  RawData raw = with_labels({0, 1});
  raw.labels = Matrix::Identity(3, 20);
  const DataShape shape = data_shape(file(), raw);
  EXPECT_EQ(shape.kind, TargetKind::regression);
  EXPECT_EQ(shape.outputs, 3);
}

TEST(AutoTargets, WithPositiveLabelsAreSigns) {
  DataConfig config = file();
  config.positive = {1, 3};
  EXPECT_EQ(data_shape(config, with_labels({1, 2, 3})).kind, TargetKind::binary);
}

TEST(ValueTargets, KeepClassLabelsAsNumbers) {
  DataConfig config = file();
  config.targets = "value";
  const Dataset data = make_dataset(config, with_labels({7, 4}), 16);
  EXPECT_EQ(data.kind, TargetKind::regression);
  EXPECT_EQ(data.y, data.x);
}

TEST(SignTargets, OfTheDigitsCanBeTheirParity) {
  DataConfig config = digits();
  config.targets = "sign";
  config.positive = {1, 3, 5, 7, 9};
  const RawData raw = load(config);
  const Dataset sign = make_dataset(config, raw, 1000);
  EXPECT_EQ(sign.kind, TargetKind::binary);
  config.targets = "value";
  const Dataset value = make_dataset(config, raw, 1000);
  ASSERT_EQ(sign.x_test, value.x_test);
  for (Index i = 0; i < 797; ++i) {
    EXPECT_EQ(sign.y_test(0, i), static_cast<int>(value.y_test(0, i)) % 2 == 1 ? 1 : -1);
  }
}

TEST(SignTargets, TakePositiveWhereItIsTheSmallerLabel) {
  DataConfig config = file();
  config.positive = {4};
  const Dataset data = make_dataset(config, with_labels({7, 4}), 16);
  for (Index i = 0; i < 16; ++i) EXPECT_EQ(data.y(0, i), data.x(0, i) == 4 ? 1 : -1);
}

TEST(SignTargets, OfMoreThanTwoClassesNeedPositive) {
  DataConfig config = file();
  config.targets = "sign";
  EXPECT_TRUE(
      mentions(shape_error(config, with_labels({1, 2, 3})), "data.targets", "sign", "1, 2, 3", "data.positive"));
}

TEST(SignTargets, RefuseAnUnknownPositiveLabel) {
  DataConfig config = file();
  config.positive = {4};
  EXPECT_TRUE(mentions(shape_error(config, with_labels({1, 2, 3})), "data.positive", "label 4", "1, 2, 3"));
}

TEST(SignTargets, RefuseToMakeEveryLabelPositive) {
  DataConfig config = file();
  config.positive = {1, 2};
  EXPECT_TRUE(mentions(shape_error(config, with_labels({1, 2})), "data.positive", "every label"));
}

TEST(ClassTargets, NeedTwoClasses) {
  for (const auto* targets : {"auto", "sign", "onehot"}) {
    DataConfig config = file();
    config.targets = targets;
    EXPECT_TRUE(mentions(shape_error(config, with_labels({6})), "data.targets", "two classes", "6"));
  }
}

TEST(ClassTargets, NeedOneLabelPerSample) {
  DataConfig config = file();
  config.targets = "onehot";
  RawData raw = with_labels({0, 1});
  raw.labels = Matrix::Identity(3, 20);
  EXPECT_TRUE(mentions(shape_error(config, raw), "data.targets", "onehot", "3 values"));
}

TEST(ClassTargets, RefuseThousandsOfClasses) {
  DataConfig config = file();
  config.targets = "onehot";
  std::vector<double> labels;
  for (int i = 0; i < 1001; ++i) labels.push_back(0.1 * i);
  EXPECT_TRUE(mentions(shape_error(config, with_labels(labels)), "data.targets", "more than 1000"));
}

TEST(ClassSelection, KeepsNothingElseInPoolAndTestSet) {
  DataConfig config = digits();
  config.classes = {3, 8, 5};
  config.targets = "value";
  const RawData raw = load(config);
  const Index pool = available_samples(config, raw);
  const Dataset data = make_dataset(config, raw, pool);
  EXPECT_EQ(pool + data.y_test.cols(), 183 + 174 + 182);
  for (const Matrix* y : {&data.y, &data.y_test}) {
    EXPECT_EQ((y->array() == 3 || y->array() == 5 || y->array() == 8).count(), y->cols());
  }
}

TEST(ClassSelection, OfAnUnknownClassIsRefusedWithTheKnownOnes) {
  DataConfig config = digits();
  config.classes = {3, 12};
  EXPECT_TRUE(mentions(shape_error(config, load(config)), "data.classes", "label 12", "0, 1, 2, 3, 4, 5, 6, 7, 8, 9"));
}

TEST(ClassSelection, AppliesToATestFileToo) {
  DataConfig config = file();
  config.classes = {1, 2};
  RawData raw = with_labels({1, 2, 3});
  raw.test_inputs = raw.test_labels = (Matrix(1, 4) << 3, 1, 2, 3).finished();
  EXPECT_EQ(data_shape(config, raw).test_samples, 2);
  raw.test_inputs = raw.test_labels = (Matrix(1, 1) << 3).finished();
  EXPECT_TRUE(mentions(shape_error(config, raw), "data.classes", "test set"));
}

TEST(ClassSelection, OfValuesIsRefused) {
  DataConfig config = file();
  config.classes = {1};
  RawData raw = with_labels({0, 1});
  raw.labels = Matrix::Identity(3, 20);
  EXPECT_TRUE(mentions(shape_error(config, raw), "data.classes", "3 values"));
}

}  // namespace
}  // namespace ntksweep
