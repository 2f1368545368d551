#!/usr/bin/env bash
# bench/extend.sh [CELLS]: a sweep of many small cells (100,000): running it, running it again with nothing to do, adding
# a value to an axis, verifying, packing, computing it in shards and merging them. Prints seconds, the largest resident memory of
# each command, and the size of what it leaves. BUILD: the build folder (build/release).
set -euo pipefail
cd "$(dirname "$0")/.."
program=$PWD/${BUILD:-build/release}/ntksweep
[ -x "$program" ] || { cmake --preset release && cmake --build --preset release; } >&2
exec /usr/bin/python3 bench/extend.py "$program" "${1:-100000}"
