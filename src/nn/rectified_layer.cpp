#include "rectified_layer.hpp"

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__) && \
    !defined(__SANITIZE_THREAD__)
#define NTKSWEEP_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define NTKSWEEP_CLONES
#endif
#define NTKSWEEP_INLINE inline __attribute__((always_inline))

namespace ntksweep {

namespace {

/// Columns that are in work together, and lanes of one column: one register of the widest kind.
constexpr Index together = 4;
template <class S>
constexpr Index lanes = 64 / sizeof(S);

/// phi(z) / z. A product with it lets a NaN through, where a selection would not.
template <class S>
NTKSWEEP_INLINE S rise(S z, S leak) {
  return z > S(0) ? S(1) : leak;
}

/// The same lanes for every column, whatever its neighbours are.
template <class S, Index K>
NTKSWEEP_INLINE void project_columns(Index rows, Index stride, S leak, S* __restrict z, const S* __restrict w,
                                     S* __restrict projection) {
  constexpr Index n = lanes<S>;
  S sums[K][n] = {};
  Index j = 0;
  for (; j + n <= rows; j += n) {
    for (Index k = 0; k < K; ++k) {
      S* const column = z + k * stride + j;
      for (Index lane = 0; lane < n; ++lane) {
        column[lane] *= rise(column[lane], leak);
        sums[k][lane] += column[lane] * w[j + lane];
      }
    }
  }
  for (Index k = 0; k < K; ++k) {
    S sum = 0;
    for (Index rest = j; rest < rows; ++rest) {
      S& value = z[k * stride + rest];
      value *= rise(value, leak);
      sum += value * w[rest];
    }
    for (Index lane = 0; lane < n; ++lane) sum += sums[k][lane];
    projection[k] = sum;
  }
}

template <class S>
NTKSWEEP_INLINE void project(PanelShape shape, S leak, S* z, const S* w, S* projection) {
  Index i = 0;
  for (; i + together <= shape.columns; i += together) {
    project_columns<S, together>(shape.rows, shape.stride, leak, z + i * shape.stride, w, projection + i);
  }
  for (; i < shape.columns; ++i) {
    project_columns<S, 1>(shape.rows, shape.stride, leak, z + i * shape.stride, w, projection + i);
  }
}

template <class S, Index K, Index N>
NTKSWEEP_INLINE void signal_rows(Index stride, S leak, S* __restrict h, const S* __restrict w,
                                 const S* __restrict scaled, const S* __restrict r, S* __restrict gradient) {
  for (Index lane = 0; lane < N; ++lane) {
    S sum = 0;
    for (Index k = 0; k < K; ++k) {
      S& value = h[k * stride + lane];
      sum += r[k] * value;
      value = scaled[k] * w[lane] * rise(value, leak);
    }
    gradient[lane] += sum;
  }
}

template <class S, Index K>
NTKSWEEP_INLINE void signal_columns(Index rows, Index stride, S leak, S factor, S* h, const S* w, const S* r,
                                    S* gradient) {
  S scaled[K];
  S residual[K];
  for (Index k = 0; k < K; ++k) {
    residual[k] = r[k];
    scaled[k] = factor * r[k];
  }
  Index j = 0;
  for (; j + lanes<S> <= rows; j += lanes<S>) {
    signal_rows<S, K, lanes<S>>(stride, leak, h + j, w + j, scaled, residual, gradient + j);
  }
  for (; j < rows; ++j) signal_rows<S, K, 1>(stride, leak, h + j, w + j, scaled, residual, gradient + j);
}

template <class S>
NTKSWEEP_INLINE void signal(PanelShape shape, S leak, S factor, S* h, const S* w, const S* r, S* gradient) {
  Index i = 0;
  for (; i + together <= shape.columns; i += together) {
    signal_columns<S, together>(shape.rows, shape.stride, leak, factor, h + i * shape.stride, w, r + i, gradient);
  }
  for (; i < shape.columns; ++i) {
    signal_columns<S, 1>(shape.rows, shape.stride, leak, factor, h + i * shape.stride, w, r + i, gradient);
  }
}

}  // namespace

NTKSWEEP_CLONES void rectify_and_project(PanelShape shape, double leak, double* z, const double* w,
                                         double* projection) {
  project(shape, leak, z, w, projection);
}

NTKSWEEP_CLONES void rectify_and_project(PanelShape shape, float leak, float* z, const float* w, float* projection) {
  project(shape, leak, z, w, projection);
}

NTKSWEEP_CLONES void rectified_signal(PanelShape shape, double leak, double factor, double* h, const double* w,
                                      const double* r, double* gradient) {
  signal(shape, leak, factor, h, w, r, gradient);
}

NTKSWEEP_CLONES void rectified_signal(PanelShape shape, float leak, float factor, float* h, const float* w,
                                      const float* r, float* gradient) {
  signal(shape, leak, factor, h, w, r, gradient);
}

}  // namespace ntksweep
