#include "../support/data_files.hpp"

namespace ntksweep {
namespace {

using namespace std::string_literals;

const std::string images = "\0\0\x08\x03"s + "\0\0\0\2"s + "\0\0\0\1"s + "\0\0\0\3"s + "\1\2\3\4\5\xFF"s;
const std::string labels = "\0\0\x08\x01"s + "\0\0\0\2"s + "\7\1"s;

class Idx : public testing::Test {
 protected:
  Idx() {
    config.source = "idx";
    folder.write("train-labels-idx1-ubyte", labels);
  }
  RawData read(const std::string& content) {
    config.path = folder.write("train-images-idx3-ubyte", content);
    return load(config);
  }
  std::string error(const std::string& content) {
    return input_error([&] { read(content); });
  }

  TemporaryFolder folder;
  DataConfig config;
  const Matrix expected = (Matrix(3, 2) << 1, 4, 2, 5, 3, 255).finished();
};

TEST_F(Idx, ImagesBecomeColumnsAndLabelsAreFoundBesideThem) {
  const RawData raw = read(images);
  EXPECT_EQ(raw.inputs, expected);
  EXPECT_EQ(raw.labels, (Matrix(1, 2) << 7, 1).finished());
}

TEST_F(Idx, GzipFilesReadAsPlainOnes) {
  config.path = folder.write_gzip("train-images-idx3-ubyte.gz", images);
  folder.write_gzip("train-labels-idx1-ubyte.gz", labels);
  const RawData gzip = load(config);
  EXPECT_EQ(gzip.content_hash, read(images).content_hash);
  EXPECT_EQ(gzip.inputs, expected);
}

TEST_F(Idx, ATestSetFindsItsLabelsToo) {
  config.test_path = folder.write("t10k-images-idx3-ubyte", images);
  folder.write("t10k-labels-idx1-ubyte", "\0\0\x08\x01"s + "\0\0\0\2"s + "\3\4"s);
  EXPECT_EQ(read(images).test_labels, (Matrix(1, 2) << 3, 4).finished());
}

TEST_F(Idx, WiderNumbersAreBigEndian) {
  const std::string shape = "\0\0\0\2"s + "\0\0\0\1"s;
  EXPECT_EQ(read("\0\0\x0B\x02"s + shape + "\1\2\xFF\xFE"s).inputs, (Matrix(1, 2) << 258, -2).finished());
  EXPECT_EQ(read("\0\0\x0C\x02"s + shape + "\0\1\0\0"s + "\xFF\xFF\xFF\xFF"s).inputs,
            (Matrix(1, 2) << 65536, -1).finished());
  EXPECT_EQ(read("\0\0\x0D\x02"s + shape + "\x3F\x80\0\0"s + "\xC0\0\0\0"s).inputs, (Matrix(1, 2) << 1, -2).finished());
  EXPECT_EQ(read("\0\0\x0E\x02"s + shape + "\x3F\xF8\0\0\0\0\0\0"s + "\xC0\0\0\0\0\0\0\0"s).inputs,
            (Matrix(1, 2) << 1.5, -2).finished());
  EXPECT_EQ(read("\0\0\x09\x02"s + shape + "\x7F\x80"s).inputs, (Matrix(1, 2) << 127, -128).finished());
}

TEST_F(Idx, AWrongMagicIsShown) {
  EXPECT_TRUE(mentions(error("\x89PNG\r\n"), "images-idx3", "89 50 4e 47", "00 00"));
  EXPECT_TRUE(mentions(error("\0\0\x0A\x03"s + images.substr(4)), "images-idx3", "00 00 0a 03"));
}

TEST_F(Idx, TruncationIsRefusedWhereverItHappens) {
  EXPECT_TRUE(mentions(error(images.substr(0, 3)), "images-idx3", "truncated", "header"));
  EXPECT_TRUE(mentions(error(images.substr(0, 11)), "images-idx3", "truncated", "header"));
  EXPECT_TRUE(mentions(error(images.substr(0, images.size() - 1)), "images-idx3", "truncated", "2 x 1 x 3", "5 bytes"));
}

TEST_F(Idx, BytesBeyondTheShapeAreRefused) { EXPECT_TRUE(mentions(error(images + "x"), "images-idx3", "longer")); }

TEST_F(Idx, LabelsOfAnotherNumberAreRefused) {
  folder.write("train-labels-idx1-ubyte", "\0\0\x08\x01"s + "\0\0\0\3"s + "\7\1\2"s);
  EXPECT_TRUE(mentions(error(images), "3 labels", "2 samples"));
}

TEST_F(Idx, MissingLabelsAreNamed) {
  std::filesystem::remove(folder.path("train-labels-idx1-ubyte"));
  EXPECT_TRUE(mentions(error(images), "train-labels-idx1-ubyte", "No such file"));
}

TEST_F(Idx, AnUnknownNameNeedsLabelsPath) {
  config.path = folder.write("pictures", images);
  EXPECT_TRUE(mentions(input_error([&] { load(config); }), "data.labels_path", "pictures", "images-idx3"));
  config.labels_path = folder.path("train-labels-idx1-ubyte");
  EXPECT_EQ(load(config).inputs, expected);
}

}  // namespace
}  // namespace ntksweep
