#include <fmt/format.h>

#include <array>
#include <charconv>

#include "array_bytes.hpp"
#include "file_bytes.hpp"
#include "ntksweep/core/error.hpp"
#include "table_readers.hpp"

namespace ntksweep {

namespace {

struct TypeCode {
  std::string_view code;  ///< NumPy's, without the byte order
  NumberType type;
};

const TypeCode* find_type(std::string_view code) {
  static const std::array<TypeCode, 10> table{{
      {"f8", number_type<double>()},
      {"f4", number_type<float>()},
      {"i8", number_type<std::int64_t>()},
      {"i4", number_type<std::int32_t>()},
      {"i2", number_type<std::int16_t>()},
      {"i1", number_type<std::int8_t>()},
      {"u8", number_type<std::uint64_t>()},
      {"u4", number_type<std::uint32_t>()},
      {"u2", number_type<std::uint16_t>()},
      {"u1", number_type<std::uint8_t>()},
  }};
  const auto* row = std::ranges::find(table, code, &TypeCode::code);
  return row == table.end() ? nullptr : row;
}

[[noreturn]] void fail_header(const std::string& file, std::string_view found) {
  throw InputError(fmt::format("{}: {}; write the array with numpy.save", file, found));
}

std::size_t little_endian(std::string_view bytes) {
  std::size_t value = 0;
  for (std::size_t i = bytes.size(); i-- > 0;) value = value * 256 + static_cast<unsigned char>(bytes[i]);
  return value;
}

/// Magic, version, length of the header: returns the header and takes all of it off `bytes`.
std::string_view take_header(std::string_view& bytes, const std::string& file) {
  if (!bytes.starts_with("\x93NUMPY")) fail_header(file, "does not begin with the magic bytes of a NumPy array");
  if (bytes.size() < 12) fail_header(file, "truncated within its header");
  const int version = bytes[6];
  if (version < 1 || version > 3) fail_header(file, fmt::format("has NPY version {} where 1 to 3 are known", version));
  const std::size_t width = version == 1 ? 2 : 4;
  const std::size_t length = little_endian(bytes.substr(8, width));
  if (length > bytes.size() - 8 - width) fail_header(file, "truncated within its header");
  const auto header = bytes.substr(8 + width, length);
  bytes.remove_prefix(8 + width + length);
  return header;
}

/// What follows 'key': in the header's Python dictionary, up to `end`.
std::string_view entry(std::string_view header, std::string_view key, char end, const std::string& file) {
  const auto at = header.find(fmt::format("'{}':", key));
  if (at == std::string_view::npos) fail_header(file, fmt::format("its header has no '{}'", key));
  auto text = header.substr(at + key.size() + 3);
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  return text.substr(0, text.find(end));
}

/// "(60000, 28, 28" -> the numbers in it.
std::vector<std::uint64_t> parse_shape(std::string_view text, const std::string& file) {
  std::vector<std::uint64_t> shape;
  const char* const end = text.data() + text.size();
  for (const char* at = text.data(); at != end;) {
    if (*at == '(' || *at == ',' || *at == ' ') {
      ++at;
      continue;
    }
    const auto [next, error] = std::from_chars(at, end, shape.emplace_back());
    if (error != std::errc{}) fail_header(file, fmt::format("its shape '{})' is malformed", text));
    at = next;
  }
  return shape;
}

Matrix read_array(const std::string& file) {
  const std::string content = read_file(file);
  std::string_view bytes = content;
  const auto header = take_header(bytes, file);
  const auto shape = parse_shape(entry(header, "shape", ')', file), file);
  if (shape.size() > 1 && entry(header, "fortran_order", ',', file) != "False") {
    throw InputError(
        fmt::format("{}: is in Fortran order where C order is expected; save numpy.ascontiguousarray of "
                    "it",
                    file));
  }
  auto descr = entry(header, "descr", ',', file);
  if (descr.size() < 3 || descr.front() != '\'') fail_header(file, fmt::format("its type is {}", descr));
  descr = descr.substr(1, descr.size() - 2);
  const TypeCode* row = find_type(descr.substr(1));
  if (row == nullptr || descr.front() == '>') {
    throw InputError(
        fmt::format("{}: its type is '{}' where little-endian f4, f8, i1..i8 or u1..u8 are read; save "
                    "array.astype('<f8')",
                    file, descr));
  }
  return decode_array(bytes, shape, row->type, std::endian::little, file);
}

}  // namespace

RawTable read_npy(const std::string& path, const std::string& labels_path, const DataConfig&) {
  if (labels_path.empty()) {
    throw InputError(
        fmt::format("data.labels_path: {} holds inputs only; name the file of its labels "
                    "(data.labels_path, and data.test_labels_path for a test set)",
                    path));
  }
  return {read_array(path), read_array(labels_path)};
}

}  // namespace ntksweep
