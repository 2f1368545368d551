#pragma once

#include <cstddef>
#include <vector>

namespace ntksweep {

/// Which ranks may soon have nothing to do: all that have one task at most, and all in the beginning.
class DrySoon {
 public:
  explicit DrySoon(int ranks) : flags_(static_cast<std::size_t>(ranks), 1), count_(ranks) {}

  /// The rank has so many tasks; returns whether it is one of them.
  bool note(int rank, std::size_t tasks) {
    char& flag = flags_[static_cast<std::size_t>(rank)];
    count_ -= flag;
    flag = tasks <= 1 ? 1 : 0;
    count_ += flag;
    return flag != 0;
  }

  /// The rank is gone.
  void forget(int rank) { note(rank, 2); }

  bool any() const { return count_ > 0; }

 private:
  std::vector<char> flags_;
  int count_;
};

}  // namespace ntksweep
