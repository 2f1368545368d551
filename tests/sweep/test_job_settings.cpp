#include <gtest/gtest.h>

#include "messages.hpp"
#include "ntksweep/sweep/job.hpp"

namespace ntksweep {
namespace {

std::string resolved(std::string_view text) { return resolved_settings(parse_job(text, "x.toml", {})); }

std::vector<std::string> differences(std::string_view a, std::string_view b) {
  return settings_differences(resolved(a), resolved(b), "the file", "this job");
}

TEST(ResolvedSettings, DoNotDependOnHowTheJobIsWritten) {
  EXPECT_EQ(resolved("[grid]\nwidth=[8,16]\nseed=2\n[model]\ndepth=1\n"),
            resolved("[model]\n[grid]\nseed=[0,1]\nwidth='pow2(8,16)'\n"));
}

TEST(ResolvedSettings, LeaveOutHowTheProgramBehaves) {
  EXPECT_EQ(resolved(""), resolved("[output]\ntitle='x'\ncommit_interval=5\n"));
  EXPECT_NE(resolved(""), resolved("[statistics]\ncheckpoints=5\n"));
}

TEST(ResolvedSettings, SurvivePathsThatAreNoUtf8) {
  EXPECT_NO_THROW(resolved_settings(parse_job("", "x.toml", {{"data.path", "a\xff.csv"}})));
}

TEST(SettingsDifferences, NameWhatDiffersOnBothSides) {
  EXPECT_EQ(differences("[grid]\nwidth=[8,16]\n", "[grid]\nwidth=[8]\n[model]\nactivation='tanh'\n"),
            (std::vector<std::string>{"grid.width: [8,16] in the file, [8] in this job",
                                      "model.activation: \"relu\" in the file, \"tanh\" in this job"}));
}

TEST(SettingsDifferences, AreEmptyForEqualSettings) { EXPECT_TRUE(differences("", "[model]\ndepth=1\n").empty()); }

TEST(SettingsDifferences, AbbreviateLongLists) {
  EXPECT_EQ(differences("[grid]\nseed=100\n", ""),
            std::vector<std::string>{"grid.seed: [0,1,2,...,99] (100 values) in the file, [0] in this job"});
}

TEST(SettingsDifferences, NameSettingsThatOneSideDoesNotHave) {
  EXPECT_EQ(settings_differences("{\"grid.old\":1}", "{}", "the file", "this job"),
            std::vector<std::string>{"grid.old: 1 in the file, not there in this job"});
}

TEST(SettingsDifferences, RefuseWhatIsNoJson) {
  EXPECT_TRUE(
      contains(refusal([] { settings_differences("{", "{}", "the file", "this job"); }), "the file are damaged"));
}

}  // namespace
}  // namespace ntksweep
