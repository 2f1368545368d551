#include <gtest/gtest.h>

#include <bit>

#include "../support/training_course.hpp"
#include "ntksweep/nn/gradient_flow.hpp"
#include "ntksweep/nn/training.hpp"

/// Training that is left at some step and gone on with from its state has the bits of training that is not.
namespace ntksweep {
namespace {

struct TrainingCase {
  std::string name;
  Architecture architecture;
  TrainingRules rules;
  Index samples = 9;
  Index outputs = 1;
};

Architecture with_outputs(Architecture a, Index outputs) {
  a.outputs = outputs;
  return a;
}

std::vector<TrainingCase> setups() {
  const auto relu = forms::two_layers(6, "relu");
  const auto linear = forms::two_layers(6, "linear");
  auto deep = with_outputs(forms::two_layers(6, "tanh"), 2);
  deep.depth = 2;
  deep.biases = Biases::all;
  const std::int64_t steps = 40;
  return {
      {"dual", relu, {.max_steps = steps}},
      {"per sample", relu, {.max_steps = steps}, 40},
      {"rotated and dual", linear, {.max_steps = steps}, 40},
      {"momentum", relu, {.momentum = 0.9, .max_steps = steps}, 40},
      {"dual with momentum and decay to the start",
       relu,
       {.momentum = 0.5, .weight_decay = 0.1, .toward = DecayToward::initial, .max_steps = steps}},
      {"decay to zero", relu, {.weight_decay = 0.1, .max_steps = steps}},
      {"centred and scaled", deep, {.output_scale = 3, .centre = OutputCentre::initial, .max_steps = steps}, 12, 2},
      {"mini-batches", relu, {.batch = 4, .seed_batch = 5, .max_steps = steps}},
      {"mini-batches with momentum, centred",
       deep,
       {.centre = OutputCentre::initial, .momentum = 0.9, .batch = 5, .seed_batch = 5, .max_steps = steps},
       12,
       2},
  };
}

/// What a run shows: the network at its checkpoints and its end, as bits, and the outcome.
struct Course {
  std::vector<double> numbers;
  TrainingOutcome outcome{};
};

template <class S>
void append(const Network<S>& network, std::vector<double>& numbers) {
  const Vector theta = reference::parameters(cast<double>(network));
  numbers.insert(numbers.end(), theta.begin(), theta.end());
}

const std::vector<std::int64_t> schedule{0, 1, 3, 10, 25, 40};

/// Asks at the step before `left_at`, so that the state is that before step `left_at`; goes on from `from` if there is
/// one.
template <class S>
Course run(const TrainingCase& setup, const Dataset& data, std::int64_t left_at, std::vector<std::byte>* left,
           const std::vector<std::byte>* from) {
  Network<S> network = cast<S>(initialize(setup.architecture, 3));
  StateSlot slot;
  std::optional<ByteReader> reader;
  if (from != nullptr) reader.emplace(*from);
  const Continuation continuation{.slot = &slot,
                                  .leave =
                                      [&](const std::function<void(ByteWriter&)>& write) {
                                        *left = ByteWriter::exactly(write);
                                        slot.leave({});
                                      },
                                  .from = reader ? &*reader : nullptr};
  if (left_at == 0) slot.ask();
  const StepSize step_size = [&](std::int64_t step, double) {
    if (step + 1 == left_at) slot.ask();
    return step % 2 == 0 ? 0.05 : 0.04;
  };
  Course course;
  course.outcome = train(
      network, data, setup.rules, step_size, schedule,
      [&](std::size_t, std::int64_t) { append(network, course.numbers); }, continuation);
  append(network, course.numbers);
  return course;
}

/// Compares the end of `whole` with all of `rest`.
void expect_same_end(const Course& whole, const Course& rest) {
  ASSERT_LE(rest.numbers.size(), whole.numbers.size());
  EXPECT_TRUE(std::equal(
      rest.numbers.begin(), rest.numbers.end(), whole.numbers.end() - static_cast<std::ptrdiff_t>(rest.numbers.size()),
      [](double a, double b) { return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b); }));
  EXPECT_EQ(rest.outcome.status, whole.outcome.status);
  EXPECT_EQ(rest.outcome.steps, whole.outcome.steps);
  EXPECT_EQ(rest.outcome.initial_loss, whole.outcome.initial_loss);
  EXPECT_EQ(rest.outcome.final_loss, whole.outcome.final_loss);
  EXPECT_EQ(rest.outcome.peak_loss, whole.outcome.peak_loss);
  EXPECT_EQ(rest.outcome.peak_step, whole.outcome.peak_step);
  EXPECT_EQ(rest.outcome.form, whole.outcome.form);
}

template <class S>
void expect_same_bits(const TrainingCase& setup) {
  const auto data = cases::regression(6, setup.samples, setup.outputs, 1);
  const Course whole = run<S>(setup, data, -1, nullptr, nullptr);
  for (const std::int64_t left_at : {0, 1, 2, 7, 10, 26, 39, 40}) {
    SCOPED_TRACE(setup.name + ", left before step " + std::to_string(left_at));
    std::vector<std::byte> state;
    const Course undisturbed = run<S>(setup, data, left_at, &state, nullptr);
    ASSERT_FALSE(state.empty());
    expect_same_end(whole, undisturbed);
    expect_same_end(whole, run<S>(setup, data, -1, nullptr, &state));
  }
}

TEST(Continuation, HasTheBitsOfTrainingThatWasNeverLeft) {
  for (const TrainingCase& setup : setups()) {
    expect_same_bits<double>(setup);
    expect_same_bits<float>(setup);
  }
}

TEST(Continuation, OfAnotherNetworkIsRefused) {
  const TrainingCase setup = setups().front();
  const auto data = cases::regression(6, setup.samples, 1, 1);
  std::vector<std::byte> state;
  run<double>(setup, data, 10, &state, nullptr);
  TrainingCase wider = setup;
  wider.architecture.width += 1;
  EXPECT_THROW(run<double>(wider, data, -1, nullptr, &state), std::logic_error);
  EXPECT_THROW(run<float>(setup, data, -1, nullptr, &state), std::logic_error);
  state.pop_back();
  EXPECT_THROW(run<double>(setup, data, -1, nullptr, &state), std::logic_error);
  state.resize(state.size() + 9);
  EXPECT_THROW(run<double>(setup, data, -1, nullptr, &state), std::logic_error);
}

/// Left at the first Runge-Kutta step after the checkpoint in slot `left_after`.
Course flow(const Dataset& data, std::size_t left_after, std::vector<std::byte>* left,
            const std::vector<std::byte>* from) {
  Network<double> network = initialize(forms::two_layers(6, "tanh"), 3);
  StateSlot slot;
  std::optional<ByteReader> reader;
  if (from != nullptr) reader.emplace(*from);
  Course course;
  course.outcome = train_flow(network, data, {.weight_decay = 0.01, .max_steps = 40}, 0.05, 1e-6, schedule,
                              [&](std::size_t slot_seen, std::int64_t) {
                                append(network, course.numbers);
                                if (slot_seen == left_after && left != nullptr) slot.ask();
                              },
                              {.slot = &slot,
                               .leave =
                                   [&](const std::function<void(ByteWriter&)>& write) {
                                     *left = ByteWriter::exactly(write);
                                     slot.leave({});
                                   },
                               .from = reader ? &*reader : nullptr});
  append(network, course.numbers);
  return course;
}

TEST(Continuation, OfGradientFlowHasTheSameBits) {
  const auto data = cases::regression(6, 9, 1, 1);
  const Course whole = flow(data, 0, nullptr, nullptr);
  for (const std::size_t left_after : {0U, 2U, 4U}) {
    std::vector<std::byte> state;
    expect_same_end(whole, flow(data, left_after, &state, nullptr));
    ASSERT_FALSE(state.empty());
    expect_same_end(whole, flow(data, 0, nullptr, &state));
  }
}

}  // namespace
}  // namespace ntksweep
