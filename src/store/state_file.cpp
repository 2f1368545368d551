#include "ntksweep/store/state_file.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "ntksweep/core/bytes.hpp"
#include "ntksweep/core/error.hpp"
#include "ntksweep/core/hash.hpp"
#include "ntksweep/sweep/build_info.hpp"
#include "output_path.hpp"
#include "raw_file.hpp"

namespace ntksweep {
namespace {

std::string state_path(const std::string& output_path) { return output_path + ".state"; }

std::string header() { return fmt::format("ntksweep states 1, numerics {}\n", numerics_version); }

/// In front of the bytes of each state.
struct Entry {
  std::uint64_t cell, key, size, checksum;
};

/// Takes states off the front of `bytes`; says what stopped it.
std::string take_states(std::span<const std::byte> bytes, std::vector<CellState>& states) {
  while (!bytes.empty()) {
    if (bytes.size() < sizeof(Entry)) return "its end is missing";
    const auto entry = ByteReader(bytes).get<Entry>();
    bytes = bytes.subspan(sizeof(Entry));
    if (bytes.size() < entry.size) return "its end is missing";
    const auto state = bytes.first(entry.size);
    bytes = bytes.subspan(entry.size);
    if (hash_bytes(state) != entry.checksum) return "a checksum is wrong";
    states.push_back({entry.cell, entry.key, {state.begin(), state.end()}});
  }
  return {};
}

}  // namespace

void write_state_file(const std::string& output_path, std::span<const CellState> states) {
  const std::string path = state_path(output_path);
  const std::string temporary = path + ".tmp";
  {
    const RawFile file = RawFile::create(temporary);
    const std::string first = header();
    file.write(0, std::as_bytes(std::span(first)));
    std::uint64_t place = first.size();
    for (const CellState& state : states) {
      const Entry entry{state.cell, state.key, state.bytes.size(), hash_bytes(state.bytes)};
      file.write(place, std::as_bytes(std::span(&entry, 1)));
      file.write(place + sizeof entry, state.bytes);
      place += sizeof entry + state.bytes.size();
    }
    file.sync();
  }
  std::error_code error;
  std::filesystem::rename(temporary, path, error);
  if (error) throw SystemError(fmt::format("{}: cannot be written: {}", path, error.message()));
  sync_folder(folder_of(path));
}

SavedStates read_state_file(const std::string& output_path) {
  std::ifstream file(state_path(output_path), std::ios::binary);
  if (!file) return {};
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  SavedStates saved;
  if (text.starts_with(header())) {
    saved.problem = take_states(std::as_bytes(std::span(text)).subspan(header().size()), saved.states);
  } else {
    saved.problem = "it is of another version, or no state file";
  }
  if (!saved.problem.empty()) {
    saved.problem =
        fmt::format("{}: {}; the cells that it does not give begin anew", state_path(output_path), saved.problem);
  }
  return saved;
}

void remove_state_file(const std::string& output_path) noexcept {
  std::error_code ignored;
  std::filesystem::remove(state_path(output_path), ignored);
}

}  // namespace ntksweep
