#include "ntksweep/store/repair.hpp"

#include <gtest/gtest.h>
#include <hdf5.h>

#include "seal.hpp"
#include "small_sweep.hpp"

/// A file that lost its end, or was changed, is made usable again: what is whole stays, the rest becomes pending.
namespace ntksweep {
namespace {

using test::message_of;
using test::SmallSweep;
using test::TemporaryFolder;

class RepairTest : public testing::Test {
 protected:
  void SetUp() override {
    ResultFile file = sweep.open(path);
    for (std::uint64_t cell = 0; cell < sweep.grid.size(); ++cell) {
      file.write(sweep.record(cell), sweep.extents, {0, "node"});
    }
    file.finish();
  }

  std::uint64_t offset_of(const char* variable) const {
    const hid_t file = H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
    const hid_t dataset = H5Dopen2(file, variable, H5P_DEFAULT);
    const std::uint64_t offset = H5Dget_offset(dataset);
    H5Dclose(dataset);
    H5Fclose(file);
    return offset;
  }
  void put_byte(std::uint64_t place, char byte) const {
    std::fstream bytes(path, std::ios::in | std::ios::out | std::ios::binary);
    bytes.seekp(static_cast<std::streamoff>(place));
    bytes.put(byte);
  }
  void expect_all_but(const std::vector<std::uint64_t>& lost) const {
    const ResultReader reader(path);
    const auto statuses = reader.statuses();
    for (std::uint64_t cell = 0; cell < sweep.grid.size(); ++cell) {
      if (std::ranges::find(lost, cell) != lost.end()) {
        EXPECT_EQ(statuses[cell], Status::pending) << cell;
      } else {
        EXPECT_EQ(statuses[cell], sweep.record(cell).status) << cell;
        EXPECT_EQ(reader.cell(cell, sweep.layout).values, sweep.record(cell).values) << cell;
      }
    }
    EXPECT_TRUE(reader.damaged_cells(sweep.layout).empty());
  }

  TemporaryFolder folder;
  std::string path = folder.file("out.h5");
  SmallSweep sweep{test::dense_job};
};

TEST_F(RepairTest, AWholeFileStaysAsItIs) {
  const std::string before = test::read_text(path);
  const Repaired done = repair_result_file(path);
  EXPECT_EQ(done.missing_bytes, 0);
  EXPECT_TRUE(done.lost.empty());
  EXPECT_TRUE(test::read_text(path) == before);
}

TEST_F(RepairTest, TheTablesOfTextAreLostFirstAndCostNoCell) {
  std::filesystem::resize_file(path, offset_of("messages") + 1);
  const Repaired done = repair_result_file(path);
  EXPECT_GT(done.missing_bytes, 500000);
  EXPECT_TRUE(done.lost.empty());
  expect_all_but({});
}

TEST_F(RepairTest, CellsWhoseBytesAreGoneBecomePending) {
  const std::uint64_t last = sweep.grid.size() - 1;
  std::filesystem::resize_file(path, offset_of("row_checksum") + 8 * (last - 2));
  EXPECT_EQ(repair_result_file(path).lost, (std::vector<std::uint64_t>{last - 2, last - 1, last}));
  expect_all_but({last - 2, last - 1, last});
}

TEST_F(RepairTest, ARepairedFileIsContinued) {
  std::filesystem::resize_file(path, offset_of("row_checksum") + 8 * 190);
  repair_result_file(path);
  {
    ResultFile file = sweep.open(path);
    EXPECT_TRUE(file.resumed());
    for (const std::uint64_t cell : {190, 191}) file.write(sweep.record(cell), sweep.extents, {});
    file.finish();
  }
  expect_all_but({});
}

TEST_F(RepairTest, ChangedBytesOfACellMakeItPending) {
  put_byte(offset_of("train_loss") + 8 * 4 * 17, 'x');
  put_byte(offset_of("key") + 8 * 33, 'x');
  EXPECT_EQ(ResultReader(path).damaged_cells(sweep.layout), (std::vector<std::uint64_t>{17, 33}));
  EXPECT_EQ(repair_result_file(path).lost, (std::vector<std::uint64_t>{17, 33}));
  expect_all_but({17, 33});
}

TEST_F(RepairTest, AStatusThatDoesNotExistIsNamedAndRepaired) {
  put_byte(offset_of("status") + 5, static_cast<char>(200));
  const std::string message = message_of<InputError>([&] { ResultReader(path).statuses(); });
  EXPECT_NE(message.find("cell 5 has the status 200"), std::string::npos) << message;
  EXPECT_EQ(message_of<InputError>([&] { sweep.open(path); }), message);
  EXPECT_EQ(repair_result_file(path).lost, (std::vector<std::uint64_t>{5}));
  expect_all_but({5});
}

TEST_F(RepairTest, AMissingSealIsPutBack) {
  std::filesystem::resize_file(path, hdf5_end(path));
  EXPECT_THROW(ResultReader{path}, InputError);
  repair_result_file(path);
  expect_all_but({});
}

TEST_F(RepairTest, AFileWithoutItsMetadataIsRefusedAndKeepsItsLength) {
  const std::uint64_t left = offset_of("checkpoint_step") / 2;
  std::filesystem::resize_file(path, left);
  const std::string message = message_of<InputError>([&] { repair_result_file(path); });
  EXPECT_NE(message.find("cannot be repaired"), std::string::npos) << message;
  EXPECT_EQ(message.find('\n'), std::string::npos) << message;
  EXPECT_EQ(std::filesystem::file_size(path), left);
}

TEST_F(RepairTest, AFileThatARunWritesToIsLeftAlone) {
  const ResultFile running = sweep.open(path);
  const std::string message = message_of<InputError>([&] { repair_result_file(path); });
  EXPECT_NE(message.find("is being written by process"), std::string::npos) << message;
}

TEST_F(RepairTest, AnotherProgramsFileIsRefused) {
  const std::string other = folder.file("other.h5");
  H5Fclose(H5Fcreate(other.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT));
  EXPECT_NE(message_of<InputError>([&] { repair_result_file(other); }).find("another program"), std::string::npos);
}

}  // namespace
}  // namespace ntksweep
