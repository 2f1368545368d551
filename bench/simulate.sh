#!/usr/bin/env bash
# bench/simulate.sh: builds the simulation of large clusters, measures what rank zero's code takes on this machine, and
# prints makespan, idle share and rank zero's load from 16 to 100,000 ranks: a million cells of 10 ms and of 1 s, the
# same with a core for rank zero's main thread alone, and the jobs of jobs/cluster. Then the same grid on real ranks that
# sleep in place of computing, beside its simulation. BUILD chooses the build folder (build/bench).
set -euo pipefail
cd "$(dirname "$0")/.."
build=${BUILD:-build/bench}
cmake --preset bench -B "$build" >&2
cmake --build "$build" --target simulate_scale measure_costs sleeping_ranks >&2
if [ "$(id -u)" = 0 ]; then export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1; fi
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

costs=$(mpirun -n 2 --oversubscribe "$build/measure_costs" "$folder")
echo "rank zero on this machine: $costs"
simulate() {
  echo
  echo "$*"
  # The costs are options, separated by blanks.
  # shellcheck disable=SC2086
  "$build/simulate_scale" "$@" $costs
}
for seconds in 0.01 1; do
  simulate bench/simulate/million.toml --cell-seconds "$seconds"
  simulate bench/simulate/million.toml --cell-seconds "$seconds" --own-core
done
for job in jobs/cluster/*.toml; do simulate "$job"; done

echo
mpirun -n 16 --oversubscribe "$build/sleeping_ranks" 0.05 60
mpirun -n 64 --oversubscribe "$build/sleeping_ranks" 0.2 30
