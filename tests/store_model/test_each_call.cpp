#include <gtest/gtest.h>

#include <sstream>

#include "runner.hpp"
#include "small_store.hpp"

/// Every call that writes meets every trouble, one after the other.
namespace ntksweep::test {
namespace {

constexpr Step write_one{.action = Action::write, .cell = 1};
constexpr Step write_other{.action = Action::write, .cell = 4, .numbers = 3};
constexpr Step commit{.action = Action::commit};

enum class Begin { with_nothing, with_a_created_file };

/// Number of calls that `last` makes after `steps`.
long trouble_in_every_call(Begin begin, const std::vector<Step>& steps, Step last) {
  SampleStore store = small_store();
  const CreatedFile created(store);
  // What a power failure, or a failing disk, leaves is a matter of chance.
  const std::uint64_t chances = last.trouble == Trouble::power || last.trouble == Trouble::io_error ? 4 : 1;
  for (last.call = 1;; last.call += last.chance == chances - 1 ? 1 : 0, last.chance = (last.chance + 1) % chances) {
    std::ostringstream what;
    what << last;
    SCOPED_TRACE(what.str());
    Runner runner(store, memory_folder(), begin == Begin::with_nothing ? "" : created.path());
    try {
      for (const Step& step : steps) runner.perform(step);
      runner.perform(last);
      const bool is_through = !runner.met_trouble();
      runner.complete();
      if (is_through) return last.call - 1;
    } catch (const Difference& difference) {
      ADD_FAILURE() << difference.what();
      return -1;
    }
  }
}

class EachCall : public testing::TestWithParam<Trouble> {};

TEST_P(EachCall, OfACreationMayMeetTrouble) {
  const Step create{.action = Action::open, .trouble = GetParam()};
  EXPECT_GT(trouble_in_every_call(Begin::with_nothing, {}, create), 40);
}

TEST_P(EachCall, OfOpeningAFileMayMeetTrouble) {
  const Step open{.action = Action::open, .trouble = GetParam()};
  const Step leave{.action = Action::leave};
  EXPECT_GT(trouble_in_every_call(Begin::with_a_created_file, {write_one, commit, leave}, open), 5);
}

TEST_P(EachCall, OfTakingANumberMayMeetTrouble) {
  Step again = write_one;
  again.numbers = 2;
  again.trouble = GetParam();
  EXPECT_GT(trouble_in_every_call(Begin::with_a_created_file, {write_one, commit}, again), 1);
}

TEST_P(EachCall, OfTheFirstCommitMayMeetTrouble) {
  // Where its sync fails, the next run must not take for stored what memory holds of the host's name.
  const Step troubled{.action = Action::commit, .trouble = GetParam()};
  EXPECT_GT(trouble_in_every_call(Begin::with_a_created_file, {write_one}, troubled), 5);
}

TEST_P(EachCall, OfACommitMayMeetTrouble) {
  const Step troubled{.action = Action::commit, .trouble = GetParam()};
  EXPECT_GT(trouble_in_every_call(Begin::with_a_created_file, {write_one, commit, write_one, write_other}, troubled),
            10);
}

TEST_P(EachCall, OfACommitAfterAKillMayMeetTrouble) {
  // Killed when the cell was made pending, and that was not on the disk yet.
  Step killed = write_one, again = write_one;
  killed.numbers = 2;
  killed.trouble = Trouble::kill;
  killed.call = 2;
  again.numbers = 4;
  const Step troubled{.action = Action::commit, .trouble = GetParam()};
  EXPECT_GT(trouble_in_every_call(Begin::with_a_created_file, {write_one, commit, killed, again}, troubled), 10);
}

TEST_P(EachCall, OfTheEndMayMeetTrouble) {
  const Step finish{.action = Action::finish, .trouble = GetParam()};
  EXPECT_GT(trouble_in_every_call(Begin::with_a_created_file, {write_one, commit, write_other}, finish), 10);
}

std::string name_of(const testing::TestParamInfo<Trouble>& parameter) {
  constexpr std::array names = {"None",  "Kill",      "PowerFailure", "FullDisk",
                                "Quota", "DiskError", "Signal",       "ShortWrite"};
  return names[static_cast<std::size_t>(parameter.param)];
}

INSTANTIATE_TEST_SUITE_P(OfTheStore, EachCall,
                         testing::Values(Trouble::kill, Trouble::power, Trouble::no_space, Trouble::quota,
                                         Trouble::io_error, Trouble::interrupted, Trouble::short_write),
                         name_of);

}  // namespace
}  // namespace ntksweep::test
