#pragma once

#include <hdf5.h>

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace ntksweep {

/// Text, a number, or the numbers of CF's flag_values.
using AttributeValue = std::variant<std::string, std::int64_t, double, std::vector<std::uint8_t>>;

struct Attribute {
  std::string name;
  AttributeValue value;
};

/// Text becomes a variable-length UTF-8 string (what h5py reads as str), the rest as it is.
/// Throws SystemError.
void write_attribute(hid_t object, const Attribute& attribute);

/// The attribute as text (numbers are written out), nothing where the object has none of that name or it is an array.
std::optional<std::string> read_attribute(hid_t object, const std::string& name);

}  // namespace ntksweep
