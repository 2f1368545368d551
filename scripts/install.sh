#!/usr/bin/env bash
# scripts/install.sh [build] [tests] [bench] [fuzz]     (nothing given: build)
#
# Installs what is missing of the software that ntksweep needs to be built (and its figures drawn), to be
# tested, to be measured beside its peers (docs/performance.md; bench needs build and tests as well), or to be fuzzed
# (bench/fuzz.sh; fuzz needs build as well). On Debian 12+ and Ubuntu 24.04+ with apt-get, as root or with sudo; elsewhere it names
# what is missing and how to get it from modules or Spack, and ends with exit code 1.
# Run again it takes a moment and changes nothing.
set -euo pipefail

# The one list of what must be there (-: only where apt-get has it; tests that need it are left out elsewhere):
# set   Debian package           what to look for elsewhere   Spack package
needs() {
  cat <<'TABLE'
build   g++                      tool:g++                     gcc
build   cmake                    tool:cmake                   cmake
build   ninja-build              tool:ninja                   ninja
build   pkg-config               tool:pkg-config              pkgconf
build   libopenmpi-dev           tool:mpicxx                  openmpi
build   openmpi-bin              tool:mpirun                  openmpi
build   libhdf5-dev              header:hdf5.h                hdf5~mpi
build   libeigen3-dev            header:Eigen/Core            eigen
build   libopenblas-dev          header:cblas.h               openblas
build   liblapacke-dev           header:lapacke.h             openblas
build   libcli11-dev             header:CLI/CLI.hpp           cli11
build   libtomlplusplus-dev      header:toml++/toml.h         tomlplusplus
build   libfmt-dev               header:fmt/core.h            fmt
build   nlohmann-json3-dev       header:nlohmann/json.hpp     nlohmann-json
build   librandom123-dev         header:Random123/philox.h    random123
build   libxxhash-dev            header:xxhash.h              xxhash
build   zlib1g-dev               header:zlib.h                zlib
build   python3                  tool:python3                 python
build   python3-numpy            python:numpy                 py-numpy
build   python3-xarray           python:xarray                py-xarray
build   python3-h5py             python:h5py                  py-h5py
build   python3-h5netcdf         python:h5netcdf              py-h5netcdf
build   python3-netcdf4          python:netCDF4               py-netcdf4
build   python3-matplotlib       python:matplotlib            py-matplotlib
tests   libgtest-dev             header:gtest/gtest.h         googletest
tests   librapidcheck-dev        header:rapidcheck.h          -
tests   python3-pytest           python:pytest                py-pytest
tests   python3-scipy            python:scipy                 py-scipy
tests   python3-torch            python:torch                 py-torch
tests   python3-nbformat         python:nbformat              py-nbformat
tests   python3-nbclient         python:nbclient              py-nbclient
tests   python3-ipykernel        python:ipykernel             py-ipykernel
tests   python3-pip              python:pip                   py-pip
tests   r-cran-ncdf4             -                            -
tests   hdf5-tools               tool:h5dump                  hdf5~mpi
bench   libbenchmark-dev         header:benchmark/benchmark.h benchmark
bench   parallel                 tool:parallel                parallel
bench   poppler-utils            tool:pdftoppm                poppler
bench   heaptrack                tool:heaptrack               heaptrack
bench   python3-venv             python:venv                  python
tests   qemu-user                tool:qemu-x86_64             -
tests   slurmctld                -                            -
tests   slurmd                   -                            -
tests   slurm-client             -                            -
tests   munge                    -                            -
tests   iproute2                 -                            -
tests   chromium                 -                            -
tests   chromium-driver          -                            -
tests   python3-selenium         -                            -
fuzz    clang                    tool:clang++                 llvm
fuzz    libclang-rt-dev          tool:clang++                 llvm
TABLE
}

say() { echo "install: $*"; }

# Rows of the table for the wanted sets.
wanted() { needs | grep -E "^($1) "; }

# --- Debian and Ubuntu

missing_packages() { # PACKAGE...: those of them that are not installed
  local installed
  installed=$(dpkg-query -W -f='${db:Status-Status} ${Package}\n' "$@" 2>/dev/null | sed -n 's/^installed //p') || true
  printf '%s\n' "$@" | grep -vxF -e "$installed" || true
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

keep_services_off() { # Slurm's daemons are wanted as programs: no service of a package is started by installing it
  local policy=/usr/sbin/policy-rc.d
  [ ! -e "$policy" ] || return 0
  # shellcheck disable=SC2064
  trap "as_root rm -f '$policy'" EXIT
  printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null
  as_root chmod 755 "$policy"
}

offered() { # PACKAGE...: those of them to install; a browser is none of Ubuntu's packages, and its tests are left out there
  local package
  for package in "$@"; do
    if [[ $package == chromium* ]] && ! apt-cache show "$package" >/dev/null 2>&1; then
      say "no package $package here: tests that need it are left out" >&2
    else
      echo "$package"
    fi
  done
}

install_packages() { # PACKAGE...
  local packages
  say "installing with apt-get: $*"
  keep_services_off
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -q update
  mapfile -t packages < <(offered "$@")
  [ ${#packages[@]} -gt 0 ] || return 0
  if ! as_root env DEBIAN_FRONTEND=noninteractive apt-get -q install -y --no-install-recommends "${packages[@]}"; then
    say "apt-get could not install them (its own words are above). Debian 12 and Ubuntu 24.04, or newer, have them all." >&2
    return 1
  fi
}

# --- elsewhere

has_header() { # NAME: in the folders where compilers, modules and Spack put headers
  local folder below folders prefixes
  IFS=: read -ra folders <<<"${CPATH-}:${CPLUS_INCLUDE_PATH-}:${C_INCLUDE_PATH-}"
  IFS=: read -ra prefixes <<<"${CMAKE_PREFIX_PATH-}:/usr:/usr/local"
  for folder in "${folders[@]}" "${prefixes[@]/%//include}"; do
    for below in . eigen3 openblas openblas-pthread hdf5/serial "$(uname -m)-linux-gnu"; do
      [ ! -e "$folder/$below/$1" ] || return 0
    done
  done
  return 1
}

is_there() { # KIND:NAME
  local name=${1#*:}
  case $1 in
    tool:*) command -v "$name" >/dev/null ;;
    header:*) has_header "$name" ;;
    python:*) python3 -c "import importlib.util as u, sys; sys.exit(u.find_spec('$name') is None)" 2>/dev/null ;;
  esac
}

old_compiler() { # what is wrong with the compiler, or nothing
  local compiler=${CXX:-g++} version
  version=$("$compiler" -dumpversion 2>/dev/null) || return 0
  [ "${version%%.*}" -ge 12 ] ||
    echo "$compiler is version $version, 12 or newer is needed: 'module load gcc', or 'export CXX=g++-12'"
}

explain_missing() { # SETS: what is not there and where to get it; fails when something is missing
  local what spack missing=() from_spack=()
  while read -r _ _ what spack; do
    is_there "$what" && continue
    missing+=("${what#*:}")
    [ "$spack" = - ] || from_spack+=("$spack")
  done < <(wanted "$1")
  [ ${#missing[@]} -gt 0 ] || return 0
  {
    say "there is no apt-get that this user may use here, so nothing was installed."
    echo "  missing: ${missing[*]}"
    echo "  from modules (names differ between sites, see 'module avail'):"
    echo "    module load gcc cmake openmpi hdf5 openblas eigen python"
    echo "  from Spack, as an ordinary user:"
    mapfile -t from_spack < <(printf '%s\n' "${from_spack[@]}" | sort -u)
    echo "    spack install ${from_spack[*]}"
    echo "    spack load ${from_spack[*]%%[+~]*}"
    echo "  then run the same command again."
  } >&2
  return 1
}

main() {
  local set sets packages missing complaint
  for set in "$@"; do
    [[ $set =~ ^(build|tests|bench|fuzz)$ ]] || { say "unknown set '$set' (known: build, tests, bench, fuzz)" >&2; return 2; }
  done
  sets=$(IFS='|'; echo "${*:-build}")
  if command -v apt-get >/dev/null && { [ "$(id -u)" = 0 ] || command -v sudo >/dev/null; }; then
    mapfile -t packages < <(wanted "$sets" | awk '{print $2}')
    mapfile -t missing < <(missing_packages "${packages[@]}")
    if [ ${#missing[@]} -gt 0 ]; then install_packages "${missing[@]}"; fi
    say "all ${#packages[@]} packages are there"
  else
    explain_missing "$sets"
    say "everything needed was found"
  fi
  complaint=$(old_compiler)
  [ -z "$complaint" ] || { say "$complaint" >&2; return 1; }
}

main "$@"
