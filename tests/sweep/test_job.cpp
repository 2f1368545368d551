#include "ntksweep/sweep/job.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "messages.hpp"
#include "ntksweep/sweep/grid.hpp"

namespace ntksweep {
namespace {

Job job_of(std::string_view text, const std::vector<Override>& overrides = {}) {
  return parse_job(text, "x.toml", overrides);
}

std::string refused(std::string_view text, const std::vector<Override>& overrides = {}) {
  return refusal([&] { job_of(text, overrides); });
}

/// Keys of the axes, in order.
std::vector<std::string> axis_names(const Job& job) {
  std::vector<std::string> names;
  for (const Axis& axis : job.axes) names.emplace_back(settings()[axis.setting].key);
  return names;
}

std::vector<Value> axis(const Job& job, std::string_view key) {
  for (const Axis& found : job.axes) {
    if (settings()[found.setting].key == key) return found.values;
  }
  ADD_FAILURE() << key << " is no axis";
  return {};
}

std::vector<Value> integers(std::initializer_list<std::int64_t> values) { return {values.begin(), values.end()}; }

using Names = std::vector<std::string>;

TEST(Job, HasTheGridAxesAndSeedEvenWhenEmpty) {
  const Job job = job_of("");
  EXPECT_EQ(axis_names(job), (Names{"width", "samples", "step_size", "seed"}));
  EXPECT_EQ(axis(job, "width"), integers({256}));
  EXPECT_EQ(axis(job, "seed"), integers({0}));
  EXPECT_EQ(job.value("activation"), Value(std::string("relu")));
}

TEST(Job, PutsFurtherAxesInTheOrderOfTheTable) {
  const Job job = job_of("[training]\ntolerance=[1e-3,1e-4]\n[model]\nactivation=['relu','tanh']\ndepth=[1,2]\n");
  EXPECT_EQ(axis_names(job), (Names{"width", "samples", "step_size", "depth", "activation", "tolerance", "seed"}));
  EXPECT_EQ(job.value("activation"), Value(std::string("relu")));
}

TEST(Job, MakesAnAxisOfAListOfOne) { EXPECT_EQ(axis(job_of("[model]\ndepth=[2]\n"), "depth"), integers({2})); }

TEST(Job, ExpandsAxisExpressions) {
  EXPECT_EQ(axis(job_of("[grid]\nwidth='pow2(8,32)'\n"), "width"), integers({8, 16, 32}));
  EXPECT_EQ(axis(job_of("[grid]\nwidth='linspace(1,3,3)'\n"), "width"), integers({1, 2, 3}));
  EXPECT_EQ(axis(job_of("[grid]\nwidth=[1,'pow2(8,16)']\n"), "width"), integers({1, 8, 16}));
}

TEST(Job, RoundsGeomspaceOfIntegersAndKeepsEachOnce) {
  EXPECT_EQ(axis(job_of("[grid]\nwidth='geomspace(1,4,7)'\n"), "width"), integers({1, 2, 3, 4}));
}

TEST(Job, TakesASingleSeedAsANumberOfReplicates) {
  EXPECT_EQ(axis(job_of("[grid]\nseed=3\n"), "seed"), integers({0, 1, 2}));
  EXPECT_EQ(axis(job_of("[grid]\nseed=[3]\n"), "seed"), integers({3}));
  EXPECT_EQ(axis(job_of("", {{"grid.seed", "2"}}), "seed"), integers({0, 1}));
  EXPECT_EQ(axis(job_of("", {{"grid.seed", "2,5"}}), "seed"), integers({2, 5}));
  EXPECT_TRUE(contains(refused("[grid]\nseed=0\n"), "0 is no number of replicates"));
}

TEST(Job, TakesAListAsTheValueOfAVectorAndAListOfListsAsAnAxis) {
  const Job one = job_of("[model]\nlayer_init_scale=[1,2]\n");
  EXPECT_EQ(one.value("layer_init_scale"), Value(std::vector<double>{1, 2}));
  EXPECT_EQ(one.axes.size(), 4U);
  const Job two = job_of("[model]\nlayer_init_scale=[[1,2],[2,1]]\n");
  EXPECT_EQ(axis(two, "layer_init_scale"), (std::vector<Value>{std::vector<double>{1, 2}, std::vector<double>{2, 1}}));
  EXPECT_EQ(axis(job_of("", {{"model.layer_init_scale", "[1,2],[2,1]"}}), "layer_init_scale"),
            axis(two, "layer_init_scale"));
  EXPECT_EQ(job_of("", {{"data.classes", "3,5"}}).value("classes"), Value(std::vector<double>{3, 5}));
  EXPECT_EQ(job_of("[data]\nclasses='arange(0,3,1)'\n").value("classes"), Value(std::vector<double>{0, 1, 2}));
}

TEST(Job, RoundsRealsOfCellsButKeepsADefaultWithMoreDigits) {
  EXPECT_EQ(job_of("[grid]\nstep_size=0.30000000000000004\n").value("step_size"), Value(0.3));
  EXPECT_EQ(job_of("[model]\nsigma_w=1.4142135623730951\n").value("sigma_w"), Value(1.4142135623730951));
  EXPECT_EQ(job_of("[model]\nsigma_w=1.41421356237\n").value("sigma_w"), Value(1.4142135623730951));
}

TEST(Job, LetsTheCommandLineWinAndTheLastOfIt) {
  const Job job = job_of("[grid]\nwidth=1\n", {{"grid.width", "2"}, {"grid.width", "8,16"}});
  EXPECT_EQ(axis(job, "width"), integers({8, 16}));
}

TEST(Job, TakesTextsThatAreNoAxisAsTheyStand) {
  const Job job = job_of("", {{"grid.where", "width > 2"}, {"output.title", "a, b (c"}});
  EXPECT_EQ(job.where, "width > 2");
  EXPECT_EQ(job.value("title"), Value(std::string("a, b (c")));
}

TEST(Job, KeepsCommasInQuotedTextsOfTheCommandLine) {
  EXPECT_EQ(job_of("", {{"data.path", "'a,b.csv'"}}).value("path"), Value(std::string("a,b.csv")));
  EXPECT_EQ(axis(job_of("", {{"data.path", "a.csv,b.csv"}}), "path"),
            (std::vector<Value>{std::string("a.csv"), std::string("b.csv")}));
  EXPECT_EQ(job_of("", {{"data.path", "2024"}}).value("path"), Value(std::string("2024")));
}

TEST(Job, TakesAnApostropheInAPathAsItStands) {
  EXPECT_EQ(job_of("", {{"data.path", "/home/o'neil/x.csv"}}).value("path"), Value(std::string("/home/o'neil/x.csv")));
}

TEST(Job, TakesAnEmptyTextOfTheCommandLineAsOne) {
  EXPECT_EQ(job_of("[data]\npath='x.csv'\n", {{"data.path", ""}}).value("path"), Value(std::string()));
}

TEST(Job, KeepsAFilterOverSeveralLinesOnOne) {
  EXPECT_EQ(job_of("[grid]\nwhere=\"\"\"width > 2\nand width < 9\"\"\"\n").where, "width > 2 and width < 9");
}

TEST(Job, ReadsZipGroupsInEveryNotation) {
  const std::vector<Names> one = {{"width", "step_size"}};
  const std::vector<Names> two = {{"width", "step_size"}, {"depth", "init_scale"}};
  EXPECT_EQ(job_of("[grid]\nzip=['width','step_size']\n").zip, one);
  EXPECT_EQ(job_of("[grid]\nzip=[['width','step_size'],['depth','init_scale']]\n").zip, two);
  EXPECT_EQ(job_of("", {{"grid.zip", "width,step_size"}}).zip, one);
  EXPECT_EQ(job_of("", {{"grid.zip", "[width,step_size],[depth,init_scale]"}}).zip, two);
  EXPECT_EQ(job_of("", {{"grid.zip", "[[width,step_size],[depth,init_scale]]"}}).zip, two);
  EXPECT_EQ(job_of("", {{"grid.zip", "[[width,step_size]]"}}).zip, one);
  EXPECT_TRUE(job_of("[grid]\nzip=[]\n").zip.empty());
}

TEST(Job, SaysWhereAValueIsWrong) {
  EXPECT_EQ(refused("[grid]\n\nwidth = -3\n"),
            "x.toml:3: grid.width: -3 is below 1 (neurons in every hidden layer); give a positive integer");
  EXPECT_TRUE(refused("", {{"grid.width", "-3"}}).starts_with("--grid.width: -3 is below 1"));
}

TEST(Job, RefusesUnknownNamesWithTheNearest) {
  EXPECT_EQ(refused("[grid]\n widht = 3\n"), "x.toml:2:2: grid.widht: unknown key; did you mean grid.width?");
  EXPECT_TRUE(contains(refused("[gird]\nwidth=3\n"), "x.toml:1:2: unknown section [gird]; did you mean [grid]?"));
  EXPECT_EQ(refused("", {{"grid.widht", "3"}}), "--grid.widht: unknown setting; did you mean --grid.width?");
}

TEST(Job, PointsToTheSectionOfAMisplacedKey) {
  EXPECT_TRUE(contains(refused("[model]\nwidth=3\n"), "did you mean grid.width?"));
  EXPECT_TRUE(contains(refused("width=3\n"), "put it below the line [grid]"));
  EXPECT_TRUE(contains(refused("", {{"width", "3"}}), "did you mean --grid.width?"));
}

TEST(Job, RefusesWhatIsNotToml) {
  const std::string message = refused("[grid]\nwidth = = 3\n");
  EXPECT_TRUE(contains(message, "x.toml:2:"));
  EXPECT_TRUE(contains(message, "not valid TOML"));
  EXPECT_TRUE(contains(refused("[grid]\nwidth=1\nwidth=2\n"), "x.toml:3:"));
}

TEST(Job, RefusesEmptyAxes) {
  EXPECT_TRUE(contains(refused("[grid]\nwidth=[]\n"), "x.toml:2: grid.width: has no value"));
  EXPECT_TRUE(contains(refused("", {{"grid.width", ""}}), "--grid.width: has no value"));
}

TEST(Job, RefusesAValueGivenTwice) {
  EXPECT_TRUE(contains(refused("[grid]\nwidth=[8,16,8]\n"), "8 is given twice"));
  EXPECT_TRUE(contains(refused("[grid]\nstep_size=[0.3,0.30000000000000004]\n"), "0.3 is given twice"));
}

TEST(Job, RefusesValuesOfTheWrongKind) {
  EXPECT_TRUE(contains(refused("[grid]\nwidth='wide'\n"), "'wide' is not an integer"));
  EXPECT_TRUE(contains(refused("[grid]\nwidth=[[1,2]]\n"), "list inside its list"));
  EXPECT_TRUE(contains(refused("[grid]\nwidth=2024-01-01\n"), "date"));
  EXPECT_TRUE(contains(refused("[grid.width]\na=1\n"), "table"));
  EXPECT_TRUE(contains(refused("[model]\nlayer_init_scale=['a']\n"), "'a' is not a number"));
  EXPECT_TRUE(contains(refused("[statistics]\nkernel=['trace','full']\n"), "cannot be an axis"));
  EXPECT_TRUE(contains(refused("[grid]\nstep_size=nan\n"), "nan is not a finite number"));
}

TEST(Job, ChecksTheSpectrum) {
  EXPECT_EQ(job_of("[statistics]\nspectrum='top:5'\n").value("spectrum"), Value(std::string("top:5")));
  for (const char* text : {"top:0", "top:", "top:2x", "most", "top:-1"}) {
    EXPECT_TRUE(contains(refused("[statistics]\nspectrum='" + std::string(text) + "'\n"), "is no spectrum")) << text;
  }
}

TEST(Job, TakesTheWholeStepOfARuleThatFindsItsOwnUnlessAFactorIsGiven) {
  const auto step = [](const std::string& text) {
    return Grid(parse_job("[model]\nactivation='linear'\n" + text, "x.toml", {})).cell(0).real("step_size");
  };
  EXPECT_EQ(step("[training]\nstep_rule='xu2023'\n"), 1.0);
  EXPECT_EQ(step("[training]\nstep_rule=['xu2023','local_pl']\n"), 1.0);
  EXPECT_EQ(step("[training]\nstep_rule=['xu2023','constant']\n"), 0.5);
  EXPECT_EQ(step("[training]\nstep_rule='xu2023'\n[grid]\nstep_size=0.5\n"), 0.5);
  EXPECT_EQ(step("[training]\nstep_rule='cosine'\n"), 0.5);
}

TEST(Job, ReadsTheJobsThatTheProjectShips) {
  int jobs = 0;
  for (const auto& file : std::filesystem::recursive_directory_iterator(NTKSWEEP_SOURCE_DIR "/jobs")) {
    if (file.path().extension() != ".toml") continue;
    EXPECT_NO_THROW(check_cells(Grid(load_job(file.path().string(), {})))) << file.path();
    ++jobs;
  }
  EXPECT_GT(jobs, 0);
}

TEST(Job, ReadsAnEmptyFile) {
  const auto path = std::filesystem::path(::testing::TempDir()) / "ntksweep_empty.toml";
  std::ofstream(path).close();
  EXPECT_EQ(load_job(path.string(), {}).axes.size(), 4U);
  std::filesystem::remove(path);
}

TEST(Job, RefusesAFileThatCannotBeRead) {
  EXPECT_TRUE(
      contains(refusal([] { load_job("/nowhere/x.toml", {}); }), "/nowhere/x.toml: the job file cannot be read"));
  EXPECT_TRUE(contains(refusal([] { load_job("/", {}); }), "cannot be read"));
}

}  // namespace
}  // namespace ntksweep
