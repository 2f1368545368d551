#include <algorithm>
#include <cmath>

#include "ntksweep/nn/training.hpp"

namespace ntksweep {

std::vector<std::int64_t> checkpoint_schedule(std::int64_t max_steps, std::int64_t count) {
  std::vector<std::int64_t> steps{0};
  const auto last = static_cast<double>(max_steps);
  const std::int64_t intervals = std::max<std::int64_t>(count - 2, 1);
  for (std::int64_t k = count > 2 ? 0 : 1; k <= intervals && max_steps > 0; ++k) {
    const double exponent = static_cast<double>(k) / static_cast<double>(intervals);
    const auto step = k == intervals ? max_steps : std::llround(std::pow(last, exponent));
    if (step > steps.back()) steps.push_back(step);
  }
  return steps;
}

}  // namespace ntksweep
