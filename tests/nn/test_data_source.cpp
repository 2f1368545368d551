#include <set>

#include "../support/data_files.hpp"

namespace ntksweep {
namespace {

/// What another reader of HDF5 would return, for the tests of what comes around it.
RawTable two_samples(const std::string& path, const std::string&, const DataConfig& config) {
  const double shift = path == "other" ? 1 : 0;
  return {(Matrix(2, 2) << 1, 2, 3, 4).finished().array() + shift,
          config.labels_name == "column" ? Matrix(Matrix::Zero(1, 3)) : Matrix(Matrix::Zero(1, 2))};
}

DataConfig hdf5(const std::string& path) {
  DataConfig config;
  config.source = "hdf5";
  config.path = path;
  return config;
}

TEST(DataSources, HaveDifferentNamesAndHelp) {
  std::set<std::string_view> names, help;
  for (const auto& source : data_sources()) {
    names.insert(source.name);
    help.insert(source.help);
  }
  EXPECT_EQ(names,
            (std::set<std::string_view>{"gaussian", "sphere", "digits", "csv", "npy", "idx", "cifar10", "hdf5"}));
  EXPECT_EQ(help.size(), names.size());
}

TEST(DataSources, AnUnknownSourceIsRefused) {
  DataConfig config;
  config.source = "mnist";
  EXPECT_TRUE(mentions(input_error([&] { load(config); }), "data.source", "'mnist'", "list datasets"));
}

TEST(DataSources, AFileSourceWithoutAFileIsRefused) {
  for (const auto* source : {"csv", "npy", "idx", "cifar10", "hdf5"}) {
    DataConfig config;
    config.source = source;
    EXPECT_TRUE(mentions(input_error([&] { load(config); }), "data.path", source));
  }
}

TEST(DataSources, AFileThatNobodyReadsIsRefused) {
  for (const auto* source : {"gaussian", "sphere", "digits"}) {
    DataConfig config;
    config.source = source;
    config.path = "mine.csv";
    EXPECT_TRUE(mentions(input_error([&] { load(config); }), "mine.csv", source, "data.source"));
  }
}

TEST(DataSources, SyntheticSourcesHaveNoContent) {
  const RawData raw = load(DataConfig{});
  EXPECT_EQ(raw.inputs.size(), 0);
  EXPECT_EQ(raw.content_hash, 0u);
}

TEST(DataSources, Hdf5IsReadByTheReaderThatIsGiven) {
  const RawData raw = load_raw_data(hdf5("file.h5"), two_samples);
  EXPECT_EQ(raw.inputs, (Matrix(2, 2) << 1, 2, 3, 4).finished());
}

TEST(DataSources, AnotherNumberOfLabelsThanSamplesIsRefused) {
  DataConfig config = hdf5("file.h5");
  config.labels_name = "column";
  EXPECT_TRUE(mentions(input_error([&] { load_raw_data(config, two_samples); }), "file.h5", "3 labels", "2 samples"));
}

TEST(ContentHash, DependsOnWhatIsInTheFileNotOnItsName) {
  const auto hash = [](const std::string& path) { return load_raw_data(hdf5(path), two_samples).content_hash; };
  EXPECT_EQ(hash("file.h5"), hash("renamed.h5"));
  EXPECT_NE(hash("file.h5"), hash("other"));
}

TEST(ContentHash, DependsOnTheTestSet) {
  DataConfig config = hdf5("file.h5");
  std::set<std::uint64_t> hashes{load_raw_data(config, two_samples).content_hash};
  config.test_path = "file.h5";
  hashes.insert(load_raw_data(config, two_samples).content_hash);
  config.test_path = "other";
  hashes.insert(load_raw_data(config, two_samples).content_hash);
  EXPECT_EQ(hashes.size(), 3u);
}

TEST(ContentHash, DependsOnTheShape) {
  const TableReader wide = [](const std::string&, const std::string&, const DataConfig&) {
    return RawTable{Matrix::Zero(3, 2), Matrix::Zero(3, 2)};
  };
  const TableReader tall = [](const std::string&, const std::string&, const DataConfig&) {
    return RawTable{Matrix::Zero(2, 3), Matrix::Zero(2, 3)};
  };
  EXPECT_NE(load_raw_data(hdf5("f"), wide).content_hash, load_raw_data(hdf5("f"), tall).content_hash);
}

}  // namespace
}  // namespace ntksweep
