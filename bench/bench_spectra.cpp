#include <benchmark/benchmark.h>
#include <cblas.h>
#include <lapacke.h>

#include <memory>

#include "ntksweep/ntk/linearised_model.hpp"
#include "ntksweep/ntk/spectrum.hpp"

/// Eigenvalues of a Wishart matrix through the library, and by LAPACK's dsyevd itself on the same BLAS, one thread;
/// and what the linearised model at 500 pairs of step size and time costs with the eigensystem it needs.
namespace ntksweep::bench {
namespace {

Matrix wishart(Index size) {
  openblas_set_num_threads(1);
  const Matrix factor = Matrix::Random(size, 2 * size);
  return factor * factor.transpose() / static_cast<double>(size);
}

void spectrum_only(benchmark::State& state) {
  const Matrix k = wishart(state.range(0));
  for (auto _ : state) benchmark::DoNotOptimize(symmetric_eigenvalues(k));
}

void eigensystem(benchmark::State& state) {
  const Matrix k = wishart(state.range(0));
  for (auto _ : state) benchmark::DoNotOptimize(symmetric_eigensystem(k));
}

/// Loss and outputs on the training set at 10 step sizes and 50 times each.
void linearised(benchmark::State& state) {
  const Matrix k = wishart(state.range(0));
  const Matrix residual = Matrix::Random(1, k.rows());
  for (auto _ : state) {
    const LinearisedModel model(std::make_shared<Eigensystem>(symmetric_eigensystem(k)), residual);
    for (int i = 1; i <= 500; ++i) {
      const double eta = 0.1 * static_cast<double>(1 + i % 10);
      benchmark::DoNotOptimize(model.train_loss(eta, i, Dynamics::steps));
      benchmark::DoNotOptimize(model.train_residual(eta, i, Dynamics::steps));
    }
  }
}

/// The copy of the matrix, which dsyevd destroys, is timed as well.
void dsyevd(benchmark::State& state, char job) {
  const Matrix k = wishart(state.range(0));
  const auto n = static_cast<lapack_int>(k.rows());
  Matrix work(n, n);
  Vector values(n);
  for (auto _ : state) {
    work = k;
    if (LAPACKE_dsyevd(LAPACK_COL_MAJOR, job, 'L', n, work.data(), n, values.data()) != 0) {
      state.SkipWithError("dsyevd failed");
    }
  }
}

void samples(benchmark::internal::Benchmark* benchmark) { benchmark->Arg(128)->Arg(512)->Arg(1024)->Arg(2048); }

BENCHMARK(spectrum_only)->Name("spectrum_only/f64")->Apply(samples);
BENCHMARK(eigensystem)->Name("eigensystem/f64")->Apply(samples);
BENCHMARK(linearised)->Name("linearised/f64")->Arg(1024);
BENCHMARK_CAPTURE(dsyevd, values, 'N')->Name("dsyevd_values/f64")->Apply(samples);
BENCHMARK_CAPTURE(dsyevd, vectors, 'V')->Name("dsyevd_vectors/f64")->Apply(samples);

}  // namespace
}  // namespace ntksweep::bench
