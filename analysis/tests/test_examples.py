"""The examples in other languages, where these are there."""

import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from conftest import dense_sweep, list_sweep

EXAMPLES = Path(__file__).parents[1] / "examples"


def _has_ncdf4() -> bool:
    command = ["Rscript", "-e", 'quit(status = !requireNamespace("ncdf4", quietly = TRUE))']
    return shutil.which("Rscript") is not None and subprocess.run(command, capture_output=True).returncode == 0


@pytest.mark.skipif(not _has_ncdf4(), reason="R or its package ncdf4 is not there")
@pytest.mark.parametrize("make", [dense_sweep, list_sweep])
def test_the_example_in_r_prints_the_medians_and_counts(make, tmp_path):
    sweep = make()
    count = len(sweep.cells())
    sweep.values["status"] = np.ones(count, "u1")
    sweep.values["status"][:5] = [3, 3, 4, 0, 1]
    file, figure = sweep.write(tmp_path / "a.h5"), tmp_path / "a.pdf"
    done = subprocess.run(["Rscript", EXAMPLES / "read_sweep.R", file, figure], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    rows = {int(line.split()[0]): line.split()[1:] for line in done.stdout.splitlines()[2:]}
    status = sweep.values["status"]
    end = np.where(status == 3, np.inf, sweep.values["test_loss"][:, -1])
    width = np.array([cell["width"] for cell in sweep.cells()])
    for m in np.unique(width):
        here = (width == m) & np.isin(status, (1, 2, 3))
        loss, cells, diverged = rows[m]
        assert float(loss) == pytest.approx(np.median(end[here]), rel=1e-4)
        assert (int(cells), int(diverged)) == (here.sum(), (status[width == m] == 3).sum())
    assert figure.read_bytes().startswith(b"%PDF")


@pytest.mark.skipif(shutil.which("julia") is None, reason="Julia is not there")
def test_the_example_in_julia_prints_the_medians(tmp_path):
    done = subprocess.run(
        ["julia", EXAMPLES / "read_sweep.jl", dense_sweep().write(tmp_path / "a.h5")], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    sweep = dense_sweep()
    width = np.array([cell["width"] for cell in sweep.cells()])
    rows = [line.split() for line in done.stdout.splitlines()[2:]]
    assert {int(row[0]): float(row[3]) for row in rows} == {
        m: pytest.approx(np.median(sweep.values["test_loss"][width == m, -1]), rel=1e-5) for m in np.unique(width)
    }
