#include "ntksweep/sweep/settings.hpp"

#include <limits>

#include "ntksweep/nn/activation.hpp"
#include "ntksweep/nn/architecture.hpp"
#include "ntksweep/nn/data_source.hpp"
#include "ntksweep/nn/initialization.hpp"
#include "ntksweep/nn/loss.hpp"
#include "ntksweep/nn/named.hpp"
#include "ntksweep/ntk/step_rules.hpp"

namespace ntksweep {

namespace {

using Names = std::vector<std::string_view>;

struct Range {
  double minimum, maximum;
};
constexpr double unlimited = std::numeric_limits<double>::infinity();
constexpr Range any_real{-unlimited, unlimited};
constexpr Range not_negative{0, unlimited};
constexpr Range positive{std::numeric_limits<double>::min(), unlimited};
constexpr Range count_from_0{0, 1e9};
constexpr Range count_from_1{1, 1e9};
// Up to 2^53, so that a seed survives a trip through JSON and doubles.
constexpr Range seed_range{0, 9007199254740992};
constexpr Range seed_or_follow{-1, 9007199254740992};

/// Rows of one section, each written with what its type needs and no more.
struct Section {
  std::string_view section;
  Role role;

  Setting integer(std::string_view key, std::int64_t neutral, Range range, std::string_view help) const {
    return {section, key, ValueType::integer, neutral, range.minimum, range.maximum, {}, role, "1", help};
  }
  Setting real(std::string_view key, double neutral, Range range, std::string_view help,
               std::string_view unit = "1") const {
    return {section, key, ValueType::real, neutral, range.minimum, range.maximum, {}, role, unit, help};
  }
  Setting reals(std::string_view key, Range range, std::string_view help) const {
    return {section, key, ValueType::reals, std::vector<double>{}, range.minimum, range.maximum, {}, role, "1", help};
  }
  Setting text(std::string_view key, const char* neutral, std::string_view help) const {
    return {section, key, ValueType::text, std::string(neutral), -unlimited, unlimited, {}, role, "", help};
  }
  Setting texts(std::string_view key, std::string_view help) const {
    return {section, key, ValueType::texts, std::vector<std::string>{}, -unlimited, unlimited, {}, role, "", help};
  }
  Setting choice(std::string_view key, const char* neutral, Names choices, std::string_view help) const {
    return {section, key, ValueType::choice, std::string(neutral), -unlimited, unlimited, std::move(choices), role,
            "",      help};
  }
};

std::vector<Setting> grid_settings() {
  const Section grid{"grid", Role::cell}, layout{"grid", Role::grid};
  return {
      grid.integer("width", 256, count_from_1, "neurons in every hidden layer"),
      grid.integer("samples", 128, count_from_1, "size of the training set"),
      grid.real("step_size", 0.5, positive,
                "step size in training.step_unit; for rules that find their own step a factor on it, 1"),
      grid.integer("seed", 0, seed_range, "replicates: 5 means seeds 0 to 4, a list means those seeds"),
      layout.texts("zip", "names of axes that advance together, or a list of such groups"),
      layout.text("where", "", "filter over setting names; cells for which it is false are left out"),
      layout.text("shard", "", "I/N: only the I-th of N parts of the grid; ntksweep merge puts the parts together"),
  };
}

std::vector<Setting> model_settings() {
  const Section model{"model", Role::cell};
  return {
      model.integer("depth", 1, {0, 64}, "number of hidden layers; 0 is linear regression"),
      model.choice("activation", "relu", names_of(activations()), "activation function of the hidden layers"),
      model.real("leaky_slope", 0.01, any_real, "slope of leaky_relu below zero"),
      model.choice("parametrization", "ntk", names_of(parametrizations()),
                   "how scales, initial variances and learning rates depend on width"),
      model.choice("biases", "none", {"none", "hidden", "all"}, "which layers have biases"),
      model.choice("initialization", "gaussian", names_of(initializations()), "distribution of the initial parameters"),
      model.real("sigma_w", 1.4142135623730951, positive, "weight scale"),
      model.real("sigma_b", 0.1, not_negative, "bias scale"),
      model.real("init_scale", 1, not_negative, "factor on every initial weight"),
      model.real("bias_init_scale", 1, not_negative, "factor on every initial bias; 0 starts biases at zero"),
      model.reals("layer_init_scale", not_negative, "one factor on the initial weights per weight layer; empty: all 1"),
      model.real("imbalance", 1, positive,
                 "factor on the first layer's initial weights; the output layer's are divided by it"),
      model.text("init_path", "",
                 "file of initial weights, for model.initialization = file (as replay --export writes)"),
      model.choice("init_state", "end", {"end", "initial"},
                   "which weights of an export model.init_path means; plain weights are either"),
      model.real("output_scale", 1, positive, "alpha: the model is alpha (f - b), trained on loss / alpha^2"),
      model.choice("output_center", "none", {"none", "initial"},
                   "b of output_scale: nothing, or the output at initialization"),
      model.choice("train", "all", {"all", "output"}, "layers that are trained; output gives random features"),
      model.integer("seed_init", -1, seed_or_follow, "seed of the initial parameters; -1 follows grid.seed"),
  };
}

std::vector<Setting> data_settings() {
  const Section data{"data", Role::cell};
  return {
      data.choice("source", "gaussian", names_of(data_sources()), "where the samples come from"),
      data.text("path", "", "data file (for IDX, NPY and CIFAR-10: inputs)"),
      data.text("labels_path", "", "file of the labels, where they are in a file of their own"),
      data.text("test_path", "", "data file of a separate test set"),
      data.text("test_labels_path", "", "file of the test labels, where they are in a file of their own"),
      data.text("inputs_name", "inputs", "dataset of an HDF5 file that holds the inputs"),
      data.text("labels_name", "labels", "dataset of an HDF5 file that holds the labels"),
      data.integer("label_column", -1, {-1e9, 1e9}, "label column of a CSV file, from 0; negative counts from the end"),
      data.integer("input_dim", 16, count_from_1, "input dimension of synthetic data"),
      data.integer("outputs", 1, count_from_1, "number of outputs of synthetic data"),
      data.choice("teacher", "linear", {"linear", "network"}, "what labels synthetic data"),
      data.integer("teacher_width", 16, count_from_1, "hidden neurons of a network teacher"),
      data.choice("teacher_activation", "relu", names_of(activations()), "activation of a network teacher"),
      data.real("label_noise", 0, not_negative,
                "noise on training labels: variance (regression) or share of wrong labels (classes)"),
      data.choice("targets", "auto", {"auto", "value", "sign", "onehot"},
                  "what is trained for; auto: by the labels: 2 classes sign, more onehot, else value"),
      data.reals("classes", any_real, "labels to keep; empty: all"),
      data.reals("positive", any_real, "labels that become +1 under data.targets = sign"),
      data.choice("center", "none", {"none", "mean"}, "subtract the mean of the training pool from all inputs"),
      data.choice("scale", "none", {"none", "unit_norm", "unit_rms", "pool_rms"}, "scaling of the inputs"),
      data.integer("pool", 0, count_from_0, "samples set aside for training; 0: all that are not for testing"),
      data.integer("test_samples", 0, count_from_0, "size of the test set; 0: the source's default"),
      data.integer("seed_data", -1, seed_or_follow, "seed of inputs and sample order; -1 follows grid.seed"),
      data.integer("seed_noise", -1, seed_or_follow, "seed of the label noise; -1 follows grid.seed"),
      data.integer("seed_teacher", 0, seed_or_follow, "seed of the teacher; -1 follows grid.seed"),
      data.integer("seed_test", 0, seed_or_follow, "seed of the test set; -1 follows grid.seed"),
  };
}

std::vector<Setting> training_settings() {
  const Section training{"training", Role::cell};
  return {
      training.choice("method", "gd", {"gd", "min_norm", "flow"},
                      "gradient descent, the exact minimum-norm solution, or gradient flow"),
      training.choice("loss", "squared", names_of(losses()), "training loss"),
      training.choice("step_unit", "critical", {"critical", "critical_infinite", "absolute"},
                      "unit of grid.step_size; critical: the stability limit, 2 n / lambda_max of the initial kernel"),
      training.choice("step_rule", "constant", names_of(step_rules()), "step size over time; see list step_rules"),
      training.reals("schedule_steps", not_negative, "piecewise: steps from which the next factor holds"),
      training.reals("schedule_factors", not_negative, "piecewise: factors on the step size, one per schedule_steps"),
      training.real("schedule_floor", 0, {0, 1}, "cosine: factor on the step size that is reached at max_steps"),
      training.real("momentum", 0, {0, 0.999999}, "heavy-ball momentum"),
      training.integer("batch", 0, count_from_0, "samples per mini-batch; 0: all of them"),
      training.real("weight_decay", 0, not_negative, "w of the decay w (theta - reference) in every step"),
      training.choice("decay_toward", "zero", {"zero", "initial"}, "reference of weight_decay"),
      training.integer("max_steps", 10000, {0, 1e12}, "steps after which training ends"),
      training.real("tolerance", 1e-6, not_negative, "training loss at which a cell has converged"),
      training.real("flow_tolerance", 1e-8, {1e-13, 1e-2}, "relative error of a step of gradient flow"),
      training.choice("precision", "float64", {"float64", "float32"}, "of training; kernels are always float64"),
      training.integer("threads", 1, {1, 1024}, "threads per cell"),
      training.integer("seed_batch", -1, seed_or_follow, "seed of the mini-batches; -1 follows grid.seed"),
  };
}

std::vector<Setting> statistics_settings() {
  const Section statistics{"statistics", Role::statistics};
  return {
      statistics.integer("checkpoints", 32, {2, 1e6}, "number of log-spaced moments at which a run is looked at"),
      statistics.choice("kernel", "trace", {"trace", "full", "none"},
                        "kernel of several outputs: averaged over outputs, all of it, or no kernels"),
      statistics.integer("kernel_every", 0, count_from_0,
                         "kernels at every k-th checkpoint; 0: at initialization and end only"),
      statistics.text("spectrum", "none",
                      "eigenvalues to keep: none, top:k (the k largest, or all), full; extremes: no kernel"),
      statistics.integer("top", 10, count_from_1, "number of leading eigenvectors that statistics look at"),
      statistics.real("ridge", 0, not_negative, "ridge of kernel regression: (K + n ridge I)^-1"),
      statistics.texts("only", "statistics or groups of statistics to record; empty: the usual ones"),
      statistics.texts("also", "statistics or groups to record beyond those: linearised, sharpness, ..."),
  };
}

std::vector<Setting> output_settings() {
  const Section output{"output", Role::output};
  return {
      output.real("commit_interval", 1.0, {0, 86400}, "longest time a finished cell waits to be written", "s"),
      output.real("state_interval", 600, {0, 86400 * 365},
                  "time between two saved states of a cell in training; 0: only when the run stops", "s"),
      output.real("silence_limit", 30, {0.1, 86400},
                  "time after which a rank that says nothing is given up and its cells go to others", "s"),
      output.real("progress_interval", 10, {0.1, 86400}, "time between progress lines in a log", "s"),
      output.text("title", "", "title of the result file"),
  };
}

std::vector<Setting> all_settings() {
  std::vector<Setting> all;
  for (const auto& section : {grid_settings(), model_settings(), data_settings(), training_settings(),
                              statistics_settings(), output_settings()}) {
    all.insert(all.end(), section.begin(), section.end());
  }
  return all;
}

}  // namespace

std::span<const Setting> settings() {
  static const std::vector<Setting> table = all_settings();
  return table;
}

}  // namespace ntksweep
