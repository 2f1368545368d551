#include "ntksweep/store/hdf5_table.hpp"

#include <gtest/gtest.h>
#include <hdf5.h>

#include "ntksweep/core/error.hpp"
#include "small_sweep.hpp"

/// Reading a user's data out of an HDF5 file.
namespace ntksweep {
namespace {

using test::message_of;
using test::TemporaryFolder;

class Hdf5TableTest : public testing::Test {
 protected:
  TemporaryFolder folder;
  std::string path = folder.file("data.h5");
  hid_t file = H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
  DataConfig config;

  ~Hdf5TableTest() override { close(); }

  void close() {
    if (file >= 0) H5Fclose(file);
    file = -1;
  }

  /// 0, 1, 2, ... in row-major order.
  void add(const char* name, const std::vector<hsize_t>& shape, hid_t type) const {
    hsize_t count = 1;
    for (const hsize_t size : shape) count *= size;
    std::vector<double> numbers(count);
    for (std::size_t i = 0; i < numbers.size(); ++i) numbers[i] = static_cast<double>(i);
    const hid_t space = H5Screate_simple(static_cast<int>(shape.size()), shape.data(), nullptr);
    const hid_t dataset = H5Dcreate2(file, name, type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    H5Dwrite(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, numbers.data());
    H5Dclose(dataset);
    H5Sclose(space);
  }

  std::string refusal() {
    close();
    const std::string message = message_of<InputError>([&] { read_hdf5_table(path, "", config); });
    EXPECT_NE(message.find("data.h5"), std::string::npos) << message;
    EXPECT_EQ(message.find('\n'), std::string::npos) << message;
    return message;
  }
};

TEST_F(Hdf5TableTest, OneSamplePerRowBecomesOnePerColumn) {
  add("inputs", {4, 3}, H5T_IEEE_F32LE);
  add("labels", {4}, H5T_STD_I64LE);
  close();
  const RawTable table = read_hdf5_table(path, "", config);
  ASSERT_EQ(table.inputs.rows(), 3);
  ASSERT_EQ(table.inputs.cols(), 4);
  EXPECT_EQ(table.inputs(2, 1), 5);
  ASSERT_EQ(table.labels.rows(), 1);
  EXPECT_EQ(table.labels(0, 3), 3);
}

TEST_F(Hdf5TableTest, ImagesAreFlattenedAndSeveralTargetsKept) {
  add("images", {5, 2, 2, 3}, H5T_STD_U8LE);
  config.inputs_name = "images";
  config.labels_name = "/train/values";
  H5Gclose(H5Gcreate2(file, "train", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
  add("train/values", {5, 2}, H5T_IEEE_F64BE);
  close();
  const RawTable table = read_hdf5_table(path, "", config);
  EXPECT_EQ(table.inputs.rows(), 12);
  EXPECT_EQ(table.inputs(11, 4), 59);
  EXPECT_EQ(table.labels.rows(), 2);
  EXPECT_EQ(table.labels(1, 2), 5);
}

TEST_F(Hdf5TableTest, LabelsMayLieInAFileOfTheirOwn) {
  add("inputs", {4, 3}, H5T_IEEE_F32LE);
  close();
  file = H5Fcreate(folder.file("labels.h5").c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
  add("labels", {4}, H5T_STD_U8LE);
  close();
  EXPECT_EQ(read_hdf5_table(path, folder.file("labels.h5"), config).labels(0, 3), 3);
}

TEST_F(Hdf5TableTest, AMissingDatasetIsAnsweredWithThoseThereAre) {
  add("x", {4, 3}, H5T_IEEE_F32LE);
  add("labels", {4}, H5T_STD_I64LE);
  const std::string message = refusal();
  EXPECT_NE(message.find("'inputs' (data.inputs_name); it has: labels, x"), std::string::npos) << message;
}

TEST_F(Hdf5TableTest, UnequalNumbersOfSamplesAreRefused) {
  add("inputs", {4, 3}, H5T_IEEE_F32LE);
  add("labels", {5}, H5T_STD_I64LE);
  EXPECT_NE(refusal().find("has 4 samples"), std::string::npos);
}

TEST_F(Hdf5TableTest, TextInPlaceOfNumbersIsRefused) {
  add("inputs", {4, 3}, H5T_IEEE_F32LE);
  const hsize_t size = 4;
  const hid_t space = H5Screate_simple(1, &size, nullptr);
  H5Dclose(H5Dcreate2(file, "labels", H5T_C_S1, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
  H5Sclose(space);
  EXPECT_NE(refusal().find("'labels' holds no integers or floats"), std::string::npos);
}

TEST_F(Hdf5TableTest, AScalarHoldsNoSamples) {
  add("inputs", {}, H5T_IEEE_F32LE);
  add("labels", {4}, H5T_STD_I64LE);
  EXPECT_NE(refusal().find("holds no samples"), std::string::npos);
}

TEST_F(Hdf5TableTest, NumbersThatAreNotFiniteAreRefused) {
  add("inputs", {4, 3}, H5T_IEEE_F32LE);
  add("labels", {4}, H5T_IEEE_F64LE);
  const hid_t dataset = H5Dopen2(file, "labels", H5P_DEFAULT);
  const double numbers[] = {0, 1, std::numeric_limits<double>::quiet_NaN(), 3};
  H5Dwrite(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, numbers);
  H5Dclose(dataset);
  EXPECT_NE(refusal().find("not finite"), std::string::npos);
}

TEST_F(Hdf5TableTest, AFileThatIsNotHdf5IsRefused) {
  close();
  test::write_text(path, "1,2,3\n");
  EXPECT_NE(refusal().find("not an HDF5 file"), std::string::npos);
}

TEST_F(Hdf5TableTest, ATruncatedFileIsRefused) {
  add("inputs", {4000, 3}, H5T_IEEE_F32LE);
  add("labels", {4000}, H5T_STD_I64LE);
  close();
  std::filesystem::resize_file(path, 20000);
  EXPECT_NE(refusal().find("damaged"), std::string::npos);
}

}  // namespace
}  // namespace ntksweep
