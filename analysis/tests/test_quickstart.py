"""The command that the quickstart ends with."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from conftest import dense_sweep, list_sweep
from ntksweep import open_sweep
from ntksweep.quickstart import main
from ntksweep.summary import summarise, summary_text


def test_it_prints_the_table_and_writes_four_files(tmp_path, capsys):
    path = list_sweep().write(tmp_path / "a.h5")
    assert main([str(path), "-o", str(tmp_path / "out folder")]) == 0
    written = sorted(file.name for file in (tmp_path / "out folder").iterdir())
    assert written == ["double_descent.pdf", "double_descent.png", "kernel_drift.pdf", "kernel_drift.png"]
    text = capsys.readouterr().out
    for name in written:
        assert f"wrote {tmp_path / 'out folder' / name}" in text
    assert "48 cells: 48 converged" in text and "24.0 s" in text


def test_the_summary_has_the_planted_numbers(tmp_path):
    first, second = summarise(open_sweep(list_sweep().write(tmp_path / "a.h5")))
    assert first.peak == (16, pytest.approx(10.1 * 1.1))
    assert first.largest == (256, pytest.approx((0.1 + 1 / 4.1) * 1.1))
    assert first.drift.smallest == (32, pytest.approx(3 * 32**-0.75 * 1.1))
    assert first.drift.law.exponent == pytest.approx(-0.75)
    assert second.drift is None


def test_a_sweep_that_is_not_finished_says_how_many_cells_are_left(tmp_path, capsys):
    sweep = dense_sweep()
    sweep.values["status"] = np.r_[np.ones(20), np.zeros(4)].astype("u1")
    assert main([str(sweep.write(tmp_path / "a.h5")), "-o", str(tmp_path)]) == 0
    assert "4 cells are still to come" in capsys.readouterr().out


def test_a_sweep_that_diverged_at_the_largest_width_says_so(tmp_path):
    sweep = dense_sweep()
    sweep.values["status"] = np.r_[np.ones(21), [3, 3, 3]].astype("u1")
    text = summary_text(open_sweep(sweep.write(tmp_path / "a.h5")))
    assert "21 converged, 3 diverged" in text and " diverged " in text.splitlines()[-3] and "inf" not in text


def test_what_is_wrong_is_one_line_and_exit_code_2(tmp_path, capsys):
    assert main([str(tmp_path / "none.h5")]) == 2
    shown = capsys.readouterr()
    assert shown.out == "" and len(shown.err.strip().splitlines()) == 1


@pytest.mark.parametrize("folder, code, said", [
    ("/proc/none", 1, "/proc/none cannot be written: the folder cannot be made"),
    ("a.h5", 2, "a file stands where the folder would be made"),
    ("a.h5/in", 2, "a file stands where the folder would be made"),
])  # fmt: skip
def test_a_folder_that_cannot_be_made_is_said_in_one_line(tmp_path, monkeypatch, capsys, folder, code, said):
    path = dense_sweep().write(tmp_path / "a.h5")
    monkeypatch.chdir(tmp_path)
    assert main([str(path), "-o", folder]) == code
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("ntksweep.quickstart: ") and said in line
    assert [one.name for one in tmp_path.iterdir()] == ["a.h5"]


def test_it_runs_as_a_module_without_installation(tmp_path):
    path = dense_sweep().write(tmp_path / "a.h5")
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    command = [sys.executable, "-W", "error::UserWarning", "-m", "ntksweep.quickstart", str(path), "-o", str(tmp_path)]
    done = subprocess.run(command, check=False, env=environment, capture_output=True, text=True, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "kernel_drift.pdf").exists()
