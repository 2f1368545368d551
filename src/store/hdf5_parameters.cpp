#include "ntksweep/store/hdf5_parameters.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "hdf5_handle.hpp"
#include "ntksweep/core/error.hpp"

namespace ntksweep {
namespace {

/// An open file and its name, for messages.
struct OpenFile {
  const std::string& path;
  hid_t file;
};

bool holds(const OpenFile& open, const std::string& name, H5O_type_t type) {
  if (H5Lexists(open.file, name.c_str(), H5P_DEFAULT) <= 0) return false;
  H5O_info_t info;
  const bool found = H5Oget_info_by_name2(open.file, name.c_str(), &info, H5O_INFO_BASIC, H5P_DEFAULT) >= 0;
  return found && info.type == type;
}

bool has_group(const OpenFile& open, const std::string& name) { return holds(open, name, H5O_TYPE_GROUP); }

bool has_dataset(const OpenFile& open, const std::string& name) { return holds(open, name, H5O_TYPE_DATASET); }

std::string layer_name(std::size_t layer) { return fmt::format("layer_{}", layer); }

/// Number of links in the root called layer_...
std::size_t count_layers(const OpenFile& open) {
  std::size_t count = 0;
  const auto visit = [](hid_t, const char* name, const H5L_info_t*, void* counter) -> herr_t {
    if (std::string_view(name).starts_with("layer_")) ++*static_cast<std::size_t*>(counter);
    return 0;
  };
  hsize_t position = 0;
  hdf5_checked(H5Literate(open.file, H5_INDEX_NAME, H5_ITER_INC, &position, visit, &count), "list " + open.path);
  for (std::size_t layer = 1; layer <= std::max<std::size_t>(count, 1); ++layer) {
    if (has_group(open, layer_name(layer))) continue;
    throw InputError(
        fmt::format("{}: has no group '{}'; a file of initial weights has layer_1, layer_2, ... without a gap, each "
                    "with weights (fan_out x fan_in), as replay --export writes",
                    open.path, layer_name(layer)));
  }
  return count;
}

constexpr std::array<std::string_view, 3> endings = {"", "_end", "_initial"};

/// How the names of the layer's datasets end: not at all, or with the state of an export.
std::string find_ending(const OpenFile& open, const std::string& group, StoredState state) {
  const bool end = state == StoredState::end;
  const std::string wanted = end ? "_end" : "_initial", other = end ? "_initial" : "_end";
  if (has_dataset(open, group + "/weights")) return "";
  if (has_dataset(open, group + "/weights" + wanted)) return wanted;
  const bool has_other = has_dataset(open, group + "/weights" + other);
  throw InputError(fmt::format(
      "{}: the group '{}' has no dataset 'weights' or 'weights{}'; {}", open.path, group, wanted,
      has_other ? fmt::format("it has 'weights{}': set model.init_state = {}", other, end ? "initial" : "end")
                : "give it one, of shape fan_out x fan_in"));
}

/// Biases under another ending would otherwise be passed over in silence.
bool has_biases(const OpenFile& open, const std::string& group, const std::string& ending) {
  if (has_dataset(open, group + "/biases" + ending)) return true;
  for (const std::string_view other : endings) {
    if (!has_dataset(open, fmt::format("{}/biases{}", group, other))) continue;
    throw InputError(fmt::format("{}: the group '{}' has 'weights{}' but 'biases{}'; give both names the same ending",
                                 open.path, group, ending, other));
  }
  return false;
}

void require_floats(const Hdf5Handle& dataset, const OpenFile& open, const std::string& name) {
  const Hdf5Handle type(H5Dget_type(dataset.get()), H5Tclose, "look at the type of " + name);
  if (H5Tget_class(type.get()) == H5T_FLOAT) return;
  throw InputError(fmt::format("{}: the dataset '{}' holds no floats; store float64 or float32", open.path, name));
}

void require_shape(const std::vector<hsize_t>& shape, std::size_t rank, const OpenFile& open, const std::string& name) {
  bool good = shape.size() == rank;
  for (const hsize_t size : shape) good = good && size > 0;
  if (good) return;
  throw InputError(fmt::format("{}: the dataset '{}' has shape ({}), it needs {}", open.path, name,
                               fmt::join(shape, ", "), rank == 2 ? "(fan_out, fan_in)" : "(fan_out)"));
}

/// The dataset's numbers in the file's row-major order: row i is column i of the result.
Matrix read_rows(const OpenFile& open, const std::string& name, std::size_t rank) {
  const Hdf5Handle dataset = open_dataset(open.file, name);
  require_floats(dataset, open, name);
  const std::vector<hsize_t> shape = dataset_shape(dataset.get(), name);
  require_shape(shape, rank, open, name);
  Matrix numbers(static_cast<Index>(rank == 2 ? shape[1] : 1), static_cast<Index>(shape[0]));
  if (H5Dread(dataset.get(), H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, numbers.data()) < 0) {
    throw InputError(fmt::format("{}: the dataset '{}' cannot be read: {}", open.path, name, hdf5_reason()));
  }
  if (!numbers.allFinite()) {
    throw InputError(fmt::format(
        "{}: the dataset '{}' holds numbers that are not finite (a diverged cell?); take another file, or of an export "
        "the other weights with model.init_state",
        open.path, name));
  }
  return numbers;
}

/// `inputs`: what the layer before gives, 0 for the first.
void require_fit(const Matrix& weights, Index biases, Index inputs, const OpenFile& open, const std::string& group) {
  if (inputs != 0 && weights.cols() != inputs) {
    throw InputError(fmt::format(
        "{}: '{}' has weights of shape {} x {}, but the layer before it gives {}; weights are fan_out x fan_in",
        open.path, group, weights.rows(), weights.cols(), inputs));
  }
  if (biases != 0 && biases != weights.rows()) {
    throw InputError(fmt::format("{}: '{}' has {} biases, but weights of shape {} x {}; one bias per row is needed",
                                 open.path, group, biases, weights.rows(), weights.cols()));
  }
}

}  // namespace

Parameters read_hdf5_parameters(const std::string& path, StoredState state) {
  const Hdf5Handle file = open_hdf5_file(path);
  const OpenFile open{path, file.get()};
  const std::size_t layers = count_layers(open);
  Parameters parameters;
  Index inputs = 0;
  for (std::size_t layer = 1; layer <= layers; ++layer) {
    const std::string group = layer_name(layer);
    const std::string ending = find_ending(open, group, state);
    parameters.weights.push_back(read_rows(open, group + "/weights" + ending, 2).transpose());
    const bool biased = has_biases(open, group, ending);
    parameters.biases.push_back(biased ? Vector(read_rows(open, group + "/biases" + ending, 1).row(0)) : Vector());
    require_fit(parameters.weights.back(), parameters.biases.back().size(), inputs, open, group);
    inputs = parameters.weights.back().rows();
  }
  return parameters;
}

}  // namespace ntksweep
