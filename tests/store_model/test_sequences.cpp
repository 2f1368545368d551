#include <gtest/gtest.h>
#include <malloc.h>
#include <rapidcheck.h>

#include "runner.hpp"
#include "small_store.hpp"

/// Random sequences of operations, crashes and failing calls: the store against its reference.
namespace ntksweep::test {
namespace {

/// The store reads tables of half a megabyte at each start: keep that memory.
const int kept_memory = mallopt(M_MMAP_THRESHOLD, 1 << 26) + mallopt(M_TRIM_THRESHOLD, 1 << 26);

/// `growth`: how often a step extends the file, of some twenty.
rc::Gen<Step> any_step(long calls, std::size_t growth = 0) {
  using rc::gen::inRange;
  using rc::gen::resize;
  return rc::gen::build<Step>(
      rc::gen::set(&Step::action, rc::gen::weightedElement<Action>({{8, Action::write},
                                                                    {6, Action::commit},
                                                                    {1, Action::finish},
                                                                    {1, Action::leave},
                                                                    {1, Action::open},
                                                                    {1, Action::read},
                                                                    {growth, Action::extend}})),
      rc::gen::set(&Step::cell, resize(100, inRange<std::uint64_t>(0, 6))),
      rc::gen::set(&Step::numbers, resize(100, inRange(1, 7))),
      rc::gen::set(&Step::trouble, rc::gen::weightedElement<Trouble>({{30, Trouble::none},
                                                                      {4, Trouble::power},
                                                                      {2, Trouble::kill},
                                                                      {1, Trouble::no_space},
                                                                      {1, Trouble::quota},
                                                                      {2, Trouble::io_error},
                                                                      {1, Trouble::interrupted},
                                                                      {1, Trouble::short_write}})),
      rc::gen::set(&Step::call, resize(100, inRange<long>(1, calls))),
      rc::gen::set(&Step::chance, resize(100, inRange<std::uint64_t>(0, 1000000))));
}

rc::Gen<std::vector<Step>> any_steps(long calls, std::size_t growth = 0) {
  return rc::gen::resize(8, rc::gen::container<std::vector<Step>>(any_step(calls, growth)));
}

void check_sequence(SampleStore& store, const std::string& begun_with, const std::vector<Step>& steps,
                    SampleStore* grown = nullptr) {
  Runner runner(store, memory_folder(), begun_with, grown);
  for (const Step& step : steps) runner.perform(step);
  runner.complete();
}

TEST(Sequences, OfAnExistingFileKeepThePromise) {
  SampleStore store = small_store();
  const CreatedFile created(store);
  EXPECT_TRUE(rc::check([&] {
    const auto steps = *any_steps(30);
    check_sequence(store, created.path(), steps);
  }));
}

TEST(Sequences, OfAWideFileKeepThePromise) {
  SampleStore store = wide_store();
  const CreatedFile created(store);
  EXPECT_TRUE(rc::check([&] {
    const auto steps = *any_steps(30);
    check_sequence(store, created.path(), steps);
  }));
}

TEST(Sequences, OfAFileThatGrowsKeepThePromise) {
  SampleStore store = small_store(), grown = grown_store();
  const CreatedFile created(store);
  EXPECT_TRUE(rc::check([&] {
    auto steps = *any_steps(30);
    const auto rest = *any_steps(400, 5);
    steps.insert(steps.end(), rest.begin(), rest.end());
    check_sequence(store, created.path(), steps, &grown);
  }));
}

TEST(Sequences, FromTheCreationOnKeepThePromise) {
  SampleStore store = small_store();
  EXPECT_TRUE(rc::check([&] {
    auto steps = *any_steps(30);
    const Step first = *any_step(400);
    steps.insert(steps.begin(), first);
    check_sequence(store, "", steps);
  }));
}

}  // namespace
}  // namespace ntksweep::test
