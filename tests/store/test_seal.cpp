#include <gtest/gtest.h>

#include <random>

#include "seal.hpp"
#include "small_sweep.hpp"

/// The seal at the end of a result file: what a run does not write is as it was written, or the file is refused before
/// HDF5 looks at it.
namespace ntksweep {
namespace {

using test::message_of;
using test::SmallSweep;
using test::TemporaryFolder;

class SealTest : public testing::Test {
 protected:
  TemporaryFolder folder;
  std::string path = folder.file("out.h5");
  SmallSweep sweep{test::dense_job};

  void make_file() const {
    ResultFile file = sweep.open(path);
    for (std::uint64_t cell = 0; cell < sweep.grid.size(); ++cell) file.write(sweep.record(cell), sweep.extents, {});
    file.finish();
  }
  void flip_bit(std::uint64_t byte, int bit) const {
    std::fstream bytes(path, std::ios::in | std::ios::out | std::ios::binary);
    bytes.seekg(static_cast<std::streamoff>(byte));
    const int old = bytes.get();
    bytes.seekp(static_cast<std::streamoff>(byte));
    bytes.put(static_cast<char>(old ^ (1 << bit)));
  }
  std::string refusal() const {
    std::string message = message_of<InputError>([&] { ResultReader{path}; });
    EXPECT_NE(message.find(path), std::string::npos) << message;
    EXPECT_EQ(message.find('\n'), std::string::npos) << message;
    EXPECT_EQ(message_of<InputError>([&] { sweep.open(path); }), message);
    return message;
  }
};

TEST_F(SealTest, ARunLeavesItWhole) {
  make_file();
  EXPECT_NO_THROW(require_seal(path));
  EXPECT_TRUE(sweep.open(path).resumed());
}

TEST_F(SealTest, NumbersAreNotPartOfIt) {
  sweep.open(path);
  const std::string before = test::read_text(path);
  make_file();
  EXPECT_TRUE(test::read_text(path).substr(hdf5_end(path)) == before.substr(hdf5_end(path)));
}

TEST_F(SealTest, AFileCutShortIsRefusedWithTheMissingBytes) {
  make_file();
  const std::uint64_t end = hdf5_end(path);
  for (const std::uint64_t missing : {std::uint64_t{1}, std::uint64_t{4096}, end / 2, end - 100}) {
    std::filesystem::resize_file(path, end - missing);
    const std::string expected = "is cut short, " + std::to_string(missing) + " bytes are missing";
    EXPECT_NE(refusal().find(expected), std::string::npos) << refusal();
  }
}

TEST_F(SealTest, AFileThatEndsInItsSealIsRefused) {
  make_file();
  const std::uint64_t size = std::filesystem::file_size(path);
  for (std::uint64_t left = size - 1; left > hdf5_end(path); left -= 57) {
    std::filesystem::resize_file(path, left);
    EXPECT_NE(refusal().find("has no seal"), std::string::npos) << refusal();
  }
}

/// A flip is seen unless it lies in what runs write, where the rows have checksums of their own.
TEST_F(SealTest, AnyFlippedBitInFrontOfTheNumbersIsSeen) {
  make_file();
  const std::string whole = test::read_text(path);
  std::mt19937_64 random(7);
  std::uniform_int_distribution<std::uint64_t> byte_in_front(0, 14000);
  for (int trial = 0; trial < 200; ++trial) {
    const std::uint64_t byte = byte_in_front(random);
    const int bit = static_cast<int>(random() % 8);
    flip_bit(byte, bit);
    EXPECT_NE(refusal(), "(nothing was thrown)") << "byte " << byte;
    flip_bit(byte, bit);
  }
  EXPECT_TRUE(test::read_text(path) == whole);
}

TEST_F(SealTest, AnyFlippedBitInTheSealIsSeen) {
  make_file();
  for (std::uint64_t byte = hdf5_end(path); byte < std::filesystem::file_size(path); byte += 5) {
    flip_bit(byte, 3);
    EXPECT_NE(refusal(), "(nothing was thrown)") << "byte " << byte;
    flip_bit(byte, 3);
  }
  EXPECT_NO_THROW(ResultReader{path});
}

TEST_F(SealTest, AFileOfNothingButZerosIsRefused) {
  test::write_text(path, std::string(5000, '\0'));
  EXPECT_NE(refusal().find("not an HDF5 file"), std::string::npos);
}

}  // namespace
}  // namespace ntksweep
