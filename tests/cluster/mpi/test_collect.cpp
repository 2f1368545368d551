#include <gtest/gtest.h>

#include <thread>

#include "test_cluster.hpp"

namespace ntksweep {
namespace {

std::vector<std::byte> letter(int rank, std::size_t size) { return std::vector<std::byte>(size, std::byte(rank + 1)); }

class Collect : public testing::TestWithParam<std::size_t> {};

TEST_P(Collect, GivesRankZeroWhatEachRankSaysAndTheOthersNothing) {
  Cluster& cluster = test_cluster();
  const auto answers = cluster.collect(letter(cluster.rank(), GetParam()), std::chrono::seconds(30));
  if (cluster.rank() != 0) {
    EXPECT_TRUE(answers.empty());
    return;
  }
  ASSERT_EQ(answers.size(), static_cast<std::size_t>(cluster.size()));
  for (int rank = 0; rank < cluster.size(); ++rank) {
    EXPECT_EQ(answers[static_cast<std::size_t>(rank)], letter(rank, GetParam()));
  }
}

INSTANTIATE_TEST_SUITE_P(Sizes, Collect, testing::Values(0U, 1U, 1000000U));

TEST(CollectInTime, DoesNotWaitForARankThatIsLateNorTakeItsLetterForALaterOne) {
  Cluster& cluster = test_cluster();
  const int last = cluster.size() - 1;
  if (cluster.rank() == last && last > 0) std::this_thread::sleep_for(std::chrono::milliseconds(1500));
  const auto first = cluster.collect(letter(100, 3), std::chrono::seconds(1));
  if (cluster.rank() == 0 && last > 0) {
    EXPECT_FALSE(first.back());
  }
  const auto second = cluster.collect(letter(cluster.rank(), 3), std::chrono::seconds(30));
  if (cluster.rank() == 0) {
    EXPECT_EQ(second.back(), letter(last, 3));
  }
}

}  // namespace
}  // namespace ntksweep
