// State files. The first byte says whether the rest is the file as it is ('r'), or entries behind a right first line
// whose checksums are set right ('s': both, 'b': the entry's own only), so that what lies behind the checksums is
// reached.

#include <array>
#include <cstring>
#include <map>
#include <vector>

#include "file_text.hpp"
#include "fuzz.hpp"
#include "ntksweep/core/hash.hpp"
#include "ntksweep/store/state_file.hpp"
#include "ntksweep/sweep/build_info.hpp"

using namespace ntksweep;

namespace {

using States = std::map<std::uint64_t, std::vector<std::byte>>;

States states_of(const StateFile& file) {
  States states;
  for (const auto& [cell, key] : file.owners()) {
    const auto state = file.read(key);
    fuzz::must(state && state->key == key && state->cell == cell, "a state that is there can be read");
    states[key] = state->bytes;
  }
  fuzz::must(states.size() == file.size(), "a key has one state");
  return states;
}

/// Entries of 40 bytes and what they say follows, as far as there is something.
std::string with_checksums(std::string content, bool also_of_bytes) {
  std::string file = "ntksweep states 2, numerics " + std::to_string(numerics_version) + "\n";
  for (std::size_t at = 0; at + 40 <= content.size();) {
    std::array<std::uint64_t, 5> entry{};
    std::memcpy(entry.data(), &content[at], sizeof entry);
    const std::size_t rest = content.size() - at - sizeof entry;
    entry[2] %= 64;
    const std::size_t size = std::min<std::size_t>(entry[2], rest);
    const std::string bytes = content.substr(at + sizeof entry, size);
    if (also_of_bytes) entry[3] = hash_text(bytes);
    entry[4] = hash_values(std::span<const std::uint64_t>(entry.data(), 4));
    file.append(reinterpret_cast<const char*>(entry.data()), sizeof entry).append(bytes);
    at += sizeof entry + size;
  }
  return file;
}

/// What was there is there after each way of writing, and nothing is said about it any more.
void check(const std::string& output) {
  States states;
  {
    StateFile file(output);
    states = states_of(file);
    file.append({7, 77, std::vector(5, std::byte{7})});
    file.sync();
    states[77] = std::vector(5, std::byte{7});
    fuzz::must(states_of(file) == states, "a state is appended");
  }
  StateFile file(output);
  fuzz::must(file.problem().find("end is missing") == std::string::npos, "a damaged end is cut off");
  fuzz::must(states_of(file) == states, "a file that is opened again has the same states");
  file.compact();
  fuzz::must(states_of(file) == states && file.stale_bytes() == 0, "a file that is written anew has the same states");
  const StateFile anew(output);
  fuzz::must(anew.problem().empty() && states_of(anew) == states, "and is whole");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  static const fuzz::Folder folder;
  const std::string output = folder.file("out.h5");
  const std::string content(fuzz::as_text(data + 1, size - 1));
  fuzz::write_file(output + ".state", data[0] == 'r' ? content : with_checksums(content, data[0] != 'b'));
  fuzz::must(fuzz::accepted([&] { check(output); }), "a state file is left out, never refused");
  return 0;
}
