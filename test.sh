#!/usr/bin/env bash
# ./test.sh [CTEST OPTIONS]: installs what is missing, builds everything with warnings as errors, and
# runs all tests. Options go on to ctest: ./test.sh -R store, ./test.sh --rerun-failed.
set -euo pipefail
cd "$(dirname "$0")"

say() { printf '\n== %s\n' "$*"; }

say "1/3 software"
scripts/install.sh build tests

say "2/3 program and tests"
scripts/build.sh dev

# One test more at a time than there are cores: those on the emulated Slurm cluster mostly wait.
tests=$(($(nproc) + 1))
if [ "$(id -u)" = 0 ]; then export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1; fi
say "3/3 tests: ctest --preset dev --parallel $tests $*"
code=0
ctest --preset dev --parallel "$tests" "$@" || code=$?

# What ctest calls "Skipped", and why.
reason=$(/usr/bin/python3 tests/slurm/namespaces.py)
if [ -n "$reason" ]; then say "left out: tests on an emulated Slurm cluster (slurm.*): $reason"; fi
exit "$code"
