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

/// N numbers side by side, in as many registers as the CPU takes for them.
template <class S, Index N>
struct PackOf {
  typedef S Type __attribute__((vector_size(N * sizeof(S)), aligned(alignof(S)), may_alias));
};
template <class S, Index N>
using Pack = typename PackOf<S, N>::Type;

template <class S, Index N>
struct Halves {
  Pack<S, N / 2> low, high;
};

template <class S, Index N>
NTKSWEEP_INLINE Pack<S, N>& pack(S* values) {
  return *reinterpret_cast<Pack<S, N>*>(values);
}
template <class S, Index N>
NTKSWEEP_INLINE const Pack<S, N>& pack(const S* values) {
  return *reinterpret_cast<const Pack<S, N>*>(values);
}

/// By phi(z) / z. A product with it lets a NaN through, where a selection would not.
template <class P, class S>
NTKSWEEP_INLINE void multiply_by_rise(P& product, const P& z, S leak) {
  product *= z > S(0) ? P{} + S(1) : P{} + leak;
}

/// Blocks of N rows while there are some, then of half as many, to which the two halves of the sums come.
template <class S, Index K, Index N>
NTKSWEEP_INLINE void project_rows(Index rows, Index stride, S leak, S* z, const S* w, Pack<S, N> (&sums)[K],
                                  S (&totals)[K]) {
  Index j = 0;
  for (; j + N <= rows; j += N) {
    for (Index k = 0; k < K; ++k) {
      Pack<S, N> h = pack<S, N>(z + k * stride + j);
      multiply_by_rise(h, h, leak);
      pack<S, N>(z + k * stride + j) = h;
      sums[k] += h * pack<S, N>(w + j);
    }
  }
  if constexpr (N == 1) {
    for (Index k = 0; k < K; ++k) totals[k] = sums[k][0];
  } else {
    Pack<S, N / 2> halves[K];
    for (Index k = 0; k < K; ++k) {
      const auto both = __builtin_bit_cast(Halves<S, N>, sums[k]);
      halves[k] = both.low + both.high;
    }
    project_rows<S, K, N / 2>(rows - j, stride, leak, z + j, w + j, halves, totals);
  }
}

template <class S, Index K>
NTKSWEEP_INLINE void project_columns(Index rows, Index stride, S leak, S* z, ReadoutOf<S> readout, S* output) {
  Pack<S, lanes<S>> sums[K] = {};
  S totals[K];
  project_rows<S, K, lanes<S>>(rows, stride, leak, z, readout.weights, sums, totals);
  for (Index k = 0; k < K; ++k) output[k] = readout.scale * totals[k] + readout.offset;
}

template <class S>
NTKSWEEP_INLINE void project(PanelShape shape, S leak, S* z, ReadoutOf<S> readout, S* output) {
  Index i = 0;
  for (; i + together <= shape.columns; i += together) {
    project_columns<S, together>(shape.rows, shape.stride, leak, z + i * shape.stride, readout, output + i);
  }
  for (; i < shape.columns; ++i) {
    project_columns<S, 1>(shape.rows, shape.stride, leak, z + i * shape.stride, readout, output + i);
  }
}

template <class S, Index K, Index N>
NTKSWEEP_INLINE void signal_rows(Index rows, Index stride, S leak, S* h, const S* w, const S (&scaled)[K],
                                 const S (&r)[K], S* gradient) {
  Index j = 0;
  for (; j + N <= rows; j += N) {
    const Pack<S, N> weights = pack<S, N>(w + j);
    Pack<S, N> sum{};
    for (Index k = 0; k < K; ++k) {
      const Pack<S, N> value = pack<S, N>(h + k * stride + j);
      sum += r[k] * value;
      Pack<S, N> signal = scaled[k] * weights;
      multiply_by_rise(signal, value, leak);
      pack<S, N>(h + k * stride + j) = signal;
    }
    pack<S, N>(gradient + j) += sum;
  }
  if constexpr (N > 1) signal_rows<S, K, N / 2>(rows - j, stride, leak, h + j, w + j, scaled, r, gradient + j);
}

template <class S, Index K>
NTKSWEEP_INLINE void signal_columns(PanelShape shape, S leak, S* h, ReadoutOf<S> readout, const S* r, S* gradient) {
  S scaled[K];
  S residual[K];
  for (Index k = 0; k < K; ++k) {
    residual[k] = r[k];
    scaled[k] = readout.scale * r[k];
  }
  signal_rows<S, K, lanes<S>>(shape.rows, shape.stride, leak, h, readout.weights, scaled, residual, gradient);
}

template <class S>
NTKSWEEP_INLINE void signal(PanelShape shape, S leak, S* h, ReadoutOf<S> readout, const S* r, S* gradient) {
  Index i = 0;
  for (; i + together <= shape.columns; i += together) {
    signal_columns<S, together>(shape, leak, h + i * shape.stride, readout, r + i, gradient);
  }
  for (; i < shape.columns; ++i) {
    signal_columns<S, 1>(shape, leak, h + i * shape.stride, readout, r + i, gradient);
  }
}

}  // namespace

NTKSWEEP_CLONES void rectify_and_project(PanelShape shape, double leak, double* z, ReadoutOf<double> readout,
                                         double* output) {
  project(shape, leak, z, readout, output);
}

NTKSWEEP_CLONES void rectify_and_project(PanelShape shape, float leak, float* z, ReadoutOf<float> readout,
                                         float* output) {
  project(shape, leak, z, readout, output);
}

NTKSWEEP_CLONES void rectified_signal(PanelShape shape, double leak, double* h, ReadoutOf<double> readout,
                                      const double* r, double* gradient) {
  signal(shape, leak, h, readout, r, gradient);
}

NTKSWEEP_CLONES void rectified_signal(PanelShape shape, float leak, float* h, ReadoutOf<float> readout, const float* r,
                                      float* gradient) {
  signal(shape, leak, h, readout, r, gradient);
}

}  // namespace ntksweep
