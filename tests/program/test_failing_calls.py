"""One call that writes fails, or writes half: one clear line at most, and the same command afterwards goes on.

FAULTY_DISK names the library to preload (tests/store_model). FAULTY_SAMPLE is how many calls are tried for each error
(default 5; 0: all of them, some minutes; bench/failing_calls.sh).
"""

import errno
import os
import random
import subprocess

import h5py
import pytest

from conftest import PROGRAM, assert_same_bits

SAMPLE = int(os.environ.get("FAULTY_SAMPLE", "5"))
JOB = """
[grid]
width = [2, 3]
samples = [6]
step_size = [0.5]
seed = 2
[training]
max_steps = 3
[statistics]
checkpoints = 2
kernel = "none"
"""


def run(folder, call=0, error=0, command=None):
    """The program with that call failing; its result, the number of calls that write, and the one that failed."""
    count = folder.parent / "count"
    environment = {**os.environ, "LD_PRELOAD": os.environ["FAULTY_DISK"], "FAULTY_FOLDER": str(folder),
                   "FAULTY_CALL": str(call), "FAULTY_ERROR": str(error), "FAULTY_COUNT": str(count)}
    arguments = command or ["run", folder.parent / "job.toml", "-o", folder / "out.h5"]
    result = subprocess.run([PROGRAM, *map(str, arguments)], env=environment, capture_output=True, text=True, timeout=120)
    calls, _, last = count.read_text().strip().partition(" ")
    return result, int(calls), last


def new_folder(parent, name):
    (parent / "job.toml").write_text(JOB)
    folder = parent / name
    folder.mkdir()
    return folder


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    folder = new_folder(tmp_path_factory.mktemp("undisturbed"), "out")
    result, calls, _ = run(folder)
    assert result.returncode == 0, result.stderr
    assert calls > 50, "the library does not see the program's calls"
    return folder / "out.h5", calls


def sample(calls, seed):
    everything = range(1, calls + 1)
    return everything if SAMPLE == 0 else sorted(random.Random(seed).sample(everything, SAMPLE))


def check_end(folder, undisturbed_file):
    """Running again ends in the same file, with nothing beside it."""
    result, _, _ = run(folder)
    assert result.returncode == 0, result.stderr
    assert_same_bits(undisturbed_file, folder / "out.h5")
    assert [path.name for path in folder.iterdir()] == ["out.h5"]


@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EDQUOT, errno.EIO], ids=lambda error: errno.errorcode[error])
def test_a_failing_call_is_one_line_and_loses_nothing(undisturbed, tmp_path, error):
    for call in sample(undisturbed[1], error):
        folder = new_folder(tmp_path, f"{call}")
        result, _, last = run(folder, call, error)
        assert result.returncode in (0, 1), (call, last, result.stderr)
        if result.returncode == 1:
            lines = [line for line in result.stderr.splitlines() if os.strerror(error) in line]
            assert len(lines) == 1 and str(folder) in lines[0], (call, last, result.stderr)
        if (folder / "out.h5").exists():
            with h5py.File(folder / "out.h5") as file:
                assert file["status"][()].size == 4
        check_end(folder, undisturbed[0])


@pytest.mark.parametrize("error", [errno.EINTR, 0], ids=["EINTR", "short"])
def test_an_interrupted_or_short_write_is_not_noticed(undisturbed, tmp_path, error):
    for call in sample(undisturbed[1], error):
        folder = new_folder(tmp_path, f"{call}")
        result, _, last = run(folder, call, error)
        assert result.returncode == 0, (call, last, result.stderr)
        assert_same_bits(undisturbed[0], folder / "out.h5")


@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EIO], ids=lambda error: errno.errorcode[error])
@pytest.mark.parametrize("name", ["merge", "pack"])
def test_a_copy_is_whole_or_not_there(undisturbed, tmp_path, name, error):
    source, before = undisturbed[0], undisturbed[0].read_bytes()

    def command(folder):
        return [name, source, "-o", folder / "out.h5"]

    _, calls, _ = run(new_folder(tmp_path, "all"), command=command(tmp_path / "all"))
    for call in sample(calls, error):
        folder = new_folder(tmp_path, f"{call}")
        result, _, last = run(folder, call, error, command(folder))
        assert result.returncode in (0, 1), (call, last, result.stderr)
        if result.returncode == 1:
            assert len(result.stderr.splitlines()) == 1 and os.strerror(error) in result.stderr, (call, result.stderr)
        if not (folder / "out.h5").exists():
            assert result.returncode == 1 and run(folder, command=command(folder))[0].returncode == 0
        assert_same_bits(source, folder / "out.h5")
        # Where the lock cannot be taken away, the next run finds that its holder is gone.
        assert {path.name for path in folder.iterdir()} <= {"out.h5", "out.h5.lock"}
    assert source.read_bytes() == before


@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EIO], ids=lambda error: errno.errorcode[error])
def test_a_repair_that_fails_can_be_done_again(undisturbed, tmp_path, error):
    damaged = undisturbed[0].read_bytes()[:-3000]

    def repair(folder, call=0):
        return run(folder, call, error, ["verify", "--repair", folder / "out.h5"])

    def new_damaged(name):
        folder = new_folder(tmp_path, name)
        (folder / "out.h5").write_bytes(damaged)
        return folder

    _, calls, _ = repair(new_damaged("all"))
    assert calls > 2
    for call in sample(calls, error) if calls > SAMPLE else range(1, calls + 1):
        folder = new_damaged(f"{call}")
        result, _, last = repair(folder, call)
        assert result.returncode in (0, 1), (call, last, result.stderr)
        assert repair(folder)[0].returncode == 0, (call, last)
        check_end(folder, undisturbed[0])
