#include "step.hpp"

#include <array>
#include <ostream>

namespace ntksweep::test {

bool is_crash(Trouble trouble) { return trouble == Trouble::kill || trouble == Trouble::power; }

std::ostream& operator<<(std::ostream& out, const Step& step) {
  constexpr std::array actions = {"open", "write", "commit", "finish", "leave without a word", "read"};
  constexpr std::array troubles = {"",
                                   "the process is killed",
                                   "the power fails",
                                   "the disk is full",
                                   "the quota is used up",
                                   "the disk fails",
                                   "a signal interrupts",
                                   "half is written"};
  out << actions[static_cast<std::size_t>(step.action)];
  if (step.action == Action::write) out << " numbers " << step.numbers << " of cell " << step.cell;
  if (step.trouble == Trouble::none) return out;
  out << "; in call " << step.call << ' ' << troubles[static_cast<std::size_t>(step.trouble)];
  if (step.trouble == Trouble::power) out << " (chance " << step.chance << ')';
  return out;
}

}  // namespace ntksweep::test
