#include "ntksweep/store/hdf5_table.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "hdf5_handle.hpp"
#include "ntksweep/core/error.hpp"

namespace ntksweep {
namespace {

std::vector<std::string> dataset_names(hid_t file) {
  std::vector<std::string> names;
  const auto collect = [](hid_t, const char* name, const H5O_info_t* info, void* list) -> herr_t {
    if (info->type == H5O_TYPE_DATASET) static_cast<std::vector<std::string>*>(list)->emplace_back(name);
    return 0;
  };
  hdf5_checked(H5Ovisit2(file, H5_INDEX_NAME, H5_ITER_INC, collect, &names, H5O_INFO_BASIC), "list datasets");
  return names;
}

/// Also finds datasets in groups ("train/x"); a name that leads nowhere is answered with those there are.
Hdf5Handle find_dataset(hid_t file, const std::string& path, const std::string& name, std::string_view setting) {
  const std::vector<std::string> names = dataset_names(file);
  if (std::ranges::find(names, name.substr(name.starts_with('/') ? 1 : 0)) == names.end()) {
    throw InputError(fmt::format("{}: has no dataset '{}' ({}); it has: {}", path, name, setting,
                                 names.empty() ? "none" : fmt::format("{}", fmt::join(names, ", "))));
  }
  return open_dataset(file, name);
}

void require_numbers(const Hdf5Handle& dataset, const std::string& path, const std::string& name) {
  const Hdf5Handle type(H5Dget_type(dataset.get()), H5Tclose, "look at the type of " + name);
  const H5T_class_t kind = H5Tget_class(type.get());
  if (kind == H5T_INTEGER || kind == H5T_FLOAT) return;
  throw InputError(fmt::format("{}: the dataset '{}' holds no integers or floats; convert it first", path, name));
}

/// One sample per column: the file's row-major N x d is the matrix' column-major d x N.
Matrix read_samples(const std::string& path, const std::string& name, std::string_view setting) {
  const Hdf5Handle file = open_hdf5_file(path);
  const Hdf5Handle dataset = find_dataset(file.get(), path, name, setting);
  require_numbers(dataset, path, name);
  const std::vector<hsize_t> shape = dataset_shape(dataset.get(), name);
  if (shape.empty() || std::ranges::find(shape, hsize_t{0}) != shape.end()) {
    throw InputError(fmt::format("{}: the dataset '{}' holds no samples (shape {})", path, name, shape));
  }
  Index values = 1;
  for (std::size_t i = 1; i < shape.size(); ++i) values *= static_cast<Index>(shape[i]);
  Matrix samples(values, static_cast<Index>(shape.front()));
  if (H5Dread(dataset.get(), H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, samples.data()) < 0) {
    throw InputError(fmt::format("{}: the dataset '{}' cannot be read: {}", path, name, hdf5_reason()));
  }
  return samples;
}

}  // namespace

RawTable read_hdf5_table(const std::string& path, const std::string& labels_path, const DataConfig& config) {
  const std::string& labels_file = labels_path.empty() ? path : labels_path;
  RawTable table{read_samples(path, config.inputs_name, "data.inputs_name"),
                 read_samples(labels_file, config.labels_name, "data.labels_name")};
  if (table.inputs.cols() != table.labels.cols()) {
    throw InputError(fmt::format("{}: '{}' has {} samples, '{}' in {} has {}; they must agree", path,
                                 config.inputs_name, table.inputs.cols(), config.labels_name, labels_file,
                                 table.labels.cols()));
  }
  if (!table.inputs.allFinite() || !table.labels.allFinite()) {
    throw InputError(
        fmt::format("{}: the data hold numbers that are not finite; remove or fill in such samples", path));
  }
  return table;
}

}  // namespace ntksweep
