#include "ntksweep/sweep/group_notes.hpp"

#include <gtest/gtest.h>

namespace ntksweep {
namespace {

std::vector<GroupNote> notes_of(const std::string& text) {
  const Job job = parse_job(text, "x.toml", {});
  return group_notes(job, Grid(job));
}

TEST(GroupNotes, AreNotMadeOfWhatHasValuesEverywhere) {
  EXPECT_TRUE(notes_of("[statistics]\nalso=['linearised','infinite','regression','sharpness']\n").empty());
  EXPECT_TRUE(notes_of("[model]\nactivation='linear'\n[statistics]\nalso=['two_layer']\n").empty());
  EXPECT_TRUE(
      notes_of("[model]\ntrain='output'\n[training]\nmethod='min_norm'\n[statistics]\nalso=['risk']\n").empty());
}

TEST(GroupNotes, AreNotMadeOfWhatNobodyAskedFor) { EXPECT_TRUE(notes_of("[training]\nmomentum=0.5\n").empty()); }

TEST(GroupNotes, SayWhatIsLackingAndInHowManyCombinations) {
  const auto notes = notes_of(
      "[grid]\nwidth=[8,16]\nseed=3\n[model]\ndepth=[1,2]\n[training]\nmomentum=[0.0,0.5,0.9]\n"
      "[statistics]\nalso=['linearised']\n");
  ASSERT_EQ(notes.size(), 1U);
  EXPECT_EQ(notes[0].group, "linearised");
  EXPECT_EQ(notes[0].needs, "training.momentum = 0");
  EXPECT_EQ(notes[0].missing, 4U);
  EXPECT_EQ(notes[0].cells, 6U);
}

TEST(GroupNotes, KnowEveryAssumption) {
  const auto lacking = [](const std::string& text, const std::string& group) {
    const auto notes = notes_of(text + "[statistics]\nalso=['" + group + "']\n");
    return notes.empty() ? "" : notes[0].needs;
  };
  EXPECT_EQ(lacking("[training]\nbatch=8\n", "linearised"), "training.batch = 0");
  EXPECT_EQ(lacking("[training]\nweight_decay=0.1\n", "linearised"), "training.decay_toward = initial");
  EXPECT_NE(lacking("[training]\nstep_rule='cosine'\n", "linearised").find("step_rule"), std::string::npos);
  EXPECT_NE(lacking("[model]\ninitialization='uniform'\n", "infinite").find("gaussian"), std::string::npos);
  EXPECT_NE(lacking("", "two_layer").find("model.activation = linear"), std::string::npos);
  EXPECT_EQ(lacking("", "risk"), "training.method = min_norm");
}

}  // namespace
}  // namespace ntksweep
