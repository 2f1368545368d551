"""States are saved without a stop: a kill costs a long cell what it did since the last one."""

import json
import re
import signal
import time

import h5py
import pytest

from conftest import SMALL_JOB, assert_same_bits, run, start
from test_kill_and_resume import kill_all

# Two cells of some seconds.
LONG = ["--grid.width=256", "--grid.samples=100", "--grid.seed=1", "--grid.step_size=0.4,0.7", "--model.activation=tanh",
        "--training.max_steps=3500", "--training.tolerance=0"]


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    folder = tmp_path_factory.mktemp("whole")
    (folder / "small.toml").write_text(SMALL_JOB)
    assert run("run", folder / "small.toml", "-o", folder / "whole.h5", *LONG, ranks=2).returncode == 0
    return folder / "whole.h5"


def kill_after_states(process, state, count):
    """SIGKILL once the file has grown that many times."""
    sizes = set()
    while len(sizes) < count and process.poll() is None:
        if state.exists():
            sizes.add(state.stat().st_size)
        time.sleep(0.02)
    assert process.poll() is None, "it was through before it could be killed"
    kill_all(process)


@pytest.mark.parametrize("ranks", [1, 2])
def test_killed_cells_go_on_from_their_last_state(small_job, whole, tmp_path, ranks):
    out, state = tmp_path / "out.h5", tmp_path / "out.h5.state"
    frequent = [*LONG, "--output.state_interval=0.3"]
    kill_after_states(start("run", small_job, "-o", out, *frequent, ranks=ranks), state, 4 * ranks)
    standing = json.loads(run("status", out, "--json").stdout)
    assert standing["saved_states"] == ranks
    assert 0.1 < standing["saved_s"] < 100
    assert f"saved     {ranks} of them in the middle of training, with " in run("status", out).stdout
    again = run("run", small_job, "-o", out, *frequent, ranks=ranks)
    assert again.returncode == 0, again.stderr
    assert f"{ranks} saved in training" in again.stderr
    assert_same_bits(whole, out)
    assert not state.exists()
    with h5py.File(out) as file:
        cells_s = file["wall_time"][()].sum()
    # A cell's time is that of both runs; what the second worked is less by what it had not to compute again.
    number, unit = re.search(r"([\d.]+) (ms|s) of work", again.stdout).groups()
    worked_s = float(number) / (1000 if unit == "ms" else 1)
    assert cells_s - worked_s > 0.5


def test_an_interval_of_zero_saves_nothing_before_the_stop(small_job, tmp_path):
    out = tmp_path / "out.h5"
    process = start("run", small_job, "-o", out, *LONG, "--output.state_interval=0")
    time.sleep(1.5)
    assert not (tmp_path / "out.h5.state").exists()
    process.send_signal(signal.SIGUSR1)
    process.communicate(timeout=20)
    assert process.returncode == 75 and (tmp_path / "out.h5.state").exists()


def test_where_states_cannot_be_written_the_run_goes_on(small_job, whole, tmp_path):
    (tmp_path / "out.h5.state").mkdir()
    result = run("run", small_job, "-o", tmp_path / "out.h5", *LONG, "--output.state_interval=0.2", ranks=2)
    assert result.returncode == 0
    assert result.stderr.count("the run goes on") == 1 and "out.h5.state" in result.stderr
    assert_same_bits(whole, tmp_path / "out.h5")
