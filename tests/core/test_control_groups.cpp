#include "ntksweep/core/control_groups.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <fstream>

namespace ntksweep {
namespace {

/// A tree of control groups as the system shows it.
class ControlGroups : public testing::Test {
 protected:
  ControlGroups() : root_(std::filesystem::temp_directory_path() / ("ntksweep-groups-" + std::to_string(getpid()))) {}
  ~ControlGroups() override { std::filesystem::remove_all(root_); }

  void set(const std::string& file, const std::string& limit) const {
    std::filesystem::create_directories((root_ / file).parent_path());
    std::ofstream(root_ / file) << limit << "\n";
  }
  double limit(const std::string& membership) const { return memory_of_groups(root_, membership); }
  double cores(const std::string& membership) const { return cores_of_groups(root_, membership); }

  std::filesystem::path root_;
};

TEST_F(ControlGroups, NoneMeansNoLimit) {
  EXPECT_EQ(limit(""), INFINITY);
  EXPECT_EQ(limit("0::/job/step\n"), INFINITY);
  EXPECT_EQ(limit("no such format\n:\n::"), INFINITY);
}

TEST_F(ControlGroups, OfVersion2ThatOfEveryGroupAroundCounts) {
  set("job/step/task/memory.max", "max");
  set("job/step/memory.max", "max");
  set("job/memory.max", "5000000");
  EXPECT_EQ(limit("0::/job/step/task\n"), 5e6);
  set("job/step/task/memory.max", "4000000");
  EXPECT_EQ(limit("0::/job/step/task\n"), 4e6);
  EXPECT_EQ(limit("0::/other\n"), INFINITY);
}

TEST_F(ControlGroups, OfVersion1ThatOfTheProcessAndOfAllAroundCounts) {
  set("memory/memory.limit_in_bytes", "9223372036854771712");
  set("memory/slurm/job_7/memory.limit_in_bytes", "3000000");
  set("memory/slurm/job_7/step_0/memory.limit_in_bytes", "6000000");
  EXPECT_EQ(limit("5:cpuset:/x\n4:cpu,memory:/slurm/job_7/step_0\n"), 3e6);
  EXPECT_GT(limit("4:cpu:/slurm/job_7\n5:memory:/\n"), 9e18);
}

TEST_F(ControlGroups, OfBothVersionsTheSmallerCounts) {
  set("memory/job/memory.limit_in_bytes", "3000000");
  set("unified/job/memory.max", "2000000");
  EXPECT_EQ(limit("4:memory:/job\n0::/job\n"), 2e6);
}

TEST_F(ControlGroups, InAContainerTheRootIsTheLimit) {
  set("memory.max", "7000000");
  EXPECT_EQ(limit("0::/\n"), 7e6);
  EXPECT_EQ(limit("0::/docker/seen/from/outside\n"), 7e6);
}

TEST_F(ControlGroups, AQuotaOfVersion2IsCountedInCores) {
  set("job/cpu.max", "max 100000");
  EXPECT_EQ(cores("0::/job\n"), INFINITY);
  set("job/cpu.max", "250000 100000");
  EXPECT_EQ(cores("0::/job/step\n"), 2.5);
  set("job/step/cpu.max", "100000 100000");
  EXPECT_EQ(cores("0::/job/step\n"), 1);
}

TEST_F(ControlGroups, AQuotaOfVersion1IsCountedInCores) {
  set("cpu/job/cpu.cfs_period_us", "50000");
  EXPECT_EQ(cores("4:cpu,cpuacct:/job\n"), INFINITY);
  set("cpu/job/cpu.cfs_quota_us", "-1");
  EXPECT_EQ(cores("4:cpu,cpuacct:/job\n"), INFINITY);
  set("cpu/job/cpu.cfs_quota_us", "150000");
  EXPECT_EQ(cores("4:cpu,cpuacct:/job\n"), 3);
  EXPECT_EQ(cores("4:memory:/job\n"), INFINITY);
}

TEST_F(ControlGroups, ADamagedQuotaIsNone) {
  for (const char* text : {"", "100000", "100000 0", "-5 100000", "much little"}) {
    set("cpu.max", text);
    EXPECT_EQ(cores("0::/\n"), INFINITY) << text;
  }
}

}  // namespace
}  // namespace ntksweep
