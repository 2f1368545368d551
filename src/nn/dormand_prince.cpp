#include "dormand_prince.hpp"

#include <utility>

namespace ntksweep {

namespace {

/// Row i: y + h sum_j a_ij k_j is where stage i + 1 is evaluated; the last row is the fifth-order
/// result. c_i does not appear in an autonomous system.
constexpr std::array<std::array<double, 6>, 6> a{{
    {1.0 / 5, 0, 0, 0, 0, 0},
    {3.0 / 40, 9.0 / 40, 0, 0, 0, 0},
    {44.0 / 45, -56.0 / 15, 32.0 / 9, 0, 0, 0},
    {19372.0 / 6561, -25360.0 / 2187, 64448.0 / 6561, -212.0 / 729, 0, 0},
    {9017.0 / 3168, -355.0 / 33, 46732.0 / 5247, 49.0 / 176, -5103.0 / 18656, 0},
    {35.0 / 384, 0, 500.0 / 1113, 125.0 / 192, -2187.0 / 6784, 11.0 / 84},
}};

/// Fifth-order weights minus fourth-order ones.
constexpr std::array<double, 7> difference{71.0 / 57600,      0,          -71.0 / 16695, 71.0 / 1920,
                                           -17253.0 / 339200, 22.0 / 525, -1.0 / 40};

}  // namespace

DormandPrince::DormandPrince(Derivative f, Vector y) : f_(std::move(f)), y_(std::move(y)), candidate_(y_) {
  k_.front() = f_(y_);
}

void DormandPrince::attempt(double h) {
  for (std::size_t stage = 0; stage < a.size(); ++stage) {
    candidate_ = y_;
    for (std::size_t j = 0; j <= stage; ++j) {
      if (a[stage][j] != 0) candidate_ += (h * a[stage][j]) * k_[j];
    }
    k_[stage + 1] = f_(candidate_);
  }
  Vector error = Vector::Zero(y_.size());
  for (std::size_t j = 0; j < k_.size(); ++j) error += (h * difference[j]) * k_[j];
  error_ = error.norm();
}

void DormandPrince::accept() {
  std::swap(y_, candidate_);
  std::swap(k_.front(), k_.back());
}

}  // namespace ntksweep
