"""A quantity over training, over the seeds of one place in the sweep."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr
from matplotlib.axes import Axes

from ntksweep.measures import QUARTILES_FROM, band_name
from ntksweep.status import Status, has_result


@dataclass(frozen=True)
class Trajectory:
    """Median and band over the seeds; one entry per step at which any of them has a checkpoint.

    step: ascending. count: cells with a result that have the quantity. diverged: how many of them diverged.
    """

    step: np.ndarray
    median: np.ndarray
    low: np.ndarray
    high: np.ndarray
    count: int
    diverged: int


def trajectory(cells: xr.Dataset, name: str) -> Trajectory:
    """Of a variable over `checkpoint`, from tidy cells with `checkpoint_step`.

    The last slot is the end of training, at another step for each cell. So each is followed from checkpoint to
    checkpoint (a straight line in the step, of the logarithm where all values are positive), and stays what it is
    after its end: seeds that are done still count. A diverged cell is infinite after its end.
    Band: quartiles from eight seeds on, below the smallest to the largest.
    """
    status = cells["status"].values
    steps, values = cells["checkpoint_step"].values, cells[name].transpose("cell", "checkpoint").values
    known = (steps >= 0) & ~np.isnan(values) & has_result(status)[:, np.newaxis]
    rows = np.flatnonzero(known.any(axis=1))
    grid = np.unique(steps[known])
    followed = [_follow(grid, steps[row][known[row]], values[row][known[row]], status[row]) for row in rows]
    block = np.array(followed).reshape(len(rows), grid.size)
    shares = (0.25, 0.75) if len(rows) >= QUARTILES_FROM else (0.0, 1.0)
    if not len(rows):
        return Trajectory(grid, grid * np.nan, grid * np.nan, grid * np.nan, 0, 0)
    low, high = (_order_statistic(block, share) for share in shares)
    diverged = int((status[rows] == Status.DIVERGED).sum())
    return Trajectory(grid, np.median(block, axis=0), low, high, len(rows), diverged)


def draw(ax: Axes, line: Trajectory, colour: str, band: bool = True, **look: Any) -> None:
    """The median as a line, and the band; what is infinite leaves a gap."""
    finite = np.isfinite(line.median) & np.isfinite(line.high)
    if band and line.count > 1:
        ax.fill_between(line.step, line.low, line.high, where=finite, color=colour, alpha=0.2, linewidth=0)
    ax.plot(line.step, np.where(np.isfinite(line.median), line.median, np.nan), color=colour, **look)


def step_axis(ax: Axes, last: float) -> None:
    """Steps 0, 1, 10, ...: linear up to 1, logarithmic beyond."""
    ax.set_xscale("symlog", linthresh=1, linscale=0.35)
    ax.set_xlim(0, max(last, 1) * 1.1)
    decades = np.arange(0, np.floor(np.log10(max(last, 1))) + 1)
    ticks = decades[:: 1 + len(decades) // 6]
    ax.set_xticks([0, *10.0**ticks], ["0", *("1" if t == 0 else f"$10^{{{t:g}}}$" for t in ticks)])
    ax.minorticks_off()


def seeds_text(most: int) -> str:
    """ "median of 5 seeds, band: min to max"; most: the largest number of seeds behind a line."""
    return f"median of {most} seeds, band: {band_name(most)}" if most > 1 else "one run"


def _follow(grid: np.ndarray, steps: np.ndarray, values: np.ndarray, status: int) -> np.ndarray:
    """One cell's values at the steps of the grid."""
    finite = np.isfinite(values)
    positive = finite.any() and (values[finite] > 0).all()
    with np.errstate(invalid="ignore"):
        numbers = np.log(values) if positive else values
        found = np.interp(grid, steps, numbers)
    found = np.exp(found) if positive else found
    return np.where(grid > steps[-1], np.inf, found) if status == Status.DIVERGED else found


def _order_statistic(block: np.ndarray, share: float) -> np.ndarray:
    return np.quantile(block, share, axis=0, method="lower" if share < 0.5 else "higher")
