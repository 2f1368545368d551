#!/usr/bin/env bash
# bench/failing_calls.sh: `ntksweep run` of a small job with every single call that writes failing once (ENOSPC, EDQUOT,
# EIO, EINTR, short writes), the same command run again, and the file compared with an undisturbed one. Some minutes.
# BUILD: a build folder with tests (build/dev).
set -euo pipefail
cd "$(dirname "$0")/.."
build=$(realpath "${BUILD:-build/dev}")
cmake --build "$build" --target ntksweep faulty_disk >&2
if [ "$(id -u)" = 0 ]; then export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1; fi
export NTKSWEEP=$build/ntksweep FAULTY_DISK=$build/tests/store_model/libfaulty_disk.so FAULTY_SAMPLE=0
export PYTHONDONTWRITEBYTECODE=1
exec /usr/bin/python3 -m pytest -q -p no:cacheprovider tests/program/test_failing_calls.py "$@"
