"""Figures at the width of a journal's columns: sizes, type, and panels side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from ntksweep.figures import style

#: Inches: one column of a page with two, and both.
SINGLE, DOUBLE = 3.4, 7.0

#: Type and lines for these sizes, printed without scaling.
RC: dict[Any, Any] = {
    **style.RC,
    "font.size": 8,
    "axes.titlesize": 8,
    "axes.labelsize": 8,
    "xtick.labelsize": 7,
    "ytick.labelsize": 7,
    "legend.fontsize": 7,
    "axes.linewidth": 0.7,
    "grid.linewidth": 0.5,
    "lines.linewidth": 1.3,
    "lines.markersize": 3,
    "xtick.major.width": 0.7,
    "ytick.major.width": 0.7,
    "legend.handlelength": 1.8,
}


def panels(count: int, height: float = 2.3, columns: int = 3, rows_below: Sequence[float] = ()) -> tuple[Figure, Any]:
    """A figure of one column for one panel, else of two, with `count` panels of `height` inches.

    rows_below: heights relative to a panel's of further axes under each, with the same x axis.
    Returns the axes as an array, count x (1 + further axes). Call within plt.rc_context(page.RC).
    """
    columns = 2 if count == 4 else min(count, columns)
    rows = -(-count // columns)
    ratios = [1.0, *rows_below]
    size = (SINGLE if count == 1 else DOUBLE, height * sum(ratios) * rows + 0.5)
    figure = plt.figure(figsize=size, layout="constrained")
    grid = figure.add_gridspec(rows * len(ratios), columns, height_ratios=ratios * rows)
    found = np.empty((count, len(ratios)), dtype=object)
    for index in range(count):
        row, column = divmod(index, columns)
        for part in range(len(ratios)):
            above = found[index, 0] if part else None
            shared = found[0, part] if index else None
            place = grid[row * len(ratios) + part, column]
            found[index, part] = figure.add_subplot(place, sharex=above or found[0, 0], sharey=shared)
            lowest = part == len(ratios) - 1 and index + columns >= count
            found[index, part].tick_params(labelbottom=lowest, labelleft=column == 0)
    return figure, found


def outer_labels(axes: Any, x: str, *y: str) -> None:
    """x under the lowest panel of each column, y left of the first column; y: one text for each part of a panel."""
    count = len(axes)
    columns = axes[0, 0].get_subplotspec().get_gridspec().ncols
    for index in range(count):
        if index + columns >= count:
            axes[index, -1].set_xlabel(x)
        if index % columns == 0:
            for ax, text in zip(axes[index], y):
                ax.set_ylabel(text)


def legend_below(figure: Figure, entries: dict[str, Any], columns: int | None = None) -> None:
    """One legend for all panels, under them, for which the figure grows; entries: text -> artist."""
    width, height = figure.get_size_inches()
    if columns is None:
        columns = _columns([0.055 * len(text.replace("\\mathrm", "")) + 0.42 for text in entries], width)
    room = 0.155 * -(-len(entries) // columns) + 0.02
    figure.set_size_inches(width, height + room)
    share = room / (height + room)
    engine = figure.get_layout_engine()
    assert isinstance(engine, ConstrainedLayoutEngine)
    engine.set(rect=(0, share, 1, 1 - share))
    figure.legend(
        entries.values(), entries.keys(), loc="lower center", bbox_to_anchor=(0.5, 0), ncol=columns,
        columnspacing=1.2, handletextpad=0.5, labelspacing=0.3, borderaxespad=0.1,
    )  # fmt: skip


def _wrapped(label: str, width: int) -> str:
    """Settings, joined by commas, in lines of at most `width` characters where that can be."""
    lines: list[str] = []
    for part in label.split(", "):
        joined = f"{lines[-1]}, {part}" if lines else part
        if lines and len(joined.replace("$", "").replace("\\", "")) <= width:
            lines[-1] = joined
        else:
            lines.append(part)
    return ",\n".join(lines)


def _columns(widths: list[float], room: float) -> int:
    """As many columns as fit; matplotlib fills them one after the other, the first ones with one more."""
    for columns in range(len(widths), 1, -1):
        short, longer = divmod(len(widths), columns)
        ends = np.cumsum([short + (column < longer) for column in range(columns)])
        if sum(max(part) for part in np.split(np.array(widths), ends[:-1])) <= room:
            return columns
    return 1


def log_ticks(axis: Any, low: float, high: float) -> None:
    """Ticks of a logarithmic axis from low to high: plain numbers over two decades, else powers of ten."""
    axis.set_minor_formatter(NullFormatter())
    if high / low < 200:
        axis.set_major_locator(LogLocator(base=10, subs=(1, 2, 5) if high / low < 60 else (1, 3), numticks=20))
        axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    else:
        axis.set_major_locator(LogLocator(base=10, numticks=7))


def octaves(axis: Any, low: float, high: float) -> None:
    """Ticks of a logarithmic axis at powers of two, at most eight."""
    skip = max(1, int(np.ceil(np.log2(max(high / low, 2.0)) / 7)))
    axis.set_major_locator(LogLocator(base=2**skip, numticks=20))
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axis.set_minor_locator(plt.NullLocator())


def finish(figure: Figure, axes: Any, labels: Sequence[str], *title: str) -> None:
    """The panels' labels, and above them lines of what all of them have in common."""
    for ax, label in zip(axes[:, 0], labels):
        if label:
            columns = ax.get_subplotspec().get_gridspec().ncols
            ax.set_title(_wrapped(label, int((figure.get_figwidth() - 0.6) / columns / 0.068)))
    lines = [line for line in title if line]
    if lines:
        figure.suptitle("\n".join(lines), fontsize=7, color=style.GREY)


