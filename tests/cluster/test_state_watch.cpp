#include "state_watch.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <thread>

namespace ntksweep {
namespace {

using namespace std::chrono_literals;

/// A cell in training that leaves a state of so many bytes whenever it is asked, until it is told to end.
class Training {
 public:
  explicit Training(std::size_t bytes)
      : thread_([facts = facts_, bytes](const Task&, const auto&, StateSlot& slot) {
          for (; !facts->over; std::this_thread::sleep_for(1ms)) {
            if (!slot.is_asked()) continue;
            slot.leave({3, 4, std::vector<std::byte>(bytes)});
            ++facts->states;
          }
        }) {
    thread_.push({{3}, 0.0});
  }
  ~Training() { facts_->over = true; }

  ComputeThread& thread() { return thread_; }
  int states() const { return facts_->states; }

  /// States that were due while the watch looked every millisecond for `seconds`.
  static std::vector<CellState> due(StateWatch& watch, double seconds) {
    std::vector<CellState> states;
    const auto start = std::chrono::steady_clock::now();
    while (std::chrono::steady_clock::now() - start < std::chrono::duration<double>(seconds)) {
      if (auto state = watch.look()) states.push_back(std::move(*state));
      std::this_thread::sleep_for(1ms);
    }
    return states;
  }

 private:
  struct Facts {
    std::atomic<bool> over = false;
    std::atomic<int> states = 0;
  };
  std::shared_ptr<Facts> facts_ = std::make_shared<Facts>();  ///< the thread may outlive this object
  ComputeThread thread_;
};

TEST(StateWatch, AStateIsDueNowAndThen) {
  Training training(10);
  StateWatch watch(training.thread(), 0.02);
  const auto states = Training::due(watch, 0.5);
  EXPECT_GE(states.size(), 2U);
  EXPECT_LE(states.size(), 25U);
  EXPECT_EQ(states.at(0).cell, 3U);
  EXPECT_EQ(states.at(0).bytes.size(), 10U);
}

TEST(StateWatch, NoneIsDueWithoutAnIntervalButOneIsThereAtTheStop) {
  Training training(10);
  StateWatch watch(training.thread(), 0);
  EXPECT_TRUE(Training::due(watch, 0.1).empty());
  watch.end();
  while (!watch.is_ready()) std::this_thread::sleep_for(1ms);
  const auto results = watch.last_results();
  ASSERT_EQ(results.size(), 2U);
  EXPECT_TRUE(std::holds_alternative<CellState>(results[0]));
  EXPECT_TRUE(std::holds_alternative<Saved>(results[1]));
}

TEST(StateWatch, NothingIsDueWhileTheRunEnds) {
  Training training(10);
  StateWatch watch(training.thread(), 0.001);
  watch.end();
  EXPECT_TRUE(Training::due(watch, 0.05).empty());
}

TEST(StateWatch, LargeStatesAreAskedForLessOften) {
  Training training(8'000'000);  // 0.4 s between two questions
  StateWatch watch(training.thread(), 0.001);
  Training::due(watch, 0.3);
  EXPECT_LE(training.states(), 2);
}

}  // namespace
}  // namespace ntksweep
