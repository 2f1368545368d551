#pragma once

#include "ntksweep/nn/training.hpp"

namespace ntksweep {

/// Gradient flow of the objective that gradient descent of the same rules follows,
///   d theta / d tau = -(c g + w (theta - theta_ref)),
/// in place, by the Dormand-Prince pair of orders 5 and 4 with adaptive steps (Hairer, Norsett,
/// Wanner, Solving ODEs I, II.5). Time is counted in steps of size eta, tau = eta t: the schedule,
/// max_steps and the steps in the outcome have the meaning that they have in `train`, and every
/// scheduled time is met exactly. The loss is looked at after every accepted Runge-Kutta step; what
/// happens between two whole t is reported at the later. Momentum and batch size are not looked at.
///
/// The error of one Runge-Kutta step, estimated, is at most relative_tolerance times the distance of
/// the trained parameters from where they started. Each costs 6 gradients. The method is explicit:
/// its steps stay below some 3.3 n / (eta lambda_max(K)). With relu and leaky_relu a
/// trajectory can slide along a kink, where the flow has no classical solution and no error estimate is
/// met: there steps of 1/200 are taken as they are while the loss does not rise. Throws
/// NumericalError where 200 max_steps + 10000 of them are not enough.
TrainingOutcome train_flow(Network<double>& network, const Dataset& data, const TrainingRules& rules, double eta,
                           double relative_tolerance, const std::vector<std::int64_t>& schedule,
                           const CheckpointObserver& observe, const Continuation& continuation = {});

}  // namespace ntksweep
