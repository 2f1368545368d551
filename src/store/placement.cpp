#include "placement.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "hdf5_handle.hpp"
#include "ntksweep/core/error.hpp"

namespace ntksweep {
namespace {

bool has_type(const Hdf5Handle& dataset, Element element) {
  const Hdf5Handle type(H5Dget_type(dataset.get()), H5Tclose, "look at a type");
  return H5Tequal(type.get(), element_type(element).get()) > 0;
}

bool has_shape(const Hdf5Handle& dataset, const Variable& variable) {
  const std::vector<hsize_t> shape = dataset_shape(dataset.get(), variable.name);
  return std::ranges::equal(shape, variable.dimensions, {}, {}, &Dimension::size);
}

bool is_contiguous(const Hdf5Handle& dataset) {
  const Hdf5Handle creation(H5Dget_create_plist(dataset.get()), H5Pclose, "look at a layout");
  return H5Pget_layout(creation.get()) == H5D_CONTIGUOUS;
}

constexpr std::string_view packed = "is packed";

/// What is wrong with the variable's place, or nothing.
std::string fault(const Hdf5Handle& dataset, const Variable& variable, std::uint64_t file_size) {
  if (!has_type(dataset, variable.element)) return "has another type";
  if (!has_shape(dataset, variable)) return "has another shape";
  if (!is_contiguous(dataset)) return std::string(packed);
  const std::uint64_t bytes = variable.count() * element_size(variable.element);
  const haddr_t offset = H5Dget_offset(dataset.get());
  if (offset == HADDR_UNDEF || H5Dget_storage_size(dataset.get()) != bytes) return "has no place on disk";
  if (offset > file_size || bytes > file_size - offset) return "lies beyond the end of the file";
  return {};
}

}  // namespace

std::vector<std::uint64_t> variable_offsets(hid_t file, const std::string& path,
                                            const std::vector<Variable>& variables) {
  const std::uint64_t file_size = std::filesystem::file_size(path);
  std::vector<std::uint64_t> offsets;
  for (const Variable& variable : variables) {
    if (H5Lexists(file, variable.name.c_str(), H5P_DEFAULT) <= 0) {
      throw InputError(fmt::format("{}: lacks the variable {}; fetch a whole copy, or give another file with -o", path,
                                   variable.name));
    }
    const Hdf5Handle dataset = open_dataset(file, variable.name);
    const std::string wrong = variable.count() == 0 ? "" : fault(dataset, variable, file_size);
    if (!wrong.empty()) {
      throw InputError(fmt::format(
          "{}: its variable {} {}, so the file cannot be continued; give another file with -o{}", path, variable.name,
          wrong,
          wrong == packed ? fmt::format(", or make one of its cells that can: ntksweep merge {} -o NEW.h5", path)
                          : ""));
    }
    offsets.push_back(H5Dget_offset(dataset.get()));
  }
  return offsets;
}

std::vector<Stretch> stretches_of(const std::vector<Variable>& variables, const std::vector<std::uint64_t>& offsets) {
  std::vector<Stretch> stretches;
  for (std::size_t i = 0; i < variables.size(); ++i) {
    stretches.push_back({offsets[i], variables[i].count() * element_size(variables[i].element)});
  }
  return stretches;
}

}  // namespace ntksweep
