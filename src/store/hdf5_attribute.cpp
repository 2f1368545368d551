#include "hdf5_attribute.hpp"

#include "hdf5_handle.hpp"
#include "hdf5_types.hpp"

namespace ntksweep {
namespace {

void write_as(hid_t object, const std::string& name, hid_t type, const Hdf5Handle& space, const void* data) {
  const Hdf5Handle attribute(H5Acreate2(object, name.c_str(), type, space.get(), H5P_DEFAULT, H5P_DEFAULT), H5Aclose,
                             "create the attribute " + name);
  hdf5_checked(H5Awrite(attribute.get(), type, data), "write the attribute " + name);
}

Hdf5Handle scalar_space() { return {H5Screate(H5S_SCALAR), H5Sclose, "make a scalar"}; }

/// Whichever way another program stored it: variable or fixed length.
std::string read_string(const Hdf5Handle& attribute, const Hdf5Handle& type, const std::string& name) {
  if (hdf5_checked(H5Tis_variable_str(type.get()), "look at the attribute " + name) == 0) {
    std::string text(H5Tget_size(type.get()), '\0');
    hdf5_checked(H5Aread(attribute.get(), type.get(), text.data()), "read the attribute " + name);
    return text.substr(0, text.find('\0'));
  }
  char* text = nullptr;
  hdf5_checked(H5Aread(attribute.get(), type.get(), &text), "read the attribute " + name);
  const std::string copy = text == nullptr ? "" : text;
  H5free_memory(text);
  return copy;
}

struct Writer {
  hid_t object;
  const std::string& name;

  void operator()(const std::string& text) const {
    const Hdf5Handle type = utf8_type();
    const char* data = text.c_str();
    write_as(object, name, type.get(), scalar_space(), &data);
  }
  void operator()(std::int64_t number) const { write_as(object, name, H5T_STD_I64LE, scalar_space(), &number); }
  void operator()(double number) const { write_as(object, name, H5T_IEEE_F64LE, scalar_space(), &number); }
  void operator()(const std::vector<std::uint8_t>& numbers) const {
    write_as(object, name, H5T_STD_U8LE, simple_space({numbers.size()}), numbers.data());
  }
};

}  // namespace

void write_attribute(hid_t object, const Attribute& attribute) {
  std::visit(Writer{object, attribute.name}, attribute.value);
}

std::optional<std::string> read_attribute(hid_t object, const std::string& name) {
  if (hdf5_checked(H5Aexists(object, name.c_str()), "look for the attribute " + name) == 0) return std::nullopt;
  const Hdf5Handle attribute(H5Aopen(object, name.c_str(), H5P_DEFAULT), H5Aclose, "open the attribute " + name);
  const Hdf5Handle space(H5Aget_space(attribute.get()), H5Sclose, "look at the attribute " + name);
  if (H5Sget_simple_extent_npoints(space.get()) != 1) return std::nullopt;
  const Hdf5Handle type(H5Aget_type(attribute.get()), H5Tclose, "look at the attribute " + name);
  if (H5Tget_class(type.get()) == H5T_STRING) return read_string(attribute, type, name);
  if (H5Tget_class(type.get()) != H5T_INTEGER) return std::nullopt;
  std::int64_t number = 0;
  hdf5_checked(H5Aread(attribute.get(), H5T_NATIVE_INT64, &number), "read the attribute " + name);
  return std::to_string(number);
}

}  // namespace ntksweep
