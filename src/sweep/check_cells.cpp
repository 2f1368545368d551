#include <fmt/format.h>

#include <string>
#include <unordered_set>

#include "cell_seeds.hpp"
#include "ntksweep/core/error.hpp"
#include "ntksweep/core/hash.hpp"
#include "ntksweep/sweep/grid.hpp"

namespace ntksweep {

namespace {

/// Axes that make no combination impossible; they are the long ones.
bool is_harmless(const Setting& setting) {
  return setting.key == "width" || setting.key == "samples" || setting.key == "step_size" || setting.key == "seed" ||
         is_followed_seed(setting.key);
}

/// Numbers of cells that between them have every combination of the axes that matter.
std::vector<std::uint64_t> dense_representatives(const std::vector<Axis>& axes) {
  std::vector<std::uint64_t> numbers = {0};
  for (const Axis& axis : axes) {
    const std::size_t positions = is_harmless(settings()[axis.setting]) ? 1 : axis.values.size();
    std::vector<std::uint64_t> extended;
    for (const std::uint64_t number : numbers) {
      for (std::size_t at = 0; at < positions; ++at) extended.push_back(number * axis.values.size() + at);
    }
    numbers = std::move(extended);
  }
  return numbers;
}

/// Zipped or filtered: which combinations there are shows only cell by cell.
std::vector<std::uint64_t> listed_representatives(const Grid& grid) {
  std::vector<std::uint64_t> numbers;
  std::unordered_set<std::uint64_t> seen;
  for (std::uint64_t number = 0; number < grid.size(); ++number) {
    auto positions = grid.positions(number);
    for (std::size_t a = 0; a < positions.size(); ++a) {
      if (is_harmless(settings()[grid.axes()[a].setting])) positions[a] = 0;
    }
    if (seen.insert(hash_values(std::span<const std::size_t>(positions))).second) numbers.push_back(number);
  }
  return numbers;
}

}  // namespace

void check_cell(const CellSpec& spec) {
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
  if (model.parametrization == "mean_field" && model.depth != 1) {
    throw InputError(
        fmt::format("model.parametrization = mean_field has one hidden layer, but model.depth = {}; set "
                    "model.depth = 1, or take mup",
                    model.depth));
  }
  const auto factors = std::ssize(model.layer_init_scale);
  if (factors != 0 && factors != model.depth + 1) {
    throw InputError(
        fmt::format("model.layer_init_scale has {} factors, but model.depth = {} makes {} weight layers; "
                    "give {} factors, or none",
                    factors, model.depth, model.depth + 1, model.depth + 1));
  }
}

void check_cells(const Grid& grid) {
  const auto numbers = grid.dense() ? dense_representatives(grid.axes()) : listed_representatives(grid);
  for (const std::uint64_t number : numbers) check_cell(describe(grid.cell(number)));
}

}  // namespace ntksweep
