#include "ntksweep/ntk/linear_theory.hpp"

namespace ntksweep {

LinearTheory linear_theory(const Network<double>& initial, const Matrix& x, const Matrix& y, const TrainingRules& rules,
                           double unit_roundoff) {
  LinearProblem problem = linear_problem(initial, x, y, rules, unit_roundoff);
  const LinearConstants constants = linear_constants(problem, linear_weights(problem, initial));
  return {std::move(problem), constants, largest_step(constants)};
}

}  // namespace ntksweep
