#pragma once

#include <string>

namespace ntksweep {

/// Seconds as "850 ms", "42.0 s", "12 min 30 s", "5 h 12 min" or "3 d 4 h".
std::string format_time(double seconds);

}  // namespace ntksweep
