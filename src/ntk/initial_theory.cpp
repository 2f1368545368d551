#include "ntksweep/ntk/initial_theory.hpp"

#include <algorithm>

#include "ntksweep/core/error.hpp"
#include "ntksweep/nn/forward.hpp"

namespace ntksweep {

namespace {

/// The value, formed now if nobody asked before.
template <class T, class Form>
const T& formed(std::optional<T>& place, Form form) {
  if (!place) place.emplace(form());
  return *place;
}

}  // namespace

InitialTheory::InitialTheory(const Network<double>& initial, const Dataset& data, const TrainingRules& rules,
                             const StatisticOptions& options, KnownStart known)
    : initial_(initial), data_(data), rules_(rules), options_(options), measured_(known.kernel) {
  if (known.train_output.size() != 0) network_on_train_ = std::move(known.train_output);
}

const Matrix& InitialTheory::network_on_train() const {
  return formed(network_on_train_, [&] { return predict(initial_, data_.x); });
}

const Matrix& InitialTheory::network_on_test() const {
  return formed(network_on_test_, [&] { return predict(initial_, data_.x_test); });
}

Matrix InitialTheory::train_output(Matrix network_output) const {
  if (rules_.centre == OutputCentre::none) return model_output(rules_, std::move(network_output), {});
  return model_output(rules_, std::move(network_output), network_on_train());
}

Matrix InitialTheory::test_output(Matrix network_output) const {
  if (rules_.centre == OutputCentre::none) return model_output(rules_, std::move(network_output), {});
  return model_output(rules_, std::move(network_output), network_on_test());
}

const Matrix& InitialTheory::initial_output() const {
  return formed(initial_output_, [&] { return train_output(network_on_train()); });
}

Matrix InitialTheory::initial_test_output() const { return test_output(network_on_test()); }

const std::vector<Matrix>& InitialTheory::features() const {
  return formed(features_, [&] {
    Activity<double> activity;
    forward(initial_, data_.x, activity);
    return std::move(activity.hidden);
  });
}

const Eigensystem& InitialTheory::kernel() const {
  const bool shared = data_.y.rows() == 1 || (options_.kind == KernelKind::trace && outputs_apart());
  if (shared) return *full_kernel();
  return formed(kernel_of_kind_, [&] { return eigensystem_of(options_.kind); });
}

const KernelRegression& InitialTheory::regression() const {
  return formed(regression_, [&] {
    const Matrix test_kernel = empirical_ntk(initial_, data_.x_test, data_.x, options_.kind);
    return kernel_regression(kernel(), test_kernel, data_.y, options_.ridge);
  });
}

/// The full kernel is K_1 (x) I_C where only the readout moves.
bool InitialTheory::outputs_apart() const {
  return std::all_of(initial_.layers.begin(), initial_.layers.end() - 1,
                     [](const LayerRule& layer) { return layer.weight_rate == 0 && layer.bias_rate == 0; });
}

/// One output: both kinds are the same matrix.
Eigensystem InitialTheory::eigensystem_of(KernelKind kind) const {
  const bool at_hand =
      measured_ != nullptr && measured_->is_formed() && (measured_->kind == kind || data_.y.rows() == 1);
  return symmetric_eigensystem(at_hand ? measured_->matrix : empirical_ntk(initial_, data_.x, kind));
}

std::shared_ptr<const Eigensystem> InitialTheory::full_kernel() const {
  if (!full_kernel_) {
    const KernelKind kind = outputs_apart() ? KernelKind::trace : KernelKind::full;
    full_kernel_ = std::make_shared<const Eigensystem>(eigensystem_of(kind));
  }
  return full_kernel_;
}

const std::optional<LinearisedModel>& InitialTheory::linearised() const {
  return formed(linearised_, [&]() -> std::optional<LinearisedModel> {
    if (!outside_linearised_model(rules_, data_.x.cols()).empty()) return std::nullopt;
    return LinearisedModel(full_kernel(), initial_output() - data_.y, rules_.weight_decay);
  });
}

const Matrix& InitialTheory::test_projection() const {
  return formed(test_projection_, [&] {
    const KernelKind kind = outputs_apart() ? KernelKind::trace : KernelKind::full;
    return linearised()->project(empirical_ntk(initial_, data_.x_test, data_.x, kind));
  });
}

/// None also where an activation's moments are out of reach (tanh with pre-activations of sd 6).
std::optional<InfiniteKernels> InitialTheory::limit_kernels(const Matrix& rows) const {
  if (options_.wide_limit == WideLimit::none) return std::nullopt;
  try {
    if (&rows == &data_.x) {
      return infinite_kernels(initial_.layers, *initial_.activation, initial_.leaky_slope, rows);
    }
    return infinite_kernels(initial_.layers, *initial_.activation, initial_.leaky_slope, rows, data_.x);
  } catch (const NumericalError&) {
    return std::nullopt;
  }
}

const std::optional<InfiniteKernels>& InitialTheory::infinite() const {
  return formed(infinite_, [&]() -> std::optional<InfiniteKernels> { return limit_kernels(data_.x); });
}

const std::optional<Eigensystem>& InitialTheory::infinite_kernel() const {
  return formed(infinite_kernel_, [&]() -> std::optional<Eigensystem> {
    if (!infinite()) return std::nullopt;
    return symmetric_eigensystem(infinite()->ntk);
  });
}

const std::optional<InfiniteKernels>& InitialTheory::infinite_test() const {
  return formed(infinite_test_, [&]() -> std::optional<InfiniteKernels> { return limit_kernels(data_.x_test); });
}

const std::optional<KernelRegression>& InitialTheory::infinite_regression() const {
  return formed(infinite_regression_, [&]() -> std::optional<KernelRegression> {
    if (!infinite() || !infinite_test()) return std::nullopt;
    return kernel_regression(*infinite_kernel(), infinite_test()->ntk, data_.y, options_.ridge);
  });
}

const std::optional<KernelRegression>& InitialTheory::nngp_regression() const {
  return formed(nngp_regression_, [&]() -> std::optional<KernelRegression> {
    if (!infinite() || !infinite_test()) return std::nullopt;
    const Eigensystem nngp = symmetric_eigensystem(infinite()->nngp);
    return kernel_regression(nngp, infinite_test()->nngp, data_.y, options_.ridge);
  });
}

const std::optional<LinearTheory>& InitialTheory::two_layer() const {
  return formed(two_layer_, [&]() -> std::optional<LinearTheory> {
    if (!outside_linear_theory(initial_, rules_, data_.x.cols()).empty()) return std::nullopt;
    return linear_theory(initial_, data_.x, data_.y, rules_, options_.unit_roundoff);
  });
}

}  // namespace ntksweep
