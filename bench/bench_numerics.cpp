#include <benchmark/benchmark.h>

#include "gemm_rate.hpp"
#include "ntksweep/nn/gradient_descent.hpp"
#include "ntksweep/ntk/kernel.hpp"
#include "ntksweep/ntk/spectrum.hpp"

/// Time of a gradient-descent step, of a kernel and of a spectrum, two-layer ReLU, one output, one
/// thread; `of_gemm` is the share of the GEMM rate measured just before on the same core.
namespace ntksweep::bench {
namespace {

struct Size {
  Index width, samples, inputs;
};

Size size_of(const benchmark::State& state) { return {state.range(0), state.range(1), state.range(2)}; }

Network<double> network(const Size& size) {
  Architecture architecture;
  architecture.inputs = size.inputs;
  architecture.width = size.width;
  return initialize(architecture, 0);
}

void report(benchmark::State& state, double flops, double gemm) {
  using benchmark::Counter;
  state.counters["flops"] = Counter(flops, Counter::kIsIterationInvariantRate);
  state.counters["of_gemm"] = Counter(flops / gemm, Counter::kIsIterationInvariantRate);
}

/// 4 n m d: the two products with the inputs. What one output adds is not counted.
double step_flops(const Size& s) { return 4.0 * static_cast<double>(s.samples * s.width * s.inputs); }

/// 2 n m d for the forward pass, n^2 (d + 2 m) for three symmetric rank-k updates.
double kernel_flops(const Size& s) {
  return 2.0 * static_cast<double>(s.samples * s.width * s.inputs) +
         static_cast<double>(s.samples * s.samples * (s.inputs + 2 * s.width));
}

/// 4/3 n^3, reduction to tridiagonal form.
double spectrum_flops(const Size& s) { return 4.0 / 3.0 * static_cast<double>(s.samples * s.samples * s.samples); }

/// As gradient descent of 1000 steps takes them: in the dual form 2 n^2 m.
double executed_step_flops(const Size& s, TrainingForm form) {
  return is_dual(form) ? 2.0 * static_cast<double>(s.samples * s.samples * s.width) : step_flops(s);
}

template <class Scalar>
void step(benchmark::State& state) {
  const Size size = size_of(state);
  const double gemm = gemm_rate<Scalar>();
  auto net = cast<Scalar>(network(size));
  const MatrixOf<Scalar> x = MatrixOf<Scalar>::Random(size.inputs, size.samples);
  const MatrixOf<Scalar> y = MatrixOf<Scalar>::Random(1, size.samples);
  const TrainingRules rules{.max_steps = 1000};
  const TrainingForm form = training_form(net.layers, *net.activation, rules, size.samples);
  GradientDescent<Scalar> descent(net, x, y, rules, form);
  for (auto _ : state) {
    benchmark::DoNotOptimize(descent.evaluate());
    descent.step(1e-3);
  }
  report(state, step_flops(size), gemm);
  state.counters["executed_of_gemm"] =
      benchmark::Counter(executed_step_flops(size, form) / gemm, benchmark::Counter::kIsIterationInvariantRate);
}

void kernel(benchmark::State& state) {
  const Size size = size_of(state);
  const double gemm = gemm_rate<double>();
  const auto net = network(size);
  const Matrix x = Matrix::Random(size.inputs, size.samples);
  for (auto _ : state) benchmark::DoNotOptimize(empirical_ntk(net, x, KernelKind::trace));
  report(state, kernel_flops(size), gemm);
}

void spectrum(benchmark::State& state) {
  const Size size = size_of(state);
  const double gemm = gemm_rate<double>();
  const Matrix k = empirical_ntk(network(size), Matrix::Random(size.inputs, size.samples), KernelKind::trace);
  for (auto _ : state) benchmark::DoNotOptimize(symmetric_eigenvalues(k));
  report(state, spectrum_flops(size), gemm);
}

void lambda_max(benchmark::State& state) {
  const Size size = size_of(state);
  gemm_rate<double>();
  const auto net = network(size);
  const Matrix x = Matrix::Random(size.inputs, size.samples);
  for (auto _ : state) benchmark::DoNotOptimize(full_kernel_lambda_max(net, x));
}

void sizes(benchmark::internal::Benchmark* benchmark) {
  benchmark->Args({8, 32, 16})
      ->Args({64, 128, 32})
      ->Args({1024, 512, 64})
      ->Args({4096, 1024, 784})
      ->Args({1024, 256, 784});
}

BENCHMARK(step<float>)->Name("step/f32")->Apply(sizes);
BENCHMARK(step<double>)->Name("step/f64")->Apply(sizes);
BENCHMARK(kernel)->Name("kernel/f64")->Apply(sizes)->Args({1024, 1024, 64});
BENCHMARK(spectrum)->Name("spectrum/f64")->Apply(sizes);
BENCHMARK(lambda_max)->Name("lambda_max/f64")->Apply(sizes);

}  // namespace
}  // namespace ntksweep::bench
