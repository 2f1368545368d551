#include <gtest/gtest.h>
#include <hdf5.h>

#include "seal.hpp"
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

  /// Writes into the variable's place without HDF5, as a disk could.
  void change_bytes(const std::string& variable, std::uint64_t number, double value) const {
    const hid_t file = H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
    const hid_t dataset = H5Dopen2(file, variable.c_str(), H5P_DEFAULT);
    const auto offset = static_cast<std::streamoff>(H5Dget_offset(dataset));
    H5Dclose(dataset);
    H5Fclose(file);
    std::fstream bytes(path, std::ios::in | std::ios::out | std::ios::binary);
    bytes.seekp(offset + static_cast<std::streamoff>(sizeof value * number));
    bytes.write(reinterpret_cast<const char*>(&value), sizeof value);
  }
};

TEST_F(IntegrityTest, ANumberThatWasChangedAfterwardsIsSeen) {
  make_file();
  change_bytes("train_loss", 4 * 10 + 2, 0.125);
  const ResultReader reader(path);
  EXPECT_EQ(reader.cell(10, sweep.layout).integrity, Integrity::damaged);
  EXPECT_EQ(reader.cell(11, sweep.layout).integrity, Integrity::intact);
}

TEST_F(IntegrityTest, AChangedTimingIsSeenByTheRowChecksum) {
  make_file();
  change_bytes("wall_time", 11, 1e9);
  EXPECT_EQ(ResultReader(path).cell(11, sweep.layout).integrity, Integrity::damaged);
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
  write_seal(path, {});
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
  write_seal(path, {});
  const std::string message = message_of<InputError>([&] { sweep.open(path); });
  EXPECT_NE(message.find("its variable rank has another shape"), std::string::npos) << message;
}

}  // namespace
}  // namespace ntksweep
