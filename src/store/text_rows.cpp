#include "text_rows.hpp"

#include <algorithm>
#include <span>

namespace ntksweep {
namespace {

constexpr std::string_view full_notice =
    "(no room for further messages in this file; `ntksweep replay` on the cell shows its own)";

bool continues_character(char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U; }

}  // namespace

std::string fit_text(std::string_view text, std::size_t bytes) {
  if (text.size() <= bytes) return std::string(text);
  std::size_t kept = bytes - 3;
  while (kept > 0 && continues_character(text[kept])) --kept;
  return std::string(text.substr(0, kept)) + "...";
}

std::vector<std::string> read_text_rows(const RawFile& file, std::uint64_t offset, const TextTable& table) {
  constexpr std::size_t rows_at_once = 16;
  std::string used, bytes;
  for (std::size_t row = 0; row < table.rows; row += rows_at_once) {
    bytes.resize(std::min(rows_at_once, table.rows - row) * table.bytes);
    file.read(offset + row * table.bytes, std::as_writable_bytes(std::span(bytes)));
    used += bytes;
    if (bytes[bytes.size() - table.bytes] == '\0') break;
  }
  return split_table(used, table);
}

std::vector<std::string> split_table(std::string_view bytes, const TextTable& table) {
  std::vector<std::string> texts;
  for (std::size_t row = 0; row < bytes.size() / table.bytes; ++row) {
    const std::string_view characters = bytes.substr(row * table.bytes, table.bytes);
    if (characters.front() == '\0') break;
    texts.emplace_back(characters.substr(0, characters.find('\0')));
  }
  return texts;
}

void write_text_row(const RawFile& file, std::uint64_t offset, const TextTable& table, std::size_t row,
                    std::string_view text) {
  std::string bytes = fit_text(text, table.bytes);
  bytes.resize(table.bytes, '\0');
  file.write(offset + row * table.bytes, std::as_bytes(std::span(bytes)));
}

TextRows::TextRows(const RawFile& file, std::uint64_t offset, const TextTable& table, WhenFull when_full)
    : file_(&file), offset_(offset), table_(table), when_full_(when_full) {
  for (const std::string& text : read_text_rows(file, offset, table)) {
    rows_.emplace(text, static_cast<std::int32_t>(rows_.size()));
  }
}

std::int32_t TextRows::row_of(const std::string& text) {
  if (text.empty()) return -1;
  const std::string stored = fit_text(text, table_.bytes);
  const auto known = rows_.find(stored);
  return known != rows_.end() ? known->second : append(stored);
}

std::int32_t TextRows::append(const std::string& text) {
  const auto last = static_cast<std::int32_t>(table_.rows) - 1;
  const auto next = static_cast<std::int32_t>(rows_.size());
  if (next > last || (next == last && when_full_ == WhenFull::last_says_so)) {
    if (when_full_ == WhenFull::none) return -1;
    write_text_row(*file_, offset_, table_, table_.rows - 1, full_notice);
    return last;
  }
  write_text_row(*file_, offset_, table_, rows_.size(), text);
  rows_.emplace(text, next);
  return next;
}

}  // namespace ntksweep
