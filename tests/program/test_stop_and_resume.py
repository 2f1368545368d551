"""A run that is asked to stop saves all, ends with 75, and goes on with the same bits."""

import signal
import subprocess
import time

import h5py
import pytest

from conftest import SMALL_JOB, assert_same_bits, run, start

# Some seconds for each of 4 cells.
LONG = ["--grid.width=256", "--grid.samples=100", "--grid.seed=2", "--grid.step_size=0.4,0.7", "--model.activation=tanh",
        "--training.max_steps=3000", "--training.tolerance=0"]


def cells_done(path):
    with h5py.File(path, "r") as file:
        return int((file["status"][()] > 0).sum())


def stop(process, number):
    """Sends the signal; returns the exit code, how long the end took, and what was said."""
    process.send_signal(number)
    start_s = time.monotonic()
    out, err = process.communicate(timeout=60)
    return process.returncode, time.monotonic() - start_s, out + err


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    folder = tmp_path_factory.mktemp("whole")
    (folder / "small.toml").write_text(SMALL_JOB)
    assert run("run", folder / "small.toml", "-o", folder / "whole.h5", *LONG).returncode == 0
    return folder / "whole.h5"


@pytest.mark.parametrize("ranks", [1, 3])
def test_stopped_again_and_again_it_ends_with_the_same_bits(small_job, whole, tmp_path, ranks):
    out = tmp_path / "stopped.h5"
    state = tmp_path / "stopped.h5.state"
    for attempt, number in enumerate((signal.SIGUSR1, signal.SIGUSR1, signal.SIGTERM if ranks == 1 else signal.SIGUSR1)):
        process = start("run", small_job, "-o", out, *LONG, ranks=ranks)
        while not (tmp_path / "stopped.h5.lock").exists() and process.poll() is None:
            time.sleep(0.05)
        time.sleep(1.5)
        code, seconds, said = stop(process, number)
        if code == 0:
            break
        assert code == 75, said
        assert seconds < 10
        assert "stopped early" in said and "run the same command again" in said
        assert not (tmp_path / "stopped.h5.lock").exists()
        if attempt == 0:
            assert state.exists() and "in the middle of training" in said
    end = run("run", small_job, "-o", out, *LONG, ranks=ranks)
    assert end.returncode == 0, end.stderr
    assert_same_bits(whole, out)
    assert not state.exists()


def test_a_time_limit_stops_it(small_job, tmp_path):
    out = tmp_path / "limited.h5"
    start_s = time.monotonic()
    limited = run("run", small_job, "-o", out, *LONG, "--time-limit=3")
    assert limited.returncode == 75, limited.stderr
    assert time.monotonic() - start_s < 10
    assert "the time limit" in limited.stderr
    assert run("status", out).returncode == 75


def test_a_second_interrupt_ends_it_at_once(small_job, tmp_path):
    process = start("run", small_job, "-o", tmp_path / "out.h5", *LONG)
    time.sleep(1.5)
    process.send_signal(signal.SIGINT)
    time.sleep(0.002)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=10)
    assert process.returncode in (-signal.SIGINT, 75)  # 75 where the first was through before the second came


@pytest.mark.parametrize("damage", [lambda text: text[: len(text) // 2], lambda text: text[:-9] + b"X" + text[-8:],
                                    lambda text: b"other" + text, lambda text: b""])
def test_a_damaged_state_file_costs_only_the_cells_in_it(small_job, whole, tmp_path, damage):
    out = tmp_path / "out.h5"
    assert run("run", small_job, "-o", out, *LONG, "--time-limit=3").returncode == 75
    state = tmp_path / "out.h5.state"
    state.write_bytes(damage(state.read_bytes()))
    again = run("run", small_job, "-o", out, *LONG)
    assert again.returncode == 0
    assert "out.h5.state" in again.stderr and "begin anew" in again.stderr
    assert_same_bits(whole, out)


@pytest.mark.parametrize("limit", ["soon", "0", "-5", "1:2:3:4", "5x", "1e3", "nan", ":", "2-"])
def test_a_wrong_time_limit_is_refused(small_job, tmp_path, limit):
    wrong = run("run", small_job, "-o", tmp_path / "out.h5", f"--time-limit={limit}")
    assert wrong.returncode == 2
    assert len(wrong.stderr.strip().splitlines()) == 1
    assert "--time-limit" in wrong.stderr and "30m" in wrong.stderr
