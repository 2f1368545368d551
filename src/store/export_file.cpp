#include "ntksweep/store/export_file.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <limits>

#include "hdf5_attribute.hpp"
#include "hdf5_handle.hpp"
#include "hdf5_types.hpp"
#include "ntksweep/core/error.hpp"
#include "ntksweep/core/hash.hpp"
#include "ntksweep/nn/forward.hpp"
#include "ntksweep/ntk/kernel.hpp"
#include "ntksweep/sweep/settings.hpp"
#include "output_path.hpp"
#include "temporary_file.hpp"

namespace ntksweep {
namespace {

const std::string export_file_type = "ntksweep export";

Hdf5Handle create_group(hid_t parent, const std::string& name) {
  return {H5Gcreate2(parent, name.c_str(), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT), H5Gclose,
          "create the group " + name};
}

Hdf5Handle write_array(hid_t parent, const std::string& name, const std::vector<hsize_t>& shape, const double* data) {
  Hdf5Handle dataset(H5Dcreate2(parent, name.c_str(), H5T_IEEE_F64LE, simple_space(shape).get(), H5P_DEFAULT,
                                H5P_DEFAULT, H5P_DEFAULT),
                     H5Dclose, "create " + name);
  hdf5_checked(H5Dwrite(dataset.get(), H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, data), "write " + name);
  return dataset;
}

/// Row i of the dataset is column i of the matrix: for data, one sample per row.
Hdf5Handle write_columns(hid_t parent, const std::string& name, const Matrix& matrix) {
  return write_array(parent, name, {static_cast<hsize_t>(matrix.cols()), static_cast<hsize_t>(matrix.rows())},
                     matrix.data());
}

Hdf5Handle write_rows(hid_t parent, const std::string& name, const Matrix& matrix) {
  const Matrix transposed = matrix.transpose();
  return write_columns(parent, name, transposed);
}

void write_data(hid_t file, const Dataset& data) {
  write_columns(file, "inputs", data.x);
  write_columns(file, "targets", data.y);
  write_columns(file, "targets_clean", data.y_clean);
  write_columns(file, "test_inputs", data.x_test);
  write_columns(file, "test_targets", data.y_test);
}

/// The attributes that every layer has, and those of its bias.
void write_rule(hid_t group, const LayerRule& rule) {
  write_attribute(group, {"scale", rule.scale});
  write_attribute(group, {"weight_rate", rule.weight_rate});
  write_attribute(group, {"weight_sd", rule.weight_sd});
  if (!rule.has_bias) return;
  write_attribute(group, {"bias_scale", rule.bias_scale});
  write_attribute(group, {"bias_rate", rule.bias_rate});
  write_attribute(group, {"bias_sd", rule.bias_sd});
}

void write_layers(hid_t file, const CellRun& run) {
  for (std::size_t l = 0; l < run.initial.layers.size(); ++l) {
    const Hdf5Handle group = create_group(file, fmt::format("layer_{}", l + 1));
    write_rule(group.get(), run.initial.layers[l]);
    write_rows(group.get(), "weights_initial", run.initial.weights[l]);
    write_rows(group.get(), "weights_end", run.trained.weights[l]);
    if (!run.initial.layers[l].has_bias) continue;
    const hsize_t size = static_cast<hsize_t>(run.initial.biases[l].size());
    write_array(group.get(), "biases_initial", {size}, run.initial.biases[l].data());
    write_array(group.get(), "biases_end", {size}, run.trained.biases[l].data());
  }
}

/// Outputs of the trained model alpha (f - b).
Matrix model_predictions(const CellRun& run, const Network<double>& network, const Matrix& x) {
  return model_output(run.rules, predict(network, x), predict(run.initial, x));
}

void write_moment(hid_t file, const std::string& moment, const CellRun& run, const Network<double>& network,
                  KernelKind kind) {
  const Dataset& data = *run.data;
  write_columns(file, "predictions_" + moment, model_predictions(run, network, data.x));
  write_columns(file, "test_predictions_" + moment, model_predictions(run, network, data.x_test));
  const Hdf5Handle kernel = write_columns(file, "kernel_" + moment, empirical_ntk(network, data.x, kind));
  write_attribute(kernel.get(), {"kind", std::string(kind == KernelKind::full ? "full" : "trace")});
}

AttributeValue attribute_value(const Value& value) {
  if (const auto* number = std::get_if<std::int64_t>(&value)) return *number;
  if (const auto* number = std::get_if<double>(&value)) return *number;
  return to_text(value);
}

void write_settings(hid_t file, const Cell& cell) {
  for (std::size_t i = 0; i < settings().size(); ++i) {
    const Setting& setting = settings()[i];
    if (setting.role == Role::cell)
      write_attribute(file, {std::string(setting.key), attribute_value(cell.values()[i])});
  }
}

/// A slip of the hand must not cost somebody's results.
void refuse_to_replace(const std::string& path) {
  require_output_path(path);
  if (!std::filesystem::exists(path)) return;
  if (read_attribute(open_hdf5_file(path).get(), "file_type") == export_file_type) return;
  throw InputError(fmt::format("{}: exists and is not an export of a cell; give another name", path));
}

void write_all(const std::string& path, const CellRun& run, const Cell& cell, KernelKind kind) {
  Hdf5Handle file = create_hdf5_file(path);
  write_attribute(file.get(), {"file_type", export_file_type});
  write_attribute(file.get(), {"format_version", std::string("1.0")});
  write_attribute(file.get(), {"key", to_hex(run.record.key)});
  write_attribute(file.get(), {"cell", static_cast<std::int64_t>(run.record.cell)});
  write_attribute(file.get(), {"status", static_cast<std::int64_t>(run.record.status)});
  write_settings(file.get(), cell);
  write_attribute(file.get(), {"step_size_critical", run.step_size_critical});
  write_attribute(file.get(), {"step_size_absolute", run.step_size_absolute});
  write_data(file.get(), *run.data);
  write_layers(file.get(), run);
  write_moment(file.get(), "initial", run, run.initial, kind);
  write_moment(file.get(), "end", run, run.trained, kind);
  file.close("write " + path);
}

}  // namespace

void write_export(const std::string& path, const CellRun& run, const Cell& cell, KernelKind kind) {
  refuse_to_replace(path);
  TemporaryFile temporary(path);
  try {
    write_all(temporary.path(), run, cell, kind);
  } catch (const SystemError& error) {
    throw SystemError(
        fmt::format("{}: cannot be made: {}; give a file in a folder that you can write to, on a disk with room", path,
                    error.what()));
  }
  temporary.rename_to(path);
}

}  // namespace ntksweep
