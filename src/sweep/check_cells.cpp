#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "cell_seeds.hpp"
#include "check_training.hpp"
#include "ntksweep/core/error.hpp"
#include "ntksweep/nn/initialization.hpp"
#include "ntksweep/sweep/representatives.hpp"

namespace ntksweep {

namespace {

/// Axes that make no combination impossible; they are the long ones. The width matters to the
/// symmetric initialization alone.
class Harmless {
 public:
  explicit Harmless(const Grid& grid) : width_matters_(grid.cell(0).text("initialization") == "symmetric") {
    for (const Axis& axis : grid.axes()) {
      const bool names = settings()[axis.setting].key == "initialization";
      if (names && std::ranges::find(axis.values, Value("symmetric")) != axis.values.end()) width_matters_ = true;
    }
  }

  bool operator()(const Axis& axis) const {
    const std::string_view key = settings()[axis.setting].key;
    if (key == "width") return !width_matters_;
    return key == "samples" || key == "step_size" || key == "seed" || is_followed_seed(key);
  }

 private:
  bool width_matters_;
};

/// A forgotten setting of the two would start the network from something else than the file that is named.
void check_initial_file(const CellSpec& spec) {
  const std::string& name = spec.architecture.initialization;
  const bool needed = find_initialization(name).needs == Needs::parameters;
  if (needed && spec.init_path.empty()) {
    throw InputError(fmt::format("model.init_path: model.initialization = {} needs a file, and none is named", name));
  }
  if (!needed && !spec.init_path.empty()) {
    throw InputError(
        fmt::format("model.init_path: {} is named, but model.initialization = {} reads no file; set "
                    "model.initialization = file (to compare it with others, zip it with init_path)",
                    spec.init_path, name));
  }
}

}  // namespace

void check_cell(const CellSpec& spec) {
  check_initial_file(spec);
  const Architecture& model = spec.architecture;
  if (spec.method == Method::minimum_norm && model.trained == Trained::all && model.depth > 0) {
    throw InputError(fmt::format(
        "training.method = min_norm solves for the output layer alone, but model.train = all and model.depth = {}; set "
        "model.train = output, or training.method = gd",
        model.depth));
  }
  if (spec.method == Method::minimum_norm && spec.precision == Precision::float32) {
    throw InputError(
        "training.precision = float32 is for gradient descent, but training.method = min_norm; leave "
        "training.precision at float64");
  }
  check_training(spec);
}

void check_cells(const Grid& grid) {
  const Harmless is_harmless(grid);
  const auto numbers = representatives(grid, [&](const Axis& axis) { return !is_harmless(axis); });
  for (const std::uint64_t number : numbers) check_cell(describe(grid.cell(number)));
}

}  // namespace ntksweep
