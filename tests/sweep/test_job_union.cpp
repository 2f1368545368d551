#include "ntksweep/sweep/job_union.hpp"

#include <gtest/gtest.h>

#include "messages.hpp"
#include "ntksweep/sweep/grid.hpp"

namespace ntksweep {
namespace {

Job job_of(const std::string& text, const std::vector<Override>& overrides = {}) {
  return parse_job(text, "x.toml", overrides);
}

std::string axis_text(const Job& job, std::string_view key) {
  std::string text;
  for (const Axis& axis : job.axes) {
    if (axis.setting != setting_index(key)) continue;
    for (const Value& value : axis.values) text += to_text(value) + ";";
  }
  return text;
}

TEST(JobUnion, OfShardsIsTheirJob) {
  const std::string text = "[grid]\nwidth=[4,8]\nzip=['width','samples']\nsamples=[5,6]\n";
  const Job all = union_of({job_of(text, {{"grid.shard", "1/2"}}), job_of(text, {{"grid.shard", "2/2"}})});
  EXPECT_TRUE(all.shard.is_all());
  EXPECT_EQ(resolved_settings(all), resolved_settings(job_of(text)));
}

TEST(JobUnion, PutsAxisValuesInOrder) {
  const Job all = union_of({job_of("[grid]\nwidth=[8,32]\n"), job_of("[grid]\nwidth=[4,8,16]\nstep_size=[0.25,1]\n")});
  EXPECT_EQ(axis_text(all, "width"), "4;8;16;32;");
  EXPECT_EQ(axis_text(all, "step_size"), "0.25;0.5;1;");
}

TEST(JobUnion, KeepsTheOrderOfValuesThatAreNotAscending) {
  const Job all = union_of({job_of("[grid]\nwidth=[32,8]\n"), job_of("[grid]\nwidth=[64,16,8]\n")});
  EXPECT_EQ(axis_text(all, "width"), "32;8;64;16;");
}

TEST(JobUnion, MakesAnAxisOfWhatDiffers) {
  const Job all = union_of({job_of("[model]\nactivation='relu'\n"), job_of("[model]\nactivation='tanh'\n")});
  EXPECT_EQ(axis_text(all, "activation"), "relu;tanh;");
}

TEST(JobUnion, KeepsSeedsApartFromTheirNumber) {
  const Job all = union_of({job_of("[grid]\nseed=2\n"), job_of("[grid]\nseed=[7]\n")});
  EXPECT_EQ(axis_text(all, "seed"), "0;1;7;");
}

TEST(JobUnion, PutsListsAndTextsTogether) {
  const Job all = union_of({job_of("[model]\nlayer_init_scale=[[1.0,2.0]]\n[data]\nsource='csv'\npath='a,b.csv'\n"),
                            job_of("[model]\nlayer_init_scale=[[],[0.5,1.5]]\n[data]\nsource='csv'\npath='c.csv'\n")});
  EXPECT_EQ(axis_text(all, "layer_init_scale"), "1,2;;0.5,1.5;");
  EXPECT_EQ(axis_text(all, "path"), "a,b.csv;c.csv;");
}

TEST(JobUnion, HoldsEveryCellOfItsParts) {
  const std::vector<Job> parts{job_of("[grid]\nwidth=[8,32]\nseed=3\n[model]\ndepth=2\n"),
                               job_of("[grid]\nwidth=[4,8]\nsamples=[9,10]\n[training]\nmax_steps=[10,20]\n")};
  const Grid all(union_of(parts));
  std::vector<std::uint64_t> keys;
  for (std::uint64_t i = 0; i < all.size(); ++i) keys.push_back(cell_key(all.cell(i), 0, 0));
  for (const Job& part : parts) {
    const Grid grid(part);
    for (std::uint64_t i = 0; i < grid.size(); ++i) {
      EXPECT_NE(std::ranges::find(keys, cell_key(grid.cell(i), 0, 0)), keys.end());
    }
  }
}

TEST(JobUnion, RefusesToGuessWhereCellsAreListed) {
  const std::string zipped = "[grid]\nwidth=[4,8]\nsamples=[5,6]\nzip=['width','samples']\n";
  const std::string filtered = "[grid]\nwidth=[4,8]\nwhere='width > 4'\n";
  for (const auto& other : {std::string("[grid]\nwidth=[4,16]\nsamples=[5,6]\nzip=['width','samples']\n"),
                            std::string("[grid]\nwidth=[4,8]\nsamples=[5,6]\n")}) {
    const std::string message = refusal([&] { union_of({job_of(zipped), job_of(other)}); });
    EXPECT_NE(message.find("give one with --job"), std::string::npos) << message;
  }
  EXPECT_NE(refusal([&] {
              union_of({job_of("[grid]\nwidth=[4,8]\n"), job_of(filtered)});
            }).find("--job"),
            std::string::npos);
}

}  // namespace
}  // namespace ntksweep
