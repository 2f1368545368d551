#include "saved_cells.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "ntksweep/core/error.hpp"

namespace ntksweep {
namespace {

PreparedJob job_of(const std::string& grid) { return prepare(parse_job("[grid]\n" + grid, "test.toml", {})); }

std::uint64_t key_of(const PreparedJob& job, std::uint64_t cell) { return job.data.key(job.grid.cell(cell)); }

CellState state_of(const PreparedJob& job, std::uint64_t cell) {
  return {cell, key_of(job, cell), std::vector<std::byte>(10, static_cast<std::byte>(cell))};
}

bool all_open(std::uint64_t) { return true; }

class StatesOfARun : public testing::Test {
 protected:
  StatesOfARun() { std::filesystem::create_directory(folder_); }
  ~StatesOfARun() override { std::filesystem::remove_all(folder_); }

  void save(const PreparedJob& job, const std::vector<std::uint64_t>& cells) const {
    SavedCells saved(output_);
    for (const std::uint64_t cell : cells) saved.keep(state_of(job, cell));
    saved.finish();
  }

  std::filesystem::path folder_ =
      std::filesystem::temp_directory_path() / ("ntksweep-saved-" + std::to_string(getpid()));
  std::string output_ = (folder_ / "out.h5").string();
};

TEST_F(StatesOfARun, AreFoundByTheNextRun) {
  const PreparedJob job = job_of("width = [4, 8, 16]\nstep_size = [0.1, 0.2]\n");
  save(job, {1, 4});
  SavedCells saved(output_);
  saved.find(job, all_open);
  EXPECT_EQ(saved.size(), 2U);
  EXPECT_EQ(saved.of(1)->bytes, state_of(job, 1).bytes);
  EXPECT_EQ(saved.of(4)->key, key_of(job, 4));
  EXPECT_FALSE(saved.of(0));
}

TEST_F(StatesOfARun, FollowTheirCellsToOtherNumbers) {
  const PreparedJob before = job_of("width = [4, 16]\nstep_size = [0.2, 0.4]\n");
  save(before, {0, 1, 3});
  const PreparedJob after = job_of("width = [2, 4, 8, 16]\nstep_size = [0.1, 0.2, 0.4]\n");
  SavedCells saved(output_);
  saved.find(after, all_open);
  EXPECT_EQ(saved.size(), 3U);
  std::size_t found = 0;
  for (std::uint64_t cell = 0; cell < after.grid.size(); ++cell) {
    const auto state = saved.of(cell);
    if (!state) continue;
    ++found;
    EXPECT_EQ(state->cell, cell);
    EXPECT_EQ(state->key, key_of(after, cell));
    const auto old_number = static_cast<std::uint64_t>(state->bytes.at(0));
    EXPECT_EQ(key_of(before, old_number), state->key);
  }
  EXPECT_EQ(found, 3U);
}

TEST_F(StatesOfARun, OfCellsThatAreDoneOrGoneAreDropped) {
  const PreparedJob before = job_of("width = [4, 16]\nstep_size = [0.2, 0.4]\n");
  save(before, {0, 1, 2, 3});
  const PreparedJob after = job_of("width = [4, 8]\nstep_size = [0.2, 0.4]\n");
  SavedCells saved(output_);
  saved.find(after, [](std::uint64_t cell) { return cell != 1; });
  EXPECT_EQ(saved.size(), 1U);
  EXPECT_TRUE(saved.of(0));
  EXPECT_EQ(StateFile(output_).size(), 1U);
}

TEST_F(StatesOfARun, TheNewestCountsAndNoneWhenTheCellIsThrough) {
  const PreparedJob job = job_of("width = [4, 8]\nstep_size = 0.1\n");
  SavedCells saved(output_);
  saved.keep(state_of(job, 0));
  CellState newer = state_of(job, 0);
  newer.bytes.assign(20, std::byte{9});
  saved.keep(newer);
  EXPECT_EQ(saved.of(0)->bytes, newer.bytes);
  saved.forget(0);
  EXPECT_FALSE(saved.of(0));
  saved.finish();
  EXPECT_FALSE(std::filesystem::exists(output_ + ".state"));
}

TEST_F(StatesOfARun, ThatCannotBeWrittenAreAWarningUntilTheStop) {
  const PreparedJob job = job_of("width = [4, 8]\nstep_size = 0.1\n");
  std::filesystem::create_directory(output_ + ".state");
  SavedCells saved(output_);
  testing::internal::CaptureStderr();
  saved.keep(state_of(job, 0));
  saved.keep(state_of(job, 1));
  const std::string said = testing::internal::GetCapturedStderr();
  EXPECT_NE(said.find("the run goes on"), std::string::npos);
  EXPECT_EQ(std::count(said.begin(), said.end(), '\n'), 1);
  EXPECT_NO_THROW(saved.finish());
  std::filesystem::create_directory(output_ + ".state");
  saved.stop();
  saved.keep(state_of(job, 0));
  EXPECT_THROW(saved.finish(), SystemError);
}

}  // namespace
}  // namespace ntksweep
