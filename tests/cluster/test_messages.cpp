#include <gtest/gtest.h>

#include <cmath>
#include <new>

#include "messages.hpp"
#include "ntksweep/core/error.hpp"

namespace ntksweep {
namespace {

Record make_record(std::uint64_t cell, std::size_t values) {
  Record record;
  record.cell = cell;
  record.key = 0xfedcba9876543210U + cell;
  record.status = Status::diverged;
  record.message = "said at step 7";
  record.extents = {3, 2, 0, 5, 1};
  record.values.assign(values, 0.5);
  record.wall_time_s = 1.25;
  record.training_s = 0.75;
  return record;
}

/// The exception that the failure made of `thrown` stands for, as text.
template <class Expected, class Thrown>
std::string rethrown(const Thrown& thrown) {
  try {
    throw thrown;
  } catch (...) {
    try {
      throw_failure(current_failure(), "rank 3 on node7");
    } catch (const Expected& error) {
      return error.what();
    }
  }
}

TEST(Messages, TasksComeBackAsTheyWere) {
  const std::vector<Task> tasks = {{{5, 1, 1ULL << 60U}, 2.5}, {{}, 0.0}, {{9}, 1e-3, 4}};
  const auto back = decode_tasks(encode_tasks(tasks));
  ASSERT_EQ(back.size(), tasks.size());
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    EXPECT_EQ(back[i].cells, tasks[i].cells);
    EXPECT_EQ(back[i].predicted_s, tasks[i].predicted_s);
    EXPECT_EQ(back[i].ranks, tasks[i].ranks);
  }
}

TEST(Messages, ARecordComesBackWithEveryField) {
  Record record = make_record(42, 3);
  record.values[1] = std::nan("");
  const std::vector<Result> sent = {record};
  const auto letters = encode_results(sent);
  ASSERT_EQ(letters.size(), 1U);
  const auto back = std::get<Record>(decode_results(letters[0]).at(0));
  EXPECT_EQ(back.cell, 42U);
  EXPECT_EQ(back.key, record.key);
  EXPECT_EQ(back.status, Status::diverged);
  EXPECT_EQ(back.message, "said at step 7");
  EXPECT_EQ(back.extents, (Extents{3, 2, 0, 5, 1}));
  ASSERT_EQ(back.values.size(), 3U);
  EXPECT_EQ(back.values[0], 0.5);
  EXPECT_TRUE(std::isnan(back.values[1]));
  EXPECT_EQ(back.wall_time_s, 1.25);
  EXPECT_EQ(back.training_s, 0.75);
}

TEST(Messages, ResultsKeepTheirOrderAndKind) {
  const std::vector<Result> sent = {make_record(1, 0), TaskDone{0.5}, make_record(2, 1),
                                    Failure{Failure::Kind::input, "no such file"}};
  const auto back = decode_results(encode_results(sent).at(0));
  ASSERT_EQ(back.size(), 4U);
  EXPECT_EQ(std::get<Record>(back[0]).cell, 1U);
  EXPECT_EQ(std::get<TaskDone>(back[1]).busy_s, 0.5);
  EXPECT_EQ(std::get<Record>(back[2]).cell, 2U);
  EXPECT_EQ(std::get<Failure>(back[3]).kind, Failure::Kind::input);
  EXPECT_EQ(std::get<Failure>(back[3]).message, "no such file");
}

TEST(Messages, ManyLargeResultsAreSpreadOverSeveralLetters) {
  const std::vector<Result> sent(10, make_record(1, 1000));  // 8 kB each
  const auto letters = encode_results(sent, 20000);
  EXPECT_EQ(letters.size(), 5U);
  std::size_t total = 0;
  for (const auto& letter : letters) total += decode_results(letter).size();
  EXPECT_EQ(total, 10U);
}

TEST(Messages, AResultLongerThanALetterTravelsAlone) {
  const std::vector<Result> sent = {make_record(1, 10000), TaskDone{1}};
  EXPECT_EQ(encode_results(sent, 100).size(), 2U);
}

TEST(Messages, NoResultsMakeNoLetter) { EXPECT_TRUE(encode_results({}).empty()); }

TEST(Messages, AnInputErrorStaysOneAndSaysWhere) {
  EXPECT_EQ(rethrown<InputError>(InputError("data.path: no such file")), "rank 3 on node7: data.path: no such file");
}

TEST(Messages, OtherExceptionsBecomeSystemErrors) {
  EXPECT_EQ(rethrown<SystemError>(std::logic_error("impossible")), "rank 3 on node7: impossible");
  EXPECT_NE(rethrown<SystemError>(std::bad_alloc()).find("out of memory"), std::string::npos);
  EXPECT_NE(rethrown<SystemError>(7).find("unknown type"), std::string::npos);
}

CellState make_state(std::uint64_t cell) { return {cell, cell + 7, {std::byte{1}, std::byte{2}, std::byte{3}}}; }

TEST(Messages, StatesTravelWithTasksAndWithResults) {
  Task task{{4, 9}, 1.5};
  task.states = {make_state(9)};
  const auto tasks = decode_tasks(encode_tasks(std::vector<Task>{task}));
  ASSERT_EQ(tasks.at(0).states.size(), 1U);
  EXPECT_EQ(tasks[0].states[0].cell, 9U);
  EXPECT_EQ(tasks[0].states[0].key, 16U);
  EXPECT_EQ(tasks[0].states[0].bytes, make_state(9).bytes);
  const std::vector<Result> sent{make_state(5), StopRequest{10}, Saved{}};
  const auto letters = encode_results(sent);
  ASSERT_EQ(letters.size(), 1U);
  const auto results = decode_results(letters[0]);
  ASSERT_EQ(results.size(), 3U);
  EXPECT_EQ(std::get<CellState>(results[0]).bytes, make_state(5).bytes);
  EXPECT_EQ(std::get<StopRequest>(results[1]).signal, 10);
  EXPECT_TRUE(std::holds_alternative<Saved>(results[2]));
}

}  // namespace
}  // namespace ntksweep
