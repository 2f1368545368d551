#include "ntksweep/sweep/work.hpp"

namespace ntksweep {

double CostModel::seconds(const Work& work, bool with_shared) const {
  const double other = work.kernels + (with_shared ? work.shared : 0.0);
  return work.training * training_s_ / training_flops_ + other * other_s_ / other_flops_;
}

void CostModel::learn(const Work& work, bool with_shared, double training_s, double other_s) {
  if (training_s + other_s <= 0) return;
  training_flops_ += work.training;
  training_s_ += training_s;
  other_flops_ += work.kernels + (with_shared ? work.shared : 0.0);
  other_s_ += other_s;
}

double CostModel::training_to_other() const { return (training_s_ / training_flops_) / (other_s_ / other_flops_); }

}  // namespace ntksweep
