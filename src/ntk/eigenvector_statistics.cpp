#include <array>

#include "ntksweep/ntk/kernel_eigenvectors.hpp"
#include "statistics_tables.hpp"

namespace ntksweep {

namespace {

void rotation(const Snapshot& s, Out out) {
  out[0] = 1.0 - subspace_overlap(kernel_eigensystem(s), s.theory.kernel(), s.theory.options().top);
}

void energy(const Snapshot& s, Out out) {
  out[0] = label_energy(kernel_eigensystem(s), s.data.y, s.theory.options().top);
}

void complexity(const Snapshot& s, Out out) { out[0] = label_complexity(kernel_eigensystem(s), s.data.y); }

constexpr Statistic row(std::string_view name, std::string_view long_name, std::string_view formula,
                        std::string_view reference, void (*measure)(const Snapshot&, Out)) {
  return {name,
          Group::eigenvectors,
          Taken::kernel_checkpoint,
          Shape::scalar,
          Number::real,
          "1",
          long_name,
          formula,
          reference,
          measure};
}

constexpr std::array table{
    row("ntk_rotation", "rotation of the k leading eigenvectors since initialization, k = statistics.top",
        "1 - |V_k(t)^T V_k(0)|_F^2 / k", "Fort et al. 2020, arXiv:2010.15110", rotation),
    row("ntk_label_energy", "share of the labels in the k leading eigenvectors, k = statistics.top",
        "sum_{i<=k} (v_i . y)^2 / |y|^2", "Arora et al. 2019, arXiv:1901.08584", energy),
    row("ntk_label_complexity", "labels in the norm of the kernel's inverse; pseudo-inverse above N eps lambda_max",
        "y^T K^-1 y / n", "Arora et al. 2019, arXiv:1901.08584", complexity),
};

}  // namespace

std::span<const Statistic> eigenvector_statistics() { return table; }

}  // namespace ntksweep
