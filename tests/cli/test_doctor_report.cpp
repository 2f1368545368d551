#include "doctor_report.hpp"

#include <gtest/gtest.h>

#include <map>

#include "node_report.hpp"
#include "slurm_facts.hpp"
#include "some_of.hpp"

namespace ntksweep {
namespace {

Finding finding(const std::string& topic, const std::string& found, Grade grade = Grade::ok) {
  return {grade, topic, found, grade == Grade::ok ? "" : "the cure"};
}

TEST(DoctorReport, PutsWhatSeveralHostsHaveIntoOneRow) {
  const auto rows = rows_of({{"n1", {finding("cpu", "A"), finding("memory", "8 GiB")}},
                             {"n2", {finding("cpu", "B"), finding("memory", "8 GiB")}},
                             {"n3", {finding("cpu", "A"), finding("memory", "8 GiB")}}});
  const std::vector<ReportRow> expected{{finding("cpu", "A"), {"n1", "n3"}},
                                        {finding("cpu", "B"), {"n2"}},
                                        {finding("memory", "8 GiB"), {"n1", "n2", "n3"}}};
  EXPECT_EQ(rows, expected);
}

TEST(DoctorReport, NamesHostsWhereTheyDiffer) {
  const auto rows = rows_of({{"n1", {finding("cpu", "A"), finding("memory", "8 GiB")}},
                             {"n2", {finding("cpu", "B", Grade::warning), finding("memory", "8 GiB")}}});
  EXPECT_EQ(report_text("title", rows, 2),
            "title\n"
            "ok       cpu     n1: A\n"
            "warning  cpu     n2: B\n"
            "                 -> the cure\n"
            "ok       memory  8 GiB\n"
            "0 problems, 1 warning\n");
}

TEST(DoctorReport, FindsNodesWithOtherProgramsOrKernels) {
  const auto rows_with = [](const std::string& program, const std::string& kernels) {
    return rows_of({{"n1", {finding(program_topic, "1.0"), finding(blas_topic, "Haswell")}},
                    {"n2", {finding(program_topic, program), finding(blas_topic, kernels)}}});
  };
  EXPECT_TRUE(differences(rows_with("1.0", "Haswell")).empty());
  ASSERT_EQ(differences(rows_with("1.1", "Haswell")).size(), 1U);
  EXPECT_EQ(differences(rows_with("1.1", "Haswell")).front().grade, Grade::problem);
  ASSERT_EQ(differences(rows_with("1.0", "Zen")).size(), 1U);
  EXPECT_EQ(differences(rows_with("1.0", "Zen")).front().grade, Grade::warning);
}

TEST(DoctorReport, ComesThroughAsItWasSent) {
  const RankReport report{false, {finding("cpu", "A"), finding("flock", "refused", Grade::problem)}};
  const RankReport received = rank_report_from_bytes(to_bytes(report));
  EXPECT_EQ(received.sees_folder, report.sees_folder);
  EXPECT_EQ(received.findings, report.findings);
}

TEST(SomeOf, NamesEightAtMost) {
  EXPECT_EQ(some_of({}), "");
  EXPECT_EQ(some_of({"n1", "n2"}), "n1, n2");
  EXPECT_EQ(some_of({"1", "2", "3", "4", "5", "6", "7", "8", "9", "10"}), "1, 2, 3, 4, 5, 6, 7, 8 and 2 more");
}

std::vector<Finding> slurm(std::map<std::string, std::string> variables, RunSize run) {
  const auto variable = [&](const char* name) {
    const auto found = variables.find(name);
    return found == variables.end() ? nullptr : found->second.c_str();
  };
  return slurm_findings(variable, run, 1000);
}

TEST(SlurmFacts, OutsideOfAJobAreOneLine) {
  const auto findings = slurm({}, {1, 1});
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings.front().grade, Grade::ok);
}

TEST(SlurmFacts, OfAWholeJobAreFine) {
  const auto findings = slurm({{"SLURM_JOB_ID", "17"},
                               {"SLURM_JOB_NUM_NODES", "2"},
                               {"SLURM_NTASKS", "4"},
                               {"SLURM_RESTART_COUNT", "1"},
                               {"SLURM_JOB_END_TIME", "1090"}},
                              {4, 2});
  ASSERT_EQ(findings.size(), 2U);
  EXPECT_EQ(findings[0].grade, Grade::ok);
  EXPECT_EQ(findings[0].found, "job 17, nodes: 2, tasks: 4, restart 1");
  EXPECT_EQ(findings[1], (Finding{Grade::ok, "end of the job", "in 90.0 s", ""}));
}

TEST(SlurmFacts, WarnOfNodesAndTasksThatTheRunDoesNotHave) {
  EXPECT_EQ(slurm({{"SLURM_JOB_ID", "17"}, {"SLURM_JOB_NUM_NODES", "2"}}, {4, 1}).front().grade, Grade::warning);
  EXPECT_EQ(slurm({{"SLURM_JOB_ID", "17"}, {"SLURM_NTASKS", "4"}}, {3, 1}).front().grade, Grade::warning);
}

TEST(SlurmFacts, WarnOfAnEndThatIsUnknownOrPast) {
  EXPECT_EQ(slurm({{"SLURM_JOB_ID", "17"}}, {1, 1}).back().grade, Grade::warning);
  EXPECT_EQ(slurm({{"SLURM_JOB_ID", "17"}, {"SLURM_JOB_END_TIME", "900"}}, {1, 1}).back().grade, Grade::warning);
}

}  // namespace
}  // namespace ntksweep
