"""--blas-core: one family of BLAS kernels for all ranks, on any CPU that can run them."""

import json
import platform
import subprocess

import h5py
import pytest

from conftest import PROGRAM, assert_same_bits, environment, numbers, run

pytestmark = pytest.mark.skipif(platform.machine() != "x86_64", reason="names of x86-64 kernels")


def test_pinned_kernels_give_the_same_bits_on_any_number_of_ranks(small_job, tmp_path):
    for ranks, name in ((1, "one.h5"), (2, "two.h5")):
        result = run("run", small_job, "-o", tmp_path / name, "--blas-core=nehalem", ranks=ranks)
        assert result.returncode == 0, result.stderr
    assert_same_bits(tmp_path / "one.h5", tmp_path / "two.h5")


def test_other_kernels_really_were_in_use(small_job, reference, tmp_path):
    """Otherwise the option does nothing: another order of sums has other last bits somewhere."""
    assert run("run", small_job, "-o", tmp_path / "old.h5", "--blas-core=Prescott").returncode == 0
    default, pinned = numbers(reference), numbers(tmp_path / "old.h5")
    assert any(default[name].tobytes() != pinned[name].tobytes() for name in default)


def test_replay_with_the_kernels_of_the_run_has_its_bits(small_job, tmp_path):
    assert run("run", small_job, "-o", tmp_path / "out.h5", "--blas-core=Nehalem").returncode == 0
    for cell in (3, 17):
        result = run("replay", tmp_path / "out.h5", "--cell", cell, "--quiet", "--blas-core", "Nehalem")
        assert result.returncode == 0, result.stdout + result.stderr


def test_replay_with_other_kernels_names_those_of_the_run(small_job, tmp_path):
    assert run("run", small_job, "-o", tmp_path / "out.h5", "--blas-core=Nehalem").returncode == 0
    for command in (["replay", tmp_path / "out.h5", "--cell", "17", "--quiet"],
                    ["verify", tmp_path / "out.h5", "--recompute", "24"]):
        result = run(*command, "--blas-core=Prescott")
        assert result.returncode == 1
        assert "with the BLAS kernels Nehalem, here with Prescott: --blas-core=Nehalem takes the same" in result.stdout


def test_going_on_with_other_kernels_is_said(small_job, tmp_path):
    again = ["run", small_job, "-o", tmp_path / "out.h5"]
    assert run(*again, "--blas-core=Nehalem").returncode == 0
    for kernels, values in (("Prescott", 2), ("Nehalem", 3)):  # nothing left to do; the same kernels
        assert "warning" not in run(*again, f"--grid.seed={values}", f"--blas-core={kernels}").stderr
    result = run(*again, "--grid.seed=4", "--blas-core=Prescott")
    assert "computed with the BLAS kernels Nehalem, this run has Prescott" in result.stderr
    assert "--blas-core=Nehalem goes on with the same" in result.stderr


def test_unknown_kernels_are_refused_by_name(small_job, tmp_path):
    result = run("run", small_job, "-o", tmp_path / "out.h5", "--blas-core=Hasvell")
    assert result.returncode == 2
    assert "'Hasvell'" in result.stderr and "names are" in result.stderr
    assert not (tmp_path / "out.h5").exists()


def attempt_of(path):
    with h5py.File(path) as file:
        return json.loads(bytes(file["attempts"][0]).rstrip(b"\0"))


def test_the_file_says_which_kernels_were_in_use(small_job, tmp_path):
    assert run("run", small_job, "-o", tmp_path / "out.h5", "--blas-core=Nehalem").returncode == 0
    assert attempt_of(tmp_path / "out.h5")["blas_core"] == "Nehalem"


def test_ranks_with_different_kernels_are_named(small_job, tmp_path):
    """As on a cluster of several kinds of CPU: two ranks, each with kernels of its own."""
    command = [PROGRAM, "run", str(small_job), "-o", str(tmp_path / "out.h5")]
    result = subprocess.run(
        ["mpirun", "--oversubscribe", "--bind-to", "none", "-n", "1", "-x", "OPENBLAS_CORETYPE=Nehalem", *command, ":",
         "-n", "1", "-x", "OPENBLAS_CORETYPE=Prescott", *command],
        env=environment(), capture_output=True, text=True, timeout=300)
    assert result.returncode == 0, result.stderr
    assert "several kinds (Nehalem, Prescott)" in result.stderr
    assert attempt_of(tmp_path / "out.h5")["blas_core"] == "Nehalem,Prescott"
