#!/bin/sh
# Builds and runs the benchmarks of the numerics, one thread, and prints a table: time (median CPU
# time) and share of the GEMM rate of this machine, measured in the same run.
#   bench/run_kernels.sh [options of Google Benchmark, as --benchmark_filter=step]
# BUILD chooses the build folder (build/bench).
set -eu
cd "$(dirname "$0")/.."
build=${BUILD:-build/bench}
cmake --preset bench -B "$build" >&2
cmake --build "$build" --target bench_numerics >&2
export OPENBLAS_NUM_THREADS=1
"$build/bench_numerics" --benchmark_repetitions=5 --benchmark_min_time=0.2 --benchmark_out_format=json \
  --benchmark_out="$build/numerics.json" "$@" >&2
python3 bench/table.py "$build/numerics.json"
