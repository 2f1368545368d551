#include <gtest/gtest.h>

#include "test_cluster.hpp"

namespace ntksweep {
namespace {

std::vector<std::byte> pattern(std::size_t size) {
  std::vector<std::byte> bytes(size);
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::byte>(i * 31 + i / 256);
  return bytes;
}

class Broadcast : public testing::TestWithParam<std::size_t> {};

TEST_P(Broadcast, GivesEveryRankTheBytesOfRankZero) {
  const Cluster& cluster = test_cluster();
  const auto mine = cluster.rank() == 0 ? pattern(GetParam()) : std::vector<std::byte>(3);
  EXPECT_EQ(cluster.broadcast(mine), pattern(GetParam()));
}

INSTANTIATE_TEST_SUITE_P(Sizes, Broadcast, testing::Values(0U, 1U, 1000U, 5000000U));

TEST(Cluster, RanksOfOneMachineShareANodeAndAHost) {
  const Cluster& cluster = test_cluster();
  EXPECT_EQ(cluster.ranks_on_this_node(), cluster.size());
  EXPECT_FALSE(cluster.host().empty());
  for (int rank = 0; rank < cluster.size(); ++rank) EXPECT_EQ(cluster.host_of(rank), cluster.host());
}

}  // namespace
}  // namespace ntksweep
