#include "merged_files.hpp"

/// Several files are put together by the keys of their cells.
namespace ntksweep {
namespace {

using test::message_of;
using test::record_of;

class MergeTest : public test::MergedFiles {};

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
