#include <gtest/gtest.h>
#include <hdf5.h>

#include <nlohmann/json.hpp>

#include "small_sweep.hpp"

namespace ntksweep {
namespace {

using test::SmallSweep;
using test::TemporaryFolder;

class TextTables : public testing::Test {
 protected:
  TemporaryFolder folder;
  std::string path = folder.file("out.h5");
  SmallSweep sweep{"[grid]\nwidth = [4]\nsamples = [4]\nseed = 2000\n[statistics]\nkernel = \"none\"\n", {2, 2, 0}};

  Record failed(std::uint64_t cell, const std::string& message) const {
    Record record;
    record.cell = cell;
    record.status = Status::failed;
    record.message = message;
    return record;
  }

  StoredCell read(std::uint64_t cell) const { return ResultReader(path).cell(cell, sweep.layout); }

  /// The rows of `attempts` that are in use, read by plain HDF5.
  std::vector<nlohmann::json> attempts() const {
    const hid_t file = H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
    const hid_t dataset = H5Dopen2(file, "attempts", H5P_DEFAULT);
    std::vector<char> bytes(256 * 1024);
    H5Dread(dataset, H5T_STD_U8LE, H5S_ALL, H5S_ALL, H5P_DEFAULT, bytes.data());
    H5Dclose(dataset);
    H5Fclose(file);
    std::vector<nlohmann::json> rows;
    for (std::size_t row = 0; row < 256 && bytes[row * 1024] != '\0'; ++row) {
      rows.push_back(nlohmann::json::parse(std::string(bytes.data() + row * 1024, 1024).c_str()));
    }
    return rows;
  }
};

TEST_F(TextTables, EqualMessagesShareARow) {
  ResultFile file = sweep.open(path);
  for (std::uint64_t cell = 0; cell < 2000; ++cell) file.write(failed(cell, cell % 2 == 0 ? "even" : "odd"), {}, {});
  file.commit();
  EXPECT_EQ(read(1998).message, "even");
  EXPECT_EQ(read(1999).message, "odd");
  EXPECT_EQ(ResultReader(path).column("message")[1999], 1);
}

TEST_F(TextTables, MessagesAreFoundAgainByTheNextAttempt) {
  {
    ResultFile file = sweep.open(path);
    file.write(failed(0, "first"), {}, {});
    file.write(failed(1, "second"), {}, {});
    file.commit();
  }
  ResultFile file = sweep.open(path);
  file.write(failed(2, "second"), {}, {});
  file.write(failed(3, "third"), {}, {});
  file.commit();
  EXPECT_EQ(ResultReader(path).column("message")[2], 1);
  EXPECT_EQ(read(3).message, "third");
  EXPECT_EQ(read(0).message, "first");
}

TEST_F(TextTables, AFullTableOfMessagesSaysSoInItsLastRow) {
  ResultFile file = sweep.open(path);
  for (std::uint64_t cell = 0; cell < 2000; ++cell) file.write(failed(cell, "message " + std::to_string(cell)), {}, {});
  file.commit();
  EXPECT_EQ(read(1022).message, "message 1022");
  EXPECT_NE(read(1023).message.find("no room for further messages"), std::string::npos);
  EXPECT_EQ(read(1999).message, read(1023).message);
  EXPECT_EQ(read(1999).status, Status::failed);
}

TEST_F(TextTables, ALongMessageIsCutBetweenCharacters) {
  std::string text;
  for (int i = 0; i < 200; ++i) text += "\u00e9";
  ResultFile file = sweep.open(path);
  file.write(failed(0, text), {}, {});
  file.commit();
  const std::string message = read(0).message;
  EXPECT_LE(message.size(), 256U);
  EXPECT_EQ(message, text.substr(0, 252) + "...");
}

TEST_F(TextTables, HostsBeyondTheTableAreUnknown) {
  ResultFile file = sweep.open(path);
  for (std::uint64_t cell = 0; cell < 1025; ++cell) {
    file.write(failed(cell, ""), {}, {.rank = 0, .host = "node" + std::to_string(cell)});
  }
  file.commit();
  EXPECT_EQ(read(1023).host, "node1023");
  EXPECT_EQ(read(1024).host, "");
  EXPECT_EQ(ResultReader(path).column("host")[1024], -1);
}

TEST_F(TextTables, AnAttemptTellsHowItWasStartedAndWhatItDid) {
  ResultFile file =
      ResultFile::open_or_create(path, sweep.job, sweep.grid, sweep.extents, 7, "ntksweep run \"x y\"", "Zen");
  file.write(failed(0, ""), {}, {});
  file.commit();
  EXPECT_TRUE(attempts().at(0).at("end").is_null());
  file.finish();
  const nlohmann::json row = attempts().at(0);
  EXPECT_EQ(row.at("command_line"), "ntksweep run \"x y\"");
  EXPECT_EQ(row.at("ranks"), 7);
  EXPECT_EQ(ResultReader(path).ranks(), 7);
  EXPECT_EQ(row.at("blas_core"), "Zen");
  EXPECT_EQ(row.at("cells_finished"), 1);
  EXPECT_EQ(row.at("pid"), getpid());
  EXPECT_TRUE(row.at("start").is_string());
  EXPECT_TRUE(row.at("end").is_string());
}

TEST_F(TextTables, ALongCommandLineIsCutAndTheRowStaysReadable) {
  const std::string line = "ntksweep run " + std::string(3000, '"');
  ResultFile::open_or_create(path, sweep.job, sweep.grid, sweep.extents, 1, line).finish();
  const std::string stored = attempts().at(0).at("command_line");
  EXPECT_TRUE(stored.starts_with("ntksweep run \"\"\""));
  EXPECT_TRUE(stored.ends_with("..."));
}

TEST_F(TextTables, AttemptsBeyondTheTableUseItsLastRow) {
  for (int attempt = 0; attempt < 258; ++attempt) {
    ResultFile::open_or_create(path, sweep.job, sweep.grid, sweep.extents, 1, "run " + std::to_string(attempt));
  }
  EXPECT_EQ(attempts().size(), 256U);
  EXPECT_EQ(attempts().at(254).at("command_line"), "run 254");
  EXPECT_EQ(attempts().at(255).at("command_line"), "run 257");
}

}  // namespace
}  // namespace ntksweep
