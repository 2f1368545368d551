#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>

#include "task_sweep.hpp"

/// A number of a cell does not depend on what else is computed beside it: not on the step sizes that share its
/// decomposition, not on the statistics that are asked for.
namespace ntksweep {
namespace {

/// A deep network with several outputs, one that the theory of two-layer linear networks covers, and one
/// output: K_0 is one matrix for its spectrum, the critical step and the linearised network.
const std::string networks[] = {
    "[model]\ndepth = 2\nbiases = \"all\"\n[data]\ninput_dim = 5\noutputs = 2\n",
    "[model]\nactivation = \"linear\"\n[data]\ninput_dim = 8\noutputs = 3\n",
    "[model]\ndepth = 2\n[data]\ninput_dim = 5\noutputs = 1\n",
};

std::string job_text(const std::string& network, const std::string& statistics) {
  return "[grid]\nwidth = 16\nsamples = 9\nstep_size = [0.05, 0.6, 1.3]\n[training]\nmax_steps = 60\n"
         "[statistics]\nkernel = \"full\"\nkernel_every = 4\nspectrum = \"full\"\ntop = 3\nridge = 0.01\n" +
         statistics + network;
}

std::string also(const std::vector<std::string>& groups) {
  std::string list;
  for (const std::string& group : groups) list += (list.empty() ? "\"" : ", \"") + group + "\"";
  return "also = [" + list + "]\n";
}

std::vector<std::string> unusual_groups() {
  std::vector<std::string> names;
  for (const GroupInfo& row : statistic_groups()) {
    if (!row.usual) names.emplace_back(row.name);
  }
  return names;
}

/// Bit by bit; a missing number is like a missing number, whatever its bits.
testing::AssertionResult same_bits(const std::vector<double>& a, const std::vector<double>& b) {
  if (a.size() != b.size()) return testing::AssertionFailure() << a.size() << " and " << b.size() << " numbers";
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (std::isnan(a[i]) && std::isnan(b[i])) continue;
    if (std::bit_cast<std::uint64_t>(a[i]) != std::bit_cast<std::uint64_t>(b[i])) {
      return testing::AssertionFailure() << "number " << i << ": " << a[i] << " and " << b[i];
    }
  }
  return testing::AssertionSuccess();
}

void expect_shared_numbers_alike(const Sweep& few, const CellRun& of_few, const Sweep& many, const CellRun& of_many) {
  const auto expected = many.values(of_many);
  for (const auto& [name, numbers] : few.values(of_few)) EXPECT_TRUE(same_bits(numbers, expected.at(name))) << name;
}

TEST(TheoryBits, OfAStepSizeAreThoseItHasAloneWhateverItIsGroupedWith) {
  for (const std::string& network : networks) {
    const Sweep sweep(job_text(network, also(unusual_groups())));
    const auto together = sweep.run({0, 1, 2});
    ASSERT_EQ(together.size(), 3U);
    for (const CellRun& run : together) {
      const auto alone = sweep.run({run.record.cell});
      EXPECT_EQ(alone.front().record.status, run.record.status);
      EXPECT_TRUE(same_bits(alone.front().record.values, run.record.values)) << "cell " << run.record.cell;
      EXPECT_NE(run.record.status, Status::failed) << run.record.message;
    }
    const auto backwards = sweep.run({2, 1, 0});
    EXPECT_TRUE(same_bits(backwards.front().record.values, together.back().record.values));
  }
}

TEST(TheoryBits, AreAllThereSoThatThereIsSomethingToCompare) {
  std::vector<std::string> missing;
  const Sweep deep(job_text(networks[0], also(unusual_groups())));
  const Sweep linear(job_text(networks[1], also(unusual_groups())));
  const auto of_deep = deep.values(deep.run({1}).front());
  const auto of_linear = linear.values(linear.run({1}).front());
  const auto is_number = [](double value) { return !std::isnan(value); };
  for (const char* name : {"linearised_train_loss", "linearised_test_loss", "ntk_eigenvalues", "sharpness"}) {
    EXPECT_TRUE(std::ranges::any_of(of_deep.at(name), is_number)) << name;
    EXPECT_TRUE(std::ranges::any_of(of_linear.at(name), is_number)) << name;
  }
  EXPECT_GT(of_deep.size(), 60U);
}

TEST(TheoryBits, DoNotDependOnWhichOtherGroupsAreAskedFor) {
  for (const std::string& network : networks) {
    const Sweep whole(job_text(network, also(unusual_groups())));
    const CellRun all = whole.run({1}).front();
    for (const std::string& group : unusual_groups()) {
      const Sweep one(job_text(network, also({group})));
      expect_shared_numbers_alike(one, one.run({1}).front(), whole, all);
    }
    const Sweep usual(job_text(network, ""));
    expect_shared_numbers_alike(usual, usual.run({1}).front(), whole, all);
  }
}

TEST(TheoryBits, DoNotDependOnWhetherAKernelIsAtHand) {
  for (const std::string& network : networks) {
    const Sweep with(job_text(network, also({"linearised"})));
    std::string text = job_text(network, also({"linearised"}));
    text.replace(text.find("\"full\""), 6, "\"none\"");
    const Sweep without(text);
    expect_shared_numbers_alike(without, without.run({1}).front(), with, with.run({1}).front());
  }
}

TEST(TheoryBits, OfOneStatisticAskedForByNameAreThoseItHasInCompany) {
  for (const std::string& network : networks) {
    const Sweep whole(job_text(network, also(unusual_groups())));
    const CellRun all = whole.run({1}).front();
    for (const Statistic& row : statistics()) {
      const Sweep one(job_text(network, "only = [\"" + std::string(row.name) + "\"]\n"));
      expect_shared_numbers_alike(one, one.run({1}).front(), whole, all);
    }
  }
}

}  // namespace
}  // namespace ntksweep
