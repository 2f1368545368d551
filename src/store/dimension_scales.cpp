#include "dimension_scales.hpp"

#include <fmt/format.h>

#include <cstddef>

namespace ntksweep {
namespace {

hobj_ref_t reference_to(hid_t file, const std::string& name) {
  hobj_ref_t reference = 0;
  hdf5_checked(H5Rcreate(&reference, file, name.c_str(), H5R_OBJECT, -1), "refer to " + name);
  return reference;
}

/// The specification wants NUL-terminated ASCII of fixed length here.
void write_fixed_text(const Hdf5Handle& dataset, const std::string& name, const std::string& text) {
  const Hdf5Handle type(H5Tcopy(H5T_C_S1), H5Tclose, "make a text type");
  hdf5_checked(H5Tset_size(type.get(), text.size() + 1), "make a text type");
  const Hdf5Handle space(H5Screate(H5S_SCALAR), H5Sclose, "make a scalar");
  const Hdf5Handle attribute(H5Acreate2(dataset.get(), name.c_str(), type.get(), space.get(), H5P_DEFAULT, H5P_DEFAULT),
                             H5Aclose, "create the attribute " + name);
  hdf5_checked(H5Awrite(attribute.get(), type.get(), text.c_str()), "write the attribute " + name);
}

void write_list(const Hdf5Handle& dataset, const std::string& name, const Hdf5Handle& type, hsize_t size,
                const void* data) {
  const Hdf5Handle space = simple_space({size});
  const Hdf5Handle attribute(H5Acreate2(dataset.get(), name.c_str(), type.get(), space.get(), H5P_DEFAULT, H5P_DEFAULT),
                             H5Aclose, "create the attribute " + name);
  hdf5_checked(H5Awrite(attribute.get(), type.get(), data), "write the attribute " + name);
}

}  // namespace

void DimensionScales::add_scale(const std::string& name, const std::string& label) {
  const Hdf5Handle dataset = open_dataset(file_, name);
  write_fixed_text(dataset, "CLASS", "DIMENSION_SCALE");
  write_fixed_text(dataset, "NAME", label);
  uses_[name];
}

void DimensionScales::attach(const Variable& variable) {
  const Hdf5Handle dataset = open_dataset(file_, variable.name);
  const hobj_ref_t self = reference_to(file_, variable.name);
  std::vector<hobj_ref_t> scales;
  for (const Dimension& dimension : variable.dimensions) {
    uses_.at(dimension.name).push_back({self, static_cast<int>(scales.size())});
    scales.push_back(reference_to(file_, dimension.name));
  }
  std::vector<hvl_t> lists;
  for (hobj_ref_t& scale : scales) lists.push_back({1, &scale});
  const Hdf5Handle type(H5Tvlen_create(H5T_STD_REF_OBJ), H5Tclose, "make a list type");
  write_list(dataset, "DIMENSION_LIST", type, lists.size(), lists.data());
}

void DimensionScales::finish() {
  const Hdf5Handle type(H5Tcreate(H5T_COMPOUND, sizeof(Use)), H5Tclose, "make a reference type");
  hdf5_checked(H5Tinsert(type.get(), "dataset", offsetof(Use, dataset), H5T_STD_REF_OBJ), "make a reference type");
  hdf5_checked(H5Tinsert(type.get(), "dimension", offsetof(Use, axis), H5T_NATIVE_INT), "make a reference type");
  for (const auto& [name, uses] : uses_) {
    if (uses.empty()) continue;
    write_list(open_dataset(file_, name), "REFERENCE_LIST", type, uses.size(), uses.data());
  }
}

std::string plain_dimension_label(std::uint64_t size) {
  return fmt::format("This is a netCDF dimension but not a netCDF variable.{:10}", size);
}

}  // namespace ntksweep
