#!/usr/bin/env bash
# bench/store_model.sh [SEQUENCES [SEED]]: the store against its model (docs/decisions/0018-store-model.md) for longer
# than the tests do: SEQUENCES (default 1000000) from SEED (default: the time) on, in as many processes as there are
# cores; one in twenty of cells far apart, one in twenty from the creation on. BUILD: a build folder with tests
# (build/dev). A counterexample is printed with the seed that repeats it.
set -euo pipefail
cd "$(dirname "$0")/.."
sequences=${1:-1000000} seed=${2:-$(date +%s)} build=${BUILD:-build/dev} cores=$(nproc)
cmake --build "$build" --target test_store_model >&2
part() { # TESTS SEQUENCES SEED
  RC_PARAMS="max_success=$2 seed=$3" OPENBLAS_NUM_THREADS=1 \
    "$build/tests/store_model/test_store_model" --gtest_filter="Sequences.$1*" 2>&1
}
echo "store_model: $sequences sequences in $cores processes, seed $seed"
processes=()
for ((i = 0; i < cores; i++)); do
  {
    part OfAnExistingFile $((sequences * 18 / 20 / cores)) $((seed + i))
    part OfAWideFile $((sequences / 20 / cores)) $((seed + i))
    part FromTheCreation $((sequences / 20 / cores)) $((seed + i))
  } | grep -vE '^(\[|Running main|Note:|$)' &
  processes+=($!)
done
status=0
for process in "${processes[@]}"; do wait "$process" || status=1; done
exit "$status"
