#!/usr/bin/env bash
# bench/reports.sh [JOB...]: the report of every job in jobs/ (or of those named), in full, as a person sees it.
#
# Runs the jobs whose result is not there yet, makes their reports, opens each in headless Chromium, and leaves in
# out/reports: NAME.h5, NAME/index.html, NAME.png (a screen 1400 wide), NAME.pdf (printed) and NAME-page-*.png. One line for
# each job: size, seconds for the report, pictures, complaints of the browser. Exit code 1 where there is one.
# Needs scripts/install.sh build tests bench and build/release/ntksweep (NTKSWEEP names another one); the jobs take about
# 10 minutes on 2 cores, the reports 3.
set -euo pipefail
cd "$(dirname "$0")/.."

program=${NTKSWEEP:-build/release/ntksweep} out=out/reports
mkdir -p "$out"
if [ "$(id -u)" = 0 ]; then export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1; fi
export PYTHONPATH=analysis:analysis/tests MPLBACKEND=Agg
if [ $# = 0 ]; then mapfile -t jobs < <(basename -s .toml -a jobs/*.toml); else jobs=("$@"); fi

code=0
for job in "${jobs[@]}"; do
  [ -e "$out/$job.h5" ] || mpirun -n "${RANKS:-2}" "$program" run "jobs/$job.toml" -o "$out/$job.h5" >"$out/$job.log" 2>&1
  /usr/bin/python3 bench/reports.py "$out/$job.h5" "$out/$job" || code=1
  [ ! -e "$out/$job.pdf" ] || pdftoppm -r 60 -png "$out/$job.pdf" "$out/$job-page"
done
exit "$code"
