#pragma once

#include <cstdint>
#include <string>

namespace ntksweep {

/// The first line of a state log.
std::string state_log_header();

/// In front of the bytes of each state.
struct StateEntry {
  std::uint64_t cell, key, size, bytes_checksum, checksum;
};

/// Of an entry's other numbers.
std::uint64_t checksum_of(const StateEntry& entry);

}  // namespace ntksweep
