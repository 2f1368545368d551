#!/usr/bin/env bash
# scripts/build.sh PRESET: configures and builds, with as many compilers at a time as cores and memory
# allow, and with ccache where it is installed.
set -euo pipefail
cd "$(dirname "$0")/.."
preset=${1:?usage: scripts/build.sh PRESET}

# One compiler needs about 1 GB, because of Eigen's templates.
gigabytes_free() {
  local free limit
  free=$(awk '/^MemAvailable:/ {print int($2 / 1048576)}' /proc/meminfo)
  limit=$(cat /sys/fs/cgroup/memory.max 2>/dev/null || echo max)
  if [ "$limit" != max ] && [ $((limit >> 30)) -lt "$free" ]; then free=$((limit >> 30)); fi
  echo "$free"
}

cores=$(nproc)
memory=$(gigabytes_free)
jobs=$((memory < cores ? memory : cores))
jobs=$((jobs > 1 ? jobs : 1))

echo "build: preset $preset in build/$preset, $jobs compilers at a time ($cores cores, $memory GB free)"
ccache=$(command -v ccache || true)
cmake --preset "$preset" -DCMAKE_CXX_COMPILER_LAUNCHER="$ccache" ${ccache:+-DCMAKE_DISABLE_PRECOMPILE_HEADERS=ON} >/dev/null
cmake --build --preset "$preset" --parallel "$jobs"
