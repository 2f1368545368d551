#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "ntksweep/core/state_slot.hpp"

namespace ntksweep {

class RawFile;

/// `<output>.state`: a log of states of cells in training (docs/decisions/0017-state-log.md). A line of text with the
/// versions of format and numerics, then for each state the cell's number, its key, the length, the XXH3 checksums of
/// the bytes and of these four numbers, and the bytes. The newest of a key counts. The states stay on the disk: in
/// memory there are 80 bytes for each.
class StateFile {
 public:
  /// Reads what an earlier run left beside this output, if there is anything. What is damaged, cut short or of another
  /// version is left out. Throws SystemError, and InputError where the file may not be read and written.
  explicit StateFile(const std::string& output_path);
  StateFile(StateFile&&) noexcept;
  StateFile& operator=(StateFile&&) noexcept;
  ~StateFile();

  /// Why not all of it could be used; empty where all is well.
  const std::string& problem() const { return problem_; }

  /// Cells that have a state, as the run that wrote it numbered them, and their keys; in no order.
  struct Owner {
    std::uint64_t cell, key;
  };
  std::vector<Owner> owners() const;
  std::size_t size() const { return index_.size(); }

  /// Takes the place of an earlier state of this key. Where there is more stale than not the file is written anew.
  /// Throws SystemError; what was there before stays.
  void append(const CellState& state);

  /// What was appended is on disk when this returns. Throws SystemError; then some of it may be gone.
  void sync();

  /// The newest state of this key; nothing where there is none, or where it cannot be read back as it was written.
  std::optional<CellState> read(std::uint64_t key) const;

  /// The state of this key is not needed any more.
  void forget(std::uint64_t key);

  /// What is there beside the newest states of keys that are still needed.
  std::uint64_t stale_bytes() const;

  /// Writes the file anew without what is stale, under another name that takes its place; without any state it is
  /// removed. Throws SystemError; what was synced stays then.
  void compact();

 private:
  struct Place {
    std::uint64_t cell, offset, size, checksum;
  };
  StateFile();
  void look_through();
  void scan(std::uint64_t file_size);
  void create(const std::string& path);
  void write(const CellState& state);

  std::string path_, problem_;
  std::unique_ptr<RawFile> file_;  ///< none while there is no file
  std::uint64_t end_ = 0, live_bytes_ = 0;
  bool synced_ = true;
  std::unordered_map<std::uint64_t, Place> index_;  ///< by key
};

}  // namespace ntksweep
