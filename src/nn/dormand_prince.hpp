#pragma once

#include <array>
#include <functional>

#include "ntksweep/nn/matrix.hpp"

namespace ntksweep {

/// One autonomous system dy/dt = f(y), y of P entries, by the embedded Runge-Kutta pair of orders 5
/// and 4 of Dormand and Prince (1980). Seven stages, the last of which is the first of the next step.
class DormandPrince {
 public:
  using Derivative = std::function<Vector(const Vector& y)>;

  DormandPrince(Derivative f, Vector y);

  /// A step of length h from `state`: f is evaluated six times, last at the candidate.
  void attempt(double h);
  void accept();

  const Vector& state() const { return y_; }
  const Vector& candidate() const { return candidate_; }
  const Vector& slope() const { return k_.front(); }  ///< f(state)
  double error() const { return error_; }             ///< 2-norm of the candidate's estimated error

 private:
  Derivative f_;
  Vector y_, candidate_;
  std::array<Vector, 7> k_;
  double error_ = 0;
};

}  // namespace ntksweep
