#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <vector>

#include "ntksweep/core/bytes.hpp"
#include "ntksweep/core/state_slot.hpp"
#include "ntksweep/nn/dataset.hpp"
#include "ntksweep/nn/network.hpp"
#include "ntksweep/nn/training_form.hpp"
#include "ntksweep/nn/training_rules.hpp"

namespace ntksweep {

/// How a cell ended. The numbers are those of the result file; 0 means not done yet.
enum class Status : std::uint8_t {
  pending = 0,
  converged = 1,
  max_steps = 2,
  diverged = 3,
  failed = 4,
  skipped = 5,
  quarantined = 6,
};

struct TrainingOutcome {
  Status status;
  std::int64_t steps;               ///< steps taken
  std::int64_t interpolation_step;  ///< first step that interpolates, -1 when none did
  /// Losses of the trained model's output F on the whole training set, among the steps at which it
  /// was looked at; NaN where there was no such step. The peak is not finite where the loss was not.
  double initial_loss = std::numeric_limits<double>::quiet_NaN();
  double final_loss = std::numeric_limits<double>::quiet_NaN();
  double peak_loss = std::numeric_limits<double>::quiet_NaN();
  std::int64_t peak_step = -1;  ///< the first step with the largest loss
  TrainingForm form = TrainingForm::none;
};

/// Steps at which a run of `max_steps` is looked at: 0, then log-spaced, then max_steps; strictly
/// increasing, at most `count` of them (fewer when max_steps is small), at least two unless
/// max_steps is 0.
std::vector<std::int64_t> checkpoint_schedule(std::int64_t max_steps, std::int64_t count);

/// A loss above it is divergence: 1e12 max(L_0, mean |y|^2 / 2). Convergent catapults peak at some
/// 1e7 L_0; what is above this does not come back. targets: C x n.
double divergence_bound(double initial_loss, const Matrix& targets);

/// Called at the scheduled steps before the end, with the slot in the schedule and the step.
using CheckpointObserver = std::function<void(std::size_t slot, std::int64_t step)>;

/// How training is left at a step boundary and gone on with, with the same bits
/// (docs/decisions/0014-stop-and-state.md).
struct Continuation {
  const StateSlot* slot = nullptr;  ///< asks for the state; null: nobody does
  /// Takes it, from a function that writes it and may be called several times.
  std::function<void(const std::function<void(ByteWriter&)>& write)> leave = {};
  /// A state that was left, to go on from (all that remains of it is read); null: the start. The network is given as at
  /// the start all the same. std::logic_error where it does not fit.
  ByteReader* from = nullptr;
};

/// Trains `network` in place by gradient descent until the tolerance, the number of steps or
/// divergence (a loss that is not finite or above divergence_bound). The loss of the whole training
/// set is looked at after every step; with mini-batches at the start, at the end of every epoch, at
/// the scheduled steps, at the last one, and where that of a batch is not finite.
/// The observer sees the network through the reference its caller holds; so may step sizes, if the rules
/// say that they need it (elsewhere the network may lag behind between checkpoints). The end is not
/// reported to the observer: the caller has it. The rules must have passed check_rules.
template <class Scalar>
TrainingOutcome train(Network<Scalar>& network, const Dataset& data, const TrainingRules& rules,
                      const StepSize& step_size, const std::vector<std::int64_t>& schedule,
                      const CheckpointObserver& observe, const Continuation& continuation = {});

extern template TrainingOutcome train(Network<double>&, const Dataset&, const TrainingRules&, const StepSize&,
                                      const std::vector<std::int64_t>&, const CheckpointObserver&, const Continuation&);
extern template TrainingOutcome train(Network<float>&, const Dataset&, const TrainingRules&, const StepSize&,
                                      const std::vector<std::int64_t>&, const CheckpointObserver&, const Continuation&);

/// Replaces the output layer by the minimum-norm least-squares solution on its fixed features
/// (the limit of gradient descent from zero output weights): theta = y Phi^+, singular values
/// below max(p, n) eps s_max cut off. For models whose output layer alone is trained.
/// Always `converged`: it is the minimum, whether or not that interpolates. O(n p min(n, p)).
/// Of the losses in the outcome only the final one is set. Throws NumericalError when LAPACK fails.
TrainingOutcome solve_minimum_norm(Network<double>& network, const Dataset& data, double tolerance);

}  // namespace ntksweep
