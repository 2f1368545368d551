#include "ntksweep/sweep/grid.hpp"

#include <gtest/gtest.h>
#include <malloc.h>
#include <rapidcheck/gtest.h>

#include <set>

#include "messages.hpp"

namespace ntksweep {
namespace {

Grid grid_of(const std::string& text) { return Grid(parse_job(text, "x.toml", {})); }

std::string refused(const std::string& text) {
  return refusal([&] { grid_of(text); });
}

/// "width/samples/step_size" of each cell.
std::vector<std::string> listed(const Grid& grid) {
  std::vector<std::string> cells;
  for (std::uint64_t i = 0; i < grid.size(); ++i) {
    const Cell cell = grid.cell(i);
    cells.push_back(std::to_string(cell.integer("width")) + "/" + std::to_string(cell.integer("samples")) + "/" +
                    to_text(cell.real("step_size")));
  }
  return cells;
}

using Texts = std::vector<std::string>;
using Numbers = std::vector<std::uint64_t>;

TEST(Grid, EnumeratesAFullProductWithTheLastAxisFastest) {
  const Grid grid = grid_of("[grid]\nwidth=[1,2]\nsamples=[3,4]\nstep_size=[0.5,1]\n");
  EXPECT_TRUE(grid.dense());
  EXPECT_EQ(listed(grid), (Texts{"1/3/0.5", "1/3/1", "1/4/0.5", "1/4/1", "2/3/0.5", "2/3/1", "2/4/0.5", "2/4/1"}));
}

TEST(Grid, RunsSeedFastest) {
  const Grid grid = grid_of("[grid]\nwidth=[1,2]\nseed=2\n[model]\ndepth=[1,2]\n");
  EXPECT_EQ(grid.cell(1).integer("seed"), 1);
  EXPECT_EQ(grid.cell(2).integer("depth"), 2);
  EXPECT_EQ(grid.positions(5), (std::vector<std::size_t>{1, 0, 0, 0, 1}));
}

TEST(Grid, GroupsCellsThatDifferOnlyInStepSize) {
  const Grid grid = grid_of("[grid]\nwidth=[1,2]\nstep_size=[0.5,1,2]\nseed=2\n");
  EXPECT_EQ(grid.group_count(), 4U);
  EXPECT_EQ(grid.cells_of_group(0), (Numbers{0, 2, 4}));
  EXPECT_EQ(grid.cells_of_group(1), (Numbers{1, 3, 5}));
  EXPECT_EQ(grid.cells_of_group(3), (Numbers{7, 9, 11}));
}

TEST(Grid, AdvancesZippedAxesTogether) {
  const Grid grid = grid_of("[grid]\nwidth=[1,2]\nsamples=[3,4]\nstep_size=[0.5,1]\nzip=['samples','width']\n");
  EXPECT_FALSE(grid.dense());
  EXPECT_EQ(listed(grid), (Texts{"1/3/0.5", "1/3/1", "2/4/0.5", "2/4/1"}));
  EXPECT_EQ(grid.cells_of_group(1), (Numbers{2, 3}));
}

TEST(Grid, MakesEachCellAGroupWhenStepSizeIsZipped) {
  const Grid grid = grid_of("[grid]\nwidth=[1,2]\nsamples=[3,4]\nstep_size=[0.5,1]\nzip=['width','step_size']\n");
  EXPECT_EQ(listed(grid), (Texts{"1/3/0.5", "1/4/0.5", "2/3/1", "2/4/1"}));
  EXPECT_EQ(grid.group_count(), 4U);
  EXPECT_EQ(grid.cells_of_group(2), Numbers{2});
}

TEST(Grid, PutsAZippedGroupWhereItsFirstAxisStands) {
  const Grid grid = grid_of("[grid]\nwidth=[1,2]\nsamples=[3,4]\nstep_size=[0.5,1]\nzip=['step_size','width']\n");
  EXPECT_EQ(listed(grid), (Texts{"1/3/0.5", "1/4/0.5", "2/3/1", "2/4/1"}));
}

TEST(Grid, KeepsTheCellsThatPassTheFilter) {
  const Grid grid =
      grid_of("[grid]\nwidth=[1,2,3]\nsamples=[2,4]\nstep_size=[0.5,1]\nwhere='width*step_size<samples-1'\n");
  EXPECT_FALSE(grid.dense());
  EXPECT_EQ(listed(grid), (Texts{"1/2/0.5", "1/4/0.5", "1/4/1", "2/4/0.5", "2/4/1", "3/4/0.5"}));
  EXPECT_EQ(grid.group_count(), 6U);
  EXPECT_EQ(grid.cells_of_group(0), Numbers{0});
  EXPECT_EQ(grid.cells_of_group(1), (Numbers{1, 2}));
  EXPECT_TRUE(grid.cells_of_group(2).empty());
}

TEST(Grid, RefusesAFilterThatLeavesNothing) {
  EXPECT_TRUE(contains(refused("[grid]\nwhere='width<0'\n"), "x.toml: grid.where: 'width<0' is false for all 1 cells"));
  EXPECT_TRUE(contains(refused("[grid]\nwhere='width<'\n"), "x.toml: grid.where: column 7"));
}

TEST(Grid, RefusesImpossibleZips) {
  EXPECT_TRUE(
      contains(refused("[grid]\nwidth=[1,2]\nzip=['width','samples']\n"), "grid.width has 2, grid.samples has 1"));
  EXPECT_TRUE(contains(refused("[grid]\nzip=['width','depth']\n"), "model.depth has one value only"));
  EXPECT_TRUE(contains(refused("[grid]\nzip=['width','dept']\n"), "did you mean model.depth?"));
  EXPECT_TRUE(contains(refused("[grid]\nzip=[['width','samples'],['step_size','width']]\n"), "width is named twice"));
  EXPECT_TRUE(contains(refused("[grid]\nzip=['width','width']\n"), "width is named twice"));
  EXPECT_TRUE(contains(refused("[grid]\nzip=['width']\n"), "at least two names"));
}

TEST(Grid, RefusesMoreCellsThanAnyoneCanRun) {
  EXPECT_TRUE(contains(refused("[grid]\nwidth='arange(1,100001,1)'\nseed=100000\n"), "more than 1000000000 cells"));
}

TEST(Grid, RefusesACellThatItDoesNotHave) { EXPECT_THROW(grid_of("").cell(1), std::out_of_range); }

TEST(Grid, HoldsAMillionCellsWithoutListingThem) {
  const std::size_t before = mallinfo2().uordblks;
  const Grid grid = grid_of("[grid]\nwidth='arange(1,1001,1)'\nseed=1000\n");
  EXPECT_EQ(grid.size(), 1'000'000U);
  EXPECT_EQ(grid.cell(999'999).integer("width"), 1000);
  EXPECT_LT(mallinfo2().uordblks, before + 1'000'000) << "a byte per cell";
}

/// A job with random axis lengths, zipped or filtered or neither.
std::string random_job() {
  const auto list = [](int from, int count) {
    std::string text;
    for (int i = 0; i < count; ++i) text += std::to_string(from + i) + ",";
    return "[" + text + "]";
  };
  const int a = *rc::gen::inRange(1, 5), b = *rc::gen::inRange(1, 5), c = *rc::gen::inRange(1, 5);
  const int kind = *rc::gen::inRange(0, 4);
  std::string text = "[grid]\nwidth=" + list(1, a) + "\nsamples=" + list(2, kind == 1 ? a : b) +
                     "\nstep_size=" + list(1, kind == 2 ? a : c) + "\nseed=" + std::to_string(b) + "\n";
  if (kind == 1) text += "zip=['width','samples']\n";
  if (kind == 2) text += "zip=['width','step_size']\n";
  if (kind == 3) text += "where='width + seed <= samples * step_size'\n";
  return text;
}

RC_GTEST_PROP(Grid, HasEveryCellInExactlyOneGroup, ()) {
  const Grid grid = grid_of(random_job());
  std::set<std::uint64_t> seen;
  for (std::uint64_t group = 0; group < grid.group_count(); ++group) {
    for (const std::uint64_t cell : grid.cells_of_group(group)) {
      RC_ASSERT(cell < grid.size());
      RC_ASSERT(seen.insert(cell).second);
    }
  }
  RC_ASSERT(seen.size() == grid.size());
}

RC_GTEST_PROP(Grid, HasGroupsWhoseCellsDifferInStepSizeOnlyAndAscend, ()) {
  const Grid grid = grid_of(random_job());
  const std::size_t step = setting_index("step_size");
  for (std::uint64_t group = 0; group < grid.group_count(); ++group) {
    const auto cells = grid.cells_of_group(group);
    for (std::size_t i = 1; i < cells.size(); ++i) {
      auto here = grid.cell(cells[i]).values(), before = grid.cell(cells[i - 1]).values();
      RC_ASSERT(std::get<double>(here[step]) > std::get<double>(before[step]));
      here[step] = before[step];
      RC_ASSERT(here == before);
    }
  }
}

RC_GTEST_PROP(Grid, GivesEachCellTheValuesAtItsPositions, ()) {
  const Grid grid = grid_of(random_job());
  std::set<std::vector<std::size_t>> seen;
  for (std::uint64_t number = 0; number < grid.size(); ++number) {
    const auto positions = grid.positions(number);
    RC_ASSERT(seen.insert(positions).second);
    const Cell cell = grid.cell(number);
    std::uint64_t row_major = 0;
    for (std::size_t a = 0; a < positions.size(); ++a) {
      const Axis& axis = grid.axes()[a];
      RC_ASSERT(cell.values()[axis.setting] == axis.values[positions[a]]);
      row_major = row_major * axis.values.size() + positions[a];
    }
    if (grid.dense()) RC_ASSERT(row_major == number);
  }
}

}  // namespace
}  // namespace ntksweep
