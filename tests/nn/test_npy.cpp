#include <cmath>
#include <cstring>
#include <limits>

#include "../support/data_files.hpp"

namespace ntksweep {
namespace {

template <class T>
std::string bytes_of(const std::vector<T>& values) {
  std::string bytes(values.size() * sizeof(T), '\0');
  std::memcpy(bytes.data(), values.data(), bytes.size());
  return bytes;
}

std::string npy(const std::string& header, const std::string& data, char version = 1) {
  std::string text = std::string("\x93NUMPY") + version + '\0';
  text += static_cast<char>(header.size() % 256);
  text += static_cast<char>(header.size() / 256);
  if (version > 1) text += std::string(2, '\0');
  return text + header + data;
}

std::string header(const std::string& type, const std::string& shape, const std::string& fortran = "False") {
  return "{'descr': '" + type + "', 'fortran_order': " + fortran + ", 'shape': " + shape + ", }          \n";
}

class Npy : public testing::Test {
 protected:
  Npy() {
    config.source = "npy";
    config.labels_path = folder.write("y.npy", npy(header("<i8", "(2,)"), bytes_of<std::int64_t>({3, 4})));
    good = npy(header("<f8", "(2, 3)"), bytes_of<double>({1, 2, 3, 4, 5, 6}));
  }
  RawData read(const std::string& content) {
    config.path = folder.write("x.npy", content);
    return load(config);
  }
  std::string error(const std::string& content) {
    return input_error([&] { read(content); });
  }

  TemporaryFolder folder;
  DataConfig config;
  std::string good;
  const Matrix expected = (Matrix(3, 2) << 1, 4, 2, 5, 3, 6).finished();
};

TEST_F(Npy, RowsBecomeColumns) {
  const RawData raw = read(good);
  EXPECT_EQ(raw.inputs, expected);
  EXPECT_EQ(raw.labels, (Matrix(1, 2) << 3, 4).finished());
}

TEST_F(Npy, EveryNumberTypeGivesTheSameNumbers) {
  EXPECT_EQ(read(npy(header("<f4", "(2, 3)"), bytes_of<float>({1, 2, 3, 4, 5, 6}))).inputs, expected);
  EXPECT_EQ(read(npy(header("<i2", "(2, 3)"), bytes_of<std::int16_t>({1, 2, 3, 4, 5, 6}))).inputs, expected);
  EXPECT_EQ(read(npy(header("<i4", "(2, 3)"), bytes_of<std::int32_t>({1, 2, 3, 4, 5, 6}))).inputs, expected);
  EXPECT_EQ(read(npy(header("|u1", "(2, 3)"), bytes_of<std::uint8_t>({1, 2, 3, 4, 5, 6}))).inputs, expected);
  EXPECT_EQ(read(npy(header("|i1", "(2, 3)"), bytes_of<std::int8_t>({-1, -2, -3, -4, -5, -6}))).inputs, -expected);
}

TEST_F(Npy, VersionTwoHasALongerHeaderLength) {
  EXPECT_EQ(read(npy(header("<f8", "(2, 3)"), good.substr(good.size() - 48), 2)).inputs, expected);
}

TEST_F(Npy, FurtherDimensionsAreFlattenedInCOrder) {
  const RawData raw = read(npy(header("|u1", "(2, 3, 1)"), bytes_of<std::uint8_t>({1, 2, 3, 4, 5, 6})));
  EXPECT_EQ(raw.inputs, expected);
}

TEST_F(Npy, AOneDimensionalArrayHasOneInputPerSample) {
  EXPECT_EQ(read(npy(header("<f8", "(2,)"), bytes_of<double>({7, 8}))).inputs, (Matrix(1, 2) << 7, 8).finished());
}

TEST_F(Npy, LabelsMayHaveSeveralValuesPerSample) {
  config.labels_path = folder.write("y.npy", npy(header("<f8", "(2, 2)"), bytes_of<double>({1, 2, 3, 4})));
  EXPECT_EQ(read(good).labels, (Matrix(2, 2) << 1, 3, 2, 4).finished());
}

TEST_F(Npy, AWrongMagicIsRefused) { EXPECT_TRUE(mentions(error("PK\x03\x04 a zip file"), "x.npy", "magic")); }

TEST_F(Npy, AnUnknownVersionIsRefused) {
  good[6] = 9;
  EXPECT_TRUE(mentions(error(good), "x.npy", "version 9"));
}

TEST_F(Npy, TruncationIsRefusedWhereverItHappens) {
  EXPECT_TRUE(mentions(error(good.substr(0, 9)), "x.npy", "truncated", "header"));
  EXPECT_TRUE(mentions(error(good.substr(0, 30)), "x.npy", "truncated", "header"));
  EXPECT_TRUE(mentions(error(good.substr(0, good.size() - 1)), "x.npy", "truncated", "2 x 3", "47 bytes"));
}

TEST_F(Npy, BytesBeyondTheShapeAreRefused) { EXPECT_TRUE(mentions(error(good + "x"), "x.npy", "longer", "49 bytes")); }

TEST_F(Npy, AShapeWhoseSizeOverflowsIsRefused) {
  const std::string huge = header("<f8", "(4611686018427387904, 4611686018427387904)");
  EXPECT_TRUE(mentions(error(npy(huge, "")), "x.npy", "truncated"));
}

TEST_F(Npy, AShapeThatIsNoShapeIsRefused) {
  EXPECT_TRUE(mentions(error(npy(header("<f8", "(2, three)"), "")), "x.npy", "shape", "malformed"));
  EXPECT_TRUE(mentions(error(npy("{'descr': '<f8', 'fortran_order': False}", "")), "x.npy", "no 'shape'"));
}

TEST_F(Npy, AnEmptyArrayIsRefused) {
  EXPECT_TRUE(mentions(error(npy(header("<f8", "(0, 3)"), "")), "x.npy", "no samples"));
  EXPECT_TRUE(mentions(error(npy(header("<f8", "()"), bytes_of<double>({1}))), "x.npy", "no samples"));
}

TEST_F(Npy, FortranOrderIsRefusedWithACure) {
  EXPECT_TRUE(mentions(error(npy(header("<f8", "(2, 3)", "True"), good.substr(good.size() - 48))), "x.npy", "Fortran",
                       "ascontiguousarray"));
}

TEST_F(Npy, OtherTypesAreRefusedByName) {
  for (const auto* type : {">f8", "<c16", "|O", "<U5", "<f2"}) {
    EXPECT_TRUE(mentions(error(npy(header(type, "(2, 3)"), "")), "x.npy", type, "astype")) << type;
  }
}

TEST_F(Npy, AStructuredTypeIsRefused) {
  const std::string structured = "{'descr': [('a', '<f8'), ('b', '<f8')], 'fortran_order': False, 'shape': (2,), }\n";
  EXPECT_TRUE(mentions(error(npy(structured, "")), "x.npy", "type"));
}

TEST_F(Npy, NumbersThatAreNotFiniteAreRefusedWithSampleAndInput) {
  const double inf = std::numeric_limits<double>::infinity();
  EXPECT_TRUE(mentions(error(npy(header("<f8", "(2, 3)"), bytes_of<double>({1, 2, 3, 4, 5, inf}))), "x.npy",
                       "sample 2, input 3", "inf"));
  config.labels_path = folder.write("y.npy", npy(header("<f8", "(2,)"), bytes_of<double>({std::nan(""), 1})));
  EXPECT_TRUE(mentions(error(good), "y.npy", "sample 1, label 1", "nan"));
}

TEST_F(Npy, LabelsAreNeeded) {
  config.labels_path.clear();
  EXPECT_TRUE(mentions(error(good), "data.labels_path", "x.npy"));
}

TEST_F(Npy, AnotherNumberOfLabelsIsRefused) {
  config.labels_path = folder.write("y.npy", npy(header("|u1", "(3,)"), "\1\2\3"));
  EXPECT_TRUE(mentions(error(good), "y.npy", "3 labels", "x.npy", "2 samples"));
}

}  // namespace
}  // namespace ntksweep
