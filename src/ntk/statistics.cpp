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
    GroupInfo{Group::always, "always", "what every result file has", true, false},
    GroupInfo{Group::training, "training", "losses and errors over training", true, false},
    GroupInfo{Group::movement, "movement", "how far weights and features moved", true, false},
    GroupInfo{Group::kernel, "kernel", "the empirical NTK at initialization and end, or along the way", true, true},
    GroupInfo{Group::spectrum, "spectrum", "eigenvalues (statistics.spectrum)", true, true},
    GroupInfo{Group::eigenvectors, "eigenvectors", "leading eigenvectors of the NTK: rotation, label energy", false,
              true},
    GroupInfo{Group::infinite, "infinite", "the infinite-width kernel beside the empirical one", false, true},
    GroupInfo{Group::linearised, "linearised", "the linearised network at the same step size, and its gradient flow",
              false, false},
    GroupInfo{Group::regression, "regression", "kernel regression with the NTK at initialization, end, infinite width",
              false, true},
    GroupInfo{Group::two_layer, "two_layer", "theory of two-layer linear networks: imbalance, rates, bounds", false,
              false},
    GroupInfo{Group::sharpness, "sharpness", "largest eigenvalue of the Hessian", false, false},
    GroupInfo{Group::features, "features", "how far the hidden features moved", false, false},
    GroupInfo{Group::risk, "risk", "predicted risk of least squares and random features", false, false},
    GroupInfo{Group::predictions, "predictions", "outputs on the test set at the end", false, false},
};

}  // namespace

std::span<const Statistic> statistics() {
  static const std::vector<Statistic> table = all_chapters();
  return table;
}

std::span<const GroupInfo> statistic_groups() { return groups; }

const GroupInfo& group_info(Group group) { return groups[static_cast<std::size_t>(group)]; }

}  // namespace ntksweep
