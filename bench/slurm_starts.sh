#!/usr/bin/env bash
# bench/slurm_starts.sh [N]: N (50) starts of `ntksweep run` by srun, one after the other, with 8 ranks on 4 nodes of an
# emulated cluster (tests/slurm/cluster.py; as root), or of the cluster on which it is called. How long each took, and
# how many did not end as they should: exit code 1 where there are any. SLURM_PMIX_FENCE=mixed shows what the scripts in
# slurm/ avoid. NTKSWEEP: the program, where all nodes see it.
set -euo pipefail
cd "$(dirname "$0")/.."
starts=${1:-50}
NTKSWEEP=$(realpath "${NTKSWEEP:-build/release/ntksweep}")
export NTKSWEEP SLURM_PMIX_FENCE=${SLURM_PMIX_FENCE:-ring}
if ! sinfo >/dev/null 2>&1; then
  exec /usr/bin/python3 tests/slurm/cluster.py env NTKSWEEP="$NTKSWEEP" "$PWD/bench/slurm_starts.sh" "$starts"
fi

folder=$(mktemp -d "${PLACE:-/var/tmp}/ntksweep-starts.XXXXXX") # a disk that all nodes see
trap 'rm -rf "$folder"' EXIT
printf '[grid]\nwidth = [2, 4, 8]\nsamples = 10\nseed = 8\n[training]\nmax_steps = 10\n' >"$folder/job.toml"
failed=0
for i in $(seq "$starts"); do
  start=${EPOCHREALTIME/./}
  code=0
  timeout 60 srun --mpi=pmix --nodes=4 --ntasks=8 --kill-on-bad-exit=1 "$NTKSWEEP" run "$folder/job.toml" \
    -o "$folder/$i.h5" >"$folder/said" 2>&1 || code=$?
  echo "start $i: $(((${EPOCHREALTIME/./} - start) / 1000)) ms, code $code"
  if [ "$code" != 0 ] || ! grep -q 'on 8 ranks' "$folder/said"; then
    failed=$((failed + 1))
    cat "$folder/said"
  fi
done
echo "$failed of $starts starts failed"
[ "$failed" = 0 ]
