"""A cell begins when there is memory and time for it."""

import json
import signal
import time

import h5py
import pytest

from conftest import assert_same_bits, run, start

# A kernel of some seconds in front of next to no training.
SLOW_START = ["--grid.width=8", "--grid.samples=2000", "--grid.step_size=0.4", "--grid.seed=2", "--model.activation=relu",
              "--training.max_steps=2", "--statistics.spectrum=full"]
# Two cells, one of them with a large kernel.
LARGE = ["--grid.width=8", "--grid.samples=16,2000", "--grid.step_size=0.4", "--grid.seed=1", "--model.activation=relu",
         "--training.max_steps=2"]


def statuses(path):
    with h5py.File(path) as file:
        return file["status"][()].ravel()


def test_no_cell_begins_that_cannot_be_saved_in_time(small_job, tmp_path):
    out = tmp_path / "out.h5"
    process = start("run", small_job, "-o", out, *SLOW_START, "--output.commit_interval=0")
    while process.poll() is None and not (out.exists() and (statuses(out) > 0).any()):
        time.sleep(0.05)
    process.send_signal(signal.SIGUSR1)
    process.communicate(timeout=60)
    assert process.returncode == 75 and (statuses(out) > 0).sum() == 1
    (tmp_path / "out.h5.state").unlink(missing_ok=True)  # where the second cell got as far as its training
    limited = run("run", small_job, "-o", out, *SLOW_START, "--time-limit=0.1")
    assert limited.returncode == 75, limited.stderr
    assert "1 cell left out" in limited.stdout and "needs about" in limited.stdout and "more time" in limited.stdout
    assert "saved in the middle" not in limited.stderr
    assert (statuses(out) > 0).sum() == 1
    assert run("run", small_job, "-o", out, *SLOW_START, "--time-limit=1h").returncode == 0


def largest_bytes(job):
    return json.loads(run("plan", job, *LARGE, "--json").stdout)["memory_per_rank_bytes"]


def test_a_large_cell_takes_the_memory_of_two_ranks(small_job, tmp_path):
    memory = f"--memory={0.7 * largest_bytes(small_job):.0f}"
    alone = run("run", small_job, "-o", tmp_path / "alone.h5", *LARGE, memory)
    assert alone.returncode == 3 and sorted(statuses(tmp_path / "alone.h5"))[1] == 5, alone.stderr
    together = run("run", small_job, "-o", tmp_path / "together.h5", *LARGE, memory, ranks=2)
    assert together.returncode == 0, together.stderr
    assert run("run", small_job, "-o", tmp_path / "free.h5", *LARGE).returncode == 0
    assert_same_bits(tmp_path / "free.h5", tmp_path / "together.h5")


@pytest.mark.parametrize("ranks, nodes, skipped", [(1, [], 1), (2, [], 0), (2, ["--ranks-per-node=1"], 1)])
def test_plan_warns_of_cells_that_no_node_holds(small_job, ranks, nodes, skipped):
    limits = [f"--memory={0.7 * largest_bytes(small_job):.0f}", f"--ranks={ranks}", *nodes]
    assert json.loads(run("plan", small_job, *LARGE, *limits, "--json").stdout)["cells_too_big"] == skipped
    assert ("would be skipped" in run("plan", small_job, *LARGE, *limits).stdout) == (skipped > 0)


@pytest.mark.parametrize("wrong", ["--memory=10", "--memory=much", "--memory=-8G", "--ranks-per-node=0"])
def test_plan_refuses_wrong_limits(small_job, wrong):
    result = run("plan", small_job, wrong)
    assert result.returncode == 2 and wrong.split("=")[0] in result.stderr
