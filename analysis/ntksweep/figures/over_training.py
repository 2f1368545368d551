"""Panels of a few quantities over training, one under the other; a line for each value of an axis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import matplotlib.pyplot as plt
import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from ntksweep.cells import axes as axes_of
from ntksweep.cells import tidy, unique, values_of
from ntksweep.errors import NothingFinished
from ntksweep.figures import page, style
from ntksweep.figures.families import colours, values_along
from ntksweep.figures.groups import groups, setting_text
from ntksweep.figures.trajectories import Trajectory, draw, seeds_text, step_axis, trajectory

_DECADES = 14  # below the largest value nothing is shown


@dataclass(frozen=True)
class Row:
    """One quantity. scale: "log" or "linear"; mark: where a horizontal line is to be, and none where None."""

    name: str
    label: str
    scale: str
    mark: float | None = None


def over_training(ds: xr.Dataset, rows: Sequence[Row], by: str) -> Figure:
    """Each quantity against the step, medians and bands over the seeds; lines by `by`, panels by the other axes.

    The legend counts the diverged cells of a line, which are infinite after their end.
    """
    cells = tidy(ds, "checkpoint_step", *(row.name for row in rows))
    values = values_along(cells, by)
    found = []
    for group in groups(cells, (by,)):
        own = [group.cells.isel(cell=np.flatnonzero(values_of(group.cells, by) == value)) for value in values]
        lines = [[trajectory(part, row.name) for part in own] for row in rows]
        if any(line.count for line in lines[0]):
            found.append((group.label, lines))
    if not found:
        raise NothingFinished()
    with plt.rc_context(page.RC):
        figure, axes = page.panels(len(found), height=1.7, rows_below=[1.0] * (len(rows) - 1))
        for (_, lines), panels in zip(found, axes):
            for row, ax, family in zip(rows, panels, lines):
                _panel(ax, row, family)
        for place, row in enumerate(rows):
            _limits(axes[:, place], row, [line for _, lines in found for line in lines[place]])
        page.outer_labels(axes, "step $t$", *(row.label for row in rows))
        most = max(line.count for _, lines in found for line in lines[0])
        page.finish(figure, axes, [label for label, _ in found], style.context_of(ds), seeds_text(most))
        texts = [_text(by, value, [lines[0][i] for _, lines in found]) for i, value in enumerate(values)]
        marks = [Line2D([], [], color=colour) for colour in colours(len(values))]
        page.legend_below(figure, dict(zip(texts, marks)))
    return figure


def line_axis(ds: xr.Dataset, *preferred: str) -> str:
    """The first of some axes that has several values in this sweep; the last of them where none has."""
    several = [name for name in preferred if name in axes_of(ds) and len(unique(ds[name].values)) > 1]
    return several[0] if several else preferred[-1]


def _panel(ax: Axes, row: Row, lines: Sequence[Trajectory]) -> None:
    for line, colour in zip(lines, colours(len(lines))):
        if line.count:
            draw(ax, _positive(line) if row.scale == "log" else line, colour, label=row.name)
    if row.mark is not None:
        ax.axhline(row.mark, color="black", linewidth=0.9, linestyle=(0, (4, 2)), zorder=1.5, label="mark")


def _positive(line: Trajectory) -> Trajectory:
    """Without what has no place on a logarithmic axis: the drift is zero at the start."""
    return replace(line, median=np.where(line.median > 0, line.median, np.nan))


def _limits(axes: Sequence[Axes], row: Row, lines: Sequence[Trajectory]) -> None:
    """The same limits in all panels of a row: what lines without diverged cells need, and where all lines start."""
    lines = [line for line in lines if line.count]
    for ax in axes:
        step_axis(ax, max((line.step[-1] for line in lines), default=1))
    tame = [np.concatenate([line.low, line.median, line.high]) for line in lines if not line.diverged]
    values = np.concatenate([*tame, *(line.high[:1] for line in lines), np.array([row.mark or np.nan])])
    values = values[np.isfinite(values) & ((values > 0) | (row.scale == "linear"))]
    bottom, top = (float(values.min()), float(values.max())) if values.size else (0.1, 1.0)
    if row.scale == "linear":
        axes[0].set_ylim(min(0.0, bottom), 1.12 * max(top, 1e-9))
        return
    bottom = max(bottom, top * 10.0**-_DECADES)
    for ax in axes:
        ax.set_yscale("log")
        page.log_ticks(ax.yaxis, bottom / 1.5, top * 3)
    axes[0].set_ylim(bottom / 1.5, top * 3)


def _text(by: str, value: object, lines: Sequence[Trajectory]) -> str:
    diverged, count = sum(line.diverged for line in lines), sum(line.count for line in lines)
    return setting_text(by, value) + (f" ({diverged} of {count} diverged)" if diverged else "")
