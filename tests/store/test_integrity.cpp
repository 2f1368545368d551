#include <gtest/gtest.h>
#include <hdf5.h>

#include "small_sweep.hpp"

/// Damage to a file is seen, and a damaged file is not written to.
namespace ntksweep {
namespace {

using test::message_of;
using test::SmallSweep;
using test::TemporaryFolder;

class IntegrityTest : public testing::Test {
 protected:
  TemporaryFolder folder;
  std::string path = folder.file("out.h5");
  SmallSweep sweep{test::dense_job};

  void make_file() const {
    ResultFile file = sweep.open(path);
    file.write(sweep.record(10), sweep.extents, {});
    file.write(sweep.record(11), sweep.extents, {});
    file.commit();
  }

  void change_with_hdf5(const std::string& variable, std::uint64_t number, double value) const {
    const hid_t file = H5Fopen(path.c_str(), H5F_ACC_RDWR, H5P_DEFAULT);
    const hid_t dataset = H5Dopen2(file, variable.c_str(), H5P_DEFAULT);
    std::vector<double> all(static_cast<std::size_t>(H5Dget_storage_size(dataset)) / 8);
    H5Dread(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, all.data());
    all[number] = value;
    H5Dwrite(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, all.data());
    H5Dclose(dataset);
    H5Fclose(file);
  }
};

TEST_F(IntegrityTest, ANumberThatWasChangedAfterwardsIsSeen) {
  make_file();
  change_with_hdf5("train_loss", 4 * 10 + 2, 0.125);
  const ResultReader reader(path);
  EXPECT_EQ(reader.cell(10, sweep.layout).integrity, Integrity::damaged);
  EXPECT_EQ(reader.cell(11, sweep.layout).integrity, Integrity::intact);
}

TEST_F(IntegrityTest, AChangedTimingIsSeenByTheRowChecksum) {
  make_file();
  change_with_hdf5("wall_time", 11, 1e9);
  EXPECT_EQ(ResultReader(path).cell(11, sweep.layout).integrity, Integrity::damaged);
}

TEST_F(IntegrityTest, ATruncatedFileIsRefused) {
  make_file();
  std::filesystem::resize_file(path, std::filesystem::file_size(path) - 1);
  const std::string message = message_of<InputError>([&] { sweep.open(path); });
  EXPECT_NE(message.find(path), std::string::npos) << message;
  EXPECT_NE(message.find("truncated"), std::string::npos) << message;
  EXPECT_EQ(message.find('\n'), std::string::npos);
  EXPECT_THROW(ResultReader{path}, InputError);
}

TEST_F(IntegrityTest, AnEmptyFileIsRefused) {
  test::write_text(path, "");
  const std::string message = message_of<InputError>([&] { sweep.open(path); });
  EXPECT_NE(message.find("not an HDF5 file"), std::string::npos) << message;
}

TEST_F(IntegrityTest, AFileThatLacksAVariableIsNotContinued) {
  make_file();
  const hid_t file = H5Fopen(path.c_str(), H5F_ACC_RDWR, H5P_DEFAULT);
  H5Ldelete(file, "train_loss", H5P_DEFAULT);
  H5Fclose(file);
  const std::string message = message_of<InputError>([&] { sweep.open(path); });
  EXPECT_NE(message.find("lacks the variable train_loss"), std::string::npos) << message;
}

TEST_F(IntegrityTest, AVariableStoredInAnotherWayIsNotWrittenTo) {
  make_file();
  const hid_t file = H5Fopen(path.c_str(), H5F_ACC_RDWR, H5P_DEFAULT);
  H5Ldelete(file, "rank", H5P_DEFAULT);
  const hsize_t shape[] = {192};
  const hid_t space = H5Screate_simple(1, shape, nullptr);
  H5Dclose(H5Dcreate2(file, "rank", H5T_STD_I32LE, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
  H5Sclose(space);
  H5Fclose(file);
  const std::string message = message_of<InputError>([&] { sweep.open(path); });
  EXPECT_NE(message.find("its variable rank has another shape"), std::string::npos) << message;
}

}  // namespace
}  // namespace ntksweep
