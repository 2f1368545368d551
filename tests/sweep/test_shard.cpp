#include "ntksweep/sweep/shard.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <map>
#include <set>

#include "messages.hpp"
#include "ntksweep/core/error.hpp"
#include "ntksweep/sweep/grid.hpp"

namespace ntksweep {
namespace {

Grid grid_of(const std::string& text, const std::string& shard) {
  return Grid(parse_job(text, "x.toml", {{"grid.shard", shard}}));
}

const std::string job = "[grid]\nwidth=[1,2,3]\nsamples=[3,4]\nstep_size=[0.5,1]\nseed=7\n";

std::string text_of(const Cell& cell) {
  std::string text;
  for (const char* key : {"width", "samples", "seed"}) text += std::to_string(cell.integer(key)) + " ";
  return text + to_text(cell.real("step_size"));
}

RC_GTEST_PROP(Shard, EveryGroupIsInExactlyOneAndNeighboursAreSpreadEvenly, ()) {
  const auto count = *rc::gen::inRange<std::uint64_t>(1, 40);
  const auto block = *rc::gen::inRange<std::uint64_t>(0, 1000);
  std::multiset<std::uint64_t> owners;
  for (std::uint64_t group = block * count; group < (block + 1) * count; ++group) {
    for (std::uint64_t index = 1; index <= count; ++index) {
      if (Shard{index, count}.has_group(group)) owners.insert(index);
    }
  }
  RC_ASSERT(owners.size() == count);
  RC_ASSERT(std::set(owners.begin(), owners.end()).size() == count);
}

TEST(Shard, TogetherAreTheGrid) {
  const Grid all = grid_of(job, "");
  std::multiset<std::string> expected, found;
  for (std::uint64_t i = 0; i < all.size(); ++i) expected.insert(text_of(all.cell(i)));
  for (const char* shard : {"1/4", "2/4", "3/4", "4/4"}) {
    const Grid part = grid_of(job, shard);
    EXPECT_FALSE(part.dense());
    for (std::uint64_t i = 0; i < part.size(); ++i) found.insert(text_of(part.cell(i)));
  }
  EXPECT_EQ(found, expected);
}

TEST(Shard, KeepsCellsThatDifferOnlyInStepSizeTogether) {
  const Grid part = grid_of(job, "2/5");
  std::size_t cells = 0;
  for (std::uint64_t group = 0; group < part.group_count(); ++group) {
    const auto members = part.cells_of_group(group);
    EXPECT_TRUE(members.empty() || members.size() == 2);
    cells += members.size();
  }
  EXPECT_EQ(cells, part.size());
}

/// An axis as long as there are shards would give each shard one of its values.
TEST(Shard, MixesTheValuesOfEveryAxis) {
  const std::string regular = "[grid]\nwidth=[1,2,3,4]\nsamples=[1,2,3,4]\nstep_size=0.5\nseed=32\n";
  for (const char* shard : {"1/4", "2/4", "3/4", "4/4"}) {
    const Grid part = grid_of(regular, shard);
    std::map<std::int64_t, int> of_seed;
    for (std::uint64_t i = 0; i < part.size(); ++i) ++of_seed[part.cell(i).integer("seed") % 4];
    for (const auto& [seed, cells] : of_seed) EXPECT_NEAR(cells, 32, 20) << shard << " " << seed;
    EXPECT_EQ(of_seed.size(), 4);
  }
}

TEST(Shard, GoesTogetherWithAFilter) {
  std::uint64_t cells = 0;
  for (const char* shard : {"1/2", "2/2"}) {
    const Grid part(parse_job(job + "where='width > 1'\n", "x.toml", {{"grid.shard", shard}}));
    for (std::uint64_t i = 0; i < part.size(); ++i) EXPECT_GT(part.cell(i).integer("width"), 1);
    cells += part.size();
  }
  EXPECT_EQ(cells, 2 * 2 * 2 * 7);
}

TEST(Shard, RefusesWhatIsNone) {
  for (const char* text :
       {"0/4", "5/4", "1", "1/0", "/4", "1/", "-1/4", "1/4/2", "a/b", "1 / 4", "1/100001", "1.0/4"}) {
    const std::string message = refusal([&] { grid_of(job, text); });
    EXPECT_NE(message.find("--grid.shard: '" + std::string(text) + "' is no shard; write I/N"), std::string::npos)
        << message;
  }
}

TEST(Shard, RefusesMoreShardsThanThereAreGroups) {
  const std::string small = "[grid]\nwidth=1\nsamples=3\nstep_size=[0.5,1]\nseed=1\n";
  int refused = 0;
  for (const char* shard : {"1/3", "2/3", "3/3"}) {
    try {
      EXPECT_EQ(grid_of(small, shard).size(), 2);
    } catch (const InputError& error) {
      EXPECT_NE(std::string(error.what()).find("has no cells; take fewer shards"), std::string::npos) << error.what();
      ++refused;
    }
  }
  EXPECT_EQ(refused, 2);
}

}  // namespace
}  // namespace ntksweep
