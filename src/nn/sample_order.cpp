#include "sample_order.hpp"

#include <algorithm>

#include "ntksweep/core/random.hpp"

namespace ntksweep {

namespace {

/// The class that is furthest behind its share N_c / N once k samples are taken: largest
/// k N_c - N taken_c, the lowest class at a tie. Integers, so that ties are exact. A class that is
/// used up is never behind: its deficit is N_c (k - N) <= 0 while the deficits add up to N > 0.
std::size_t furthest_behind(const std::vector<std::vector<Index>>& members, const std::vector<std::size_t>& taken,
                            Index k, Index pool_size) {
  const auto deficit = [&](std::size_t c) {
    return k * std::ssize(members[c]) - pool_size * static_cast<Index>(taken[c]);
  };
  std::size_t best = 0;
  for (std::size_t c = 1; c < members.size(); ++c) {
    if (deficit(c) > deficit(best)) best = c;
  }
  return best;
}

}  // namespace

std::vector<Index> shuffled_order(Index pool_size, std::uint64_t seed_data) {
  const auto order = RandomStream(Stream::sample_order, seed_data).permutation(pool_size);
  return {order.begin(), order.end()};
}

std::vector<Index> stratified_order(const std::vector<Index>& classes, Index class_count, std::uint64_t seed_data) {
  std::vector<std::vector<Index>> members(static_cast<std::size_t>(class_count));
  for (std::size_t i = 0; i < classes.size(); ++i) {
    members[static_cast<std::size_t>(classes[i])].push_back(static_cast<Index>(i));
  }
  std::vector<std::vector<std::int64_t>> orders;
  for (std::size_t c = 0; c < members.size(); ++c) {
    orders.push_back(RandomStream(Stream::sample_order, seed_data, c).permutation(std::ssize(members[c])));
  }
  const auto pool_size = std::ssize(classes);
  std::vector<std::size_t> taken(members.size(), 0);
  std::vector<Index> order;
  order.reserve(classes.size());
  for (Index k = 1; k <= pool_size; ++k) {
    const std::size_t c = furthest_behind(members, taken, k, pool_size);
    order.push_back(members[c][static_cast<std::size_t>(orders[c][taken[c]++])]);
  }
  return order;
}

}  // namespace ntksweep
