#include "runner.hpp"

#include <algorithm>
#include <cstring>
#include <filesystem>

namespace ntksweep::test {
namespace {

namespace fs = std::filesystem;

Disk& disk() { return Disk::instance(); }

}  // namespace

Runner::Runner(SampleStore& store, const std::string& folder, const std::string& begun_with, SampleStore* grown)
    : store_(&store),
      small_(&store),
      grown_(grown),
      folder_(folder),
      path_(folder + "/out.h5"),
      reference_(store.cells().size()) {
  fs::create_directory(folder_);
  if (!begun_with.empty()) {
    fs::copy_file(begun_with, path_);
    must_exist_ = true;
    metadata_ = store_->metadata_of(path_);
  }
  disk().watch(folder_);
}

Runner::~Runner() {
  file_.reset();
  disk().watch("");
  fs::remove_all(folder_);
}

void Runner::perform(const Step& step) {
  if (step.action == Action::extend && file_) perform({.action = Action::leave});
  arm(step);
  met_trouble_ = false;
  bool failed = false;
  try {
    act(step);
  } catch (const SystemError& error) {
    failed = true;
    expect_line(error.what(), step);
  } catch (const Difference&) {
    throw;
  } catch (const std::exception& error) {
    if (!disk().stopped()) throw Difference(std::string("no SystemError, but: ") + error.what());
  }
  met_trouble_ |= disk().met();
  if (is_crash(step.trouble)) return crash(step);
  if (failed && file_) require_refusal();
  if (failed) end_process();
  disk().disarm();
  if (failed) see_which_store();
}

/// Nobody knows what the failed call left on the disk: only a new run may go on.
void Runner::require_refusal() {
  disk().disarm();
  try {
    file_->commit();
  } catch (const SystemError&) {
    return;
  }
  throw Difference("goes on after a failed call");
}

/// One line that names the file and the reason, and only where a call failed.
void Runner::expect_line(const std::string& message, const Step& step) const {
  if (disk().stopped()) return;
  const int error = step.trouble == Trouble::interrupted ? 0 : error_of(step.trouble);
  if (error == 0 || !disk().met()) throw Difference("failed without need: " + message);
  const bool names_all =
      message.find(folder_) != std::string::npos && message.find(std::strerror(error)) != std::string::npos;
  if (!names_all || message.find('\n') != std::string::npos) throw Difference("says too little: " + message);
}

void Runner::act(const Step& step) {
  const std::size_t which = step.cell % reference_.cells();
  const std::uint64_t cell = store_->cells()[which];
  if (step.action == Action::extend) return extend();
  if (step.action != Action::leave && !file_) open();
  switch (step.action) {
    case Action::open:
    case Action::extend:
      return;
    case Action::write:
      reference_.begin_write(which);
      file_->write(store_->record(cell, step.numbers), store_->sweep().extents, store_->origin(step.numbers));
      if (!disk().stopped()) reference_.end_write(which, step.numbers);
      return;
    case Action::commit:
      reference_.begin_commit();
      file_->commit();
      if (!disk().stopped()) reference_.end_commit();
      return;
    case Action::finish:
      reference_.begin_commit();
      file_->finish();
      if (disk().stopped()) return;
      reference_.end_commit();
      reference_.all_on_disk();
      if (sees_no_faults_ && !disk().met()) require_only({"out.h5"});
      return end_process();
    case Action::leave:
      if (file_) end_process();
      return;
    case Action::read: {
      const std::string wrong = reference_.found(store_->numbers_read(path_));
      if (!wrong.empty()) throw Difference("a reader: " + wrong);
    }
  }
}

void Runner::open() {
  file_.emplace(store_->sweep().open(path_));
  if (disk().stopped()) return;
  must_exist_ = true;
  if (metadata_.empty()) {
    store_->find_places(path_);
    metadata_ = store_->metadata_of(path_);
  }
  sees_no_faults_ = !disk().met();
  if (sees_no_faults_) require_only({"out.h5", "out.h5.lock"});
  check_file();
  for (std::size_t cell = 0; cell < reference_.cells(); ++cell) {
    if ((file_->status(store_->cells()[cell]) != Status::pending) != (reference_.visible(cell) != 0)) {
      throw Difference("the store does not see the status of cell " + std::to_string(cell));
    }
  }
}

/// Another program with a larger job: what can be read is on the disk afterwards, in a file of that job.
void Runner::extend() {
  sees_no_faults_ = false;
  if (grown_ == nullptr) return;
  const SmallSweep& sweep = grown_->sweep();
  const auto extended = extend_result_file(path_, sweep.job, sweep.grid, sweep.extents, grown_->key_of());
  if (disk().stopped()) return;
  if (extended && !disk().met()) require_only({"out.h5"});
  see_which_store();
  if (fs::exists(path_) && store_ != grown_) throw Difference("is not extended");
  check_file();
  reference_.all_on_disk();
}

/// The file is that of one of the two jobs, whole.
void Runner::see_which_store() {
  if (grown_ == nullptr || !fs::exists(path_)) return;
  SampleStore* found = ResultReader(path_).cell_count() == grown_->sweep().grid.size() ? grown_ : small_;
  if (found == store_) return;
  store_ = found;
  store_->find_places(path_);
  metadata_ = store_->metadata_of(path_);
}

void Runner::end_process() {
  file_.reset();
  reference_.process_ended();
  if (sees_no_faults_ && !disk().met()) require_only({"out.h5"});
  met_trouble_ |= disk().met();
  disk().disarm();
  bury(folder_);
}

void Runner::crash(const Step& step) {
  disk().stop();
  file_.reset();
  reference_.process_ended();
  disk().disarm();
  if (step.trouble == Trouble::kill) disk().revive();
  if (step.trouble == Trouble::power) {
    disk().lose_power(step.chance % 4 == 0 ? Loss::all_unsynced : Loss::any_unsynced, step.chance);
  }
  bury(folder_);
  if (!fs::exists(path_)) {
    if (must_exist_) throw Difference("the file is gone");
    return;
  }
  see_which_store();
  if (metadata_.empty()) {
    store_->find_places(path_);
    metadata_ = store_->metadata_of(path_);
    must_exist_ = step.trouble == Trouble::power;
  }
  check_file();
  if (step.trouble == Trouble::power) reference_.all_on_disk();
}

void Runner::check_file() {
  if (!fs::exists(path_)) return;
  const std::string wrong = reference_.found(store_->numbers_in(path_));
  if (!wrong.empty()) throw Difference(wrong);
}

void Runner::require_only(const std::vector<std::string>& names) const {
  for (const fs::directory_entry& entry : fs::directory_iterator(folder_)) {
    const std::string name = entry.path().filename().string();
    if (std::ranges::find(names, name) == names.end()) throw Difference(name + " was left behind");
  }
}

void Runner::complete() {
  if (file_) perform({.action = Action::leave});
  perform({.action = Action::open});
  for (std::uint64_t cell = 0; cell < reference_.cells(); ++cell) {
    if (reference_.visible(cell) == 0) perform({.action = Action::write, .cell = cell});
  }
  perform({.action = Action::finish});
  disk().lose_power(Loss::all_unsynced, 0);
  check_file();
  if (store_->metadata_of(path_) != metadata_) throw Difference("what nobody writes has changed");
}

}  // namespace ntksweep::test
