#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "hdf5_attribute.hpp"
#include "hdf5_types.hpp"
#include "ntksweep/sweep/grid.hpp"
#include "ntksweep/sweep/record.hpp"

/// What a result file consists of (docs/file-format.md), described without touching a file.
namespace ntksweep {

struct Dimension {
  std::string name;
  std::uint64_t size;
};

/// The values of a coordinate variable.
using Column =
    std::variant<std::vector<std::uint8_t>, std::vector<std::int64_t>, std::vector<double>, std::vector<std::string>>;

struct Variable {
  std::string name;
  Element element;
  std::vector<Dimension> dimensions;
  std::vector<Attribute> attributes;

  /// Numbers in the whole variable.
  std::uint64_t count() const;
};

/// A variable whose values are known when the file is created.
struct Coordinate {
  Variable variable;
  Column values;
};

/// A variable about the run, one number per cell.
struct RunVariable {
  std::string_view name;
  Element element;
  std::string_view unit, long_name;
};

/// In the order of row_checksum (docs/file-format.md).
inline constexpr RunVariable run_variables[] = {
    {"wall_time", Element::float64, "s", "time that the cell took"},
    {"training_time", Element::float64, "s", "part of wall_time spent in training"},
    {"key", Element::uint64, "1", "identity of the cell: the same cell has the same key in every sweep"},
    {"checksum", Element::uint64, "1", "XXH3-64 of all that must be the same in every run of the cell"},
    {"host", Element::int32, "1", "row of host_names; -1 where missing"},
    {"rank", Element::int32, "1", "MPI rank that computed the cell; -1 where missing"},
    {"attempt", Element::int32, "1", "row of attempts; -1 where missing"},
    {"message", Element::int32, "1", "row of messages; -1 for none"},
    {"status", Element::uint8, "1", "how the cell ended"},
    {"row_checksum", Element::uint64, "1", "XXH3-64 of the cell's stored bytes"},
};

/// A table of byte rows for text that becomes known while running.
struct TextTable {
  std::string_view name, row_dimension, character_dimension, long_name;
  std::uint32_t rows, bytes;
};
inline constexpr TextTable host_table{"host_names", "host_index", "character", "host names, one per row", 1024, 64};
inline constexpr TextTable message_table{
    "messages", "message_index", "text_character", "why cells failed or were skipped, one text per row", 1024, 256};
inline constexpr TextTable attempt_table{
    "attempts", "attempt_index", "attempt_character", "starts of the program, one JSON object per row", 256, 1024};
inline constexpr TextTable text_tables[] = {host_table, message_table, attempt_table};

/// One dimension per axis, or `cell`.
std::vector<Dimension> cell_dimensions(const Grid& grid);

/// The variables of a cell: the recorded statistics in the layout's order, then those about the run; the order of
/// row_checksum, which is itself the last.
std::vector<Variable> cell_variables(const Grid& grid, const RecordLayout& layout);

/// The axes, and checkpoint, layer and eigen_index as far as a recorded variable has them.
std::vector<Coordinate> coordinates(const Grid& grid, const RecordLayout& layout);

/// All variables that are filled in while running: cell_variables, then the tables of text.
std::vector<Variable> filled_variables(const Grid& grid, const RecordLayout& layout);

/// Size of the whole file: exact for the variables, estimated for the metadata.
std::uint64_t file_bytes(const Job& job, const Grid& grid, const RecordLayout& layout);

}  // namespace ntksweep
