#!/usr/bin/env bash
# bench/run_all.sh [--short] [SECTION ...]: builds ntksweep and its benchmarks, runs them and the peers side by side,
# and prints Markdown: machine, tables, and every target with what was measured. Nothing given: all sections, about
# 12 minutes; --short: about 3. Sections: steps kernels spectra sharing small_grid scheduling ranks predictions.
# The peers' environment is made by bench/peers.sh; without it only ntksweep is measured. BUILD: the build folder
# (build/bench). Progress goes to standard error. Use a quiet machine.
set -euo pipefail
cd "$(dirname "$0")/.."
build=${BUILD:-build/bench}
cmake --preset bench -B "$build" -DCMAKE_CXX_COMPILER_LAUNCHER="$(command -v ccache || true)" >&2
cmake --build "$build" >&2
export PYTHONPATH=bench PYTHONDONTWRITEBYTECODE=1
if [ "$(id -u)" = 0 ]; then export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1; fi
exec /usr/bin/python3 -m compare --build "$build" "$@"
