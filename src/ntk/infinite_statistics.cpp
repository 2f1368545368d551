#include <array>
#include <cmath>

#include "ntksweep/ntk/spectrum.hpp"
#include "statistics_tables.hpp"

namespace ntksweep {

namespace {

/// The limit in the size of the empirical kernel: times I_C where that has outputs apart.
Matrix limit_like(const Matrix& limit, const Matrix& kernel) {
  const Index outputs = kernel.rows() / limit.rows();
  if (outputs == 1) return limit;
  Matrix full = Matrix::Zero(kernel.rows(), kernel.cols());
  for (Index j = 0; j < limit.cols(); ++j) {
    for (Index i = 0; i < limit.rows(); ++i)
      full.block(i * outputs, j * outputs, outputs, outputs).diagonal().setConstant(limit(i, j));
  }
  return full;
}

void distance(const Snapshot& s, Out out) {
  if (!s.theory.infinite()) return;
  const Matrix limit = limit_like(s.theory.infinite()->ntk, s.kernel->matrix);
  out[0] = (s.kernel->matrix - limit).norm() / limit.norm();
}

void alignment(const Snapshot& s, Out out) {
  if (!s.theory.infinite()) return;
  const Matrix limit = limit_like(s.theory.infinite()->ntk, s.kernel->matrix);
  out[0] = s.kernel->matrix.cwiseProduct(limit).sum() / (s.kernel->norm * limit.norm());
}

void lambda_min(const Snapshot& s, Out out) {
  if (s.theory.infinite()) out[0] = s.theory.infinite_kernel()->values(0);
}

void lambda_max(const Snapshot& s, Out out) {
  if (s.theory.infinite()) out[0] = s.theory.infinite_kernel()->values.tail(1).value();
}

void trace(const Snapshot& s, Out out) {
  if (s.theory.infinite()) out[0] = s.theory.infinite()->ntk.trace();
}

void output_variance(const Snapshot& s, Out out) {
  if (s.theory.infinite()) out[0] = s.theory.infinite()->nngp.diagonal().mean();
}

/// Those of one output; the full kernel has each C times.
void eigenvalues(const Snapshot& s, Out out) {
  if (!s.theory.infinite()) return;
  const Vector& values = s.theory.infinite_kernel()->values;
  const auto kept = std::min(out.size(), static_cast<std::size_t>(values.size()));
  for (std::size_t i = 0; i < kept; ++i) out[i] = values(values.size() - 1 - static_cast<Index>(i));
}

constexpr std::string_view jacot = "Jacot, Gabriel, Hongler 2018, arXiv:1806.07572";

constexpr Statistic row(std::string_view name, Taken taken, std::string_view long_name, std::string_view formula,
                        void (*measure)(const Snapshot&, Out), std::string_view reference = jacot) {
  return {name, Group::infinite, taken, Shape::scalar, Number::real, "1", long_name, formula, reference, measure};
}

constexpr std::array table{
    row("infinite_distance", Taken::kernel_checkpoint, "relative distance of the NTK from its infinite-width limit",
        "|K_t - K_inf|_F / |K_inf|_F", distance),
    row("infinite_alignment", Taken::kernel_checkpoint, "alignment of the NTK with its infinite-width limit",
        "<K_t, K_inf> / (|K_t|_F |K_inf|_F)", alignment),
    row("infinite_lambda_min", Taken::end, "smallest eigenvalue of the infinite-width NTK", "lambda_min(K_inf)",
        lambda_min),
    row("infinite_lambda_max", Taken::end, "largest eigenvalue of the infinite-width NTK", "lambda_max(K_inf)",
        lambda_max),
    row("infinite_trace", Taken::end, "trace of the infinite-width NTK, one output", "tr K_inf", trace),
    row("nngp_variance", Taken::end,
        "mean variance of an output at initialization in the limit of infinite width; symmetric: of one half",
        "tr Sigma_inf / n", output_variance, "Lee et al. 2018, arXiv:1711.00165"),
    Statistic{"infinite_eigenvalues", Group::infinite, Taken::end, Shape::spectrum, Number::real, "1",
              "eigenvalues of the infinite-width NTK of one output, largest first", "lambda_i(K_inf)", jacot,
              eigenvalues},
};

}  // namespace

std::span<const Statistic> infinite_statistics() { return table; }

}  // namespace ntksweep
