#include <map>

#include "merged_files.hpp"

/// A job with more cells goes on in its file: cells are found by their key.
namespace ntksweep {
namespace {

using test::key_of;
using test::message_of;
using test::plain;
using test::record_of;
using test::SmallSweep;
using test::wider;

class ExtendTest : public test::MergedFiles {};

TEST_F(ExtendTest, AddedAxisValuesKeepTheCells) {
  const std::string path = make("out.h5", small, all());
  const auto inherited = extend(path, large);
  ASSERT_TRUE(inherited);
  EXPECT_EQ(inherited->cells, small.grid.size());
  expect_cells(path, large, keys_of(small));
  EXPECT_TRUE(large.open(path).resumed());
}

TEST_F(ExtendTest, ASettingThatBecomesAnAxisKeepsTheCells) {
  const std::string path = make("out.h5", small, all());
  const SmallSweep two(plain + "[model]\nactivation = [\"tanh\", \"relu\"]\n");
  extend(path, two);
  expect_cells(path, two, keys_of(small));
}

TEST_F(ExtendTest, AFileOfTheSameJobIsLeftAsItIs) {
  const std::string path = make("out.h5", small, all());
  const std::string before = test::read_text(path);
  EXPECT_FALSE(extend(path, small));
  EXPECT_FALSE(extend(file("not-there.h5"), small));
  EXPECT_TRUE(test::read_text(path) == before);
}

TEST_F(ExtendTest, AnExtensionThatWouldLoseAResultIsRefusedAndNothingChanges) {
  const std::string path = make("out.h5", large, all());
  const std::string before = test::read_text(path);
  const std::string message = message_of<InputError>([&] { extend(path, small); });
  EXPECT_NE(message.find("32 of its 48 results are of cells that this job does not have"), std::string::npos)
      << message;
  EXPECT_NE(message.find("grid.width: [2,4,8,16] in the file, [4,8] in this job"), std::string::npos) << message;
  EXPECT_TRUE(test::read_text(path) == before);
  EXPECT_FALSE(std::filesystem::exists(path + ".lock"));
}

TEST_F(ExtendTest, ValuesWithoutResultsMayGo) {
  std::map<std::uint64_t, bool> wanted;
  for (const std::uint64_t key : keys_of(small)) wanted[key] = true;
  const std::string path = make("out.h5", large, [&](std::uint64_t cell) { return wanted[key_of(large)(cell)]; });
  extend(path, small);
  expect_cells(path, small, keys_of(small));
}

TEST_F(ExtendTest, OtherStatisticsAreRefused) {
  const std::string path = make("out.h5", small, all());
  const SmallSweep other(wider + "[statistics]\ncheckpoints = 4\n");
  const std::string message = message_of<InputError>([&] { extend(path, other); });
  EXPECT_NE(message.find("other settings (statistics.checkpoints"), std::string::npos) << message;
  EXPECT_EQ(message.find("grid.width"), std::string::npos) << message;
}

TEST_F(ExtendTest, LargerSizesMakeRoomAndKeepTheEnds) {
  const std::string path = make("out.h5", small, all());
  const SmallSweep roomy(wider, {7, 5, 3});
  extend_result_file(path, roomy.job, roomy.grid, roomy.extents, key_of(roomy));
  const ResultReader reader(path);
  for (std::uint64_t cell = 0; cell < roomy.grid.size(); ++cell) {
    const StoredCell stored = reader.cell(cell, roomy.layout);
    if (stored.status == Status::pending) continue;
    const auto losses = test::values_of(roomy.layout, stored.values, "train_loss");
    const auto first = keys_of(small);
    const auto old = std::ranges::find(first, stored.key) - first.begin();
    const auto expected =
        test::values_of(small.layout, record_of(small, static_cast<std::uint64_t>(old)).values, "train_loss");
    EXPECT_EQ(losses.size(), 7);
    EXPECT_EQ(losses.back(), expected.back());
    EXPECT_TRUE(std::equal(expected.begin(), expected.end() - 1, losses.begin()));
    EXPECT_TRUE(std::isnan(losses[5]));
  }
}

TEST_F(ExtendTest, ADamagedCellIsLeftBehind) {
  const std::string path = make("out.h5", small, all());
  {
    std::fstream bytes(path, std::ios::in | std::ios::out | std::ios::binary);
    const std::string text = test::read_text(path);
    const std::uint64_t key = key_of(small)(5);
    const auto place = text.find(std::string(reinterpret_cast<const char*>(&key), sizeof key));
    ASSERT_NE(place, std::string::npos);
    bytes.seekp(static_cast<std::streamoff>(place));
    bytes.put('\x01');
    bytes.put('\x02');
  }
  const auto inherited = extend(path, large);
  EXPECT_EQ(inherited->damaged, 1);
  auto keys = keys_of(small);
  keys.erase(keys.begin() + 5);
  expect_cells(path, large, keys);
}

TEST_F(ExtendTest, AFileInUseIsNotExtended) {
  make("out.h5", small, all());
  const ResultFile running = small.open(file("out.h5"));
  EXPECT_NE(message_of<InputError>([&] { extend(file("out.h5"), large); }).find("is being written"), std::string::npos);
}

}  // namespace
}  // namespace ntksweep
