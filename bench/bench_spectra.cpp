#include <benchmark/benchmark.h>
#include <cblas.h>
#include <lapacke.h>

#include <memory>
#include <utility>

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

/// Loss and outputs on the training set at 10 step sizes and 50 checkpoints each, as cells take them: one product
/// for those of a cell.
void linearised(benchmark::State& state) {
  const Matrix k = wishart(state.range(0));
  const Matrix residual = Matrix::Random(1, k.rows());
  const auto schedule = checkpoint_schedule(100000, 53);
  if (schedule.size() != 50) state.SkipWithError("not 50 checkpoints");
  for (auto _ : state) {
    const LinearisedModel model(std::make_shared<Eigensystem>(symmetric_eigensystem(k)), residual);
    for (int cell = 1; cell <= 10; ++cell) {
      Matrix factors = model.residual_factors({0.1 * cell, Dynamics::steps, schedule});
      benchmark::DoNotOptimize(model.train_losses(factors));
      const Matrix residuals = model.train_residuals(std::move(factors));
      for (Index i = 0; i < 50; ++i) benchmark::DoNotOptimize(model.at(residuals, i));
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

/// Eigenvalues by the reduction in one stage or in two, at sizes about the one from which the library takes two;
/// by the clock, on one thread and on two.
void stages(benchmark::State& state, decltype(&LAPACKE_dsyevd) solve) {
  const Matrix k = wishart(state.range(0));
  openblas_set_num_threads(static_cast<int>(state.range(1)));
  const auto n = static_cast<lapack_int>(k.rows());
  Matrix work(n, n);
  Vector values(n);
  for (auto _ : state) {
    work = k;
    if (solve(LAPACK_COL_MAJOR, 'N', 'L', n, work.data(), n, values.data()) != 0) state.SkipWithError("LAPACK failed");
  }
  openblas_set_num_threads(1);
}

void samples_and_threads(benchmark::internal::Benchmark* benchmark) {
  benchmark->ArgsProduct({{1536, 2048, 2304, 3072}, {1, 2}})->UseRealTime();
}

void samples(benchmark::internal::Benchmark* benchmark) { benchmark->Arg(128)->Arg(512)->Arg(1024)->Arg(2048); }

BENCHMARK(spectrum_only)->Name("spectrum_only/f64")->Apply(samples);
BENCHMARK(eigensystem)->Name("eigensystem/f64")->Apply(samples);
BENCHMARK(linearised)->Name("linearised/f64")->Arg(1024);
BENCHMARK_CAPTURE(dsyevd, values, 'N')->Name("dsyevd_values/f64")->Apply(samples);
BENCHMARK_CAPTURE(dsyevd, vectors, 'V')->Name("dsyevd_vectors/f64")->Apply(samples);
BENCHMARK_CAPTURE(stages, one, LAPACKE_dsyevd)->Name("one_stage/f64")->Apply(samples_and_threads);
BENCHMARK_CAPTURE(stages, two, LAPACKE_dsyevd_2stage)->Name("two_stage/f64")->Apply(samples_and_threads);

}  // namespace
}  // namespace ntksweep::bench
