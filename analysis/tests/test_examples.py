"""The examples in other languages, where these are there."""

import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from conftest import dense_sweep, list_sweep, sweep_of
from result_file import SyntheticSweep

EXAMPLES = Path(__file__).parents[1] / "examples"


def two_activations() -> SyntheticSweep:
    """A grid with an axis of text and one of numbers, and losses that differ along them."""
    axes = {"width": [8, 16, 32], "samples": [16], "activation": ["relu", "erf"], "output_scale": [0.5, 2.0],
            "seed": [0, 1, 2]}  # fmt: skip
    cells = SyntheticSweep(axes, {}).cells()
    sweep = sweep_of(cells, axes)
    factors = [cell["output_scale"] * (1 + (cell["activation"] == "erf")) for cell in cells]
    sweep.values["test_loss"] *= np.array(factors)[:, None]
    return sweep


def model_of(cell: dict) -> tuple:
    """The axes but width and seed that vary in one of the sweeps here, as they are printed."""
    return tuple(str(cell[name]) for name in ("train", "method", "activation", "output_scale") if name in cell)


def _has_ncdf4() -> bool:
    command = ["Rscript", "-e", 'quit(status = !requireNamespace("ncdf4", quietly = TRUE))']
    return shutil.which("Rscript") is not None and subprocess.run(command, capture_output=True).returncode == 0


@pytest.mark.skipif(not _has_ncdf4(), reason="R or its package ncdf4 is not there")
@pytest.mark.parametrize("make", [dense_sweep, list_sweep, two_activations])
def test_the_example_in_r_prints_the_medians_and_counts_of_each_model(make, tmp_path):
    sweep = make()
    cells = sweep.cells()
    sweep.values["status"] = np.ones(len(cells), "u1")
    sweep.values["status"][:5] = [3, 3, 4, 0, 1]
    sweep.values["test_loss"] *= np.linspace(1, 2, len(cells))[:, None]
    file, figure = sweep.write(tmp_path / "a.h5"), tmp_path / "a.pdf"
    done = subprocess.run(["Rscript", EXAMPLES / "read_sweep.R", file, figure], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    lines = [line.split() for line in done.stdout.splitlines()[2:]]
    rows = {(int(line[0]), *line[1:-3]): line[-3:] for line in lines}
    status = sweep.values["status"]
    end = np.where(status == 3, np.inf, sweep.values["test_loss"][:, -1])
    of_row = [(cell["width"], *model_of(cell)) for cell in cells]
    assert len(lines) == len(rows) and set(rows) == set(of_row)
    for row, (loss, count, diverged) in rows.items():
        here = np.array([one == row for one in of_row])
        known = here & np.isin(status, (1, 2, 3))
        assert float(loss) == pytest.approx(np.median(end[known]), rel=1e-4)
        assert (int(count), int(diverged)) == (known.sum(), (status[here] == 3).sum())
    assert figure.read_bytes().startswith(b"%PDF")


@pytest.mark.skipif(shutil.which("julia") is None, reason="Julia is not there")
@pytest.mark.parametrize("make", [dense_sweep, list_sweep, two_activations])
def test_the_example_in_julia_prints_the_medians_of_each_model(make, tmp_path):
    sweep = make()
    done = subprocess.run(
        ["julia", EXAMPLES / "read_sweep.jl", sweep.write(tmp_path / "a.h5")], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    of_row = [(cell["width"], ", ".join(model_of(cell))) for cell in sweep.cells()]
    lines = [line.split(maxsplit=4) for line in done.stdout.splitlines()[2:]]
    rows = {(int(line[0]), *(line[4:] or [""])): float(line[3]) for line in lines}
    assert len(lines) == len(rows) and set(rows) == set(of_row)
    for row, loss in rows.items():
        here = np.array([one == row for one in of_row])
        assert loss == pytest.approx(np.median(sweep.values["test_loss"][here, -1]), rel=1e-5)
