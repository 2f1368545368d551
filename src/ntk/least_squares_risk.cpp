#include "ntksweep/ntk/least_squares_risk.hpp"

#include <limits>
#include <stdexcept>

namespace ntksweep {

namespace {

/// noise * numerator / denominator, infinite where the denominator is not positive; no noise, no term.
double amplified(double noise, double numerator, double denominator) {
  if (noise == 0) return 0;
  return denominator > 0 ? noise * numerator / denominator : std::numeric_limits<double>::infinity();
}

}  // namespace

double least_squares_excess_risk(Index samples, Index parameters, const LeastSquaresProblem& problem) {
  const double n = static_cast<double>(samples);
  const double p = static_cast<double>(parameters);
  if (parameters <= samples) return amplified(problem.noise, p, n - p - 1);
  return (problem.signal + problem.start) * (1 - n / p) + amplified(problem.noise, n, p - n - 1);
}

double least_squares_asymptotic_risk(double gamma, const LeastSquaresProblem& problem) {
  if (gamma <= 1) return amplified(problem.noise, gamma, 1 - gamma);
  return (problem.signal + problem.start) * (1 - 1 / gamma) + amplified(problem.noise, 1, gamma - 1);
}

double selected_features_excess_risk(Index samples, Index selected, Index features,
                                     const LeastSquaresProblem& problem) {
  if (selected > features) throw std::invalid_argument("selected_features_excess_risk: more selected than there are");
  const double share = static_cast<double>(selected) / static_cast<double>(features);
  const double missed = problem.signal * (1 - share);
  return missed + least_squares_excess_risk(samples, selected, {problem.signal * share, problem.noise + missed});
}

}  // namespace ntksweep
