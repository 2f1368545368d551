#include "ntksweep/store/merge.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "ntksweep/store/repair.hpp"
#include "small_sweep.hpp"

/// Cells move from file to file by their key: extending a job, and putting several files together.
namespace ntksweep {
namespace {

using test::message_of;
using test::SmallSweep;
using test::TemporaryFolder;

const std::string plain = "[grid]\nwidth=[4, 8]\nsamples=[5, 6]\nstep_size=[0.25, 0.5]\nseed=2\n";
const std::string wider = "[grid]\nwidth=[2, 4, 8, 16]\nsamples=[5, 6]\nstep_size=[0.25, 0.5]\nseed=3\n";

KeyOf key_of(const SmallSweep& sweep) {
  return [&sweep](std::uint64_t cell) { return cell_key(sweep.grid.cell(cell), 0, 0); };
}

/// As the cell would leave it in any sweep: its numbers follow from its key.
Record record_of(const SmallSweep& sweep, std::uint64_t cell) {
  Record record = sweep.record(cell);
  record.key = key_of(sweep)(cell);
  record.status = record.key % 2 == 0 ? Status::converged : Status::max_steps;
  for (std::size_t i = 0; i < record.values.size(); ++i) {
    record.values[i] = static_cast<double>(record.key % 1000 + 7 * (i % 11));
  }
  return record;
}

class MergeTest : public testing::Test {
 protected:
  std::string file(const std::string& name) const { return folder.file(name); }

  /// A file with results for the cells that `chosen` picks.
  template <class Chosen>
  std::string make(const std::string& name, const SmallSweep& sweep, Chosen chosen) const {
    ResultFile result = sweep.open(file(name));
    for (std::uint64_t cell = 0; cell < sweep.grid.size(); ++cell) {
      if (chosen(cell)) result.write(record_of(sweep, cell), sweep.extents, {3, "host-of-" + name});
    }
    result.finish();
    return file(name);
  }
  static auto all() {
    return [](std::uint64_t) { return true; };
  }

  std::optional<Inherited> extend(const std::string& path, const SmallSweep& sweep) const {
    return extend_result_file(path, sweep.job, sweep.grid, sweep.extents, key_of(sweep));
  }
  Inherited merge(const std::vector<std::string>& sources, const SmallSweep& sweep) const {
    return merge_result_files(sources, file("all.h5"), sweep.job, sweep.grid, sweep.extents, key_of(sweep));
  }

  /// Every cell of a key in `expected` has its numbers, all others are pending.
  void expect_cells(const std::string& path, const SmallSweep& sweep, const std::vector<std::uint64_t>& keys) const {
    const ResultReader reader(path);
    const auto statuses = reader.statuses();
    ASSERT_EQ(statuses.size(), sweep.grid.size());
    std::size_t found = 0;
    for (std::uint64_t cell = 0; cell < sweep.grid.size(); ++cell) {
      const Record expected = record_of(sweep, cell);
      if (std::ranges::find(keys, expected.key) == keys.end()) {
        EXPECT_EQ(statuses[cell], Status::pending) << cell;
        continue;
      }
      ++found;
      const StoredCell stored = reader.cell(cell, sweep.layout);
      EXPECT_EQ(stored.key, expected.key);
      EXPECT_EQ(stored.status, expected.status);
      EXPECT_EQ(stored.integrity, Integrity::intact);
      const auto same = [](double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); };
      EXPECT_TRUE(std::ranges::equal(stored.values, expected.values, same)) << cell;
    }
    EXPECT_EQ(found, keys.size());
  }
  static std::vector<std::uint64_t> keys_of(const SmallSweep& sweep) {
    std::vector<std::uint64_t> keys;
    for (std::uint64_t cell = 0; cell < sweep.grid.size(); ++cell) keys.push_back(key_of(sweep)(cell));
    return keys;
  }

  TemporaryFolder folder;
  SmallSweep small{plain}, large{wider};
};

TEST_F(MergeTest, AddedAxisValuesKeepTheCells) {
  const std::string path = make("out.h5", small, all());
  const auto inherited = extend(path, large);
  ASSERT_TRUE(inherited);
  EXPECT_EQ(inherited->cells, small.grid.size());
  expect_cells(path, large, keys_of(small));
  EXPECT_TRUE(large.open(path).resumed());
}

TEST_F(MergeTest, ASettingThatBecomesAnAxisKeepsTheCells) {
  const std::string path = make("out.h5", small, all());
  const SmallSweep two(plain + "[model]\nactivation = [\"tanh\", \"relu\"]\n");
  extend(path, two);
  expect_cells(path, two, keys_of(small));
}

TEST_F(MergeTest, AFileOfTheSameJobIsLeftAsItIs) {
  const std::string path = make("out.h5", small, all());
  const std::string before = test::read_text(path);
  EXPECT_FALSE(extend(path, small));
  EXPECT_FALSE(extend(file("not-there.h5"), small));
  EXPECT_TRUE(test::read_text(path) == before);
}

TEST_F(MergeTest, AnExtensionThatWouldLoseAResultIsRefusedAndNothingChanges) {
  const std::string path = make("out.h5", large, all());
  const std::string before = test::read_text(path);
  const std::string message = message_of<InputError>([&] { extend(path, small); });
  EXPECT_NE(message.find("32 of its 48 results are of cells that this job does not have"), std::string::npos)
      << message;
  EXPECT_NE(message.find("grid.width: [2,4,8,16] in the file, [4,8] in this job"), std::string::npos) << message;
  EXPECT_TRUE(test::read_text(path) == before);
  EXPECT_FALSE(std::filesystem::exists(path + ".lock"));
}

TEST_F(MergeTest, ValuesWithoutResultsMayGo) {
  std::map<std::uint64_t, bool> wanted;
  for (const std::uint64_t key : keys_of(small)) wanted[key] = true;
  const std::string path = make("out.h5", large, [&](std::uint64_t cell) { return wanted[key_of(large)(cell)]; });
  extend(path, small);
  expect_cells(path, small, keys_of(small));
}

TEST_F(MergeTest, OtherStatisticsAreRefused) {
  const std::string path = make("out.h5", small, all());
  const SmallSweep other(wider + "[statistics]\ncheckpoints = 4\n");
  const std::string message = message_of<InputError>([&] { extend(path, other); });
  EXPECT_NE(message.find("other settings (statistics.checkpoints"), std::string::npos) << message;
  EXPECT_EQ(message.find("grid.width"), std::string::npos) << message;
}

TEST_F(MergeTest, LargerSizesMakeRoomAndKeepTheEnds) {
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

TEST_F(MergeTest, ADamagedCellIsLeftBehind) {
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

TEST_F(MergeTest, AFileInUseIsNotExtended) {
  make("out.h5", small, all());
  const ResultFile running = small.open(file("out.h5"));
  EXPECT_NE(message_of<InputError>([&] { extend(file("out.h5"), large); }).find("is being written"), std::string::npos);
}

TEST_F(MergeTest, PartsMakeAWhole) {
  const auto odd = make("odd.h5", small, [](std::uint64_t cell) { return cell % 2 == 1; });
  const auto even = make("even.h5", small, [](std::uint64_t cell) { return cell % 2 == 0; });
  EXPECT_EQ(merge({odd, even}, small).cells, small.grid.size());
  expect_cells(file("all.h5"), small, keys_of(small));
  EXPECT_EQ(ResultReader(file("all.h5")).cell(1, small.layout).host, "host-of-odd.h5");
  EXPECT_EQ(ResultReader(file("all.h5")).cell(2, small.layout).host, "host-of-even.h5");
  EXPECT_EQ(ResultReader(file("all.h5")).cell(1, small.layout).attempt, 0);
  EXPECT_EQ(ResultReader(file("all.h5")).cell(2, small.layout).attempt, 1);
}

TEST_F(MergeTest, TheSameResultTwiceIsOne) {
  const auto a = make("a.h5", small, all());
  const auto b = make("b.h5", small, [](std::uint64_t cell) { return cell < 3; });
  EXPECT_EQ(merge({b, a, b}, small).cells, small.grid.size());
}

TEST_F(MergeTest, DifferentResultsOfACellAreRefusedByName) {
  const auto a = make("a.h5", small, all());
  ResultFile b = small.open(file("b.h5"));
  Record other = record_of(small, 4);
  other.values[0] += 1;
  b.write(other, small.extents, {});
  b.finish();
  const std::string message = message_of<InputError>([&] { merge({a, file("b.h5")}, small); });
  EXPECT_NE(message.find("b.h5: its cell 4"), std::string::npos) << message;
  EXPECT_NE(message.find("has another result than in a file before it"), std::string::npos) << message;
  EXPECT_FALSE(std::filesystem::exists(file("all.h5")));
  EXPECT_FALSE(std::filesystem::exists(file("all.h5.lock")));
}

TEST_F(MergeTest, AResultWinsOverAFailureInEitherOrder) {
  const auto good = make("good.h5", small, all());
  {
    ResultFile failing = small.open(file("failed.h5"));
    for (std::uint64_t cell = 0; cell < small.grid.size(); ++cell) {
      Record failed = record_of(small, cell);
      failed.status = Status::failed;
      failed.message = "did not work";
      failing.write(failed, small.extents, {});
    }
    failing.finish();
  }
  EXPECT_EQ(merge({good, file("failed.h5")}, small).cells, small.grid.size());
  expect_cells(file("all.h5"), small, keys_of(small));
  std::filesystem::remove(file("all.h5"));
  EXPECT_EQ(merge({file("failed.h5"), good}, small).cells, small.grid.size());
  expect_cells(file("all.h5"), small, keys_of(small));
  std::filesystem::remove(file("all.h5"));
  EXPECT_EQ(merge({file("failed.h5")}, small).cells, 0);
  EXPECT_EQ(ResultReader(file("all.h5")).cell(0, small.layout).message, "did not work");
}

TEST_F(MergeTest, AnExistingFileIsNotReplaced) {
  const auto a = make("a.h5", small, all());
  test::write_text(file("all.h5"), "precious notes\n");
  EXPECT_NE(message_of<InputError>([&] { merge({a}, small); }).find("exists; merge makes a new file"),
            std::string::npos);
  EXPECT_EQ(test::read_text(file("all.h5")), "precious notes\n");
}

}  // namespace
}  // namespace ntksweep
