#include <gtest/gtest.h>
#include <hdf5.h>

#include "seal.hpp"
#include "small_sweep.hpp"

/// Outputs that cannot be used, each with one line that says why and what to do.
namespace ntksweep {
namespace {

using test::message_of;
using test::SmallSweep;
using test::TemporaryFolder;

class RefusalTest : public testing::Test {
 protected:
  TemporaryFolder folder;
  std::string path = folder.file("out.h5");
  SmallSweep sweep{test::dense_job};

  std::string refusal(const SmallSweep& other) const {
    const std::string message = message_of<InputError>([&] { other.open(path); });
    EXPECT_EQ(message.find('\n'), std::string::npos) << message;
    EXPECT_NE(message.find(path), std::string::npos) << message;
    return message;
  }

  void replace_text_attribute(const char* name, const char* text) const {
    const hid_t file = H5Fopen(path.c_str(), H5F_ACC_RDWR, H5P_DEFAULT);
    const hid_t type = H5Tcopy(H5T_C_S1);
    H5Tset_size(type, H5T_VARIABLE);
    H5Adelete(file, name);
    const hid_t space = H5Screate(H5S_SCALAR);
    const hid_t attribute = H5Acreate2(file, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
    H5Awrite(attribute, type, &text);
    H5Aclose(attribute);
    H5Sclose(space);
    H5Tclose(type);
    H5Fclose(file);
    write_seal(path, {});
  }
};

TEST_F(RefusalTest, AMissingFolderIsNamed) {
  const std::string missing = folder.file("no/such");
  const std::string message = message_of<InputError>([&] { sweep.open(missing + "/out.h5"); });
  EXPECT_NE(message.find("no such folder: " + missing + "; create it"), std::string::npos) << message;
}

TEST_F(RefusalTest, AFolderInPlaceOfAFileIsRefused) {
  std::filesystem::create_directory(path);
  EXPECT_NE(refusal(sweep).find("is a folder"), std::string::npos);
}

TEST_F(RefusalTest, AFileThatIsNotHdf5IsRefusedAndNotTouched) {
  test::write_text(path, "precious notes\n");
  EXPECT_NE(refusal(sweep).find("not an HDF5 file"), std::string::npos);
  EXPECT_EQ(test::read_text(path), "precious notes\n");
}

TEST_F(RefusalTest, AnHdf5FileOfAnotherProgramIsRefused) {
  H5Fclose(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT));
  EXPECT_NE(refusal(sweep).find("it is no result file"), std::string::npos);
  write_seal(path, {});
  EXPECT_NE(refusal(sweep).find("of another program"), std::string::npos);
  EXPECT_NE(message_of<InputError>([&] { ResultReader{path}; }).find("of another program"), std::string::npos);
}

TEST_F(RefusalTest, AnotherMajorFormatIsRefused) {
  sweep.open(path);
  replace_text_attribute("format_version", "2.0");
  EXPECT_NE(refusal(sweep).find("file format 2.0"), std::string::npos);
  EXPECT_NE(message_of<InputError>([&] { ResultReader{path}; }).find("file format 2.0"), std::string::npos);
}

TEST_F(RefusalTest, ANewerMinorFormatIsReadButNotContinued) {
  sweep.open(path);
  replace_text_attribute("format_version", "1.7");
  EXPECT_NE(refusal(sweep).find("file format 1.7"), std::string::npos);
  EXPECT_EQ(ResultReader(path).cell_count(), sweep.grid.size());
}

TEST_F(RefusalTest, AnotherNumericsVersionIsRefused) {
  sweep.open(path);
  replace_text_attribute("numerics_version", "77");
  EXPECT_NE(refusal(sweep).find("numerics version 77"), std::string::npos);
}

TEST_F(RefusalTest, ChangedSettingsAreNamedWithBothValues) {
  sweep.open(path);
  const SmallSweep changed(test::dense_job, {4, 3, 3}, {{"training.max_steps", "77"}, {"model.sigma_w", "1.25"}});
  const std::string message = refusal(changed);
  EXPECT_NE(message.find("training.max_steps: 10000 in the file, 77 in this job"), std::string::npos) << message;
  EXPECT_NE(message.find("model.sigma_w"), std::string::npos) << message;
  EXPECT_NE(message.find("give another file with -o, or put the old values back"), std::string::npos) << message;
}

TEST_F(RefusalTest, AnAddedAxisValueIsADifference) {
  sweep.open(path);
  EXPECT_NE(refusal(SmallSweep(test::dense_job, {4, 3, 3}, {{"grid.width", "4,8,16,32"}})).find("grid.width"),
            std::string::npos);
}

TEST_F(RefusalTest, OtherWordsForTheSameSettingsAreAccepted) {
  sweep.open(path);
  const SmallSweep same(test::dense_job, {4, 3, 3}, {{"grid.width", "pow2(4,16)"}});
  EXPECT_TRUE(same.open(path).resumed());
}

TEST_F(RefusalTest, OtherSizesThanTheFilesAreRefused) {
  sweep.open(path);
  EXPECT_NE(refusal(SmallSweep(test::dense_job, {5, 3, 3})).find("another shape"), std::string::npos);
}

TEST_F(RefusalTest, ARefusalGivesTheLockBack) {
  test::write_text(path, "precious notes\n");
  refusal(sweep);
  EXPECT_FALSE(std::filesystem::exists(path + ".lock"));
}

TEST_F(RefusalTest, AMissingFileToReadIsNamed) {
  EXPECT_NE(message_of<InputError>([&] { ResultReader{path}; }).find(path), std::string::npos);
}

TEST_F(RefusalTest, ACellBeyondTheGridIsRefused) {
  sweep.open(path);
  const std::string message = message_of<InputError>([&] { ResultReader(path).cell(192, sweep.layout); });
  EXPECT_NE(message.find("0 to 191"), std::string::npos) << message;
}

}  // namespace
}  // namespace ntksweep
