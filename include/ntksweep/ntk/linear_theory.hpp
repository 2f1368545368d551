#pragma once

#include "ntksweep/ntk/linear_convergence.hpp"

namespace ntksweep {

/// The theory of one cell: its problem, its constants and the largest step covered (paper's units).
struct LinearTheory {
  LinearProblem problem;
  LinearConstants constants;
  double largest_step;
};

/// For networks inside the theory (outside_linear_theory). One SVD of x and of a few small matrices.
LinearTheory linear_theory(const Network<double>& initial, const Matrix& x, const Matrix& y, const TrainingRules& rules,
                           double unit_roundoff = 1.1102230246251565e-16);

}  // namespace ntksweep
