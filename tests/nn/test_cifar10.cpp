#include "../support/data_files.hpp"

namespace ntksweep {
namespace {

std::string image(int label, int first, int others) {
  std::string bytes(3073, static_cast<char>(others));
  bytes[0] = static_cast<char>(label);
  bytes[1] = static_cast<char>(first);
  return bytes;
}

class Cifar10 : public testing::Test {
 protected:
  Cifar10() { config.source = "cifar10"; }
  std::string error() {
    return input_error([&] { load(config); });
  }
  void write_batches(int count) {
    for (int i = 1; i <= count; ++i) folder.write("data_batch_" + std::to_string(i) + ".bin", image(i, i, 0));
    config.path = folder.path();
  }

  TemporaryFolder folder;
  DataConfig config;
};

TEST_F(Cifar10, ABatchHoldsLabelsAndUnsignedPixels) {
  config.path = folder.write("data_batch_1.bin", image(3, 200, 7) + image(9, 1, 255));
  const RawData raw = load(config);
  ASSERT_EQ(raw.inputs.rows(), 3072);
  EXPECT_EQ(raw.labels, (Matrix(1, 2) << 3, 9).finished());
  EXPECT_EQ(raw.inputs(0, 0), 200);
  EXPECT_EQ(raw.inputs(3071, 0), 7);
  EXPECT_EQ(raw.inputs(3071, 1), 255);
  EXPECT_EQ(raw.test_inputs.cols(), 0);
}

TEST_F(Cifar10, AFolderIsItsFiveBatchesInOrder) {
  write_batches(5);
  EXPECT_EQ(load(config).labels, (Matrix(1, 5) << 1, 2, 3, 4, 5).finished());
  EXPECT_EQ(load(config).inputs.row(0), (Matrix(1, 5) << 1, 2, 3, 4, 5).finished());
}

TEST_F(Cifar10, AFoldersTestBatchBecomesTheTestSet) {
  write_batches(5);
  folder.write("test_batch.bin", image(8, 0, 0));
  EXPECT_EQ(load(config).test_labels, (Matrix(1, 1) << 8).finished());
}

TEST_F(Cifar10, TestPathWinsOverTheFoldersTestBatch) {
  write_batches(5);
  folder.write("test_batch.bin", image(8, 0, 0));
  config.test_path = folder.write("other.bin", image(6, 0, 0));
  EXPECT_EQ(load(config).test_labels, (Matrix(1, 1) << 6).finished());
}

TEST_F(Cifar10, AMissingBatchIsNamed) {
  write_batches(4);
  EXPECT_TRUE(mentions(error(), "data_batch_5.bin", "No such file"));
}

TEST_F(Cifar10, ATruncatedBatchIsRefused) {
  config.path = folder.write("data_batch_1.bin", image(3, 0, 0).substr(0, 3000));
  EXPECT_TRUE(mentions(error(), "data_batch_1.bin", "3000 bytes", "3073"));
}

TEST_F(Cifar10, AnEmptyBatchIsRefused) {
  config.path = folder.write("data_batch_1.bin", "");
  EXPECT_TRUE(mentions(error(), "data_batch_1.bin", "0 bytes"));
}

TEST_F(Cifar10, ALabelAboveNineIsRefusedWithItsImage) {
  config.path = folder.write("data_batch_1.bin", image(3, 0, 0) + image(10, 0, 0));
  EXPECT_TRUE(mentions(error(), "data_batch_1.bin", "image 2", "label 10"));
}

TEST_F(Cifar10, LabelsOfAnotherFileAreRefused) {
  config.path = folder.write("data_batch_1.bin", image(3, 0, 0));
  config.labels_path = "labels.bin";
  EXPECT_TRUE(mentions(error(), "data.labels_path", "labels.bin"));
}

}  // namespace
}  // namespace ntksweep
