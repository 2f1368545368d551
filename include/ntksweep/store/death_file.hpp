#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace ntksweep {

/// A process that died, or was given up, while it was at work on a cell.
struct Death {
  std::uint64_t cell;  ///< number in the grid
  std::uint64_t key;   ///< of the cell
  std::int32_t rank;
  std::string host;
  std::uint64_t run;  ///< the same for all ranks of one start of the program
  std::int64_t time;  ///< seconds since 1970
  std::string cause;  ///< a word: the signal, or silence
};

/// `<output>.deaths`: a line of text for each death, "cell 17 key 00c0ffee00c0ffee rank 3 host node7 run 5 time
/// 1732240000 cause SIGSEGV". Each is appended by one write, so that several processes may do so at once.
std::string death_file_path(const std::string& output_path);

/// The line up to "time "; what follows is "1732240000 cause SIGSEGV" and a line feed.
std::string death_line_start(const Death& death);

/// Appends the line. Throws nothing: a list that cannot be written (another node's folder, a full disk) costs no run.
void append_death(const std::string& output_path, const Death& death) noexcept;

/// All deaths whose lines are whole, in their order; none where there is no file.
std::vector<Death> read_deaths(const std::string& output_path);

/// Throws nothing: a list that stays only tells of cells that are through.
void remove_death_file(const std::string& output_path) noexcept;

}  // namespace ntksweep
