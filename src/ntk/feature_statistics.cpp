#include <algorithm>
#include <array>

#include "ntksweep/ntk/feature_movement.hpp"
#include "statistics_tables.hpp"

namespace ntksweep {

namespace {

/// Hidden layers from the first; the output layer's place holds the outputs of the trained model.
void movement(const Snapshot& s, Out out) {
  std::ranges::copy(feature_movement(s.theory.features(), s.features), out.begin());
  out.back() = feature_movement({s.theory.initial_output()}, {s.train_output}).front();
}

constexpr std::array table{
    Statistic{"feature_movement", Group::features, Taken::every_checkpoint, Shape::per_layer, Number::real, "1",
              "relative movement of each layer's outputs on the training inputs; NaN where they start at zero",
              "|H_l(t) - H_l(0)|_F / |H_l(0)|_F, the output layer: of the model's output",
              "Chizat, Oyallon, Bach 2019, arXiv:1812.07956", movement},
};

}  // namespace

std::span<const Statistic> feature_statistics() { return table; }

}  // namespace ntksweep
