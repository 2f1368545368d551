#pragma once

#include <cstdint>
#include <iosfwd>
#include <string>
#include <vector>

namespace ntksweep::test {

/// What is asked of the store. Whatever needs an open file opens it first.
enum class Action { open, write, commit, finish, leave, read, extend };

/// What happens during a step, or, where it makes fewer calls, right after it.
enum class Trouble {
  none,
  kill,         ///< the process dies
  power,        ///< the machine dies
  no_space,     ///< one call fails: ENOSPC
  quota,        ///< EDQUOT
  io_error,     ///< EIO
  interrupted,  ///< EINTR: is not to be noticed
  short_write   ///< is not to be noticed
};

struct Step {
  Action action = Action::commit;
  std::uint64_t cell = 0;  ///< of write; modulo the number of cells
  int numbers = 1;         ///< of write: which of the numbers that the cell may have
  Trouble trouble = Trouble::none;
  long call = 1;  ///< the call that writes, counted from the step's beginning, in which the trouble comes
  std::uint64_t chance = 0;
};

/// A line for a person.
std::ostream& operator<<(std::ostream& out, const Step& step);

/// Whether the process that meets it is dead afterwards.
bool is_crash(Trouble trouble);

/// The error that a call fails with; 0 for a trouble that is none.
int error_of(Trouble trouble);

/// Has the step's trouble come on the disk.
void arm(const Step& step);

/// What a dead process left in the folder says that it is this one, which lives: it gets the marks of one that has
/// ended.
void bury(const std::string& folder);

}  // namespace ntksweep::test
