#include "ntksweep/sweep/cell.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <set>

#include "messages.hpp"
#include "ntksweep/core/hash.hpp"
#include "ntksweep/sweep/grid.hpp"

namespace ntksweep {
namespace {

Cell cell_of(const std::string& text) { return Grid(parse_job(text, "x.toml", {})).cell(0); }

std::uint64_t key_of(const std::string& text, std::uint64_t data_hash = 0) {
  return cell_key(cell_of(text), data_hash);
}

std::string refused(const std::string& text) {
  return refusal([&] { check_cells(Grid(parse_job(text, "x.toml", {}))); });
}

void accepted(const std::string& text) { EXPECT_NO_THROW(check_cells(Grid(parse_job(text, "x.toml", {})))) << text; }

TEST(CellKey, IsTheSameInEveryGrid) {
  const Grid grid(parse_job("[grid]\nwidth=[8,16]\nseed=3\n[model]\ndepth=[0,2]\n", "x.toml", {}));
  const Cell cell = grid.cell(grid.size() - 1);
  EXPECT_EQ(cell_key(cell, 0), key_of("[model]\ndepth=2\n[grid]\nseed=[2]\nwidth=16\n"));
}

TEST(CellKey, IsThatOfAWrittenOutIdentity) {
  // The rule itself, pinned: were it to change, no finished cell of any file would be recognised.
  EXPECT_EQ(key_of(""), hash_text("data 0000000000000000\n"));
  EXPECT_EQ(key_of("[grid]\nwidth=8\nstep_size=1\n[model]\nactivation='tanh'\nlayer_init_scale=[1,2]\n", 255),
            hash_text("data 00000000000000ff\ngrid.step_size r 1 1\ngrid.width i 1 8\n"
                      "model.activation s 4 tanh\nmodel.layer_init_scale R 3 1,2\n"));
}

TEST(CellKey, ChangesWithEverySettingOfACell) {
  std::set<std::uint64_t> keys = {key_of("")};
  std::size_t changed = 1;
  for (const Setting& setting : settings()) {
    if (setting.role != Role::cell || setting.key == "seed") continue;
    Cell cell = cell_of("");
    auto values = cell.values();
    Value& value = values[setting_index(setting.key)];
    if (setting.key == "seed_batch") values[setting_index("batch")] = std::int64_t{1};
    if (auto* integer = std::get_if<std::int64_t>(&value)) *integer += 7;
    if (auto* real = std::get_if<double>(&value)) *real += 0.25;
    if (auto* text = std::get_if<std::string>(&value)) *text += "x";
    if (auto* reals = std::get_if<std::vector<double>>(&value)) reals->push_back(3);
    EXPECT_TRUE(keys.insert(cell_key(Cell(values), 0)).second) << setting.name();
    ++changed;
  }
  EXPECT_EQ(keys.size(), changed);
}

TEST(CellKey, DoesNotDependOnWhatIsRecordedOrHowTheGridIsLaidOut) {
  EXPECT_EQ(key_of(""), key_of("[statistics]\ncheckpoints=5\nkernel='none'\n[output]\ntitle='x'\n"));
  EXPECT_EQ(key_of(""), key_of("[grid]\nwhere='width>0'\nzip=['width','samples']\n"));
}

TEST(CellKey, LooksThroughSeedsThatFollow) {
  EXPECT_EQ(key_of("[grid]\nseed=[3]\n"),
            key_of("[grid]\nseed=[9]\n[model]\nseed_init=3\n[data]\nseed_data=3\nseed_noise=3\n"));
  EXPECT_EQ(key_of("[grid]\nseed=[3]\n"), key_of("[grid]\nseed=[3]\n[model]\nseed_init=3\n"));
  EXPECT_NE(key_of("[grid]\nseed=[3]\n"), key_of("[grid]\nseed=[4]\n"));
  EXPECT_NE(key_of("[grid]\nseed=[3]\n"), key_of("[grid]\nseed=[3]\n[data]\nseed_teacher=-1\n"));
}

TEST(CellKey, KnowsADataFileByItsContent) {
  const std::string a = "[data]\nsource='csv'\npath='a.csv'\n",
                    b = "[data]\nsource='csv'\npath='b/a.csv'\nlabel_column=3\n";
  EXPECT_EQ(key_of(a, 5), key_of(b, 5));
  EXPECT_NE(key_of(a, 5), key_of(a, 6));
  EXPECT_NE(key_of(a + "label_noise=1\n", 5), key_of(a, 5));
}

RC_GTEST_PROP(CellKey, DoesNotDependOnTheOrderInTheJobFile, ()) {
  const std::vector<std::string> lines = {"depth=2\n", "activation='tanh'\n", "sigma_w=1\n", "init_scale=3\n",
                                          "train='output'\n"};
  auto shuffled = lines;
  const auto order = *rc::gen::container<std::vector<unsigned>>(lines.size(), rc::gen::arbitrary<unsigned>());
  for (std::size_t i = 0; i < lines.size(); ++i) std::swap(shuffled[i], shuffled[order[i] % lines.size()]);
  std::string first = "[model]\n", second = "[model]\n";
  for (std::size_t i = 0; i < lines.size(); ++i) {
    first += lines[i];
    second += shuffled[i];
  }
  RC_ASSERT(key_of(first) == key_of(second));
}

TEST(Describe, TurnsNamesIntoWhatTheyMean) {
  const CellSpec spec = describe(cell_of(
      "[model]\nbiases='all'\ntrain='output'\ndepth=3\n[training]\nmethod='min_norm'\nstep_unit='absolute'\nprecision="
      "'float32'\nthreads=4\nmax_steps=7\n"));
  EXPECT_EQ(spec.architecture.biases, Biases::all);
  EXPECT_EQ(spec.architecture.trained, Trained::output);
  EXPECT_EQ(spec.architecture.depth, 3);
  EXPECT_EQ(spec.method, Method::minimum_norm);
  EXPECT_EQ(spec.step_unit, StepUnit::absolute);
  EXPECT_EQ(spec.precision, Precision::float32);
  EXPECT_EQ(spec.threads, 4);
  EXPECT_EQ(spec.rules.max_steps, 7);
}

TEST(Describe, KnowsEveryChoiceOfTheTable) {
  for (std::size_t i = 0; i < settings().size(); ++i) {
    for (const auto choice : settings()[i].choices) {
      if (settings()[i].role != Role::cell) continue;
      auto values = cell_of("").values();
      values[i] = std::string(choice);
      EXPECT_NO_THROW(describe(Cell(values))) << settings()[i].name() << " = " << choice;
    }
  }
}

TEST(Describe, ResolvesSeeds) {
  const CellSpec spec = describe(cell_of("[grid]\nseed=[5]\n[data]\nseed_noise=2\nseed_test=-1\n"));
  EXPECT_EQ(spec.seed_init, 5U);
  EXPECT_EQ(spec.data.seed_data, 5U);
  EXPECT_EQ(spec.data.seed_noise, 2U);
  EXPECT_EQ(spec.data.seed_teacher, 0U);
  EXPECT_EQ(spec.data.seed_test, 5U);
}

TEST(CheckCells, AcceptsWhatCanBeRun) {
  accepted("");
  accepted("[model]\ntrain='output'\n[training]\nmethod='min_norm'\n");
  accepted("[model]\ndepth=0\n[training]\nmethod='min_norm'\n");
  accepted("[model]\nparametrization='mean_field'\n");
  accepted("[model]\nlayer_init_scale=[1,2]\n");
}

TEST(CheckCells, RefusesAnInfiniteWidthUnitWithoutALimit) {
  const std::string unit = "[training]\nstep_unit='critical_infinite'\n";
  accepted(unit);
  EXPECT_TRUE(contains(refused(unit + "loss='logistic'\n"), "squared loss"));
  EXPECT_TRUE(contains(refused(unit + "[model]\ninitialization='uniform'\n"), "uniform does not have"));
}

TEST(CheckCells, RefusesTheMinimumNormSolutionOfTrainedHiddenLayers) {
  EXPECT_TRUE(contains(refused("[training]\nmethod='min_norm'\n"), "model.train = all"));
  EXPECT_TRUE(contains(refused("[training]\nmethod='min_norm'\nprecision='float32'\n[model]\ndepth=0\n"),
                       "training.precision = float32"));
}

TEST(CheckCells, RefusesMeanFieldWithOtherThanOneHiddenLayer) {
  EXPECT_TRUE(contains(refused("[model]\nparametrization='mean_field'\ndepth=2\n"), "model.depth = 1, not 2"));
}

TEST(CheckCells, RefusesAWrongNumberOfLayerFactors) {
  EXPECT_TRUE(contains(refused("[model]\nlayer_init_scale=[1,2,3]\n"), "3 factors for 2 weight layers"));
}

TEST(CheckCells, RefusesAnOddWidthOfTheSymmetricInitializationAnywhereInAGrid) {
  const std::string widths = "[grid]\nwidth=[8,10,7]\n[model]\n";
  EXPECT_TRUE(contains(refused(widths + "initialization='symmetric'\n"), "even"));
  EXPECT_TRUE(contains(refused(widths + "initialization=['gaussian','symmetric']\n"), "even"));
  accepted(widths);
}

TEST(CheckCells, RefusesTrainingSettingsThatCannotGoTogether) {
  const auto training = [](const std::string& text) { return refused("[training]\n" + text); };
  EXPECT_TRUE(contains(training("method='flow'\nmomentum=0.5\n"), "training.momentum"));
  EXPECT_TRUE(contains(training("method='flow'\nbatch=4\n"), "training.batch"));
  EXPECT_TRUE(contains(training("method='flow'\nstep_rule='cosine'\n"), "step_rule"));
  EXPECT_TRUE(contains(training("step_rule='piecewise'\n"), "schedule_steps"));
  EXPECT_TRUE(contains(training("step_rule='piecewise'\nschedule_steps=[10,5]\nschedule_factors=[1,1]\n"), "rising"));
  EXPECT_TRUE(contains(training("step_rule='piecewise'\nschedule_steps=[10]\nschedule_factors=[1,1]\n"), "2 factors"));
  EXPECT_TRUE(contains(training("schedule_floor=0.1\n"), "cosine"));
  EXPECT_TRUE(contains(training("step_rule='xu2023'\n"), "model.activation = linear"));
}

TEST(CheckCells, RefusesTheMinimumNormSolutionOfWhatIsNoLeastSquaresProblem) {
  const std::string base = "[model]\ndepth=0\n[training]\nmethod='min_norm'\n";
  accepted(base);
  for (const char* key : {"loss='logistic'", "momentum=0.5", "weight_decay=0.1", "batch=4"}) {
    EXPECT_TRUE(contains(refused(base + key + "\n"), "min_norm")) << key;
  }
}

TEST(CheckCells, FindsACombinationThatIsImpossibleOnlyFarInsideAGrid) {
  EXPECT_TRUE(
      contains(refused("[grid]\nwidth=[1,2]\nseed=10\n[model]\ndepth=[1,2]\nparametrization=['ntk','mean_field']\n"),
               "mean_field"));
}

TEST(CheckCells, IgnoresCombinationsThatTheGridDoesNotHold) {
  const std::string model = "[model]\ndepth=[1,2]\nparametrization=['mean_field','ntk']\n";
  accepted("[grid]\nzip=['depth','parametrization']\n" + model);
  accepted("[grid]\nwhere=\"depth==1 or parametrization=='ntk'\"\n" + model);
  EXPECT_TRUE(contains(refused("[grid]\nwhere=\"depth==2\"\n" + model), "mean_field"));
}

}  // namespace
}  // namespace ntksweep
