#include <map>
#include <sstream>

#include "../support/data_files.hpp"

namespace ntksweep {
namespace {

DataConfig digits() {
  DataConfig config;
  config.source = "digits";
  return config;
}

/// The shipped file, read line by line without the project's own reader.
std::vector<std::vector<double>> lines_of_the_file() {
  gzFile file = gzopen(NTKSWEEP_SOURCE_DIR "/data/digits.csv.gz", "rb");
  std::vector<std::vector<double>> lines;
  std::vector<char> buffer(4096);
  while (gzgets(file, buffer.data(), static_cast<int>(buffer.size())) != nullptr) {
    std::istringstream stream(buffer.data());
    auto& numbers = lines.emplace_back();
    for (std::string field; std::getline(stream, field, ',');) numbers.push_back(std::stod(field));
  }
  gzclose(file);
  return lines;
}

TEST(Digits, AreTheNumbersOfTheShippedFile) {
  const RawData raw = load(digits());
  const auto lines = lines_of_the_file();
  ASSERT_EQ(lines.size(), 1797u);
  ASSERT_EQ(raw.inputs.rows(), 64);
  ASSERT_EQ(raw.inputs.cols(), 1797);
  for (Index i = 0; i < 1797; ++i) {
    const auto& line = lines[static_cast<std::size_t>(i)];
    ASSERT_EQ(line.size(), 65u);
    EXPECT_EQ(raw.inputs.col(i), Eigen::Map<const Vector>(line.data(), 64));
    EXPECT_EQ(raw.labels(0, i), line[64]);
  }
}

TEST(Digits, BeginWithAZeroOfPixelSum294) {
  const RawData raw = load(digits());
  EXPECT_EQ(raw.labels(0, 0), 0);
  EXPECT_EQ(raw.inputs.col(0).sum(), 294);
}

TEST(Digits, HaveAContentHash) {
  EXPECT_NE(load(digits()).content_hash, 0u);
  EXPECT_EQ(load(digits()).content_hash, load(digits()).content_hash);
}

TEST(Digits, AreSplitIntoAPoolOf1000And797ForTesting) {
  const RawData raw = load(digits());
  const DataShape shape = data_shape(digits(), raw);
  EXPECT_EQ(available_samples(digits(), raw), 1000);
  EXPECT_EQ(shape.test_samples, 797);
  EXPECT_EQ(shape.inputs, 64);
  EXPECT_EQ(shape.outputs, 10);
  EXPECT_EQ(shape.kind, TargetKind::multiclass);
}

TEST(Digits, TrainingAndTestSetAreTogetherTheWholeFile) {
  const RawData raw = load(digits());
  const Dataset data = make_dataset(digits(), raw, 1000);
  std::map<std::vector<double>, int> count;
  const auto add = [&](const Matrix& x, int weight) {
    for (Index i = 0; i < x.cols(); ++i) count[{x.col(i).begin(), x.col(i).end()}] += weight;
  };
  add(raw.inputs, 1);
  add(data.x, -1);
  add(data.x_test, -1);
  for (const auto& [pixels, left] : count) EXPECT_EQ(left, 0);
}

TEST(Digits, MoreSamplesThanThePoolHasAreRefused) {
  const RawData raw = load(digits());
  EXPECT_TRUE(mentions(input_error([&] { make_dataset(digits(), raw, 5000); }), "grid.samples", "5000 samples asked",
                       "data.source = digits has 1000 in its training pool"));
}

}  // namespace
}  // namespace ntksweep
