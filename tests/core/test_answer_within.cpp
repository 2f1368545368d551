#include "ntksweep/core/answer_within.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <stdexcept>
#include <string>

namespace ntksweep {
namespace {

using std::chrono::milliseconds;

TEST(AnswerWithin, IsWhatTheWorkReturns) {
  EXPECT_EQ(answer_within(milliseconds(60000), [] { return std::string("done"); }), "done");
}

TEST(AnswerWithin, OfWorkThatDoesNotEndIsNone) {
  const auto ended = std::make_shared<std::atomic<bool>>(false);
  EXPECT_FALSE(answer_within(milliseconds(20), [ended] {
    while (!*ended) std::this_thread::sleep_for(milliseconds(1));
    return 1;
  }));
  *ended = true;
}

TEST(AnswerWithin, LetsExceptionsThrough) {
  const auto fail = []() -> int { throw std::runtime_error("no"); };
  EXPECT_THROW(answer_within(milliseconds(60000), fail), std::runtime_error);
}

}  // namespace
}  // namespace ntksweep
