#include "ntksweep/store/state_file.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <utility>

#include "ntksweep/core/error.hpp"
#include "ntksweep/core/hash.hpp"
#include "output_path.hpp"
#include "raw_file.hpp"
#include "state_entry.hpp"

namespace ntksweep {
namespace {

/// Below this much it is not worth writing the file anew in the middle of a run.
constexpr std::uint64_t least_stale_bytes = std::uint64_t{1} << 20U;

std::vector<std::byte> bytes_at(const RawFile& file, std::uint64_t offset, std::uint64_t size) {
  std::vector<std::byte> bytes(size);
  file.read(offset, bytes);
  return bytes;
}

}  // namespace

StateFile::StateFile(const std::string& output_path) : path_(output_path + ".state") {
  if (std::error_code missing; !std::filesystem::is_regular_file(path_, missing)) return;
  file_ = std::make_unique<RawFile>(path_, RawFile::Mode::write);
  synced_ = false;  // a run that was killed may not have come to it
  look_through();
}

/// What lies behind damage is cut off, or it would count again when something of that length is appended.
void StateFile::look_through() {
  index_.clear();
  live_bytes_ = end_ = 0;
  problem_.clear();
  const auto size = std::filesystem::file_size(path_);
  const std::string expected = state_log_header();
  std::string first(std::min<std::uint64_t>(size, expected.size()), '\0');
  file_->read(0, std::as_writable_bytes(std::span(first)));
  if (first == expected) {
    scan(size);
    if (end_ < size) file_->resize(end_);
  } else {
    problem_ = "it is of another version, or no state file";
  }
  if (problem_.empty()) return;
  problem_ = fmt::format("{}: {}; the cells that it does not give begin anew", path_, problem_);
}

StateFile::StateFile() = default;
StateFile::StateFile(StateFile&&) noexcept = default;
StateFile& StateFile::operator=(StateFile&&) noexcept = default;
StateFile::~StateFile() = default;

/// Every checksum is looked at, so that a damaged state lets the one before it count.
void StateFile::scan(std::uint64_t file_size) {
  end_ = state_log_header().size();
  while (end_ < file_size) {
    StateEntry entry{};
    if (file_size - end_ >= sizeof entry) file_->read(end_, std::as_writable_bytes(std::span(&entry, 1)));
    const std::uint64_t room = file_size - end_ - std::min<std::uint64_t>(file_size - end_, sizeof entry);
    if (checksum_of(entry) != entry.checksum || entry.size > room) {
      problem_ = "its end is missing or damaged";
      return;
    }
    if (hash_bytes(bytes_at(*file_, end_ + sizeof entry, entry.size)) == entry.bytes_checksum) {
      forget(entry.key);
      index_[entry.key] = {entry.cell, end_, entry.size, entry.bytes_checksum};
      live_bytes_ += sizeof entry + entry.size;
    } else {
      problem_ = "a checksum is wrong";
    }
    end_ += sizeof entry + entry.size;
  }
}

std::vector<StateFile::Owner> StateFile::owners() const {
  std::vector<Owner> owners;
  for (const auto& [key, place] : index_) owners.push_back({place.cell, key});
  return owners;
}

void StateFile::create(const std::string& path) {
  file_ = std::make_unique<RawFile>(RawFile::create(path));
  const std::string first = state_log_header();
  file_->write(0, std::as_bytes(std::span(first)));
  end_ = first.size();
  live_bytes_ = 0;
  index_.clear();
}

void StateFile::write(const CellState& state) {
  StateEntry entry{state.cell, state.key, state.bytes.size(), hash_bytes(state.bytes), 0};
  entry.checksum = checksum_of(entry);
  file_->write(end_, std::as_bytes(std::span(&entry, 1)));
  file_->write(end_ + sizeof entry, state.bytes);
  forget(state.key);
  index_[state.key] = {state.cell, end_, entry.size, entry.bytes_checksum};
  live_bytes_ += sizeof entry + entry.size;
  end_ += sizeof entry + entry.size;
}

void StateFile::append(const CellState& state) {
  if (!file_ || end_ == 0) create(path_);
  synced_ = false;
  try {
    write(state);
  } catch (const SystemError&) {
    file_->resize(end_);  // a part of a state would hide what is appended later
    throw;
  }
  if (stale_bytes() <= std::max(live_bytes_, least_stale_bytes)) return;
  try {
    compact();
  } catch (const SystemError&) {
    // All states are there; the log only stays longer.
  }
}

void StateFile::sync() {
  if (synced_) return;
  try {
    file_->sync();
    sync_folder(folder_of(path_));
  } catch (const SystemError&) {
    look_through();  // the disk may hold any part of it: what is appended next must not lie behind damage
    throw;
  }
  synced_ = true;
}

std::optional<CellState> StateFile::read(std::uint64_t key) const {
  const auto found = index_.find(key);
  if (found == index_.end()) return std::nullopt;
  const auto [cell, offset, size, checksum] = found->second;
  try {
    auto bytes = bytes_at(*file_, offset + sizeof(StateEntry), size);
    if (hash_bytes(bytes) == checksum) return CellState{cell, key, std::move(bytes)};
  } catch (const SystemError&) {
    // Someone has cut the file.
  }
  return std::nullopt;
}

void StateFile::forget(std::uint64_t key) {
  const auto found = index_.find(key);
  if (found == index_.end()) return;
  live_bytes_ -= sizeof(StateEntry) + found->second.size;
  index_.erase(found);
}

std::uint64_t StateFile::stale_bytes() const { return end_ - live_bytes_ - std::min(end_, state_log_header().size()); }

void StateFile::compact() {
  const std::string temporary = path_ + ".tmp";
  std::error_code error;
  StateFile fresh;
  fresh.path_ = path_;
  if (index_.empty()) {
    std::filesystem::remove(temporary, error);
    std::filesystem::remove(path_, error);
    *this = std::move(fresh);
    return;
  }
  fresh.create(temporary);
  for (const auto& [key, place] : index_) {
    if (const auto state = read(key)) fresh.write(*state);
  }
  fresh.file_->sync();
  std::filesystem::rename(temporary, path_, error);
  if (error) throw SystemError(fmt::format("{}: cannot be written: {}", path_, error.message()));
  *this = std::move(fresh);
  synced_ = false;  // its name is not on the disk yet
  sync();
}

}  // namespace ntksweep
