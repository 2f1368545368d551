#include <algorithm>
#include <charconv>

#include "ntksweep/sweep/combinations.hpp"
#include "ntksweep/sweep/record.hpp"

namespace ntksweep {

namespace {

/// How many of N eigenvalues the job keeps: none, top:k or full; the extremes have statistics of their own.
std::size_t kept_eigenvalues(const Job& job, std::size_t n) {
  const auto& text = std::get<std::string>(job.value("spectrum"));
  const bool keeps_none = text == "none" || text == "extremes";
  if (keeps_none || std::get<std::string>(job.value("kernel")) == "none") return 0;
  if (text == "full") return n;
  std::size_t k = 0;
  std::from_chars(text.data() + text.find(':') + 1, text.data() + text.size(), k);
  return std::min(k, n);
}

}  // namespace

std::vector<std::int64_t> cell_schedule(const Job& job, const CellSpec& spec) {
  if (spec.method == Method::minimum_norm) return {0};
  return checkpoint_schedule(spec.rules.max_steps, std::get<std::int64_t>(job.value("checkpoints")));
}

Extents cell_extents(const Job& job, const CellSpec& spec, const DataShape& shape) {
  const auto n = static_cast<std::size_t>(spec.samples);
  const bool full = std::get<std::string>(job.value("kernel")) == "full";
  const std::size_t kernel_size = full ? n * static_cast<std::size_t>(shape.outputs) : n;
  return {.checkpoints = std::max<std::size_t>(2, cell_schedule(job, spec).size()),
          .layers = static_cast<std::size_t>(spec.architecture.depth) + 1,
          .eigenvalues = kept_eigenvalues(job, kernel_size),
          .test_samples = static_cast<std::size_t>(shape.test_samples),
          .outputs = static_cast<std::size_t>(shape.outputs)};
}

Extents grid_extents(const Job& job, const DataPool& data) {
  Extents largest;
  const auto matters = [](const Setting& setting) {
    return setting.section == "data" || setting.key == "max_steps" || setting.key == "method" ||
           setting.key == "depth" || setting.key == "samples";
  };
  visit_combinations(job, matters, [&](const Cell& cell) {
    const CellSpec spec = describe(cell);
    const Extents extents = cell_extents(job, spec, data_shape(spec.data, data.of(spec.data)));
    largest.checkpoints = std::max(largest.checkpoints, extents.checkpoints);
    largest.layers = std::max(largest.layers, extents.layers);
    largest.eigenvalues = std::max(largest.eigenvalues, extents.eigenvalues);
    largest.test_samples = std::max(largest.test_samples, extents.test_samples);
    largest.outputs = std::max(largest.outputs, extents.outputs);
  });
  return largest;
}

}  // namespace ntksweep
