#!/usr/bin/env bash
# bench/efficiency.sh [JOB] [RANKS]: one rank against several on the same job, in turn, ROUNDS times (3).
# Prints the wall time of each, the idle share that the program reports, and the median efficiency
# T(1) / (P T(P)). Use a quiet machine. PROGRAM: another ntksweep than build/release/ntksweep, which is built first.
set -euo pipefail
cd "$(dirname "$0")/.."
job=${1:-jobs/quickstart.toml}
ranks=${2:-2}
[ -n "${PROGRAM:-}" ] || scripts/build.sh release
program=${PROGRAM:-build/release/ntksweep}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
if [ "$(id -u)" = 0 ]; then export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1; fi

# Seconds of one run; its summary stays in the log.
timed() { # RANKS NAME
  local start end
  start=$(date +%s.%N)
  mpirun -n "$1" --bind-to none "$program" run "$job" -o "$folder/$2.h5" >"$folder/$2.log" 2>/dev/null
  end=$(date +%s.%N)
  echo "$start $end" | awk '{print $2 - $1}'
}

lscpu | sed -n 's/^Model name: *//p'
for i in $(seq "${ROUNDS:-3}"); do
  one=$(timed 1 "one-$i")
  many=$(timed "$ranks" "many-$i")
  idle=$(sed -n 's/.* \([0-9.]*\) % of the time idle.*/\1/p' "$folder/many-$i.log")
  echo "$one $many ${idle:-0}" |
    awk -v p="$ranks" '{printf "1 rank %.1f s, %d ranks %.1f s, efficiency %.1f %%, %s %% idle on %d ranks\n",
                        $1, p, $2, 100 * $1 / ($2 * p), $3, p}' | tee -a "$folder/results"
done
sed 's/.*efficiency \([0-9.]*\).*/\1/' "$folder/results" | sort -n |
  awk '{v[NR] = $1} END {print "median efficiency: " v[int((NR + 1) / 2)] " %"}'
