#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <array>
#include <filesystem>

#include "disk.hpp"
#include "ntksweep/core/error.hpp"
#include "small_store.hpp"
#include "step.hpp"

/// Merging on a disk that fails: the new file is whole or not there, and the sources stay as they are.
namespace ntksweep::test {
namespace {

namespace fs = std::filesystem;
using Numbers = std::vector<int>;

/// As Record says: every third set of numbers is that of a cell that failed.
bool is_result(int numbers) { return numbers % 3 != 0; }

/// What the cell has after its sources were joined; -1 where they contradict each other.
int joined(int first, int second) {
  if (first != 0 && second != 0 && is_result(first) && is_result(second)) return first == second ? first : -1;
  if (second != 0 && is_result(second)) return second;
  return first != 0 ? first : second;
}

class Folder {
 public:
  Folder() { fs::create_directory(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() {
    Disk::instance().watch("");
    fs::remove_all(path_);
  }
  std::string file(const char* name) const { return path_ + "/" + name; }
  const std::string& path() const { return path_; }

 private:
  std::string path_ = memory_folder();
};

void make_source(SampleStore& store, const std::string& begun_with, const std::string& path, const Numbers& numbers) {
  fs::copy_file(begun_with, path);
  ResultFile file = store.sweep().open(path);
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (numbers[i] == 0) continue;
    file.write(store.record(store.cells()[i], numbers[i]), store.sweep().extents, store.origin(numbers[i]));
  }
  file.finish();
}

enum class Outcome { done, refused, failed, dead };

Outcome merge(SampleStore& store, const Folder& folder, const Step& step) {
  const SmallSweep& sweep = store.sweep();
  arm(step);
  try {
    merge_result_files({folder.file("a.h5"), folder.file("b.h5")}, folder.file("out.h5"), sweep.job, sweep.grid,
                       sweep.extents, store.key_of());
  } catch (const InputError& error) {
    if (!Disk::instance().stopped()) {
      RC_ASSERT(std::string(error.what()).find("has another result") != std::string::npos);
      return Outcome::refused;
    }
  } catch (const SystemError& error) {
    if (!Disk::instance().stopped()) {
      RC_ASSERT(Disk::instance().met());
      return Outcome::failed;
    }
  }
  return is_crash(step.trouble) ? Outcome::dead : Outcome::done;
}

void bring_back(const Folder& folder, const Step& step, Outcome outcome) {
  Disk& disk = Disk::instance();
  if (outcome == Outcome::dead) disk.stop();
  disk.disarm();
  if (outcome == Outcome::dead && step.trouble == Trouble::kill) disk.revive();
  if (outcome == Outcome::dead && step.trouble == Trouble::power) disk.lose_power(Loss::any_unsynced, step.chance);
  bury(folder.path());
}

void check(SampleStore& store, const std::string& begun_with, const Numbers& a, const Numbers& b, const Step& step) {
  const Folder folder;
  make_source(store, begun_with, folder.file("a.h5"), a);
  make_source(store, begun_with, folder.file("b.h5"), b);
  Numbers expected;
  for (std::size_t i = 0; i < a.size(); ++i) expected.push_back(joined(a[i], b[i]));
  const bool contradict = std::ranges::find(expected, -1) != expected.end();
  Disk::instance().watch(folder.path());
  const Outcome outcome = merge(store, folder, step);
  RC_ASSERT(!(contradict && outcome == Outcome::done));
  RC_ASSERT(contradict || outcome != Outcome::refused);
  bring_back(folder, step, outcome);
  RC_ASSERT(store.numbers_in(folder.file("a.h5")) == a);
  RC_ASSERT(store.numbers_in(folder.file("b.h5")) == b);
  if (fs::exists(folder.file("out.h5"))) {
    store.find_places(folder.file("out.h5"));
    RC_ASSERT(store.numbers_read(folder.file("out.h5")) == expected);
    return;
  }
  RC_ASSERT(outcome != Outcome::done);
  const Outcome again = merge(store, folder, {});
  RC_ASSERT(again == (contradict ? Outcome::refused : Outcome::done));
  if (again == Outcome::done) RC_ASSERT(store.numbers_read(folder.file("out.h5")) == expected);
  for (const fs::directory_entry& entry : fs::directory_iterator(folder.path())) {
    const std::string name = entry.path().filename().string();
    RC_ASSERT(name == "a.h5" || name == "b.h5" || name == "out.h5");
  }
}

rc::Gen<Numbers> any_numbers() {
  using rc::gen::inRange;
  return rc::gen::container<Numbers>(
      6, rc::gen::weightedOneOf<int>(
             {{3, rc::gen::just(0)}, {3, rc::gen::just(2)}, {1, rc::gen::resize(100, inRange(1, 7))}}));
}

TEST(Merges, AreWholeOrNotThere) {
  SampleStore store = small_store();
  const CreatedFile created(store);
  EXPECT_TRUE(rc::check([&] {
    Step step;
    step.trouble =
        *rc::gen::elementOf(std::vector{Trouble::none, Trouble::kill, Trouble::power, Trouble::no_space, Trouble::quota,
                                        Trouble::io_error, Trouble::interrupted, Trouble::short_write});
    step.call = *rc::gen::resize(100, rc::gen::inRange<long>(1, 400));
    step.chance = *rc::gen::resize(100, rc::gen::inRange<std::uint64_t>(0, 1000000));
    check(store, created.path(), *any_numbers(), *any_numbers(), step);
  }));
}

}  // namespace
}  // namespace ntksweep::test
