#include <gtest/gtest.h>

#include <map>
#include <string>

#include "launcher.hpp"

namespace ntksweep {
namespace {

std::optional<std::string> mismatch(int mpi_size, std::map<std::string, std::string> variables) {
  return launcher_mismatch(mpi_size, [&](const char* name) {
    const auto found = variables.find(name);
    return found == variables.end() ? nullptr : found->second.c_str();
  });
}

TEST(Launcher, OneProcessWithoutALauncherIsFine) { EXPECT_FALSE(mismatch(1, {})); }

TEST(Launcher, RanksThatFindEachOtherAreFine) { EXPECT_FALSE(mismatch(4, {{"SLURM_STEP_NUM_TASKS", "4"}})); }

TEST(Launcher, AStepOfOneTaskIsFine) { EXPECT_FALSE(mismatch(1, {{"SLURM_STEP_NUM_TASKS", "1"}})); }

TEST(Launcher, ProcessesOfSrunThatEachSeeThemselvesAloneAreNamedWithTheCure) {
  const auto problem = mismatch(1, {{"SLURM_STEP_NUM_TASKS", "16"}});
  ASSERT_TRUE(problem);
  EXPECT_NE(problem->find("srun started 16 processes"), std::string::npos);
  EXPECT_NE(problem->find("--mpi=pmix"), std::string::npos);
}

TEST(Launcher, TheLauncherOfAnotherMpiIsNamed) {
  const auto problem = mismatch(1, {{"PMI_SIZE", "2"}});
  ASSERT_TRUE(problem);
  EXPECT_NE(problem->find("mpirun of another MPI started 2 processes"), std::string::npos);
}

TEST(Launcher, OneRankOfMpirunInsideAStepOfManyDaemonsIsFine) {
  EXPECT_FALSE(mismatch(1, {{"SLURM_STEP_NUM_TASKS", "2"}, {"OMPI_COMM_WORLD_SIZE", "1"}}));
}

}  // namespace
}  // namespace ntksweep
