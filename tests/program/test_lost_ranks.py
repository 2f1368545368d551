"""Ranks that die or hang: the others finish the run, and a cell at which two died is left alone."""

import os
import pathlib
import signal
import subprocess
import time

import h5py
import pytest

from conftest import PATIENCE, PROGRAM, assert_same_bits, environment, run, wait_for_cells

# Some 4 s of one core, and cells of some seconds.
LONGER = ["--training.max_steps=15000", "--training.tolerance=0"]
LONG_CELLS = ["--grid.width=256", "--grid.samples=100", "--grid.seed=1", "--grid.step_size=0.4,0.7",
              "--model.activation=tanh", "--training.tolerance=0"]
SHORTER = "--training.max_steps=9000"


class Run:
    """The program under mpirun, and its processes by rank."""

    def __init__(self, ranks, *arguments, recovery=True, silence_limit=1):
        self.process = subprocess.Popen(
            ["mpirun", *(["--enable-recovery"] if recovery else []), "-n", str(ranks), "--oversubscribe", "--bind-to",
             "none", PROGRAM, "run", *map(str, arguments), f"--output.silence_limit={silence_limit}"],
            env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.pids = {}
        while len(self.pids) < ranks and self.process.poll() is None:
            time.sleep(0.05)
            self.pids = self.find_ranks()

    def find_ranks(self):
        pids = {}
        for child in pathlib.Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split():
            try:
                variables = pathlib.Path(f"/proc/{child}/environ").read_bytes().split(b"\0")
            except OSError:
                continue
            pids |= {int(v.split(b"=")[1]): int(child) for v in variables if v.startswith(b"OMPI_COMM_WORLD_RANK=")}
        return pids

    def kill(self, rank, number):
        os.kill(self.pids[rank], number)

    def end(self, within_s=120):
        out, err = self.process.communicate(timeout=within_s)
        return self.process.returncode, out + err

    def left(self, within_s=5):
        """Processes that are still there; mpirun may end a second before them."""
        end_s = time.monotonic() + within_s
        while time.monotonic() < end_s:
            pids = [pid for pid in self.pids.values() if pathlib.Path(f"/proc/{pid}").exists()]
            if not pids:
                break
            time.sleep(0.1)
        return pids


@pytest.fixture(scope="module")
def job(tmp_path_factory):
    from conftest import SMALL_JOB
    path = tmp_path_factory.mktemp("job") / "small.toml"
    path.write_text(SMALL_JOB)
    return path


def test_with_a_tenth_of_the_ranks_killed_every_cell_is_done(job, tmp_path):
    whole, out = tmp_path / "whole.h5", tmp_path / "out.h5"
    assert run("run", job, "-o", whole, *LONGER).returncode == 0
    killed = Run(10, job, "-o", out, *LONGER, "--output.commit_interval=0.1")
    wait_for_cells(out, 1)
    killed.kill(4, signal.SIGKILL)
    _, said = killed.end()
    assert "rank 4 on " in said and "is given up" in said and "80 cells computed" in said
    assert "1 of 10 ranks lost" in said
    assert run("status", out).returncode == 0
    assert killed.left() == []
    assert_same_bits(whole, out)
    with h5py.File(out) as file:
        assert set(file["attempt"][()].ravel()) == {0}
    assert not (tmp_path / "out.h5.deaths").exists() and not (tmp_path / "out.h5.lock").exists()


def test_a_rank_that_was_stopped_for_a_while_does_no_harm(job, tmp_path):
    out = tmp_path / "out.h5"
    held_up = Run(3, job, "-o", out, *LONGER, "--output.commit_interval=0.1")
    wait_for_cells(out, 1)
    held_up.kill(2, signal.SIGSTOP)
    time.sleep(2.5)
    held_up.kill(2, signal.SIGCONT)
    _, said = held_up.end()
    assert said.count("is given up") == 1
    assert run("status", out).returncode == 0
    assert held_up.left() == []


def test_a_crash_under_recovery_counts_once_and_a_stop_after_it_ends_soon(job, tmp_path):
    out = tmp_path / "out.h5"
    crashing = Run(3, job, "-o", out, *LONG_CELLS, "--training.max_steps=100000")
    time.sleep(1.5 * PATIENCE)
    crashing.kill(1, signal.SIGSEGV)
    time.sleep(3)
    assert len((tmp_path / "out.h5.deaths").read_text().splitlines()) == 1
    stopped_s = time.monotonic()
    crashing.process.send_signal(signal.SIGUSR1)
    _, said = crashing.end(20)
    assert time.monotonic() - stopped_s < 10
    assert "dies by SIGSEGV in cell" in said and "is given up" in said and "stopped early" in said
    assert run("status", out).returncode == 75
    assert crashing.left() == []
    assert "cause SIGSEGV" in (tmp_path / "out.h5.deaths").read_text()


def test_a_cell_at_which_two_processes_died_is_quarantined(job, tmp_path):
    out, deaths = tmp_path / "out.h5", tmp_path / "out.h5.deaths"
    for count in (1, 2):
        crashing = Run(2, job, "-o", out, *LONG_CELLS, SHORTER, recovery=False, silence_limit=30)
        time.sleep(1.5 * PATIENCE)
        crashing.kill(1, signal.SIGSEGV)
        code, said = crashing.end()
        assert code not in (0, 3, 75)
        assert "ntksweep: rank 1 on" in said and "dies by SIGSEGV in cell" in said and "ntksweep replay" in said
        assert len(deaths.read_text().splitlines()) == count
    assert len({line.split()[3] for line in deaths.read_text().splitlines()}) == 1, "the same cell"
    third = run("run", job, "-o", out, *LONG_CELLS, SHORTER)
    assert third.returncode == 3
    assert "is quarantined: 2 processes died at this cell (the last by SIGSEGV" in third.stderr
    assert not deaths.exists()
    status = run("status", out)
    assert status.returncode == 3 and "1 quarantined" in status.stdout and "--retry-quarantined" in status.stdout
    again = run("run", job, "-o", out, *LONG_CELLS, SHORTER)
    assert again.returncode == 3 and "nothing was left to do" in again.stdout
    retried = run("run", job, "-o", out, *LONG_CELLS, SHORTER, "--retry-quarantined")
    assert retried.returncode == 0 and "1 cells computed" in retried.stdout
