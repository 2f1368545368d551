#pragma once

#include <cstdint>
#include <string>

namespace ntksweep {

enum class Grade : std::uint8_t { ok, warning, problem };

/// What was found out about one topic of a machine, and what to do about it where it is not as it should be.
struct Finding {
  Grade grade = Grade::ok;
  std::string topic, found, cure;
  bool operator==(const Finding&) const = default;
};

}  // namespace ntksweep
