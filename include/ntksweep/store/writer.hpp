#pragma once

#include <optional>
#include <string>

namespace ntksweep {

/// Who writes to the result file at `path` now, by its lock: "process 4711 on n3 since 2026-11-22T05:40:01Z"; nothing
/// where nobody does. Of another host, whose processes cannot be seen from here, the lock is believed, and how long it
/// was not renewed is said.
std::optional<std::string> writer_of(const std::string& path);

}  // namespace ntksweep
