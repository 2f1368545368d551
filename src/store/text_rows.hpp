#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "file_layout.hpp"
#include "raw_file.hpp"

namespace ntksweep {

/// At most `bytes` bytes of `text`: cut between two characters, never inside one of UTF-8, and ending in "..." where
/// cut.
std::string fit_text(std::string_view text, std::size_t bytes);

/// The texts of a table of byte rows up to the first unused one.
std::vector<std::string> read_text_rows(const RawFile& file, std::uint64_t offset, const TextTable& table);

/// The same from the bytes of the table, or of its first rows.
std::vector<std::string> split_table(std::string_view bytes, const TextTable& table);

/// A table of distinct texts in the file (host_names, messages): each text once, found again by content.
class TextRows {
 public:
  enum class WhenFull {
    none,         ///< further texts have no row: -1
    last_says_so  ///< the last row is kept for saying that the table is full
  };
  TextRows(const RawFile& file, std::uint64_t offset, const TextTable& table, WhenFull when_full);

  /// Row of the text, written on first use; -1 for an empty text.
  std::int32_t row_of(const std::string& text);

 private:
  std::int32_t append(const std::string& text);

  const RawFile* file_;
  std::uint64_t offset_;
  TextTable table_;
  WhenFull when_full_;
  std::unordered_map<std::string, std::int32_t> rows_;
};

/// Writes one row, padded with zeros.
void write_text_row(const RawFile& file, std::uint64_t offset, const TextTable& table, std::size_t row,
                    std::string_view text);

}  // namespace ntksweep
