#include "box.hpp"
#include "create_file.hpp"
#include "dimension_scales.hpp"
#include "hdf5_handle.hpp"

namespace ntksweep {
namespace {

constexpr unsigned deflate_level = 6;

/// The index of chunks alone takes some thousand bytes.
constexpr std::uint64_t least_bytes_to_pack = 16384;

void set_storage(const Hdf5Handle& creation, const Variable& variable, Storage storage) {
  const std::uint64_t bytes = variable.count() * element_size(variable.element);
  if (storage == Storage::contiguous || bytes < least_bytes_to_pack) {
    hdf5_checked(H5Pset_layout(creation.get(), H5D_CONTIGUOUS), "set a contiguous layout");
    return;
  }
  std::vector<hsize_t> shape;
  for (const Dimension& dimension : variable.dimensions) shape.push_back(dimension.size);
  const std::vector<hsize_t> chunk = box_shape(shape, numbers_per_chunk(variable.element));
  hdf5_checked(H5Pset_chunk(creation.get(), static_cast<int>(chunk.size()), chunk.data()), "set a chunked layout");
  hdf5_checked(H5Pset_shuffle(creation.get()), "set the shuffle filter");
  hdf5_checked(H5Pset_deflate(creation.get(), deflate_level), "set the deflate filter");
}

/// Numbers are written by the caller, so HDF5 need not fill them in first.
Hdf5Handle creation_of(const Variable& variable, Storage storage) {
  const Element element = variable.element;
  Hdf5Handle creation(H5Pcreate(H5P_DATASET_CREATE), H5Pclose, "set up a dataset");
  set_storage(creation, variable, storage);
  if (element != Element::text) {
    const std::vector<std::byte> missing = missing_numbers(element, 1);
    hdf5_checked(H5Pset_fill_value(creation.get(), element_type(element).get(), missing.data()), "set a fill value");
    hdf5_checked(H5Pset_fill_time(creation.get(), H5D_FILL_TIME_NEVER), "set the time of filling");
  }
  hdf5_checked(H5Pset_attr_creation_order(creation.get(), H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED),
               "track creation order");
  hdf5_checked(H5Pset_obj_track_times(creation.get(), false), "turn off time stamps");
  return creation;
}

Hdf5Handle create_variable(hid_t file, const Variable& variable, Storage storage) {
  std::vector<hsize_t> shape;
  for (const Dimension& dimension : variable.dimensions) shape.push_back(dimension.size);
  Hdf5Handle dataset(
      H5Dcreate2(file, variable.name.c_str(), element_type(variable.element).get(), simple_space(shape).get(),
                 H5P_DEFAULT, creation_of(variable, storage).get(), H5P_DEFAULT),
      H5Dclose, "create the variable " + variable.name);
  for (const Attribute& attribute : variable.attributes) write_attribute(dataset.get(), attribute);
  return dataset;
}

void write_values(const Hdf5Handle& dataset, const Coordinate& coordinate) {
  const Hdf5Handle type = element_type(coordinate.variable.element);
  const auto write = [&](const void* data) {
    hdf5_checked(H5Dwrite(dataset.get(), type.get(), H5S_ALL, H5S_ALL, H5P_DEFAULT, data),
                 "write the coordinate " + coordinate.variable.name);
  };
  if (const auto* texts = std::get_if<std::vector<std::string>>(&coordinate.values)) {
    std::vector<const char*> pointers;
    for (const std::string& text : *texts) pointers.push_back(text.c_str());
    write(pointers.data());
  } else {
    std::visit([&](const auto& values) { write(static_cast<const void*>(values.data())); }, coordinate.values);
  }
}

/// Gives the variable its place: HDF5 does so with the first number. Late, so that all metadata lie in front of all
/// numbers, and a file that lost its end can still be opened.
void place(const Hdf5Handle& dataset, const Variable& variable) {
  if (variable.count() == 0) return;
  const Hdf5Handle type = element_type(variable.element), one = simple_space({1});
  const Hdf5Handle space(H5Dget_space(dataset.get()), H5Sclose, "look at the shape of " + variable.name);
  const std::vector<hsize_t> first(variable.dimensions.size(), 0);
  hdf5_checked(H5Sselect_elements(space.get(), H5S_SELECT_SET, 1, first.data()), "select a part of " + variable.name);
  hdf5_checked(H5Dwrite(dataset.get(), type.get(), one.get(), space.get(), H5P_DEFAULT,
                        missing_numbers(variable.element, 1).data()),
               "place the variable " + variable.name);
}

void create_plain_dimension(hid_t file, const std::string& name, std::uint64_t size, DimensionScales& scales) {
  create_variable(file, {name, Element::uint8, {{name, size}}, {}}, Storage::contiguous);
  scales.add_scale(name, plain_dimension_label(size));
}

}  // namespace

std::uint64_t numbers_per_chunk(Element element) { return (std::uint64_t{1} << 18U) / element_size(element); }

void lay_down_metadata(const std::string& path, const std::vector<Attribute>& root, const Grid& grid,
                       const RecordLayout& layout, Storage storage) {
  Hdf5Handle file = create_hdf5_file(path);
  for (const Attribute& attribute : root) write_attribute(file.get(), attribute);
  DimensionScales scales(file.get());
  for (const Coordinate& coordinate : coordinates(grid, layout)) {
    const Variable& variable = coordinate.variable;
    write_values(create_variable(file.get(), variable, Storage::contiguous), coordinate);
    // In a list file the axes are variables over `cell`, not dimensions.
    if (variable.dimensions.front().name == variable.name) {
      scales.add_scale(variable.name, variable.name);
    } else {
      scales.attach(variable);
    }
  }
  for (const TextTable& table : text_tables) {
    create_plain_dimension(file.get(), std::string(table.row_dimension), table.rows, scales);
    create_plain_dimension(file.get(), std::string(table.character_dimension), table.bytes, scales);
  }
  const std::vector<Variable> filled = filled_variables(grid, layout);
  for (const Variable& variable : filled) {
    create_variable(file.get(), variable, storage);
    scales.attach(variable);
  }
  scales.finish();
  // Some metadata have no place before they are written.
  hdf5_checked(H5Fflush(file.get(), H5F_SCOPE_LOCAL), "write the metadata of " + path);
  for (const Variable& variable : filled) {
    if (storage == Storage::contiguous) place(open_dataset(file.get(), variable.name), variable);
  }
  file.close("write " + path);
}

}  // namespace ntksweep
