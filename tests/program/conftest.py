"""What the tests of the whole program share: starting it, and comparing the files it leaves."""

import os
import pathlib
import subprocess
import time

import h5py
import numpy as np
import pytest

PROGRAM = os.environ["NTKSWEEP"]

# How much longer a program takes to get anywhere under a sanitizer.
PATIENCE = 4 if os.environ.get("NTKSWEEP_SANITIZER") else 1

# Who computed a cell, when, and how long it took: all that may differ between two runs.
RUN_DEPENDENT = {"wall_time", "training_time", "rank", "host", "attempt", "row_checksum", "host_names", "attempts"}

SMALL_JOB = """
[grid]
width = [1, 3, 8, 24, 64]
samples = [12, 20]
step_size = [0.4, 1.3]
seed = 2
[model]
activation = ["relu", "tanh"]
[data]
input_dim = 6
label_noise = 0.1
[training]
max_steps = 400
[statistics]
spectrum = "full"
kernel_every = 8
"""


def launcher(ranks):
    if ranks == 1:
        return []
    return ["mpirun", "-n", str(ranks), "--oversubscribe", "--bind-to", "none"]


def environment():
    return {**os.environ, "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
            "OMPI_MCA_mpi_yield_when_idle": "1"}


def start(*arguments, ranks=1, cwd=None):
    return subprocess.Popen([*launcher(ranks), PROGRAM, *map(str, arguments)], env=environment(), cwd=cwd,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def run(*arguments, ranks=1, cwd=None):
    process = start(*arguments, ranks=ranks, cwd=cwd)
    out, err = process.communicate(timeout=300 * PATIENCE)
    return subprocess.CompletedProcess(process.args, process.returncode, out, err)


def wait_for_cells(path, count):
    """Until a running sweep has committed so many."""
    end_s = time.monotonic() + 60 * PATIENCE
    while time.monotonic() < end_s:
        time.sleep(0.05)
        if path.exists():
            with h5py.File(path, "r") as file:
                if (file["status"][()] > 0).sum() >= count:
                    return
    raise AssertionError(f"{path} never held {count} committed cells")


def numbers(path):
    """Every variable whose bits a cell's content decides."""
    with h5py.File(path, "r") as file:
        return {name: file[name][()] for name in file if name not in RUN_DEPENDENT}


def assert_same_bits(path_a, path_b):
    a, b = numbers(path_a), numbers(path_b)
    assert a.keys() == b.keys()
    different = [name for name in a if a[name].tobytes() != b[name].tobytes() and a[name].dtype != object]
    assert different == []


@pytest.fixture
def small_job(tmp_path) -> pathlib.Path:
    path = tmp_path / "small.toml"
    path.write_text(SMALL_JOB)
    return path


@pytest.fixture(scope="session")
def reference(tmp_path_factory) -> pathlib.Path:
    """The small job, run by one process without a launcher."""
    folder = tmp_path_factory.mktemp("reference")
    job = folder / "small.toml"
    job.write_text(SMALL_JOB)
    result = run("run", job, "-o", folder / "out.h5")
    assert result.returncode == 0, result.stderr
    statuses = numbers(folder / "out.h5")["status"]
    assert (statuses > 0).all() and len(np.unique(statuses)) >= 2
    return folder / "out.h5"
