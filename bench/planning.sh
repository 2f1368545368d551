#!/usr/bin/env bash
# bench/planning.sh: how long it takes to plan a million cells, with and without all groups of statistics, as tasks of
# 50 cells and as a million tasks; and to find that a finished file of 100,000 cells leaves nothing to do.
# Prints elapsed and processor time, medians of five. Targets: 1 s for the plan, 2 s for the finished file.
set -euo pipefail
cd "$(dirname "$0")/.."
program=${NTKSWEEP:-build/release/ntksweep}
[ -n "${NTKSWEEP:-}" ] || scripts/build.sh release
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
if [ "$(id -u)" = 0 ]; then export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1; fi

cat >"$folder/million.toml" <<'TOML'
[grid]
width = "linspace(1,100,100)"
samples = "linspace(10,100,10)"
step_size = "linspace(0.1,2,50)"
seed = 20
TOML
cat >"$folder/tiny.toml" <<'TOML'
[grid]
width = [4, 8]
samples = [8, 16]
step_size = "linspace(0.1,1,25)"
seed = 1000
[data]
test_samples = 0
[training]
max_steps = 0
[statistics]
kernel = "none"
checkpoints = 2
TOML

# Median elapsed and processor seconds of five runs.
timed() { # WHAT COMMAND...
  local what=$1
  shift
  for _ in 1 2 3 4 5; do
    { TIMEFORMAT='%R %U %S'; time "$@" >/dev/null 2>"$folder/err"; } 2>>"$folder/times" || { cat "$folder/err" >&2; exit 1; }
  done
  awk '{print $1, $2 + $3}' "$folder/times" | sort -n |
    awk -v what="$what" '{e[NR] = $1; c[NR] = $2} END {printf "%-58s %6.2f s, %6.2f s of processor time\n", what, e[3], c[3]}'
  rm "$folder/times"
}

all=--statistics.also=eigenvectors,infinite,linearised,regression,two_layer,sharpness,features,risk,predictions
single="--grid.seed=1000 --grid.step_size=0.5"
timed "plan of a million cells" "$program" plan "$folder/million.toml"
timed "the same, all groups of statistics" "$program" plan "$folder/million.toml" $all
timed "plan of a million cells, each a task" "$program" plan "$folder/million.toml" $single
timed "the same, all groups of statistics" "$program" plan "$folder/million.toml" $single $all
"$program" run "$folder/tiny.toml" -o "$folder/tiny.h5" >/dev/null 2>&1
timed "100,000 finished cells, nothing to do" "$program" run "$folder/tiny.toml" -o "$folder/tiny.h5"
