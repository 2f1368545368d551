#include "memory_limit.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <map>

namespace ntksweep {
namespace {

double slurm(std::map<std::string, std::string> variables) {
  return slurm_limit([&](const char* name) {
    const auto found = variables.find(name);
    return found == variables.end() ? nullptr : found->second.c_str();
  });
}

TEST(SlurmLimit, IsPerNodeOrPerCoreInMebibytes) {
  EXPECT_EQ(slurm({}), INFINITY);
  EXPECT_EQ(slurm({{"SLURM_MEM_PER_NODE", "100"}}), 100.0 * 1024 * 1024);
  EXPECT_EQ(slurm({{"SLURM_MEM_PER_CPU", "100"}, {"SLURM_CPUS_ON_NODE", "8"}}), 800.0 * 1024 * 1024);
  EXPECT_EQ(slurm({{"SLURM_MEM_PER_CPU", "100"}}), INFINITY);
  EXPECT_EQ(slurm({{"SLURM_MEM_PER_NODE", "0"}}), INFINITY);  // all of the node
  EXPECT_EQ(slurm({{"SLURM_MEM_PER_NODE", "much"}, {"SLURM_MEM_PER_CPU", "-1"}, {"SLURM_CPUS_ON_NODE", "4"}}),
            INFINITY);
}

}  // namespace
}  // namespace ntksweep
