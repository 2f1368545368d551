#include "ntksweep/core/error.hpp"

namespace ntksweep {

std::string in_one_line(std::string text) {
  for (char& c : text) {
    const bool is_blank = c == '\n' || c == '\r' || c == '\t';
    const bool is_control = (c >= 0 && c < ' ') || c == 0x7F;
    if (is_control) c = is_blank ? ' ' : '?';
  }
  return text;
}

}  // namespace ntksweep
