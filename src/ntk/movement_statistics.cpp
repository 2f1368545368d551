#include <array>
#include <cmath>

#include "ntksweep/nn/dataset.hpp"
#include "ntksweep/ntk/spectrum.hpp"
#include "statistics_tables.hpp"

namespace ntksweep {

namespace {

void weight_movement(const Snapshot& s, Out out) {
  for (std::size_t l = 0; l < out.size(); ++l) {
    const double start = s.initial.weights[l].norm();
    if (start > 0) out[l] = (s.network.weights[l] - s.initial.weights[l]).norm() / start;
  }
}

void parameter_movement(const Snapshot& s, Out out) {
  double moved = 0;
  double initial = 0;
  for (std::size_t l = 0; l < s.network.weights.size(); ++l) {
    moved += (s.network.weights[l] - s.initial.weights[l]).squaredNorm();
    moved += (s.network.biases[l] - s.initial.biases[l]).squaredNorm();
    initial += s.initial.weights[l].squaredNorm() + s.initial.biases[l].squaredNorm();
  }
  out[0] = std::sqrt(moved / initial);
}

using enum Taken;
using enum Shape;
using enum Number;

constexpr std::array table{
    Statistic{"weight_movement", Group::movement, every_checkpoint, per_layer, real, "1",
              "relative movement of each weight layer since initialization; NaN where it starts at zero",
              "|W_l(t) - W_l(0)|_F / |W_l(0)|_F", "Chizat, Oyallon, Bach 2019, arXiv:1812.07956", weight_movement},
    Statistic{"parameter_movement", Group::movement, every_checkpoint, scalar, real, "1",
              "relative movement of all parameters since initialization", "|theta(t) - theta(0)| / |theta(0)|",
              "Chizat, Oyallon, Bach 2019, arXiv:1812.07956", parameter_movement},
};

}  // namespace

std::span<const Statistic> movement_statistics() { return table; }

}  // namespace ntksweep
