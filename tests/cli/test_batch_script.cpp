#include "batch_script.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

#include "ntksweep/core/error.hpp"

namespace ntksweep {
namespace {

constexpr double mebibyte = 1024.0 * 1024.0;
/// An hour of 100 ranks.
const SlurmNeeds needs{.rank_seconds = 360000, .longest_cell_s = 600, .cells = 5000, .cell_bytes = 1e9, .threads = 1};

SlurmWishes wishes(double time_s) {
  SlurmWishes result;
  result.time_s = time_s;
  return result;
}

TEST(SlurmRequest, HasRanksEnoughForTheTimeWithItsMargin) {
  for (const double hours : {1.0, 4.0, 20.0}) {
    const SlurmRequest request = slurm_request(needs, wishes(3600 * hours));
    EXPECT_EQ(request.time_s, 3600 * hours);
    EXPECT_LE(1.5 * request.predicted_s + 600, request.time_s);
    EXPECT_GT(1.5 * needs.rank_seconds / (0.7 * request.ranks()), request.time_s) << "far more than are needed";
  }
}

TEST(SlurmRequest, HasNoMoreRanksThanTheGridCanUse) {
  SlurmNeeds few_cells = needs;
  few_cells.cells = 7;
  EXPECT_EQ(slurm_request(few_cells, wishes(1200)).ranks(), 7);
  SlurmNeeds one_long_cell = needs;
  one_long_cell.longest_cell_s = 90000;
  EXPECT_EQ(slurm_request(one_long_cell, wishes(1200)).ranks(), 4);
}

TEST(SlurmRequest, OfATimeThatIsLeftOpenCoversThePredictionAndIsADayAtMost) {
  SlurmWishes ten_ranks;
  ten_ranks.ranks = 10;
  EXPECT_EQ(slurm_request(needs, ten_ranks).time_s, 1.5 * 36000 + 600);
  ten_ranks.ranks = 2;
  EXPECT_EQ(slurm_request(needs, ten_ranks).time_s, 86400);
}

TEST(SlurmRequest, PutsRanksOnNodesAsAsked) {
  SlurmWishes asked;
  asked.ranks = 100;
  asked.nodes = 3;
  EXPECT_EQ(slurm_request(needs, asked).ranks_per_node, 34);
  asked.nodes = 0;
  asked.ranks_per_node = 48;
  EXPECT_EQ(slurm_request(needs, asked).nodes, 3);
  asked.ranks_per_node = 0;
  EXPECT_EQ(slurm_request(needs, asked).nodes, 4);
}

TEST(SlurmRequest, HasTheCoresOfACellAndItsMemorySharedByThem) {
  SlurmNeeds wide = needs;
  wide.threads = 4;
  const SlurmRequest request = slurm_request(wide, {});
  EXPECT_EQ(request.cores_per_rank, 4);
  EXPECT_GE(4 * request.mebibytes_per_core * mebibyte, 1.25e9);
  EXPECT_LE(4 * request.mebibytes_per_core * mebibyte, 1.25e9 + 70 * mebibyte);
  SlurmWishes asked;
  asked.rank_bytes = 8 * 1024 * mebibyte;
  EXPECT_EQ(slurm_request(wide, asked).mebibytes_per_core, 2048);
}

TEST(SlurmRequest, OfAnArrayIsThatOfAPart) {
  SlurmWishes asked;
  asked.shards = 100;
  const SlurmRequest request = slurm_request(needs, asked);
  EXPECT_EQ(request.ranks(), 1);
  EXPECT_EQ(request.predicted_s, 3600);
}

TEST(SlurmTime, IsWrittenAsSlurmTakesIt) {
  EXPECT_EQ(slurm_time(1), "00:01:00");
  EXPECT_EQ(slurm_time(5400), "01:30:00");
  EXPECT_EQ(slurm_time(86400), "1-00:00:00");
  EXPECT_EQ(slurm_time(86400 * 12 + 3601), "12-01:01:00");
}

BatchScript script(int shards) {
  SlurmWishes with_shards;
  with_shards.shards = shards;
  BatchScript result;
  result.request = slurm_request(needs, with_shards);
  result.partition = "long";
  result.account = "me";
  result.job_path = "a job.toml";
  result.output_path = "out.h5";
  result.program_path = "/bin/ntksweep";
  return result;
}

TEST(BatchScript, HasEveryLineThatIsFilledIn) {
  for (const int shards : {0, 7}) {
    const std::string text = batch_script(script(shards));
    for (const char* line : {"\n#SBATCH --partition=long\n", "\n#SBATCH --account=me\n", "\n#SBATCH --job-name=a_job\n",
                             "\njob=${1:-'a job.toml'}\n", "\noutput=${2:-'out.h5'}\n", "\noptions=()\n"}) {
      EXPECT_NE(text.find(line), std::string::npos) << line;
    }
  }
  EXPECT_NE(batch_script(script(7)).find("\n#SBATCH --array=0-6\n"), std::string::npos);
}

TEST(BatchScript, RefusesNamesThatSlurmDoesNotHave) {
  for (const char* name : {"a b", "a\n#SBATCH --x", "$(x)", "'"}) {
    BatchScript with_name = script(0);
    with_name.partition = name;
    EXPECT_THROW(batch_script(with_name), InputError) << name;
  }
}

TEST(BatchScript, OfATemplateThatLacksALineOrHasItTwiceIsADefect) {
  EXPECT_EQ(with_lines("#!\na=1\nb=2\n", {{"a=", "a=5"}}), "#!\na=5\nb=2\n");
  EXPECT_THROW(with_lines("#!\nb=2\n", {{"a=", "a=5"}}), std::logic_error);
  EXPECT_THROW(with_lines("#!\na=1\na=2\n", {{"a=", "a=5"}}), std::logic_error);
}

TEST(ShellQuoted, KeepsEverything) {
  EXPECT_EQ(shell_quoted(""), "''");
  EXPECT_EQ(shell_quoted("a $b"), "'a $b'");
  EXPECT_EQ(shell_quoted("it's"), "'it'\\''s'");
}

}  // namespace
}  // namespace ntksweep
