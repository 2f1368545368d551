#!/usr/bin/env bash
# ./quickstart.sh: from a fresh machine to double descent and the drift of the neural tangent kernel.
# Installs what is missing, builds the program, runs jobs/quickstart.toml on all cores and draws two
# figures, all below out/. Run again, it does only what is not done yet.
set -euo pipefail
cd "$(dirname "$0")"

say() { printf '\n== %s\n' "$*"; }

# Cores that this process may use; of two hardware threads on one core, only one.
usable_cores() {
  local usable physical
  usable=$(nproc)
  physical=$(lscpu -p=core,socket 2>/dev/null | grep -v '^#' | sort -u | wc -l) || physical=0
  if [ "$physical" -ge 1 ] && [ "$physical" -lt "$usable" ]; then echo "$physical"; else echo "$usable"; fi
}

# The first Python that has what the figures need; Debian's packages are seen by /usr/bin/python3 only.
find_python() {
  local python
  for python in ${PYTHON:+"$PYTHON"} /usr/bin/python3 python3; do
    if "$python" -c 'import xarray, h5netcdf, matplotlib' 2>/dev/null; then echo "$python"; return; fi
  done
  echo "quickstart: no Python with xarray, h5netcdf and matplotlib; set PYTHON to one that has them" >&2
  return 1
}

say "1/4 software"
scripts/install.sh build

say "2/4 program"
scripts/build.sh release

ranks=$(usable_cores)
launcher=()
if [ "$ranks" -gt 1 ]; then
  # Unbound: rank zero has a second thread, and the machine may have other work.
  launcher=(mpirun -n "$ranks" --bind-to none)
  # Open MPI asks to be told twice that root means it.
  if [ "$(id -u)" = 0 ]; then export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1; fi
fi
command=("${launcher[@]}" build/release/ntksweep run jobs/quickstart.toml -o out/quickstart.h5)
say "3/4 grid, on $ranks core(s): ${command[*]}"
mkdir -p out
# 3: finished, but some cells have no result; the figures say which are missing.
"${command[@]}" || { code=$?; [ "$code" = 3 ] || exit "$code"; }

say "4/4 figures"
PYTHONPATH=analysis "$(find_python)" -m ntksweep.quickstart out/quickstart.h5 -o out

say "done: out/quickstart.h5, out/double_descent.png, out/kernel_drift.png (and .pdf)"
