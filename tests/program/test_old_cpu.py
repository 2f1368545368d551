"""One binary for all CPUs: on one without AVX it runs, and gives the bits that newer CPUs give with its kernels."""

import os
import pathlib
import platform
import shutil
import subprocess

import pytest

from conftest import PROGRAM, assert_same_bits, environment, run

EMULATOR = shutil.which("qemu-x86_64")

JOB = """
[grid]
width = [3, 24]
samples = [12]
step_size = [0.4, 1.3]
[model]
activation = ["relu", "linear", "tanh", "gelu"]
[data]
input_dim = 6
[training]
max_steps = 60
[statistics]
spectrum = "full"
"""

pytestmark = [pytest.mark.skipif(platform.machine() != "x86_64" or EMULATOR is None,
                                 reason="needs qemu-x86_64 (Debian: qemu-user)"),
              pytest.mark.skipif(os.environ.get("NTKSWEEP_SANITIZER", "") != "",
                                 reason="the emulator has no room for a sanitizer's address space")]


@pytest.fixture
def job(tmp_path):
    path = tmp_path / "job.toml"
    path.write_text(JOB)
    return path


def run_emulated(cpu, *arguments):
    return subprocess.run([EMULATOR, "-cpu", cpu, PROGRAM, *map(str, arguments)], env=environment(),
                          capture_output=True, text=True, timeout=300)


@pytest.mark.parametrize("precision", ["float64", "float32"])
def test_a_cpu_without_avx_computes_the_bits_of_a_new_one_with_its_kernels(job, tmp_path, precision):
    option = f"--training.precision={precision}"
    old = run_emulated("Nehalem", "run", job, "-o", tmp_path / "old.h5", option)
    assert old.returncode == 0, old.stderr
    new = run("run", job, "-o", tmp_path / "new.h5", option, "--blas-core=Nehalem")
    assert new.returncode == 0, new.stderr
    assert_same_bits(tmp_path / "old.h5", tmp_path / "new.h5")


def test_kernels_that_the_cpu_cannot_run_are_refused(job, tmp_path):
    result = run_emulated("Nehalem", "run", job, "-o", tmp_path / "out.h5", "--blas-core=Haswell")
    assert result.returncode == 2
    assert "cannot run the kernels 'Haswell' (it has no AVX2)" in result.stderr


@pytest.mark.parametrize("flags, starts", [([], True), (["-march=haswell"], False), (["-march=skylake-avx512"], False)])
def test_a_program_that_was_built_for_a_newer_cpu_says_so_at_its_start(tmp_path, flags, starts):
    """The one source that looks, compiled as a user's or Spack's flags would have it."""
    root = pathlib.Path(__file__).resolve().parents[2]
    main = tmp_path / "main.cpp"
    main.write_text('#include "ntksweep/core/cpu.hpp"\n#include <cstdio>\n'
                    "int main() { std::puts(ntksweep::built_for_cpu_features().c_str()); }\n")
    subprocess.run(["g++", "-std=c++20", "-O2", *flags, f"-I{root}/include", main, root / "src/core/cpu.cpp", "-o",
                    tmp_path / "program"], check=True)
    result = subprocess.run([EMULATOR, "-cpu", "Nehalem", tmp_path / "program"], capture_output=True, text=True)
    said = [line for line in result.stderr.splitlines() if line.startswith("ntksweep: ")]
    assert result.returncode == (0 if starts else 1)
    assert len(said) == (0 if starts else 1)
    if not starts:
        assert "built for a newer CPU" in said[0] and "AVX2" in said[0] and "-march" in said[0]


def test_kernels_that_openblas_was_told_to_take_and_the_cpu_lacks_are_refused(job, tmp_path):
    for command in (["run", job, "-o", tmp_path / "out.h5"], ["doctor", tmp_path]):
        result = subprocess.run([EMULATOR, "-cpu", "Nehalem", "-E", "OPENBLAS_CORETYPE=Haswell", PROGRAM,
                                 *map(str, command)], env=environment(), capture_output=True, text=True, timeout=300)
        assert result.returncode == 1, result.stderr
        assert "cannot run (it has no AVX2)" in result.stderr + result.stdout, result.stderr
    assert not (tmp_path / "out.h5").exists()
