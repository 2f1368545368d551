#pragma once

#include <cstdint>
#include <functional>

#include "ntksweep/nn/dataset.hpp"
#include "ntksweep/nn/loss.hpp"

namespace ntksweep {

enum class OutputCentre { none, initial };  ///< b = 0, or b = f at initialization
enum class DecayToward { zero, initial };   ///< theta_ref = 0, or theta at initialization

enum class StepNeeds { loss, network };  ///< what step sizes are chosen from, beside the step's number

/// What is minimized, how, and for how long. The trained model is F = alpha (f - b), f the network,
/// and gradient descent acts on L(F) / alpha^2, so that the signal l'(F) / alpha goes down the
/// network and F - y obeys r <- (I - eta K / n) r in the linear regime for every alpha, K the kernel
/// of f (Chizat, Oyallon, Bach, NeurIPS 2019). A step of size eta, with c the learning-rate factor
/// and g the gradient of one parameter:
///   v <- beta v - eta (c g + w (theta - theta_ref)),  theta <- theta + v
/// (heavy ball, Polyak 1964, v_0 = 0). Decay acts on trained parameters only, without c.
struct TrainingRules {
  LossKind loss = LossKind::squared;
  double output_scale = 1;  ///< alpha > 0
  OutputCentre centre = OutputCentre::none;
  double momentum = 0;      ///< beta, in [0, 1)
  double weight_decay = 0;  ///< w >= 0
  DecayToward toward = DecayToward::zero;
  Index batch = 0;  ///< samples per step; 0, or n and above: all of them
  std::uint64_t seed_batch = 0;
  std::int64_t max_steps = 0;
  double tolerance = 0;                    ///< converged when the training loss of F is at most this
  StepNeeds step_needs = StepNeeds::loss;  ///< network: it is looked at before every step
};

/// The absolute eta of the step from `step` to `step` + 1; asked once for each step. `loss`: the
/// loss of F on the whole training set, as last evaluated (every step; with mini-batches see train).
using StepSize = std::function<double(std::int64_t step, double loss)>;
StepSize constant_step(double eta);

/// F = alpha (f - b), from the outputs f of the network and those at initialization on the same
/// samples (C x n each; the latter may be empty where b = 0). Unchanged where alpha = 1 and b = 0.
Matrix model_output(const TrainingRules& rules, Matrix network_output, const Matrix& initial_output);

/// Throws InputError, with the setting's name, where a rule is out of range or does not go with
/// targets of this kind and number.
void check_rules(const TrainingRules& rules, TargetKind kind, Index outputs);

}  // namespace ntksweep
