#include "state_watch.hpp"

#include <algorithm>
#include <utility>

namespace ntksweep {

namespace {

using namespace std::chrono_literals;

constexpr std::chrono::steady_clock::duration longest_between_questions = 1s;
constexpr auto longest_answer = 500ms;
/// Making a state takes up to a nanosecond per byte (docs/decisions/0017-state-log.md); this often it takes 2 %.
constexpr std::int64_t rest_ns_per_byte = 50;

}  // namespace

StateWatch::StateWatch(ComputeThread& compute, double interval_s)
    : compute_(compute),
      interval_(interval_s > 0 ? std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(interval_s))
                               : Clock::duration::max()),
      between_questions_(std::min(longest_between_questions, interval_)) {}

std::optional<CellState> StateWatch::look() {
  const auto now = Clock::now();
  if (is_ending_) return std::nullopt;
  std::optional<CellState> due;
  if (now - handed_in_ >= interval_) due = take_state();
  if (due) handed_in_ = now;
  const auto rest = std::chrono::nanoseconds(rest_ns_per_byte * static_cast<std::int64_t>(compute_.slot().bytes()));
  if (now - asked_ >= std::max<Clock::duration>(between_questions_, rest)) {
    asked_ = now;
    compute_.slot().ask();
  }
  return due;
}

std::optional<CellState> StateWatch::take_state() {
  auto state = compute_.slot().take();
  return state && state->bytes.size() <= largest_state ? std::move(state) : std::nullopt;
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
  auto state = take_state();
  std::vector<Result> results = compute_.take();
  if (state) results.emplace_back(std::move(*state));
  results.emplace_back(Saved{});
  return results;
}

}  // namespace ntksweep
