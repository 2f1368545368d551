#include "step.hpp"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <ostream>

#include "../store/small_sweep.hpp"
#include "disk.hpp"

namespace ntksweep::test {

namespace fs = std::filesystem;

int error_of(Trouble trouble) {
  switch (trouble) {
    case Trouble::no_space:
      return ENOSPC;
    case Trouble::quota:
      return EDQUOT;
    case Trouble::io_error:
      return EIO;
    case Trouble::interrupted:
      return EINTR;
    default:
      return 0;
  }
}

void arm(const Step& step) {
  if (step.trouble == Trouble::none) return Disk::instance().disarm();
  const int error = error_of(step.trouble);
  const Fault fault = is_crash(step.trouble) ? Fault::stop : error == 0 ? Fault::half : Fault::error;
  Disk::instance().arm(step.call, fault, error, step.chance);
}

void bury(const std::string& folder) {
  const std::string here = "." + std::to_string(getpid());
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
    const std::string name = entry.path().string();
    if (name.ends_with(".lock")) {
      std::string text = read_text(name);
      const std::size_t start = text.find("\"process_start\":\"");
      if (start == std::string::npos) continue;  // as the crash left it
      text[start + 17] = 'x';
      fs::remove(name);
      write_text(name, text);
    }
    if (name.ends_with(here)) fs::rename(name, name + "0");
  }
}

bool is_crash(Trouble trouble) { return trouble == Trouble::kill || trouble == Trouble::power; }

std::ostream& operator<<(std::ostream& out, const Step& step) {
  constexpr std::array actions = {"open", "write", "commit", "finish", "leave without a word", "read", "extend"};
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
