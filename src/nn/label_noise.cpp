#include "label_noise.hpp"

#include <cmath>

#include "ntksweep/core/random.hpp"

namespace ntksweep {

Matrix with_gaussian_noise(const Matrix& targets, double variance, std::uint64_t seed_noise) {
  Matrix normals(targets.rows(), targets.cols());
  RandomStream(Stream::label_noise, seed_noise).normals({normals.data(), static_cast<std::size_t>(normals.size())});
  return targets + std::sqrt(variance) * normals;
}

std::vector<Index> with_wrong_classes(std::vector<Index> classes, Index class_count, double share,
                                      std::uint64_t seed_noise) {
  const RandomStream stream(Stream::label_noise, seed_noise);
  for (std::uint64_t i = 0; i < classes.size(); ++i) {
    if (stream.uniform(2 * i) >= share) continue;
    const auto other = static_cast<Index>(stream.below(static_cast<std::uint64_t>(class_count) - 1, 2 * i + 1));
    classes[i] = other < classes[i] ? other : other + 1;
  }
  return classes;
}

}  // namespace ntksweep
