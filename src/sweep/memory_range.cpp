#include "ntksweep/sweep/memory_range.hpp"

#include <limits>

#include "ntksweep/sweep/combinations.hpp"

namespace ntksweep {

MemoryRange memory_range(const Job& job, const DataPool& data) {
  MemoryRange range{{std::numeric_limits<double>::infinity(), 0, 0}, {0, 0, 0}};
  const auto matters = [](const Setting& setting) {
    return setting.key != "step_size" && !setting.key.starts_with("seed");
  };
  visit_combinations(job, matters, [&](const Cell& cell) {
    const CellSpec spec = describe(cell);
    const double bytes = predict_bytes(job, spec, data_shape(spec.data, data.of(spec.data)));
    const MemoryRange::Extreme here{bytes, spec.architecture.width, spec.samples};
    if (bytes < range.smallest.bytes) range.smallest = here;
    if (bytes > range.largest.bytes) range.largest = here;
  });
  return range;
}

}  // namespace ntksweep
