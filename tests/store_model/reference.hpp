#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace ntksweep::test {

/// The store's promise in memory: which numbers each cell may have, now and after the next crash. Numbers are 1, 2,
/// ...; 0 is a pending cell.
class Reference {
 public:
  explicit Reference(std::size_t cells) : visible_(cells, 0), may_be_(cells, {0}) {}

  std::size_t cells() const { return visible_.size(); }
  int visible(std::size_t cell) const { return visible_[cell]; }

  void begin_write(std::size_t cell);
  void end_write(std::size_t cell, int numbers);
  void begin_commit();
  void end_commit();
  void process_ended() { waiting_.clear(); }
  /// A process found these in the file; what is wrong with that, or nothing.
  std::string found(const std::vector<int>& numbers);
  /// What can be read is what the disk holds.
  void all_on_disk();

 private:
  std::vector<int> visible_;
  std::vector<std::vector<int>> may_be_;
  std::map<std::size_t, int> waiting_;  ///< for the next commit
};

}  // namespace ntksweep::test
