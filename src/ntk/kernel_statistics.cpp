#include <array>
#include <cmath>

#include "kernel_sums.hpp"
#include "ntksweep/ntk/kernel_eigenvectors.hpp"
#include "statistics_tables.hpp"

namespace ntksweep {

namespace {

/// <A, B> = tr(A^T B).
double inner(const Matrix& a, const Matrix& b) { return a.cwiseProduct(b).sum(); }

void lambda_min(const Snapshot& s, Out out) { out[0] = s.kernel->ends().lambda_min; }

double floor_of(const KernelEnds& ends) { return eigenvalue_floor(ends.rows, ends.lambda_max); }

void lambda_min_floor(const Snapshot& s, Out out) { out[0] = floor_of(s.kernel->ends()); }

void lambda_max(const Snapshot& s, Out out) { out[0] = s.kernel->ends().lambda_max; }

void condition(const Snapshot& s, Out out) {
  const KernelEnds ends = s.kernel->ends();
  if (std::isnan(ends.lambda_min)) return;
  out[0] = ends.lambda_max / std::max(ends.lambda_min, floor_of(ends));
}

void trace(const Snapshot& s, Out out) { out[0] = s.kernel->ends().trace; }

void stable_rank(const Snapshot& s, Out out) {
  const KernelEnds ends = s.kernel->ends();
  out[0] = ends.trace / ends.lambda_max;
}

/// For statistics that need the entries of the kernels.
template <void statistic(const Snapshot&, Out)>
void of_entries(const Snapshot& s, Out out) {
  if (s.kernel->is_formed()) statistic(s, out);
}

void effective_rank(const Snapshot& s, Out out) {
  const Vector positive = s.kernel->eigenvalues.cwiseMax(0.0);
  const double sum = positive.sum();
  double entropy = 0;
  for (const double value : positive) {
    if (value > 0) entropy -= value / sum * std::log(value / sum);
  }
  out[0] = std::exp(entropy);
}

void participation_ratio(const Snapshot& s, Out out) {
  const double ratio = s.kernel->matrix.trace() / s.kernel->norm;
  out[0] = ratio * ratio;
}

/// |y^T y|_F, from the smaller y y^T.
double target_kernel_norm(const Matrix& y) { return (y * y.transpose()).norm(); }

Matrix labels(const Snapshot& s) { return targets_like(s.data.y, s.kernel->matrix); }

void alignment(const Snapshot& s, Out out) {
  out[0] = kernel_sums(*s.kernel, s.data.y).label_product / (s.kernel->norm * target_kernel_norm(labels(s)));
}

void alignment_centered(const Snapshot& s, Out out) {
  const Matrix y = labels(s);
  const Matrix from_mean = y.colwise() - y.rowwise().mean();
  const KernelSums& sums = kernel_sums(*s.kernel, s.data.y);
  out[0] = sums.centred_label_product / (sums.centred_norm * target_kernel_norm(from_mean));
}

void dimension(const Snapshot& s, Out out) {
  const double ridge = s.theory.options().ridge;
  if (ridge > 0) out[0] = effective_dimension(s.kernel->eigenvalues, ridge, s.data.x.cols());
}

void drift(const Snapshot& s, Out out) {
  out[0] = (s.kernel->matrix - s.initial_kernel->matrix).norm() / s.initial_kernel->norm;
}

void distance(const Snapshot& s, Out out) {
  out[0] = 1.0 - inner(s.kernel->matrix, s.initial_kernel->matrix) / (s.kernel->norm * s.initial_kernel->norm);
}

void cka(const Snapshot& s, Out out) {
  const KernelSums& sums = kernel_sums(*s.kernel, s.data.y);
  const KernelSums& initial = kernel_sums(*s.initial_kernel, s.data.y);
  out[0] = centred_product(s.kernel->matrix, sums, s.initial_kernel->matrix, initial) /
           (sums.centred_norm * initial.centred_norm);
}

void eigenvalues(const Snapshot& s, Out out) {
  const auto& values = s.kernel->eigenvalues;
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = values(values.size() - 1 - static_cast<Index>(i));
}

using enum Taken;
using enum Shape;
using enum Number;

constexpr std::array table{
    Statistic{
        "ntk_lambda_min", Group::kernel, kernel_checkpoint, scalar, real, "1",
        "smallest eigenvalue of the empirical NTK; with spectrum = extremes 0 by rank, or NaN where not within 1e-3",
        "lambda_min(K_t)", "Jacot, Gabriel, Hongler 2018, arXiv:1806.07572", lambda_min},
    Statistic{"ntk_lambda_min_floor", Group::kernel, kernel_checkpoint, scalar, real, "1",
              "rounding floor of ntk_lambda_min: a smaller value is not distinguishable from zero",
              "N eps lambda_max(K_t)", "", lambda_min_floor},
    Statistic{"ntk_lambda_max", Group::kernel, kernel_checkpoint, scalar, real, "1",
              "largest eigenvalue of the empirical NTK", "lambda_max(K_t)",
              "Jacot, Gabriel, Hongler 2018, arXiv:1806.07572", lambda_max},
    Statistic{"ntk_condition", Group::kernel, kernel_checkpoint, scalar, real, "1",
              "condition number (a lower bound where lambda_min is below its floor)",
              "lambda_max / max(lambda_min, floor)", "", condition},
    Statistic{"ntk_trace", Group::kernel, kernel_checkpoint, scalar, real, "1", "trace of the empirical NTK", "tr K_t",
              "", trace},
    Statistic{"ntk_effective_rank", Group::kernel, kernel_checkpoint, scalar, real, "1",
              "entropy effective rank of the empirical NTK", "exp(-sum_i q_i ln q_i), q_i = lambda_i / sum_j lambda_j",
              "Roy, Vetterli 2007", of_entries<effective_rank>},
    Statistic{"ntk_stable_rank", Group::kernel, kernel_checkpoint, scalar, real, "1",
              "trace over the largest eigenvalue", "tr K / lambda_max(K)", "", stable_rank},
    Statistic{"ntk_participation_ratio", Group::kernel, kernel_checkpoint, scalar, real, "1",
              "participation ratio of the eigenvalues", "(tr K)^2 / tr K^2", "", of_entries<participation_ratio>},
    Statistic{"ntk_alignment", Group::kernel, kernel_checkpoint, scalar, real, "1",
              "kernel-target alignment with the training labels",
              "<K, y^T y> / (|K|_F |y^T y|_F), one output: y^T K y / (|K|_F |y|^2)", "Cristianini et al. 2001",
              of_entries<alignment>},
    Statistic{"ntk_alignment_centered", Group::kernel, kernel_checkpoint, scalar, real, "1",
              "centred kernel-target alignment with the training labels", "<H K H, y^T y> / (|H K H|_F |H y^T y H|_F)",
              "Cortes, Mohri, Rostamizadeh 2012", of_entries<alignment_centered>},
    Statistic{"ntk_effective_dimension", Group::kernel, kernel_checkpoint, scalar, real, "1",
              "effective dimension at statistics.ridge; NaN without one", "tr K (K + n ridge)^-1", "Zhang 2005",
              of_entries<dimension>},
    Statistic{"ntk_drift", Group::kernel, kernel_checkpoint, scalar, real, "1",
              "relative change of the kernel since initialization", "|K_t - K_0|_F / |K_0|_F",
              "Geiger et al. 2020, arXiv:1906.08034", of_entries<drift>},
    Statistic{"ntk_distance", Group::kernel, kernel_checkpoint, scalar, real, "1",
              "kernel distance to initialization, blind to scale", "1 - <K_t, K_0> / (|K_t|_F |K_0|_F)",
              "Fort et al. 2020, arXiv:2010.15110", of_entries<distance>},
    Statistic{"ntk_cka", Group::kernel, kernel_checkpoint, scalar, real, "1",
              "centred kernel alignment with initialization", "<H K_t H, H K_0 H> / (|H K_t H|_F |H K_0 H|_F)",
              "Cortes, Mohri, Rostamizadeh 2012; Kornblith et al. 2019, arXiv:1905.00414", of_entries<cka>},
    Statistic{"ntk_eigenvalues", Group::spectrum, kernel_checkpoint, spectrum, real, "1",
              "eigenvalues of the empirical NTK, largest first", "lambda_i(K_t)", "", of_entries<eigenvalues>},
};

}  // namespace

std::span<const Statistic> kernel_statistics() { return table; }

const Eigensystem& kernel_eigensystem(const Snapshot& snapshot) {
  if (!snapshot.eigensystem) {
    snapshot.eigensystem = snapshot.kernel == snapshot.initial_kernel ? snapshot.theory.kernel()
                                                                      : symmetric_eigensystem(snapshot.kernel->matrix);
  }
  return *snapshot.eigensystem;
}

}  // namespace ntksweep
