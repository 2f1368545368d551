#pragma once

namespace ntksweep::bench {

/// Flops per second of CPU time that one BLAS thread reaches on a square product of size 768, best
/// of a few: the yardstick beside which everything else is timed. Sets BLAS to one thread.
template <class Scalar>
double gemm_rate();

extern template double gemm_rate<double>();
extern template double gemm_rate<float>();

}  // namespace ntksweep::bench
