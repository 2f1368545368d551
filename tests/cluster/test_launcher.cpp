#include <gtest/gtest.h>

#include <map>
#include <string>

#include "launcher.hpp"

namespace ntksweep {
namespace {

using Variables = std::map<std::string, std::string>;

Environment environment(Variables variables) {
  return [variables = std::move(variables)](const char* name) {
    const auto found = variables.find(name);
    return found == variables.end() ? nullptr : found->second.c_str();
  };
}

std::optional<std::string> mismatch(int mpi_size, Variables variables) {
  return launcher_mismatch(mpi_size, environment(std::move(variables)));
}

/// What Slurm 22.05 sets in a batch script of four tasks, and in one of the four that srun starts.
const Variables batch_script = {{"SLURM_JOB_ID", "7"}, {"SLURM_NTASKS", "4"}, {"SLURM_PROCID", "0"}};
Variables step(const std::string& tasks, const Variables& pmi) {
  Variables variables = batch_script;
  variables.insert({{"SLURM_STEP_ID", "0"}, {"SLURM_STEP_NUM_TASKS", tasks}});
  variables.insert(pmi.begin(), pmi.end());
  return variables;
}
const Variables pmi2 = {{"PMI_RANK", "0"}, {"PMI_SIZE", "4"}, {"PMI_FD", "11"}, {"SLURM_MPI_TYPE", "pmi2"}};
const Variables pmix = {{"PMIX_RANK", "0"}, {"PMIX_NAMESPACE", "slurm.7.0"}, {"SLURM_MPI_TYPE", "pmix"}};
const Variables in_mpirun = {{"OMPI_COMM_WORLD_SIZE", "4"}, {"OMPI_COMM_WORLD_RANK", "0"}, {"PMIX_RANK", "0"}};

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

TEST(Launcher, TheMpirunOfAnotherOpenMpiIsNamed) {
  const auto problem = mismatch(1, {{"OMPI_COMM_WORLD_SIZE", "4"}, {"SLURM_STEP_NUM_TASKS", "2"}});
  ASSERT_TRUE(problem);
  EXPECT_NE(problem->find("mpirun of another Open MPI started 4 processes"), std::string::npos);
}

TEST(Launcher, AnotherMpisProcessesAreFoundAlsoBelowItsOneDaemonInAStep) {
  EXPECT_TRUE(mismatch(1, {{"SLURM_STEP_NUM_TASKS", "1"}, {"PMI_SIZE", "8"}}));
}

TEST(Launcher, AStepOfSeveralWithoutPmiIsNamedBeforeMpiStarts) {
  const auto problem = step_without_pmi(environment(step("4", {})));
  ASSERT_TRUE(problem);
  EXPECT_NE(problem->find("srun started 4 processes"), std::string::npos);
}

TEST(Launcher, NothingIsWrongBeforeMpiStartsWhereItMayWork) {
  EXPECT_FALSE(step_without_pmi(environment({})));
  EXPECT_FALSE(step_without_pmi(environment(batch_script)));
  EXPECT_FALSE(step_without_pmi(environment(step("1", {}))));
  EXPECT_FALSE(step_without_pmi(environment(step("4", pmix))));
  EXPECT_FALSE(step_without_pmi(environment(step("4", pmi2))));  // an Open MPI may have been built for it
  EXPECT_FALSE(step_without_pmi(environment(step("2", in_mpirun))));
}

TEST(Launcher, OnlyTheProcessOfAStepOfOneWithoutPmixIsTakenOutOfIt) {
  EXPECT_TRUE(is_lone_step(environment(step("1", {}))));
  EXPECT_TRUE(is_lone_step(environment(step("1", pmi2))));
  EXPECT_FALSE(is_lone_step(environment(step("1", pmix))));
  EXPECT_FALSE(is_lone_step(environment(step("4", {}))));
  EXPECT_FALSE(is_lone_step(environment(step("1", in_mpirun))));
  EXPECT_FALSE(is_lone_step(environment(batch_script)));
}

TEST(Launcher, AFailedStartIsExplainedInAStepByItsFirstProcess) {
  EXPECT_NE(failed_start_text(environment(step("4", pmi2))).find("try srun --mpi=pmix"), std::string::npos);
  EXPECT_NE(failed_start_text(environment(step("4", pmix))).find("SLURM_PMIX_FENCE=ring"), std::string::npos);
  EXPECT_EQ(failed_start_text(environment(batch_script)), "");
  EXPECT_EQ(failed_start_text(environment(in_mpirun)), "");
  Variables second = step("4", pmi2);
  second["PMI_RANK"] = "1";
  EXPECT_EQ(failed_start_text(environment(second)), "");
}

TEST(Launcher, HasAName) {
  EXPECT_EQ(launcher_name(environment({})), "no launcher");
  EXPECT_EQ(launcher_name(environment(batch_script)), "no launcher");
  EXPECT_EQ(launcher_name(environment(step("4", pmix))), "srun --mpi=pmix");
  EXPECT_EQ(launcher_name(environment(step("4", {}))), "srun --mpi=none");
  EXPECT_EQ(launcher_name(environment(step("2", in_mpirun))), "mpirun");
  EXPECT_EQ(launcher_name(environment({{"PMI_SIZE", "2"}})), "mpirun of another MPI");
}

}  // namespace
}  // namespace ntksweep
