#!/usr/bin/env bash
# bench/fuzz.sh [SECONDS [TARGET...]]: gives everything that the program reads from outside arbitrary bytes, steered by
# coverage, under address and undefined-behaviour sanitizers and leak detection (docs/decisions/0020-fuzzing.md): SECONDS
# (600) for each TARGET (all; the names of tests/fuzz/fuzz_NAME.cpp), one after the other. Needs clang: scripts/install.sh
# build fuzz. Prints a table; exit code 1 when there was a finding, which then lies in build/fuzz/findings. New inputs go
# to build/fuzz/corpus; KEEP=1 takes those that add coverage over into tests/fuzz/corpus. BUILD: the build folder.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-600} build=$(realpath -m "${BUILD:-build/fuzz}")
if [ $# -gt 1 ]; then targets=("${@:2}"); else
  mapfile -t targets < <(sed 's/.*fuzz_\(.*\)\.cpp/\1/' <<<"$(ls tests/fuzz/fuzz_*.cpp)")
fi
cmake --preset fuzz -B "$build" -DCMAKE_CXX_COMPILER_LAUNCHER="$(command -v ccache || true)" >&2
cmake --build "$build" --target fuzzers >&2
programs=$build/tests/fuzz
mkdir -p "$build/findings" "$build/log"
"$programs/job_words" >"$build/job_words.txt"
export OPENBLAS_NUM_THREADS=1 UBSAN_OPTIONS=print_stacktrace=1
# HDF5 asks for absurd sizes when a file says so, and copes with a refusal. A small quarantine keeps memory warm.
export ASAN_OPTIONS=allocator_may_return_null=1:quarantine_size_mb=16:detect_stack_use_after_return=0

fuzz() { # TARGET: its row of the table
  local target=$1 words=() log=$build/log/$1.txt new=$build/corpus/$1 found status=0
  mkdir -p "$new"
  if [ "$target" = job ] || [ "$target" = result_text ]; then words=("-dict=$build/job_words.txt"); fi
  "$programs/fuzz_$target" "${words[@]}" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -detect_leaks=1 \
    -print_final_stats=1 -artifact_prefix="$build/findings/$target-" "$new" "tests/fuzz/corpus/$target" >"$log" 2>&1 || status=$?
  found=$(find "$build/findings" -name "$target-*" -newer "$build/log/.start" | wc -l)
  if [ "$status" -ne 0 ] && [ "$found" -eq 0 ]; then found="ended with $status"; fi
  printf '| %s | %s | %s | %s | %s | %s |\n' "$target" "$(figure number_of_executed_units)" \
    "$(figure average_exec_per_sec)" "$(grep -ao ' cov: [0-9]*' "$log" | tail -1 | grep -o '[0-9]*')" \
    "$(grep -ao ' corp: [0-9]*' "$log" | tail -1 | grep -o '[0-9]*')" "$found"
  [ "$found" = 0 ]
}
figure() { sed -n "s/^stat::$1: *//p" "$log"; }

touch "$build/log/.start"
printf '| target | executions | per second | edges | corpus | findings |\n|---|---|---|---|---|---|\n'
findings=0
for target in "${targets[@]}"; do
  fuzz "$target" || findings=1
  if [ "${KEEP:-0}" = 1 ]; then
    "$programs/fuzz_$target" -merge=1 "tests/fuzz/corpus/$target" "$build/corpus/$target" >>"$build/log/$target.txt" 2>&1
  fi
done
[ "$findings" = 0 ] || echo "fuzz: findings are in $build/findings, what they did in $build/log" >&2
exit "$findings"
