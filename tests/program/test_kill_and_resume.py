"""SIGKILL at any moment loses nothing that was committed, and changes no bit."""

import os
import pathlib
import random
import signal
import subprocess

import h5py

from conftest import PATIENCE, assert_same_bits, run, start, wait_for_cells

KILLS = 20
CELLS = 80
# Long enough for twenty kills: some 10 s of one core. A sanitizer takes many times as long for the same steps.
LONGER = [f"--training.max_steps={30000 // PATIENCE**2}", "--training.tolerance=0", "--output.commit_interval=0.05"]


def descendants(pid):
    """The process and all that it started, children first."""
    children = []
    for task in pathlib.Path(f"/proc/{pid}/task").glob("*/children"):
        children += [int(child) for child in task.read_text().split()]
    return [p for child in children for p in descendants(child)] + [pid]


def kill_all(process):
    """The launcher last: Open MPI's children live in process groups of their own."""
    for pid in reversed(descendants(process.pid)):
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
    process.communicate()


def committed(path):
    """Cells with a status, and what they were committed with."""
    if not path.exists():
        return {}
    with h5py.File(path, "r") as file:
        status, checksum, attempt = (file[name][()].ravel() for name in ("status", "checksum", "attempt"))
    return {i: (status[i], checksum[i], attempt[i]) for i in range(status.size) if status[i] > 0}


def test_killed_at_random_moments_and_run_again(small_job, tmp_path):
    assert run("run", small_job, "-o", tmp_path / "whole.h5", *LONGER).returncode == 0
    moments = random.Random(20)
    out = tmp_path / "killed.h5"
    before = {}
    progress = [0]
    for kill in range(KILLS):
        process = start("run", small_job, "-o", out, *LONGER, ranks=[1, 2, 4][kill % 3])
        # Every second run is killed wherever it is by then, the others some time after their first cell: on a slow or
        # busy machine too, a few get somewhere.
        if kill % 2 == 1 and len(before) < CELLS:
            wait_for_cells(out, len(before) + 1)
        try:
            process.wait(moments.uniform(0.0, 0.8 * PATIENCE))
        except subprocess.TimeoutExpired:
            pass
        kill_all(process)
        after = committed(out)
        assert {i: after.get(i) for i in before} == before, "a committed cell was lost or computed again"
        before = after
        progress.append(len(after))
    assert len(set(progress)) > 3, f"the kills came too late to mean anything: {progress}"
    last = run("run", small_job, "-o", out, *LONGER)
    assert last.returncode == 0, last.stderr
    assert {i: committed(out)[i] for i in before} == before
    assert_same_bits(tmp_path / "whole.h5", out)


def test_running_a_finished_job_again_computes_nothing(small_job, reference):
    before = reference.read_bytes()
    with h5py.File(reference) as file:
        attempts = file["attempt"][()].copy()
    result = run("run", small_job, "-o", reference)
    assert result.returncode == 0 and "nothing was left to do" in result.stdout
    with h5py.File(reference) as file:
        assert (file["attempt"][()] == attempts).all()
    assert len(reference.read_bytes()) == len(before)
