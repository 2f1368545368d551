#!/usr/bin/env bash
# scripts/sanitize.sh asan|tsan [CTEST OPTIONS]: builds with the address, leak and undefined-behaviour sanitizers, or
# with the thread sanitizer, and runs the tests. Ends with exit code 1 where a test fails or a sanitizer reports
# anything, also in a process whose end no test looks at. Takes an hour of a core or two
# (docs/decisions/0021-sanitizers.md). Options go on to ctest: scripts/sanitize.sh tsan -R cluster
set -euo pipefail
cd "$(dirname "$0")/.."
preset=${1-}
[[ $preset =~ ^(asan|tsan)$ ]] || { echo "usage: scripts/sanitize.sh asan|tsan [CTEST OPTIONS]" >&2; exit 2; }
shift

scripts/install.sh build tests
scripts/build.sh "$preset"

lists=$PWD/tests/sanitizers
reports=$PWD/build/$preset/reports
rm -rf "$reports"
mkdir "$reports"
# Crashes keep their usual end, as the program notes its own; addresses and leaks get files, so that none is overlooked.
common=log_path=$reports/report:log_exe_name=1:exitcode=86
common+=:handle_segv=0:handle_sigbus=0:handle_sigfpe=0:handle_sigill=0:handle_abort=0
export ASAN_OPTIONS=$common:detect_stack_use_after_return=1:check_initialization_order=1:strict_string_checks=1
export UBSAN_OPTIONS=$common:print_stacktrace=1
export LSAN_OPTIONS=suppressions=$lists/lsan.supp:print_suppressions=0
# OpenBLAS and Open MPI are not instrumented: what they do to memory is not seen, nor may their calls of memcpy be.
export TSAN_OPTIONS=$common:suppressions=$lists/tsan.supp:ignore_noninstrumented_modules=1:second_deadlock_stack=1

if [ "$(id -u)" = 0 ]; then export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1; fi
tests=passed
ctest --preset "$preset" --parallel "$(nproc)" "$@" || tests=failed

mapfile -t found < <(find "$reports" -type f | sort)
for report in "${found[@]:0:5}"; do
  printf '\n== %s\n' "$report"
  head -n 40 "$report"
done
echo
echo "sanitize: $preset, tests $tests, ${#found[@]} reports${found[0]:+ in $reports}"
[ "$tests" = passed ] && [ ${#found[@]} = 0 ]
