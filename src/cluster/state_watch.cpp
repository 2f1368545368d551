#include "state_watch.hpp"

#include <utility>

namespace ntksweep {

namespace {

using namespace std::chrono_literals;

constexpr auto between_questions = 1s;
constexpr auto longest_answer = 500ms;

}  // namespace

void StateWatch::look() {
  if (is_ending_ || Clock::now() - asked_ < between_questions) return;
  asked_ = Clock::now();
  compute_.slot().ask();
}

void StateWatch::end() {
  is_ending_ = true;
  asked_ = Clock::now();
  compute_.drop_waiting();
  compute_.slot().ask();
}

bool StateWatch::is_ready() const {
  if (!is_ending_) return false;
  return !compute_.busy() || !compute_.slot().is_asked() || Clock::now() - asked_ > longest_answer;
}

std::vector<Result> StateWatch::last_results() {
  auto state = compute_.slot().newest();
  std::vector<Result> results = compute_.take();
  if (state) results.emplace_back(std::move(*state));
  results.emplace_back(Saved{});
  return results;
}

}  // namespace ntksweep
