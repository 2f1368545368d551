#include "ntksweep/store/death_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>

#include "ntksweep/core/hash.hpp"

namespace ntksweep {

namespace {

/// Reads the word `name` and the value after it.
template <typename Value>
void take(std::istream& line, const char* name, Value& value) {
  std::string word;
  if (!(line >> word) || word != name || !(line >> value)) line.setstate(std::ios::failbit);
}

std::optional<Death> parse(const std::string& text) {
  std::istringstream line(text);
  Death death{};
  take(line, "cell", death.cell);
  line >> std::hex;
  take(line, "key", death.key);
  line >> std::dec;
  take(line, "rank", death.rank);
  take(line, "host", death.host);
  take(line, "run", death.run);
  take(line, "time", death.time);
  take(line, "cause", death.cause);
  return line ? std::optional(std::move(death)) : std::nullopt;
}

}  // namespace

std::string death_file_path(const std::string& output_path) { return output_path + ".deaths"; }

std::string death_line_start(const Death& death) {
  return fmt::format("cell {} key {} rank {} host {} run {} time ", death.cell, to_hex(death.key), death.rank,
                     death.host, death.run);
}

void append_death(const std::string& output_path, const Death& death) noexcept try {
  const std::string line = death_line_start(death) + fmt::format("{} cause {}\n", death.time, death.cause);
  const int file = open(death_file_path(output_path).c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  if (file < 0) return;
  static_cast<void>(!write(file, line.data(), line.size()));
  close(file);
} catch (...) {
}

std::vector<Death> read_deaths(const std::string& output_path) {
  std::ifstream file(death_file_path(output_path));
  std::vector<Death> deaths;
  for (std::string line; std::getline(file, line);) {
    if (auto death = parse(line)) deaths.push_back(std::move(*death));
  }
  return deaths;
}

void remove_death_file(const std::string& output_path) noexcept {
  std::error_code ignored;
  std::filesystem::remove(death_file_path(output_path), ignored);
}

}  // namespace ntksweep
