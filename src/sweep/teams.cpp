#include "ntksweep/sweep/teams.hpp"

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <utility>

namespace ntksweep {

namespace {

std::vector<Node> one_node(int ranks) {
  std::vector<int> all(static_cast<std::size_t>(ranks));
  std::iota(all.begin(), all.end(), 0);
  return {{std::move(all), ranks}};
}

/// Of the ranks that have the cores.
int team_size(const Node& node, int threads) {
  if (threads <= 1) return 1;
  const auto ranks = static_cast<std::int64_t>(node.ranks.size());
  const std::int64_t wanted = (threads * ranks + node.cores - 1) / node.cores;
  return static_cast<int>(std::min(wanted, ranks));
}

}  // namespace

Teams::Teams(std::vector<Node> nodes) : nodes_(std::move(nodes)) {
  std::size_t ranks = 0;
  for (const Node& node : nodes_) ranks += node.ranks.size();
  places_.resize(ranks);
  for (std::size_t n = 0; n < nodes_.size(); ++n) {
    const std::vector<int>& here = nodes_[n].ranks;
    for (std::size_t p = 0; p < here.size(); ++p) places_.at(static_cast<std::size_t>(here[p])) = {n, p};
  }
}

Teams::Teams(int ranks) : Teams(one_node(ranks)) {}

std::span<const int> Teams::of(int rank, const Claim& claim) const {
  const Place place = places_.at(static_cast<std::size_t>(rank));
  const Node& node = nodes_[place.node];
  const auto size = static_cast<std::size_t>(std::max(team_size(node, claim.threads), claim.ranks));
  const std::size_t first = place.position / size * size;
  if (first + size > node.ranks.size()) return {};
  return std::span(node.ranks).subspan(first, size);
}

std::optional<Teams::Shape> Teams::smallest(int threads, int memory_ranks) const {
  std::optional<Shape> shape;
  for (const Node& node : nodes_) {
    const int ranks = std::max(team_size(node, threads), memory_ranks);
    if (ranks > std::ssize(node.ranks) || (shape && ranks >= shape->ranks)) continue;
    shape = {ranks, std::clamp(threads, 1, node.cores)};
  }
  return shape;
}

int Teams::largest_node() const {
  std::ptrdiff_t most = 0;
  for (const Node& node : nodes_) most = std::max(most, std::ssize(node.ranks));
  return static_cast<int>(most);
}

}  // namespace ntksweep
