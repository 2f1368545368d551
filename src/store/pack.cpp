#include "ntksweep/store/pack.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "box.hpp"
#include "compatibility.hpp"
#include "create_file.hpp"
#include "lock_file.hpp"
#include "ntksweep/core/error.hpp"
#include "output_path.hpp"
#include "provenance.hpp"
#include "row_reader.hpp"
#include "seal.hpp"
#include "stored_sweep.hpp"
#include "temporary_file.hpp"

namespace ntksweep {
namespace {

/// Of the source, so that the copy tells where its numbers came from, not which program packed them.
std::vector<Attribute> attributes_of(hid_t file, const StoredSweep& sweep, const std::string& path) {
  std::vector<Attribute> attributes = root_attributes(sweep.job, sweep.grid, sweep.layout.extents);
  for (Attribute& attribute : attributes) {
    if (std::holds_alternative<std::string>(attribute.value)) {
      attribute.value = require_attribute(file, attribute.name, path);
    }
  }
  return attributes;
}

/// Chunk by chunk.
void copy_numbers(hid_t from, hid_t to, const Variable& variable) {
  if (variable.count() == 0) return;
  const Hdf5Handle source = open_dataset(from, variable.name);
  Hdf5Handle target = open_dataset(to, variable.name);
  const Hdf5Handle type = element_type(variable.element);
  const Hdf5Handle source_space(H5Dget_space(source.get()), H5Sclose, "look at the shape of " + variable.name);
  const Hdf5Handle target_space(H5Dget_space(target.get()), H5Sclose, "look at the shape of " + variable.name);
  const std::vector<hsize_t> shape = dataset_shape(source.get(), variable.name);
  std::vector<std::byte> numbers;
  for (std::uint64_t first = 0, count = 0; first < variable.count(); first += count) {
    count = numbers_in_box(shape, first, numbers_per_chunk(variable.element));
    numbers.resize(count * element_size(variable.element));
    select_box(source_space.get(), shape, first, count);
    select_box(target_space.get(), shape, first, count);
    const Hdf5Handle memory = simple_space({count});
    hdf5_checked(H5Dread(source.get(), type.get(), memory.get(), source_space.get(), H5P_DEFAULT, numbers.data()),
                 "read " + variable.name);
    hdf5_checked(H5Dwrite(target.get(), type.get(), memory.get(), target_space.get(), H5P_DEFAULT, numbers.data()),
                 "write " + variable.name);
  }
  target.close("write " + variable.name);  // chunks are written only now
}

/// Where the numbers of a variable lie: in one piece, or in chunks.
void add_places(hid_t file, const Variable& variable, std::vector<Stretch>& stretches) {
  const Hdf5Handle dataset = open_dataset(file, variable.name);
  if (const haddr_t offset = H5Dget_offset(dataset.get()); offset != HADDR_UNDEF) {
    stretches.push_back({offset, H5Dget_storage_size(dataset.get())});
    return;
  }
  const Hdf5Handle space(H5Dget_space(dataset.get()), H5Sclose, "look at the shape of " + variable.name);
  hsize_t chunks = 0;
  hdf5_checked(H5Dget_num_chunks(dataset.get(), space.get(), &chunks), "count chunks of " + variable.name);
  std::vector<hsize_t> place(variable.dimensions.size());
  for (hsize_t i = 0; i < chunks; ++i) {
    unsigned filters = 0;
    haddr_t offset = 0;
    hsize_t size = 0;
    hdf5_checked(H5Dget_chunk_info(dataset.get(), space.get(), i, place.data(), &filters, &offset, &size),
                 "look at a chunk of " + variable.name);
    stretches.push_back({offset, size});
  }
}

std::vector<Stretch> places_of(const std::string& path, const std::vector<Variable>& variables) {
  const Hdf5Handle file = open_hdf5_file(path);
  std::vector<Stretch> stretches;
  for (const Variable& variable : variables) {
    if (variable.count() > 0) add_places(file.get(), variable, stretches);
  }
  return stretches;
}

void write_copy(const Hdf5Handle& source, const StoredSweep& sweep, const std::string& source_path,
                const std::string& path) {
  lay_down_metadata(path, attributes_of(source.get(), sweep, source_path), sweep.grid, sweep.layout, Storage::packed);
  std::vector<Variable> variables = filled_variables(sweep.grid, sweep.layout);
  // A run may be writing: a cell that has a status has all its numbers, also in what is read later.
  std::stable_partition(variables.begin(), variables.end(),
                        [](const Variable& variable) { return variable.name == "status"; });
  {
    Hdf5Handle target = open_hdf5_file_to_change(path);
    for (const Variable& variable : variables) copy_numbers(source.get(), target.get(), variable);
    target.close("write " + path);
  }
  write_seal(path, places_of(path, variables));
}

}  // namespace

Packed pack_result_file(const std::string& source_path, const std::string& path) {
  require_output_path(path);
  const Hdf5Handle source = open_result_file(source_path);
  const StoredSweep sweep(source.get(), source_path);
  const LockFile lock(path);
  remove_leftovers(path);
  if (std::filesystem::exists(path)) {
    throw InputError(fmt::format("{}: exists; pack makes a new file: give another name with -o", path));
  }
  TemporaryFile temporary(path);
  try {
    write_copy(source, sweep, source_path, temporary.path());
  } catch (const SystemError& error) {
    throw SystemError(
        fmt::format("{}: cannot be made: {}; see that there is room on this disk for {} bytes, and run the "
                    "same command again",
                    path, error.what(), std::filesystem::file_size(source_path)));
  }
  temporary.rename_to(path);
  return {std::filesystem::file_size(source_path), std::filesystem::file_size(path),
          RowReader(source.get(), sweep.layout).damaged()};
}

}  // namespace ntksweep
