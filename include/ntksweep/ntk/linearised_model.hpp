#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "ntksweep/nn/training.hpp"
#include "ntksweep/ntk/spectrum.hpp"

namespace ntksweep {

/// steps: gradient descent with its finite step. flow: its continuous-time limit at time eta t.
enum class Dynamics { steps, flow };

/// Steps of one run at which its linearisation is looked at, T of them; all steps have the size eta.
struct Moments {
  double eta;
  Dynamics dynamics;
  std::span<const std::int64_t> steps;
};

/// Why training under these rules is not what the model describes, as the end of a sentence
/// ("training.momentum = 0"); empty where it is: squared loss, all samples in every step, no momentum,
/// and any decay toward the initial parameters.
std::string outside_linearised_model(const TrainingRules& rules, Index samples);

/// The network linearised in its parameters at initialization, trained on 1/(2n) |F - y|^2 by gradient
/// descent with weight decay w toward the initial parameters: exact at every step, in closed form.
/// With K_0 = V diag(lambda) V^T, r_0 = F_0 - y, x = eta (lambda/n + w) and p_t = (1 - x)^t, or exp(-x t)
/// for the flow:
///   train:  r_t = V (n w + lambda p_t) / (lambda + n w) V^T r_0
///   test:   F_t(x) - F_0(x) = -K(x, X) V phi_t V^T r_0,   phi_t = (1 - p_t) / (lambda + n w),
/// which are p_t and t eta / n where lambda + n w = 0. Without decay r_t = V p_t V^T r_0 (Lee et al.,
/// NeurIPS 2019, in discrete time); the fixed point is kernel regression with ridge w on y - F_0. Derived
/// from u_{t+1} = (1 - eta w) u_t - (eta/n) K (r_0 + u_t) for the change u_t of the outputs.
/// Eigenvalues up to eigenvalue_floor count as 0, as in kernel_regression. t up to 2^53; test outputs
/// lose an accuracy of t eps in such modes. Losses overflow to infinity, never NaN (outputs may).
class LinearisedModel {
 public:
  /// residual: C x n, F_0 - y. `kernel`: eigensystem of the full n C x n C kernel; or, where that is
  /// K_1 (x) I_C (only the output layer trained, or no hidden layer), of the n x n kernel K_1, which then
  /// acts on every output apart. std::invalid_argument when its size is neither.
  LinearisedModel(std::shared_ptr<const Eigensystem> kernel, const Matrix& residual, double decay_toward_initial = 0);

  /// 1/(2n) |r_t|^2; O(N).
  double train_loss(double eta, std::int64_t t, Dynamics dynamics) const;

  /// (n w + lambda p_t) / (lambda + n w), what is left of every mode at every moment, T x N; O(T N).
  Matrix residual_factors(const Moments& moments) const;

  /// 1/(2n) |r_t|^2 at every moment, T; O(T N). Bits of train_loss.
  Vector train_losses(const Matrix& residual_factors) const;

  /// r_t at every moment, for `at`; one product of N x N by T right-hand sides, or T C where outputs are apart.
  Matrix train_residuals(Matrix residual_factors) const;

  /// F_t - F_0 on the test inputs at every moment, for `at`; one product as above, of N_test x N.
  /// test_projection: K(test, train) V (`project`), N_test x N.
  Matrix test_changes(const Matrix& test_projection, const Moments& moments) const;

  /// C x n or C x n_test: one moment of what the two functions above return.
  Matrix at(const Matrix& all_moments, Index moment) const;

  /// Right-hand sides of one moment: C where outputs are apart, else 1.
  Index columns() const { return coefficients_.cols(); }

  /// K(test, train) V, to be formed once; test_kernel: N_test x N, as the kernel of the constructor.
  Matrix project(const Matrix& test_kernel) const { return test_kernel * kernel_->vectors; }

  struct Ending {
    Status status;      ///< converged, max_steps or diverged
    std::int64_t step;  ///< first step at which that is so
  };

  /// The first step with loss > divergence_bound (or infinite) or loss <= tolerance, in this order, or
  /// max_steps; by bisection, as the loss is convex in t. Empty with weight decay and a step above half
  /// the critical one (x > 1 for some lambda > 0): that loss is not convex. O(N log max_steps).
  std::optional<Ending> predicted_end(double eta, double tolerance, double divergence_bound,
                                      std::int64_t max_steps) const;

 private:
  struct Mode {
    double lambda, x;
  };
  Mode mode(Index i, double eta) const;
  double residual_factor(const Mode& mode, double power) const;
  Matrix change_factors(const Moments& moments) const;
  Matrix coefficients(Matrix factors) const;
  double loss_slope(double eta, std::int64_t t) const;
  std::int64_t turning_step(double eta, std::int64_t max_steps) const;

  std::shared_ptr<const Eigensystem> kernel_;
  Index outputs_;
  double samples_;
  double decay_;
  double floor_;
  Matrix coefficients_;  ///< V^T r_0, N x 1 or N x C
  Vector energy_;        ///< squared length of its rows, N
};

}  // namespace ntksweep
