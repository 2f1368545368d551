#include "ntksweep/ntk/stability.hpp"

namespace ntksweep {

double critical_step(double lambda_max, Index samples, double momentum, double weight_decay) {
  return 2 * (1 + momentum) / (lambda_max / static_cast<double>(samples) + weight_decay);
}

}  // namespace ntksweep
