#include "ntksweep/ntk/statistics.hpp"

#include <array>
#include <vector>

#include "statistics_tables.hpp"

namespace ntksweep {

namespace {

std::vector<Statistic> all_chapters() {
  std::vector<Statistic> all;
  for (const auto& chapter :
       {training_statistics(), movement_statistics(), kernel_statistics(), eigenvector_statistics(),
        infinite_statistics(), linearised_statistics(), regression_statistics(), two_layer_statistics(),
        sharpness_statistics(), feature_statistics(), risk_statistics(), prediction_statistics()}) {
    all.insert(all.end(), chapter.begin(), chapter.end());
  }
  return all;
}

constexpr std::array groups{
    GroupInfo{Group::always, "always", "what every result file has", true, false, false,
              "O(n m (d + m L)) per checkpoint for the outputs, which training has at hand"},
    GroupInfo{Group::training, "training", "losses and errors over training", true, false, false,
              "O(C (n + n_test)) per checkpoint, from the outputs"},
    GroupInfo{Group::movement, "movement", "how far weights and features moved", true, false, false,
              "O(P) per checkpoint"},
    GroupInfo{Group::kernel, "kernel", "the empirical NTK at initialization and end, or along the way", true, true,
              false,
              "O(n m d + n m^2 L C + N^2 (d + m L) + N^3) per kernel, and the first once; see kernel.hpp for several "
              "outputs"},
    GroupInfo{Group::spectrum, "spectrum", "eigenvalues (statistics.spectrum)", true, true, false,
              "nothing beyond the kernel group's; room in the file"},
    GroupInfo{Group::eigenvectors, "eigenvectors", "leading eigenvectors of the NTK: rotation, label energy", false,
              true, true, "one more O(N^3) per kernel, some 9 N^3 flops, for the vectors"},
    GroupInfo{
        Group::infinite, "infinite", "the infinite-width kernel beside the empirical one", false, true, true,
        "O(n^2 (d + L)) + O(n^3) once (tanh and gelu: a series of 64 to 4096 terms per entry), O(N^2) per kernel"},
    GroupInfo{Group::linearised, "linearised", "the linearised network at the same step size, and its gradient flow",
              false, false, true,
              "O((n C)^3) once and the full kernel with its test block; O((n + n_test) n C^2) per checkpoint"},
    GroupInfo{Group::regression, "regression", "kernel regression with the NTK at initialization, end, infinite width",
              false, true, true,
              "O(N^3) and the test block of the kernel, once at initialization (with the limits) and at the end of "
              "each cell"},
    GroupInfo{Group::two_layer, "two_layer", "theory of two-layer linear networks: imbalance, rates, bounds", false,
              false, false, "O(n d^2) once, O(m (d + C)^2) per checkpoint, O(1) per step"},
    GroupInfo{Group::sharpness, "sharpness", "largest eigenvalue of the Hessian", false, false, false,
              "10 to 60 Hessian-vector products of O(n P) per checkpoint: each that of some gradient steps"},
    GroupInfo{Group::features, "features", "how far the hidden features moved", false, false, false,
              "O(n m L) per checkpoint, a forward pass once"},
    GroupInfo{Group::risk, "risk", "predicted risk of least squares and random features", false, false, false, "O(1)"},
    GroupInfo{Group::predictions, "predictions", "outputs on the test set at the end", false, false, false,
              "nothing; room in the file"},
};

}  // namespace

std::span<const Statistic> statistics() {
  static const std::vector<Statistic> table = all_chapters();
  return table;
}

std::span<const GroupInfo> statistic_groups() { return groups; }

const GroupInfo& group_info(Group group) { return groups[static_cast<std::size_t>(group)]; }

}  // namespace ntksweep
