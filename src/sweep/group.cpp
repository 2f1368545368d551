#include "group.hpp"

namespace ntksweep {

namespace {

Network<double> initial_network(const CellSpec& spec, const DataShape& shape, const Dataset& data) {
  Architecture architecture = spec.architecture;
  architecture.inputs = shape.inputs;
  architecture.outputs = shape.outputs;
  Network<double> network = initialize(architecture, spec.seed_init, {.data = &data});
  // Drawn in double and rounded once: K_0 and the critical step belong to the network that is trained.
  return spec.precision == Precision::float32 ? cast<double>(cast<float>(network)) : network;
}

}  // namespace

std::optional<KernelKind> kernel_kind(const Job& job) {
  const auto& text = std::get<std::string>(job.value("kernel"));
  if (text == "none") return std::nullopt;
  return text == "full" ? KernelKind::full : KernelKind::trace;
}

SharedParts make_shared_parts(const Job& job, const DataPool& pool, const CellSpec& spec) {
  const RawData& raw = pool.of(spec.data);
  const DataShape shape = data_shape(spec.data, raw);
  auto data = std::make_shared<const Dataset>(make_dataset(spec.data, raw, spec.samples));
  Network<double> initial = initial_network(spec, shape, *data);
  std::optional<MeasuredKernel> kernel;
  if (const auto kind = kernel_kind(job)) kernel = measure_kernel(initial, data->x, *kind);
  // Always by Lanczos, also where the spectrum is at hand: the step a cell takes may not depend on
  // which statistics a job asks for.
  const double critical = 2.0 * static_cast<double>(spec.samples) / full_kernel_lambda_max(initial, data->x);
  return {spec, std::move(data), std::move(initial), std::move(kernel), critical, cell_extents(job, spec, shape)};
}

}  // namespace ntksweep
