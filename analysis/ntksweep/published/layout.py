"""How the published pictures are laid out, and how what the paper says looks in all of them: black."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import matplotlib.pyplot as plt
import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from ntksweep.figures import page, style
from ntksweep.figures.families import Line
from ntksweep.figures.trajectories import seeds_text
from ntksweep.status import Status, has_result

#: Values that theory or the paper gives for the points of the sweep, curves between them, and places on an axis.
MARK: dict[str, Any] = {
    "color": "black", "marker": "x", "markersize": 3.2, "markeredgewidth": 0.8, "linestyle": "", "zorder": 4,
}  # fmt: skip
CURVE: dict[str, Any] = {"color": "black", "linewidth": 0.9, "linestyle": (0, (4, 1.5)), "zorder": 3.5}
PLACE: dict[str, Any] = {"color": "black", "linewidth": 0.8, "linestyle": (0, (1, 1.5)), "zorder": 1.5}


def panels(
    columns: int, rows: int = 1, height: float = 2.2, share: Literal["row"] | bool = False
) -> tuple[Figure, Any]:
    """A figure of two columns of a page with rows x columns panels; share: y axes, as in plt.subplots.

    Returns the axes as an array, rows x columns. Call within plt.rc_context(page.RC).
    """
    size = (page.DOUBLE if columns > 1 else page.SINGLE, height * rows + 0.4)
    return plt.subplots(rows, columns, figsize=size, layout="constrained", squeeze=False, sharey=share)


def tiled(count: int, x: str, y: str, height: float = 2.2) -> tuple[Figure, Any]:
    """As `panels`, for `count` panels with the same axes in rows of up to three, named x and y at the outer ones.

    Places without a panel are hidden.
    """
    columns = 2 if count in (2, 4) else min(count, 3)
    figure, axes = panels(columns, -(-count // columns), height, share=True)
    for index, ax in enumerate(axes.ravel()):
        ax.set_visible(index < count)
        if index + columns >= count:
            ax.set_xlabel(x)
        if index % columns == 0:
            ax.set_ylabel(y)
    return figure, axes


def logarithmic(ax: Axes, x: Sequence[float] | np.ndarray | None, y: Sequence[float] | np.ndarray | None) -> None:
    """Logarithmic axes around the positive finite numbers of x and of y; None leaves an axis as it is."""
    for axis, numbers, name in ((ax.xaxis, x, "x"), (ax.yaxis, y, "y")):
        if numbers is None:
            continue
        values = np.asarray(numbers, dtype=float).ravel()
        values = values[np.isfinite(values) & (values > 0)]
        low, high = (values.min(), values.max()) if values.size else (0.1, 1.0)
        room = max((high / low) ** 0.04, 1.05)
        ax.set(**{f"{name}scale": "log", f"{name}lim": (low / room, high * room)})
        page.log_ticks(axis, low / room, high * room)


def numbers_of(lines: Sequence[Line]) -> np.ndarray:
    """All that lines and their bands show."""
    parts = [part for line in lines for part in (line.curve.low, line.curve.median, line.curve.high)]
    return np.concatenate([[], *parts])


def line_entries(lines: Sequence[Line], **look: Any) -> dict[str, Any]:
    """Rows of a legend for lines of families, each label once, by value."""
    by_label = {line.label: line for line in sorted(lines, key=lambda line: line.value)}
    look = {"marker": "o", **look}
    return {label: Line2D([], [], color=line.colour, **look) for label, line in by_label.items()}


def mark(text: str, look: dict[str, Any]) -> dict[str, Any]:
    """The row of a legend for what a paper says."""
    return {text: Line2D([], [], **{name: value for name, value in look.items() if name != "zorder"})}


def seeds_of(lines: Sequence[Line]) -> str:
    """ "median of 5 seeds, band: min to max"; without lines (all cells diverged) nothing."""
    return seeds_text(int(max(line.curve.count.max() for line in lines))) if lines else ""


def complete(figure: Figure, axes: Any, labels: Sequence[str], ds: xr.Dataset, about: str, entries: dict) -> None:
    """Titles of the panels (row by row), lines of context with how many cells diverged, and the legend under all."""
    status = ds["status"].values
    diverged, ended = int((status == Status.DIVERGED).sum()), int(has_result(status).sum())
    about += f"{'; ' if about else ''}{diverged} of {ended} cells diverged" if diverged else ""
    page.finish(figure, axes.reshape(-1, 1), labels, style.context_of(ds), about)
    page.legend_below(figure, entries)
