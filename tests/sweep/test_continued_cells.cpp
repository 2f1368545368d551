#include <gtest/gtest.h>

#include <atomic>
#include <bit>
#include <cmath>
#include <cstring>
#include <thread>

#include "task_sweep.hpp"

/// A cell that is left in the middle of its training, and gone on with later, has the record of one that was not.
namespace ntksweep {
namespace {

std::string job_text(const std::string& model, const std::string& training, const std::string& statistics) {
  return "[grid]\nwidth = 12\nsamples = 9\nstep_size = [0.4, 0.7]\n" + model + "[training]\n" + training +
         "[statistics]\nkernel_every = 3\n" + statistics;
}

CellRun run_one(const Sweep& sweep, std::uint64_t cell, const Handover& handover) {
  CellRun result;
  run_task(
      sweep.job, sweep.grid, sweep.data, std::span(&cell, 1), [&](CellRun&& run) { result = std::move(run); },
      handover);
  return result;
}

/// States that the cell left while it was asked again and again; the first is from before the first step.
std::vector<CellState> states_of(const Sweep& sweep, std::uint64_t cell) {
  std::vector<CellState> states;
  for (int attempt = 0; attempt < 100 && states.size() < 4; ++attempt) {
    StateSlot slot;
    std::atomic<bool> done = false;
    slot.ask();
    std::thread thread([&] {
      run_one(sweep, cell, {.slot = &slot});
      done = true;
    });
    while (!done) {
      if (slot.is_asked()) continue;
      auto state = slot.take();
      if (state && (states.empty() || state->bytes != states.back().bytes)) states.push_back(std::move(*state));
      slot.ask();
    }
    thread.join();
  }
  return states;
}

bool same(double a, double b) {
  return (std::isnan(a) && std::isnan(b)) || std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

void expect_same_record(const Sweep& sweep) {
  const CellRun whole = run_one(sweep, 1, {});
  ASSERT_NE(whole.record.status, Status::failed) << whole.record.message;
  const auto states = states_of(sweep, 1);
  ASSERT_GE(states.size(), 4U);
  for (const std::size_t i : {std::size_t{0}, states.size() / 3, states.size() / 2, states.size() - 1}) {
    const CellRun rest = run_one(sweep, 1, {.states = std::span(&states[i], 1)});
    EXPECT_EQ(rest.record.status, whole.record.status);
    EXPECT_EQ(rest.record.key, whole.record.key);
    EXPECT_TRUE(std::ranges::equal(rest.record.values, whole.record.values, same)) << "state " << i;
  }
}

TEST(ContinuedCells, OfEveryKindHaveTheSameRecord) {
  const std::string deep = "[model]\ndepth = 2\n[data]\ninput_dim = 5\n";
  const std::string linear = "[model]\nactivation = \"linear\"\n[data]\ninput_dim = 8\noutputs = 3\n";
  expect_same_record(
      Sweep(job_text(deep, "max_steps = 4000\ntolerance = 0\n", "also = [\"linearised\", \"features\"]\n")));
  expect_same_record(Sweep(job_text(deep, "max_steps = 4000\ntolerance = 0\nmomentum = 0.5\nbatch = 4\n", "")));
  expect_same_record(Sweep(job_text(deep, "max_steps = 4000\ntolerance = 0\nprecision = \"float32\"\n", "")));
  expect_same_record(Sweep(job_text(linear, "max_steps = 4000\ntolerance = 0\nstep_rule = \"xu2023_adaptive\"\n",
                                    "also = [\"two_layer\"]\n")));
  expect_same_record(Sweep(job_text(deep, "method = \"flow\"\nmax_steps = 200\ntolerance = 0\n", "")));
}

TEST(ContinuedCells, CountTheSecondsOfTheRunThatLeftThem) {
  const Sweep sweep(job_text("", "max_steps = 4000\ntolerance = 0\n", ""));
  auto state = states_of(sweep, 0).back();
  const double seconds[] = {1000, 2000};  // the state begins with them
  std::memcpy(state.bytes.data(), seconds, sizeof seconds);
  const CellRun rest = run_one(sweep, 0, {.states = std::span(&state, 1)});
  EXPECT_GT(rest.record.training_s, 1000);
  EXPECT_LT(rest.record.training_s, 1500);
  EXPECT_GT(rest.record.wall_time_s, 2000);
}

TEST(ContinuedCells, BeginAnewWhereAStateDoesNotFit) {
  const Sweep sweep(job_text("", "max_steps = 400\ntolerance = 0\n", ""));
  const CellRun whole = run_one(sweep, 0, {});
  CellState state = states_of(sweep, 0).back();
  state.bytes.resize(state.bytes.size() / 2);
  CellState of_another = states_of(sweep, 1).back();
  of_another.cell = 0;
  for (const CellState& wrong : {state, of_another}) {
    const CellRun run = run_one(sweep, 0, {.states = std::span(&wrong, 1)});
    EXPECT_TRUE(std::ranges::equal(run.record.values, whole.record.values, same));
    EXPECT_LT(run.record.wall_time_s, 500);
  }
}

TEST(ContinuedCells, LeaveNoStateBehindWhenTheyAreThrough) {
  const Sweep sweep(job_text("", "max_steps = 40\n", ""));
  StateSlot slot;
  slot.ask();
  run_one(sweep, 0, {.slot = &slot});
  EXPECT_FALSE(slot.is_asked());
  EXPECT_FALSE(slot.take());
}

}  // namespace
}  // namespace ntksweep
