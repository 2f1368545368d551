#include <fmt/format.h>

#include <filesystem>

#include "array_bytes.hpp"
#include "file_bytes.hpp"
#include "ntksweep/core/error.hpp"
#include "table_readers.hpp"

namespace ntksweep {

namespace {

const NumberType* find_type(unsigned char code) {
  static const NumberType u8 = number_type<std::uint8_t>(), i8 = number_type<std::int8_t>(),
                          i16 = number_type<std::int16_t>(), i32 = number_type<std::int32_t>(),
                          f32 = number_type<float>(), f64 = number_type<double>();
  switch (code) {
    case 0x08:
      return &u8;
    case 0x09:
      return &i8;
    case 0x0B:
      return &i16;
    case 0x0C:
      return &i32;
    case 0x0D:
      return &f32;
    case 0x0E:
      return &f64;
    default:
      return nullptr;
  }
}

unsigned char byte_at(std::string_view bytes, std::size_t position) {
  return static_cast<unsigned char>(bytes[position]);
}

/// Header: 0, 0, type, number of dimensions; then each dimension as a 32-bit number, big endian.
Matrix read_array(const std::string& file) {
  const std::string content = read_file(file);
  if (content.size() < 4) throw InputError(fmt::format("{}: truncated within its header; fetch the file again", file));
  const NumberType* type = find_type(byte_at(content, 2));
  if (byte_at(content, 0) != 0 || byte_at(content, 1) != 0 || type == nullptr) {
    throw InputError(
        fmt::format("{}: begins with {:02x} {:02x} {:02x} {:02x} where the magic number of an IDX file is "
                    "expected (00 00, then 08, 09, 0b, 0c, 0d or 0e)",
                    file, byte_at(content, 0), byte_at(content, 1), byte_at(content, 2), byte_at(content, 3)));
  }
  const std::size_t dimensions = byte_at(content, 3);
  const std::size_t header = 4 + 4 * dimensions;
  if (content.size() < header)
    throw InputError(fmt::format("{}: truncated within its header; fetch the file again", file));
  std::vector<std::uint64_t> shape(dimensions, 0);
  for (std::size_t i = 4; i < header; ++i) shape[i / 4 - 1] = shape[i / 4 - 1] * 256 + byte_at(content, i);
  return decode_array(std::string_view(content).substr(header), shape, *type, std::endian::big, file);
}

/// train-images-idx3-ubyte.gz -> train-labels-idx1-ubyte.gz
std::string labels_beside(const std::string& path) {
  const std::filesystem::path images(path);
  std::string name = images.filename().string();
  for (const char mark : {'-', '.'}) {
    const std::string from = fmt::format("images{}idx3", mark);
    const auto at = name.find(from);
    if (at == std::string::npos) continue;
    name.replace(at, from.size(), fmt::format("labels{}idx1", mark));
    return (images.parent_path() / name).string();
  }
  throw InputError(
      fmt::format("data.labels_path: the labels of {} are not known, as its name has no 'images-idx3' in "
                  "it; name their file",
                  path));
}

}  // namespace

RawTable read_idx(const std::string& path, const std::string& labels_path, const DataConfig&) {
  return {read_array(path), read_array(labels_path.empty() ? labels_beside(path) : labels_path)};
}

}  // namespace ntksweep
