"""One binary for all CPUs: on one without AVX it runs, and gives the bits that newer CPUs give with its kernels."""

import os
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
