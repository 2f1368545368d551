#include "synthetic.hpp"

#include <fmt/format.h>

#include <cmath>

#include "ntksweep/core/error.hpp"
#include "ntksweep/nn/forward.hpp"

namespace ntksweep {

namespace {

Architecture teacher_architecture(const DataConfig& config) {
  const bool network = config.teacher == "network";
  Architecture architecture;
  architecture.inputs = config.input_dim;
  architecture.outputs = config.outputs;
  architecture.depth = network ? 1 : 0;
  architecture.width = network ? config.teacher_width : 1;
  architecture.activation = network ? config.teacher_activation : "linear";
  architecture.sigma_w = network ? std::sqrt(2.0) : 1.0;
  return architecture;
}

Network<double> draw_teacher(const DataConfig& config) {
  const Architecture architecture = teacher_architecture(config);
  Network<double> teacher{
      &find_activation(architecture.activation), architecture.leaky_slope, layer_rules(architecture), {}, {}};
  for (std::size_t l = 0; l < teacher.layers.size(); ++l) {
    Matrix& weights = teacher.weights.emplace_back(teacher.layers[l].fan_out, teacher.layers[l].fan_in);
    RandomStream(Stream::teacher, config.seed_teacher, l)
        .normals({weights.data(), static_cast<std::size_t>(weights.size())});
    teacher.biases.emplace_back();
  }
  if (config.teacher == "linear") {
    Matrix& w = teacher.weights.front();
    const double length = std::sqrt(static_cast<double>(config.input_dim));
    for (Index c = 0; c < w.rows(); ++c) w.row(c) *= length / w.row(c).norm();
  }
  return teacher;
}

void refuse(bool refused, std::string_view key, const DataConfig& config, std::string_view reason) {
  if (refused) throw InputError(fmt::format("data.{}: data.source = {}: {}", key, config.source, reason));
}

}  // namespace

Matrix draw_inputs(const DataConfig& config, Stream stream, std::uint64_t seed, Index n) {
  const auto d = static_cast<std::size_t>(config.input_dim);
  Matrix x(config.input_dim, n);
  for (Index i = 0; i < n; ++i) {
    RandomStream(stream, seed, static_cast<std::uint64_t>(i)).normals({x.col(i).data(), d});
    if (config.source == "sphere") x.col(i) *= std::sqrt(static_cast<double>(d)) / x.col(i).norm();
  }
  return x;
}

Matrix teacher_output(const DataConfig& config, const Matrix& x) {
  const Network<double> teacher = draw_teacher(config);
  // The order of a BLAS sum depends on the shape of the product, so each product has the same.
  constexpr Index block = 64;
  Matrix y(config.outputs, x.cols());
  for (Index first = 0; first < x.cols(); first += block) {
    const Index count = std::min(block, x.cols() - first);
    Matrix padded = Matrix::Zero(x.rows(), block);
    padded.leftCols(count) = x.middleCols(first, count);
    y.middleCols(first, count) = predict(teacher, padded).leftCols(count);
  }
  return y;
}

TargetKind synthetic_target_kind(const DataConfig& config) {
  refuse(!config.classes.empty(), "classes", config, "drawn samples have no labels to select by; leave it empty");
  refuse(!config.positive.empty(), "positive", config,
         "the sign of the teacher decides which samples are +1; leave it empty");
  refuse(config.center != "none", "center", config, "the mean of drawn inputs is zero already; use none");
  refuse(config.scale == "pool_rms", "scale", config,
         "the mean of |x|^2 of drawn inputs is d already, and there is no pool; use none or unit_norm");
  refuse(config.targets == "sign" && config.outputs != 1, "targets", config,
         fmt::format("sign needs data.outputs = 1, not {}", config.outputs));
  refuse(config.targets == "onehot" && config.outputs < 2, "targets", config,
         "onehot needs data.outputs >= 2: the largest output of the teacher is the class");
  if (config.targets == "sign") return TargetKind::binary;
  return config.targets == "onehot" ? TargetKind::multiclass : TargetKind::regression;
}

std::vector<Index> teacher_classes(TargetKind kind, const Matrix& output) {
  std::vector<Index> classes(static_cast<std::size_t>(output.cols()), 0);
  for (Index i = 0; i < output.cols(); ++i) {
    Index& label = classes[static_cast<std::size_t>(i)];
    if (kind == TargetKind::binary) {
      label = output(0, i) >= 0 ? 1 : 0;
    } else {
      output.col(i).maxCoeff(&label);
    }
  }
  return classes;
}

}  // namespace ntksweep
