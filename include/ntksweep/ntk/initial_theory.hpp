#pragma once

#include <limits>
#include <memory>
#include <optional>
#include <string>

#include "ntksweep/nn/initialization.hpp"
#include "ntksweep/ntk/infinite_width.hpp"
#include "ntksweep/ntk/kernel_regression.hpp"
#include "ntksweep/ntk/linear_theory.hpp"
#include "ntksweep/ntk/linearised_model.hpp"
#include "ntksweep/ntk/measured_kernel.hpp"

namespace ntksweep {

/// The labels of a regression of which the risk is known: y = w . x + noise, one such w per output,
/// x ~ N(0, I), fitted by the minimum-norm solution.
struct LinearTeacher {
  double signal;  ///< |w|^2
  double noise;   ///< variance of the noise in the training labels
};

/// What statistics are told beside the cell itself.
struct StatisticOptions {
  KernelKind kind = KernelKind::trace;
  Index top = 10;    ///< leading eigenvectors
  double ridge = 0;  ///< of kernel regression
  WideLimit wide_limit = WideLimit::gaussian;
  std::optional<LinearTeacher> teacher = {};
  double unit_roundoff = std::numeric_limits<double>::epsilon() / 2;  ///< of the training
};

/// What somebody has found out about the network already; null where nobody has. All but the outputs
/// must outlive the theory.
struct KnownStart {
  Matrix train_output = {};                ///< f_0, C x n, or empty
  const MeasuredKernel* kernel = nullptr;  ///< K_0 of the kind in the options
};

/// What theory says of a network before it is trained. Cells that differ in step size share it. Each
/// part is formed by the first statistic that asks for it, and once: what nobody asks for costs nothing.
/// Everything that is passed to the constructor must outlive it.
class InitialTheory {
 public:
  InitialTheory(const Network<double>& initial, const Dataset& data, const TrainingRules& rules,
                const StatisticOptions& options, KnownStart known = {});

  const TrainingRules& rules() const { return rules_; }
  const StatisticOptions& options() const { return options_; }

  /// F = alpha (f - b) for the outputs f of a network on the training or the test set.
  Matrix train_output(Matrix network_output) const;
  Matrix test_output(Matrix network_output) const;

  /// F_0 on the training set, C x n, and on the test set, C x n_test.
  const Matrix& initial_output() const;
  Matrix initial_test_output() const;

  /// h_1 .. h_L at initialization on the training set.
  const std::vector<Matrix>& features() const;

  /// Eigensystem of K_0 of the job's kernel kind, and kernel regression with it.
  const Eigensystem& kernel() const;
  const KernelRegression& regression() const;

  /// The linearised model, from the full kernel whatever the kind; none where training is not plain
  /// gradient descent or flow on the squared loss (decay toward the initial parameters is allowed).
  const std::optional<LinearisedModel>& linearised() const;
  /// K_0(x*, X) V, what it needs on the test set; only where there is one.
  const Matrix& test_projection() const;

  /// Limits of infinite width for one output (n x n); none where the initialization has no such limit.
  const std::optional<InfiniteKernels>& infinite() const;
  const std::optional<Eigensystem>& infinite_kernel() const;
  const std::optional<KernelRegression>& infinite_regression() const;
  const std::optional<KernelRegression>& nngp_regression() const;

  /// None outside the theory.
  const std::optional<LinearTheory>& two_layer() const;

 private:
  bool outputs_apart() const;
  std::optional<InfiniteKernels> limit_kernels(const Matrix& rows) const;
  const Matrix& network_on_train() const;
  const Matrix& network_on_test() const;
  Eigensystem eigensystem_of(KernelKind kind) const;
  std::shared_ptr<const Eigensystem> full_kernel() const;
  const std::optional<InfiniteKernels>& infinite_test() const;

  const Network<double>& initial_;
  const Dataset& data_;
  const TrainingRules& rules_;
  StatisticOptions options_;
  const MeasuredKernel* measured_;
  mutable std::optional<Matrix> network_on_train_, network_on_test_, initial_output_, test_projection_;
  mutable std::optional<std::vector<Matrix>> features_;
  mutable std::shared_ptr<const Eigensystem> full_kernel_;
  mutable std::optional<Eigensystem> kernel_of_kind_;
  mutable std::optional<KernelRegression> regression_;
  mutable std::optional<std::optional<LinearisedModel>> linearised_;
  mutable std::optional<std::optional<InfiniteKernels>> infinite_;
  mutable std::optional<std::optional<InfiniteKernels>> infinite_test_;
  mutable std::optional<std::optional<Eigensystem>> infinite_kernel_;
  mutable std::optional<std::optional<KernelRegression>> infinite_regression_, nngp_regression_;
  mutable std::optional<std::optional<LinearTheory>> two_layer_;
};

}  // namespace ntksweep
