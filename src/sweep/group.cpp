#include "group.hpp"

#include <algorithm>
#include <cmath>

#include "ntksweep/core/error.hpp"
#include "ntksweep/nn/forward.hpp"
#include "ntksweep/ntk/stability.hpp"
#include "work_sizes.hpp"

namespace ntksweep {

namespace {

Network<double> initial_network(const CellSpec& spec, const DataShape& shape, const InitialMaterial& material) {
  Architecture architecture = spec.architecture;
  architecture.inputs = shape.inputs;
  architecture.outputs = shape.outputs;
  Network<double> network = initialize(architecture, spec.seed_init, material);
  // Drawn in double and rounded once: K_0 and the critical step belong to the network that is trained.
  return spec.precision == Precision::float32 ? cast<double>(cast<float>(network)) : network;
}

/// Always by Lanczos, also where the spectrum is at hand: the step a cell takes may not depend on
/// which statistics a job asks for.
double stability_limit(const TrainingRules& rules, const Network<double>& initial, const Dataset& data,
                       const InitialState& start) {
  const Index rows = data.y.size();
  const Matrix* kernel = start.kernel && start.kernel->matrix.rows() == rows ? &start.kernel->matrix : nullptr;
  const double lambda_max = rules.loss == LossKind::squared
                                ? full_kernel_lambda_max(initial, data.x, kernel)
                                : curved_kernel_lambda_max(initial, data.x, loss_row(rules.loss),
                                                           model_output(rules, start.output, start.output), kernel);
  return critical_step(lambda_max, data.x.cols(), rules.momentum, rules.weight_decay);
}

/// Labels of which the risk of the minimum-norm solution is known.
std::optional<LinearTeacher> linear_teacher(const CellSpec& spec, const DataShape& shape) {
  const DataConfig& data = spec.data;
  const bool known = data.source == "gaussian" && data.teacher == "linear" && data.scale == "none" &&
                     data.center == "none" && shape.kind == TargetKind::regression &&
                     spec.method == Method::minimum_norm;
  return known ? std::optional(LinearTeacher{1, data.label_noise}) : std::nullopt;
}

double unit_roundoff(Precision precision) {
  return precision == Precision::float32 ? std::numeric_limits<float>::epsilon() / 2.0
                                         : std::numeric_limits<double>::epsilon() / 2;
}

StatisticOptions options_of(const Job& job, const CellSpec& spec, const DataShape& shape) {
  return {.kind = kernel_plan(job).kind.value_or(KernelKind::trace),
          .top = std::get<std::int64_t>(job.value("top")),
          .ridge = std::get<double>(job.value("ridge")),
          .wide_limit = find_initialization(spec.architecture.initialization).wide_limit,
          .teacher = linear_teacher(spec, shape),
          .unit_roundoff = unit_roundoff(spec.precision)};
}

std::optional<Matrix> kept_gram(const Job& job, const CellSpec& spec, const DataShape& shape, const Dataset& data) {
  return work_sizes(job, spec, shape).keeps_input_gram() ? std::optional(input_gram(data.x)) : std::nullopt;
}

double infinite_critical_step(const SharedParts& shared) {
  const TrainingRules& rules = shared.spec.rules;
  const auto& kernel = shared.theory.infinite_kernel();
  if (!kernel) {
    throw NumericalError(
        "training.step_unit = critical_infinite: pre-activations are too large for the moments of this activation; "
        "scale the inputs (data.scale = unit_rms), or take critical");
  }
  return critical_step(kernel->values.tail(1).value(), shared.spec.samples, rules.momentum, rules.weight_decay);
}

}  // namespace

KernelPlan kernel_plan(const Job& job) {
  const auto& text = std::get<std::string>(job.value("kernel"));
  const bool looked_at = std::ranges::any_of(statistic_groups(), [&](const GroupInfo& group) {
    return group.needs_kernels && records_group(job, group.group);
  });
  KernelPlan plan{
      {}, std::get<std::string>(job.value("spectrum")) == "extremes", records_group(job, Group::features), looked_at};
  if (text != "none") plan.kind = text == "full" ? KernelKind::full : KernelKind::trace;
  return plan;
}

MeasuredKernel measured_kernel(const KernelPlan& plan, const KernelInputs& inputs, const Network<double>& network,
                               Activity<double>& activity) {
  const auto release = [&] {
    activity.slope.clear();
    if (!plan.keeps_features) activity.hidden.clear();
  };
  if (plan.only_ends) {
    release();
    return measure_kernel_ends(network, inputs.x, *plan.kind);
  }
  Matrix kernel = empirical_ntk(network, inputs, activity, *plan.kind);
  release();
  if (!plan.looked_at) return {std::move(kernel), {}, std::nan(""), *plan.kind};
  return measure_kernel(std::move(kernel), *plan.kind);
}

InitialState initial_state(const KernelPlan& plan, const KernelInputs& inputs, const Network<double>& initial) {
  Activity<double> activity;
  forward(initial, inputs.x, activity);
  InitialState start{std::move(activity.output), {}};
  const bool is_used = plan.looked_at || !plan.only_ends;
  if (plan.kind && is_used) start.kernel = measured_kernel(plan, inputs, initial, activity);
  return start;
}

SharedParts::SharedParts(const Job& job, const DataPool& pool, const CellSpec& first)
    : spec(first),
      shape(data_shape(spec.data, pool.of(spec.data))),
      data(std::make_shared<const Dataset>(make_dataset(spec.data, pool.of(spec.data), spec.samples))),
      initial(initial_network(spec, shape, {.data = data.get(), .parameters = pool.parameters(spec)})),
      kernels(kernel_plan(job)),
      input_gram(kept_gram(job, spec, shape, *data)),
      start(initial_state(kernels, inputs(), initial)),
      theory(initial, *data, spec.rules, options_of(job, spec, shape),
             {start.output, start.kernel ? &*start.kernel : nullptr}),
      critical_step(needs_critical_step(job, spec) ? stability_limit(spec.rules, initial, *data, start) : std::nan("")),
      extents(cell_extents(job, spec, shape)) {}

double absolute_step(const CellSpec& spec, const SharedParts& shared) {
  if (spec.step_unit == StepUnit::absolute && spec.step_rule != "critical") return spec.step_size;
  const bool infinite = spec.step_unit == StepUnit::critical_infinite && spec.step_rule != "critical";
  const double unit = infinite ? infinite_critical_step(shared) : shared.critical_step;
  if (!std::isfinite(unit) || unit <= 0) {
    throw NumericalError(
        "critical step size: the kernel at initialization has no positive eigenvalue; "
        "training.step_unit = \"absolute\" does not need one");
  }
  return spec.step_size * unit;
}

}  // namespace ntksweep
