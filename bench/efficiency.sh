#!/usr/bin/env bash
# bench/efficiency.sh [JOB] [RANKS]: one rank against several on the same job, in turn, three times.
# Prints the wall time of each, the idle share that the program reports, and the median efficiency
# T(1) / (P T(P)). Use a quiet machine.
set -euo pipefail
cd "$(dirname "$0")/.."
job=${1:-jobs/quickstart.toml}
ranks=${2:-2}
program=build/release/ntksweep
scripts/build.sh release
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
if [ "$(id -u)" = 0 ]; then export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1; fi

# Seconds and idle share of one run, as the program's own summary gives them to the log.
timed() { # RANKS NAME
  local start end
  start=$(date +%s.%N)
  mpirun -n "$1" --bind-to none "$program" run "$job" -o "$folder/$2.h5" >"$folder/$2.log" 2>/dev/null
  end=$(date +%s.%N)
  grep -o '[0-9.]* % of the time idle' "$folder/$2.log" >&2
  echo "$start $end" | awk '{print $2 - $1}'
}

lscpu | sed -n 's/^Model name: *//p'
for i in 1 2 3; do
  one=$(timed 1 "one-$i")
  many=$(timed "$ranks" "many-$i")
  echo "$one $many" | awk -v p="$ranks" '{printf "1 rank %.1f s, %d ranks %.1f s, efficiency %.1f %%\n", $1, p, $2, 100 * $1 / ($2 * p)}' |
    tee -a "$folder/results"
done
sed 's/.*efficiency \([0-9.]*\).*/\1/' "$folder/results" | sort -n | awk '{v[NR] = $1} END {print "median efficiency: " v[int((NR + 1) / 2)] " %"}'
