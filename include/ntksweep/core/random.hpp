#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace ntksweep {

/// What a random number is for. Each use has a stream of its own, so that changing one part of a
/// cell (its width, its label noise) leaves the numbers of every other part as they were.
/// The numbers are part of every result: never renumber.
enum class Stream : std::uint64_t {
  train_inputs = 1,
  test_inputs = 2,
  sample_order = 3,
  split = 4,
  teacher = 5,
  label_noise = 6,
  initialization = 7,
  lanczos = 8,
  batches = 9,
};

/// Random access to one stream of Philox4x64-10 numbers (Salmon et al., SC 2011, "Parallel random
/// numbers: as easy as 1, 2, 3"). Element i is a pure function of (stream, seed, substream, i):
/// no state, no order, no dependence on how many numbers were drawn before.
class RandomStream {
 public:
  RandomStream(Stream stream, std::uint64_t seed, std::uint64_t substream = 0);

  /// Uniform in the open interval (0, 1).
  double uniform(std::uint64_t index) const;

  /// Uniform integer in [0, bound), bound >= 1; the bias is below bound / 2^64.
  std::uint64_t below(std::uint64_t bound, std::uint64_t index) const;

  /// out[i] = standard normal number first + i (Box-Muller).
  void normals(std::span<double> out, std::uint64_t first = 0) const;

  /// A permutation of 0..n-1 (Fisher-Yates, draw i decides position i from the end).
  std::vector<std::int64_t> permutation(std::int64_t n) const;

 private:
  std::uint64_t stream_;
  std::uint64_t seed_;
  std::uint64_t substream_;
};

}  // namespace ntksweep
