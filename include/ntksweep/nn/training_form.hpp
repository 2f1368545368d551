#pragma once

#include "ntksweep/nn/network.hpp"
#include "ntksweep/nn/training_rules.hpp"

namespace ntksweep {

/// How gradient descent is computed. The trajectory is the same but for rounding
/// (docs/decisions/0009-training-kernels.md). The numbers are those of the result file.
enum class TrainingForm {
  none = -1,         ///< no steps of gradient descent
  per_sample = 0,    ///< the weights, on the samples
  dual = 1,          ///< the first trained layer by one coefficient for each neuron and sample
  rotated = 2,       ///< a linear network on d samples that stand for all n
  rotated_dual = 3,  ///< both
};

constexpr bool is_dual(TrainingForm form) { return form == TrainingForm::dual || form == TrainingForm::rotated_dual; }
constexpr bool is_rotated(TrainingForm form) {
  return form == TrainingForm::rotated || form == TrainingForm::rotated_dual;
}

/// The form that takes the fewest flops over max_steps, where the rules allow it. It follows from what
/// is given here and nothing else, because it decides bits.
///
/// Dual: full batch, decay none or toward the initial weights, steps that do not look at the network,
/// and max_steps 2 n^2 m + n^2 d + 4 n m d < max_steps 4 n m d for the m x d weights of the first trained
/// layer, about n < 2 d.
/// Rotated: all units linear, no biases, squared loss, full batch, n > d, and
/// max_steps 4 d P + 8 n d^2 < max_steps 4 n P for P weights from the first trained layer on.
TrainingForm training_form(const std::vector<LayerRule>& layers, const Activation& activation,
                           const TrainingRules& rules, Index samples);

/// Samples that every step works with: n, or d where they are rotated.
Index samples_in_training(TrainingForm form, const std::vector<LayerRule>& layers, Index samples);

}  // namespace ntksweep
