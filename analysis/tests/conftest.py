"""Sweeps that the tests look at."""

from __future__ import annotations

import os
from itertools import count

import matplotlib
import numpy as np
import pytest
from matplotlib import pyplot

from browser import Browser, missing
from ntksweep import open_sweep
from ntksweep.published import picture
from published_runs import BINARY, PublishedRun, run_smaller
from result_file import SyntheticSweep
from several_files import sweep_of as sweep_by_settings

matplotlib.use("Agg")
WIDTHS = [2, 4, 8, 16, 32, 64, 128, 256]
SEEDS = [0, 1, 2]
SAMPLES = 16


def planted_loss(m: int, n: int, seed: int) -> float:
    """Rises to a peak at m = n, falls again, and differs between seeds."""
    return (0.1 + 1 / (abs(np.log2(m / n)) + 0.1)) * (1 + 0.1 * seed)


def sweep_of(cells: list[dict], axes: dict, **more) -> SyntheticSweep:
    """A sweep whose numbers follow from the settings of its cells; drift is 3 m^-0.75 (1 + seed/10)."""
    m = np.array([cell["width"] for cell in cells])
    n = np.array([cell["samples"] for cell in cells])
    seed = np.array([cell["seed"] for cell in cells])
    frozen = np.array([cell.get("train", "all") == "output" for cell in cells])
    end = np.array([planted_loss(*cell) for cell in zip(m, n, seed)])
    drift = np.where(frozen, 0.0, 3 * m**-0.75 * (1 + 0.1 * seed))
    return SyntheticSweep(
        axes,
        {
            "wall_time": np.full(len(cells), 0.5),
            "steps": np.full(len(cells), 100),
            "checkpoint_step": np.tile([0, 10, 100], (len(cells), 1)),
            "train_loss": np.stack([end * 2, end, np.where(m < n, 0.1, 1e-12)], axis=1),
            "test_loss": np.stack([end * 3, end * 2, end], axis=1),
            "ntk_drift": np.stack([0 * drift, np.full_like(drift, np.nan), drift], axis=1),
            "parameters_per_target": m / n,
        },
        **more,
    )


def dense_sweep(**more) -> SyntheticSweep:
    axes = {"width": WIDTHS, "samples": [SAMPLES], "step_size": [0.5], "seed": SEEDS}
    return sweep_of(SyntheticSweep(axes, {}).cells(), axes, **more)


def list_sweep(**more) -> SyntheticSweep:
    """Two models, coupled: all layers by gradient descent, random features by the minimum norm."""
    cells = [
        {"width": m, "samples": SAMPLES, "step_size": 0.5, "train": train, "method": method, "seed": seed}
        for train, method in (("all", "gd"), ("output", "min_norm"))
        for m in WIDTHS
        for seed in SEEDS
    ]
    axes = {name: [cell[name] for cell in cells] for name in cells[0]}
    return sweep_of(cells, axes, layout="list", **more)


@pytest.fixture(params=["dense", "list"])
def sweep(request: pytest.FixtureRequest) -> SyntheticSweep:
    return {"dense": dense_sweep, "list": list_sweep}[request.param]()


@pytest.fixture
def opened(tmp_path):
    """Writes a sweep to a file of its own and opens it."""
    numbers = count()
    return lambda sweep: open_sweep(sweep.write(tmp_path / f"opened_{next(numbers)}.h5"))


@pytest.fixture
def write(tmp_path):
    """Writes a sweep of `several_files` to the file of a name."""
    return lambda name, *args, **more: sweep_by_settings(*args, **more).write(tmp_path / f"{name}.h5")


@pytest.fixture(scope="module")
def browser():
    """A headless Chromium for the tests of one file, which ignore the sockets that selenium leaves open."""
    if missing():
        pytest.skip(missing())
    opened = Browser()
    yield opened
    opened.close()


@pytest.fixture(autouse=True)
def close_figures():
    yield
    pyplot.close("all")


@pytest.fixture(scope="session")
def published_run(tmp_path_factory):
    """A job of jobs/ at a smaller size, run and drawn once for all tests; skips without a program."""
    found = {}

    def run(name: str) -> PublishedRun:
        if not os.path.exists(BINARY):
            pytest.skip("NTKSWEEP names no program")
        if name not in found:
            path = run_smaller(name, tmp_path_factory.mktemp(name) / f"{name}.h5")
            ds = open_sweep(path, reader="netcdf4").load()  # the faster one of the two
            found[name] = PublishedRun(path, ds, picture(ds))
        return found[name]

    return run
