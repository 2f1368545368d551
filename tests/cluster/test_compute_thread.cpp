#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <thread>

#include "compute_thread.hpp"
#include "ntksweep/core/error.hpp"

namespace ntksweep {
namespace {

using namespace std::chrono_literals;

Record record_of(std::uint64_t cell) {
  Record record;
  record.cell = cell;
  return record;
}

void commit_all(const Task& task, const std::function<void(Record&&)>& commit, StateSlot&) {
  for (const std::uint64_t cell : task.cells) commit(record_of(cell));
}

/// Takes results until `count` of them are there.
std::vector<Result> collect(ComputeThread& compute, std::size_t count) {
  std::vector<Result> all;
  for (int tries = 0; all.size() < count && tries < 1000; ++tries) {
    compute.wait(10ms);
    for (Result& result : compute.take()) all.push_back(std::move(result));
  }
  return all;
}

TEST(ComputeThread, RunsTasksInOrderAndReportsTheEndOfEach) {
  ComputeThread compute(commit_all);
  compute.push({{4, 2}, 0});
  compute.push({{7}, 0});
  const auto results = collect(compute, 5);
  ASSERT_EQ(results.size(), 5U);
  EXPECT_EQ(std::get<Record>(results[0]).cell, 4U);
  EXPECT_EQ(std::get<Record>(results[1]).cell, 2U);
  EXPECT_TRUE(std::holds_alternative<TaskDone>(results[2]));
  EXPECT_EQ(std::get<Record>(results[3]).cell, 7U);
  EXPECT_TRUE(std::holds_alternative<TaskDone>(results[4]));
  EXPECT_FALSE(compute.busy());
}

TEST(ComputeThread, HandsOverARecordBeforeTheTaskEnds) {
  std::promise<void> go_on;
  ComputeThread compute([&](const Task& task, const std::function<void(Record &&)>& commit, StateSlot& slot) {
    commit_all(task, commit, slot);
    go_on.get_future().wait();
  });
  compute.push({{1}, 0});
  EXPECT_EQ(collect(compute, 1).size(), 1U);
  EXPECT_TRUE(compute.busy());
  go_on.set_value();
  EXPECT_TRUE(std::holds_alternative<TaskDone>(collect(compute, 1).at(0)));
}

TEST(ComputeThread, MeasuresHowLongATaskTook) {
  ComputeThread compute([](const Task&, const auto&, StateSlot&) { std::this_thread::sleep_for(30ms); });
  compute.push({{1}, 0});
  const auto results = collect(compute, 1);
  EXPECT_GE(std::get<TaskDone>(results.at(0)).busy_s, 0.029);
}

TEST(ComputeThread, AnExceptionBecomesAFailureAndNothingMoreIsRun) {
  std::atomic<int> runs = 0;
  ComputeThread compute([&](const Task&, const auto&, StateSlot&) {
    ++runs;
    throw InputError("no such file");
  });
  compute.push({{1}, 0});
  compute.push({{2}, 0});
  const auto results = collect(compute, 1);
  ASSERT_EQ(results.size(), 1U);
  EXPECT_EQ(std::get<Failure>(results[0]).message, "no such file");
  std::this_thread::sleep_for(20ms);
  EXPECT_EQ(runs, 1);
  EXPECT_TRUE(compute.take().empty());
}

TEST(ComputeThread, ResultsWakeNobodyWhileTasksWait) {
  ComputeThread compute([](const Task& task, const std::function<void(Record &&)>& commit, StateSlot& slot) {
    std::this_thread::sleep_for(200ms);
    commit_all(task, commit, slot);
  });
  for (const std::uint64_t cell : {1, 2, 3}) compute.push({{cell}, 0.25});
  std::this_thread::sleep_for(20ms);
  compute.take();
  const auto start = std::chrono::steady_clock::now();
  compute.wait(300ms);
  EXPECT_GE(std::chrono::steady_clock::now() - start, 299ms);
  EXPECT_EQ(compute.waiting_s(), 0.25);
  EXPECT_EQ(compute.take().size(), 2U);
}

TEST(ComputeThread, WaitEndsBeforeItRunsDry) {
  std::promise<void> go_on;
  auto may_end = go_on.get_future().share();
  ComputeThread compute([&](const Task& task, const auto&, StateSlot&) {
    if (task.cells.at(0) == 2) may_end.wait();
  });
  compute.push({{1}, 0.5});
  compute.push({{2}, 0.5});
  const auto start = std::chrono::steady_clock::now();
  while (compute.waiting_s()) compute.wait(10s);
  EXPECT_LT(std::chrono::steady_clock::now() - start, 5s);
  EXPECT_TRUE(compute.busy());
  go_on.set_value();
  EXPECT_TRUE(std::holds_alternative<TaskDone>(collect(compute, 2).at(1)));
}

TEST(ComputeThread, WaitEndsWhenItsTimeIsUp) {
  const ComputeThread compute(commit_all);
  const auto start = std::chrono::steady_clock::now();
  compute.wait(20ms);
  EXPECT_GE(std::chrono::steady_clock::now() - start, 19ms);
}

TEST(ComputeThread, ATaskThatNobodyWaitsForIsLeftBehindWithoutBlocking) {
  auto go_on = std::make_shared<std::promise<void>>();
  auto ended = std::make_shared<std::promise<void>>();
  auto has_ended = ended->get_future();
  {
    auto started = std::make_shared<std::promise<void>>();
    ComputeThread compute([=](const Task& task, const std::function<void(Record &&)>& commit, StateSlot& slot) {
      started->set_value();
      go_on->get_future().wait();
      commit_all(task, commit, slot);
      ended->set_value();
    });
    compute.push({{1}, 0});
    started->get_future().wait();
  }  // does not wait for the task, which cannot end before the next line
  go_on->set_value();
  EXPECT_EQ(has_ended.wait_for(5s), std::future_status::ready);
}

}  // namespace
}  // namespace ntksweep
