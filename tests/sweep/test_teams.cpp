#include "ntksweep/sweep/teams.hpp"

#include <gtest/gtest.h>

namespace ntksweep {
namespace {

std::vector<int> team(const Teams& teams, int rank, int threads, int memory_ranks = 1) {
  const auto members = teams.of(rank, {memory_ranks, threads});
  return {members.begin(), members.end()};
}

/// Eight ranks of four cores each, placed on two nodes in turn.
Teams two_nodes() { return Teams({{{0, 2, 4, 6}, 16}, {{1, 3, 5, 7}, 16}}); }

TEST(Teams, ACellOfOneThreadTakesOneRank) {
  EXPECT_EQ(team(two_nodes(), 5, 1), std::vector<int>{5});
  EXPECT_EQ(team(Teams({{{0, 1, 2, 3}, 2}}), 3, 1), std::vector<int>{3});
}

TEST(Teams, AsManyRanksAsHaveTheCores) {
  EXPECT_EQ(team(two_nodes(), 4, 4), std::vector<int>{4});
  EXPECT_EQ(team(two_nodes(), 4, 5), (std::vector<int>{4, 6}));
  EXPECT_EQ(team(two_nodes(), 3, 8), (std::vector<int>{1, 3}));
  EXPECT_EQ(team(two_nodes(), 3, 16), (std::vector<int>{1, 3, 5, 7}));
}

TEST(Teams, RanksThatMakeNoFullTeamBelongToNone) {
  EXPECT_EQ(team(two_nodes(), 4, 12), (std::vector<int>{0, 2, 4}));
  EXPECT_EQ(team(two_nodes(), 6, 12), std::vector<int>{});
}

TEST(Teams, NoTeamReachesBeyondItsNode) {
  EXPECT_EQ(team(two_nodes(), 0, 100), (std::vector<int>{0, 2, 4, 6}));
  EXPECT_EQ(two_nodes().smallest(100)->ranks, 4);
  EXPECT_EQ(two_nodes().smallest(100)->cores, 16);
}

TEST(Teams, RanksThatShareACoreAreAllTaken) {
  EXPECT_EQ(team(Teams({{{0, 1, 2, 3}, 2}}), 1, 2), (std::vector<int>{0, 1, 2, 3}));
}

TEST(Teams, TheSmallestTeamIsThatOfTheNodeWithMostCoresPerRank) {
  const Teams teams({{{0, 1}, 2}, {{2, 3}, 8}});
  EXPECT_EQ(teams.smallest(2)->ranks, 1);
  EXPECT_EQ(teams.smallest(8)->ranks, 2);
}

TEST(Teams, AsManyRanksAsHaveTheMemoryWhereThoseAreMore) {
  EXPECT_EQ(team(two_nodes(), 4, 1, 2), (std::vector<int>{4, 6}));
  EXPECT_EQ(team(two_nodes(), 4, 8, 1), (std::vector<int>{4, 6}));
  EXPECT_EQ(team(two_nodes(), 4, 8, 4), (std::vector<int>{0, 2, 4, 6}));
  EXPECT_EQ(team(Teams({{{0, 1, 2, 3}, 2}}), 2, 1, 2), (std::vector<int>{2, 3}));
}

TEST(Teams, MemoryThatNoNodeHasMakesNoTeam) {
  const Teams teams({{{0, 1}, 2}, {{2, 3, 4}, 3}});
  EXPECT_EQ(team(teams, 0, 1, 3), std::vector<int>{});
  EXPECT_EQ(team(teams, 3, 1, 3), (std::vector<int>{2, 3, 4}));
  EXPECT_EQ(teams.smallest(1, 3)->ranks, 3);
  EXPECT_EQ(teams.smallest(1, 3)->cores, 1);
  EXPECT_FALSE(teams.smallest(1, 4));
  EXPECT_EQ(teams.largest_node(), 3);
}

TEST(Teams, ANumberOfRanksMeansOneCoreForEach) {
  const Teams teams = 6;
  EXPECT_EQ(teams.ranks(), 6);
  EXPECT_EQ(team(teams, 4, 2), (std::vector<int>{4, 5}));
}

}  // namespace
}  // namespace ntksweep
