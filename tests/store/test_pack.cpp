#include "ntksweep/store/pack.hpp"

#include <gtest/gtest.h>
#include <hdf5.h>

#include <map>

#include "ntksweep/store/merge.hpp"
#include "ntksweep/store/repair.hpp"
#include "small_sweep.hpp"

/// The packed copy has the same variables with the same bits, and is a result file for every reader.
namespace ntksweep {
namespace {

using test::message_of;
using test::SmallSweep;
using test::TemporaryFolder;

class PackTest : public testing::Test {
 protected:
  void SetUp() override {
    ResultFile file = sweep.open(path);
    for (std::uint64_t cell = 0; cell < sweep.grid.size(); ++cell) {
      if (cell % 5 != 3) file.write(sweep.record(cell), sweep.extents, {2, "node"});
    }
    file.finish();
  }

  /// The bytes of every dataset, by name, as HDF5 reads them.
  static std::map<std::string, std::string> contents(const std::string& path) {
    std::map<std::string, std::string> all;
    const hid_t file = H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
    H5G_info_t info{};
    H5Gget_info(file, &info);
    for (hsize_t i = 0; i < info.nlinks; ++i) {
      std::string name(256, '\0');
      name.resize(static_cast<std::size_t>(
          H5Lget_name_by_idx(file, ".", H5_INDEX_CRT_ORDER, H5_ITER_INC, i, name.data(), name.size(), H5P_DEFAULT)));
      const hid_t dataset = H5Dopen2(file, name.c_str(), H5P_DEFAULT);
      const hid_t type = H5Dget_type(dataset), space = H5Dget_space(dataset);
      const bool is_text = H5Tget_class(type) == H5T_STRING;
      std::string bytes(is_text ? 0 : static_cast<std::size_t>(H5Sget_simple_extent_npoints(space)) * H5Tget_size(type),
                        '\0');
      if (!bytes.empty()) H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, bytes.data());
      all[name] = bytes;
      H5Sclose(space);
      H5Tclose(type);
      H5Dclose(dataset);
    }
    H5Fclose(file);
    return all;
  }

  TemporaryFolder folder;
  std::string path = folder.file("out.h5"), packed = folder.file("packed.h5");
  SmallSweep sweep{test::dense_job};
};

TEST_F(PackTest, EveryVariableHasTheSameBytes) {
  pack_result_file(path, packed);
  const auto before = contents(path), after = contents(packed);
  EXPECT_EQ(before.size(), after.size());
  EXPECT_TRUE(before == after);
}

TEST_F(PackTest, ReadersSeeTheSameCells) {
  pack_result_file(path, packed);
  const ResultReader before(path), after(packed);
  EXPECT_EQ(before.statuses(), after.statuses());
  for (const std::uint64_t cell : {0, 3, 17, 191}) {
    const StoredCell a = before.cell(cell, sweep.layout), b = after.cell(cell, sweep.layout);
    EXPECT_EQ(a.checksum, b.checksum);
    EXPECT_EQ(a.host, b.host);
    EXPECT_EQ(a.integrity, b.integrity);
  }
  EXPECT_TRUE(after.damaged_cells(sweep.layout).empty());
  for (const char* attribute : {"created", "job_text", "program_version", "libraries"}) {
    EXPECT_EQ(before.attribute(attribute), after.attribute(attribute)) << attribute;
  }
}

TEST_F(PackTest, IsSmaller) {
  const Packed sizes = pack_result_file(path, packed);
  EXPECT_EQ(sizes.bytes_before, std::filesystem::file_size(path));
  EXPECT_EQ(sizes.bytes_after, std::filesystem::file_size(packed));
  EXPECT_LT(sizes.bytes_after, sizes.bytes_before / 2);
}

TEST_F(PackTest, IsNotWrittenToAndSaysHowToGoOn) {
  pack_result_file(path, packed);
  const std::string message = message_of<InputError>([&] { sweep.open(packed); });
  EXPECT_NE(message.find("is packed"), std::string::npos) << message;
  EXPECT_NE(message.find("ntksweep merge " + packed), std::string::npos) << message;
}

TEST_F(PackTest, MergeUnpacksIt) {
  pack_result_file(path, packed);
  const std::string out = folder.file("again.h5");
  const auto number = [](std::uint64_t cell) { return 0x8000000000000000U + cell; };
  merge_result_files({packed}, out, sweep.job, sweep.grid, sweep.extents, number);
  EXPECT_TRUE(sweep.open(out).resumed());
  EXPECT_EQ(ResultReader(out).statuses(), ResultReader(path).statuses());
}

TEST_F(PackTest, DamageIsSeenInTheCopyToo) {
  pack_result_file(path, packed);
  std::filesystem::resize_file(packed, std::filesystem::file_size(packed) - 1);
  EXPECT_NE(message_of<InputError>([&] { ResultReader{packed}; }).find("has no seal"), std::string::npos);
}

TEST_F(PackTest, AnExistingFileIsNotReplaced) {
  test::write_text(packed, "precious notes\n");
  EXPECT_NE(message_of<InputError>([&] { pack_result_file(path, packed); }).find("exists; pack makes a new file"),
            std::string::npos);
  EXPECT_EQ(test::read_text(packed), "precious notes\n");
  EXPECT_THROW(pack_result_file(path, path), InputError);
}

TEST_F(PackTest, AListFileIsPackedToo) {
  const SmallSweep list("[grid]\nwidth=[4,8]\nsamples=[5,6]\nwhere='width > 4'\n[model]\nactivation=['relu','tanh']\n");
  const std::string from = folder.file("list.h5");
  {
    ResultFile file = list.open(from);
    for (std::uint64_t cell = 0; cell < list.grid.size(); ++cell) file.write(list.record(cell), list.extents, {});
    file.finish();
  }
  pack_result_file(from, packed);
  EXPECT_TRUE(contents(from) == contents(packed));
}

}  // namespace
}  // namespace ntksweep
