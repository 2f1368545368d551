#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <set>
#include <vector>

#include "ntksweep/core/random.hpp"

namespace ntksweep {
namespace {

constexpr std::uint64_t largest = std::numeric_limits<std::uint64_t>::max();

/// below(2^64 - 1) is floor(bits (1 - 2^-64)) = bits - 1 for bits > 0: the raw number shines through.
std::uint64_t raw_bits(const RandomStream& stream, std::uint64_t index) { return stream.below(largest, index) + 1; }

std::vector<double> normals(const RandomStream& stream, std::size_t count, std::uint64_t first = 0) {
  std::vector<double> values(count);
  stream.normals(values, first);
  return values;
}

struct KnownAnswer {
  Stream stream;
  std::uint64_t seed, substream, block;
  std::uint64_t expected[4];
};

/// Numbers of numpy.random.Philox(counter = (block, substream, 0, 0) - 1, key = (seed, stream)),
/// an implementation of its own that reproduces Random123's published test vectors.
TEST(RandomStream, IsPhiloxAsNumpyHasIt) {
  const KnownAnswer answers[] = {
      {Stream::train_inputs, 0, 0, 0, {0x9c6b270905f0b111, 0xdee74de5c22fba4e, 0x0fbe587afae091f8, 0xd5ad8fe3bd272f76}},
      {Stream::initialization,
       12345,
       0xdeadbeefcafe,
       3,
       {0x1a8359104f929fcc, 0x0f1badc117818072, 0xd84dc02531828811, 0x9d6d35d557ddd8c4}},
      {Stream::lanczos,
       largest,
       std::uint64_t{1} << 63,
       1000000000000,
       {0xee5d9b77467842cf, 0xb58fddabbf2d7218, 0x2cb0878bee2e0112, 0x70b6ff55d4897723}},
  };
  for (const auto& answer : answers) {
    const RandomStream stream(answer.stream, answer.seed, answer.substream);
    for (std::uint64_t lane = 0; lane < 4; ++lane) {
      EXPECT_EQ(raw_bits(stream, 4 * answer.block + lane), answer.expected[lane]) << "lane " << lane;
    }
  }
}

TEST(RandomStream, UniformIsTheUpperBitsCentredInTheirInterval) {
  const RandomStream stream(Stream::train_inputs, 0);
  const auto top = static_cast<double>(std::uint64_t{0x9c6b270905f0b111} >> 12);
  EXPECT_EQ(stream.uniform(0), std::ldexp(top + 0.5, -52));
}

TEST(RandomStream, NormalsAreBoxMullerOfTheUniforms) {
  const RandomStream stream(Stream::teacher, 3, 4);
  const auto values = normals(stream, 8);
  for (std::uint64_t pair = 0; pair < 4; ++pair) {
    const double radius = std::sqrt(-2 * std::log(stream.uniform(2 * pair)));
    const double angle = 2 * std::acos(-1.0) * stream.uniform(2 * pair + 1);
    EXPECT_NEAR(values[2 * pair], radius * std::cos(angle), 1e-14);
    EXPECT_NEAR(values[2 * pair + 1], radius * std::sin(angle), 1e-14);
  }
}

TEST(RandomStream, AnyStretchOfNormalsEqualsThatPartOfTheWhole) {
  const RandomStream stream(Stream::initialization, 7, 9);
  const auto whole = normals(stream, 64);
  for (std::uint64_t first = 0; first < 12; ++first) {
    for (std::size_t count = 0; count < 12; ++count) {
      const auto part = normals(stream, count, first);
      EXPECT_TRUE(std::equal(part.begin(), part.end(), whole.begin() + static_cast<std::ptrdiff_t>(first)))
          << first << " + " << count;
    }
  }
}

TEST(RandomStream, NormalsAgreeAcrossTheWholeRangeOfPositions) {
  const RandomStream stream(Stream::initialization, 7);
  const std::uint64_t far = (std::uint64_t{1} << 40) + 1;
  const auto block = normals(stream, 7, far);
  for (std::uint64_t i = 0; i < 7; ++i) EXPECT_EQ(normals(stream, 1, far + i)[0], block[i]);
}

TEST(RandomStream, StreamsSeedsAndSubstreamsShareNoNumbers) {
  std::set<double> seen;
  std::size_t drawn = 0;
  for (std::uint64_t stream = 1; stream <= 8; ++stream) {
    for (std::uint64_t seed = 0; seed < 5; ++seed) {
      for (std::uint64_t substream = 0; substream < 5; ++substream) {
        for (const double value : normals(RandomStream(Stream{stream}, seed, substream), 20)) seen.insert(value);
        drawn += 20;
      }
    }
  }
  EXPECT_EQ(seen.size(), drawn);
}

TEST(RandomStream, UniformsHaveTheMomentsOfTheUnitInterval) {
  const RandomStream stream(Stream::test_inputs, 1);
  const int count = 200000;
  double mean = 0, square = 0, low = 1, high = 0;
  for (int i = 0; i < count; ++i) {
    const double value = stream.uniform(static_cast<std::uint64_t>(i));
    mean += value / count;
    square += value * value / count;
    low = std::min(low, value);
    high = std::max(high, value);
  }
  EXPECT_NEAR(mean, 0.5, 5 * std::sqrt(1.0 / 12 / count));
  EXPECT_NEAR(square, 1.0 / 3, 5 * std::sqrt(4.0 / 45 / count));
  EXPECT_GT(low, 0);
  EXPECT_LT(low, 1e-4);
  EXPECT_LT(high, 1);
  EXPECT_GT(high, 1 - 1e-4);
}

TEST(RandomStream, NormalsHaveTheMomentsOfTheNormalDistribution) {
  const int count = 400000;
  const auto values = normals(RandomStream(Stream::label_noise, 2), count);
  const double variances[] = {1, 2, 15, 96};  // of x, x^2, x^3, x^4
  const double expected[] = {0, 1, 0, 3};
  for (int power = 1; power <= 4; ++power) {
    double mean = 0;
    for (const double value : values) mean += std::pow(value, power) / count;
    EXPECT_NEAR(mean, expected[power - 1], 5 * std::sqrt(variances[power - 1] / count)) << "moment " << power;
  }
}

TEST(RandomStream, NeighbouringNormalsAreUncorrelated) {
  const int count = 400000;
  const auto values = normals(RandomStream(Stream::label_noise, 4), count);
  for (std::size_t lag = 1; lag <= 4; ++lag) {
    double product = 0, square_product = 0;
    for (std::size_t i = 0; i + lag < values.size(); ++i) {
      const double a = values[i], b = values[i + lag];
      product += a * b / count;
      square_product += (a * a - 1) * (b * b - 1) / count;
    }
    EXPECT_NEAR(product, 0, 5 / std::sqrt(count)) << "lag " << lag;
    EXPECT_NEAR(square_product, 0, 10 / std::sqrt(count)) << "lag " << lag;
  }
}

TEST(RandomStream, BelowStaysBelowItsBoundAndIsUniform) {
  const RandomStream stream(Stream::split, 5);
  EXPECT_EQ(stream.below(1, 17), 0u);
  const std::uint64_t bound = 7;
  const int count = 70000;
  std::vector<int> hits(bound);
  for (int i = 0; i < count; ++i) {
    const auto value = stream.below(bound, static_cast<std::uint64_t>(i));
    ASSERT_LT(value, bound);
    ++hits[value];
  }
  for (const int hit : hits) EXPECT_NEAR(hit, 10000, 5 * std::sqrt(10000.0));
}

TEST(RandomStream, PermutationHoldsEveryIndexOnce) {
  for (const std::int64_t n : {0, 1, 2, 3, 10, 1000}) {
    auto order = RandomStream(Stream::sample_order, 3).permutation(n);
    ASSERT_EQ(order.size(), static_cast<std::size_t>(n));
    std::ranges::sort(order);
    for (std::size_t i = 0; i < order.size(); ++i) EXPECT_EQ(order[i], static_cast<std::int64_t>(i));
  }
}

TEST(RandomStream, EveryPermutationIsEquallyLikely) {
  std::vector<int> hits(24);
  const int count = 24000;
  for (int seed = 0; seed < count; ++seed) {
    const auto order = RandomStream(Stream::sample_order, static_cast<std::uint64_t>(seed)).permutation(4);
    std::vector<std::int64_t> sorted{0, 1, 2, 3};
    std::size_t rank = 0;
    while (sorted != order) {
      std::next_permutation(sorted.begin(), sorted.end());
      ++rank;
    }
    ++hits[rank];
  }
  for (const int hit : hits) EXPECT_NEAR(hit, 1000, 5 * std::sqrt(1000.0));
}

}  // namespace
}  // namespace ntksweep
