#include "ntksweep/store/saved_states.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <map>
#include <span>

#include "ntksweep/core/hash.hpp"
#include "ntksweep/sweep/build_info.hpp"
#include "state_entry.hpp"

namespace ntksweep {

std::string state_log_header() { return fmt::format("ntksweep states 2, numerics {}\n", numerics_version); }

std::uint64_t checksum_of(const StateEntry& entry) {
  const std::array<std::uint64_t, 4> numbers{entry.cell, entry.key, entry.size, entry.bytes_checksum};
  return hash_values(std::span<const std::uint64_t>(numbers));
}

std::vector<CellState> heads_of_saved_states(const std::string& output_path, std::size_t bytes) {
  std::ifstream file(output_path + ".state", std::ios::binary | std::ios::ate);
  const auto end = static_cast<std::uint64_t>(std::max<std::streamoff>(file.tellg(), 0));
  file.seekg(0);
  std::string first(state_log_header().size(), '\0');
  file.read(first.data(), static_cast<std::streamsize>(first.size()));
  std::map<std::uint64_t, CellState> newest;
  for (StateEntry entry{}; first == state_log_header() && file.read(reinterpret_cast<char*>(&entry), sizeof entry);) {
    const auto at = static_cast<std::uint64_t>(file.tellg());
    if (checksum_of(entry) != entry.checksum || entry.size > end - std::min(end, at)) break;
    std::vector<std::byte> head(std::min<std::uint64_t>(bytes, entry.size));
    file.read(reinterpret_cast<char*>(head.data()), static_cast<std::streamsize>(head.size()));
    file.seekg(static_cast<std::streamoff>(at + entry.size));
    if (file) newest[entry.key] = {entry.cell, entry.key, std::move(head)};
  }
  std::vector<CellState> states;
  for (auto& [key, state] : newest) states.push_back(std::move(state));
  return states;
}

}  // namespace ntksweep
