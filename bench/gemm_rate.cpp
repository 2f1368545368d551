#include "gemm_rate.hpp"

#include <cblas.h>

#include <algorithm>
#include <ctime>

#include "ntksweep/core/pages.hpp"
#include "ntksweep/nn/matrix.hpp"

namespace ntksweep::bench {

namespace {

double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

}  // namespace

template <class Scalar>
double gemm_rate() {
  keep_freed_memory();  // as the program does
  openblas_set_num_threads(1);
  const Index size = 768;
  const MatrixOf<Scalar> a = MatrixOf<Scalar>::Random(size, size);
  const MatrixOf<Scalar> b = MatrixOf<Scalar>::Random(size, size);
  MatrixOf<Scalar> c = MatrixOf<Scalar>::Zero(size, size);
  double shortest = 1e300;
  for (int repetition = 0; repetition < 12; ++repetition) {
    const double start = cpu_seconds();
    c.noalias() += a * b;
    shortest = std::min(shortest, cpu_seconds() - start);
  }
  return 2.0 * static_cast<double>(size * size * size) / shortest;
}

template double gemm_rate<double>();
template double gemm_rate<float>();

}  // namespace ntksweep::bench
