"""Geiger et al. 2020, Chizat et al. 2019: from lazy to rich training over the scale of the output."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ntksweep.cells import tidy
from ntksweep.figures import page
from ntksweep.figures.families import Line, draw_line, family, values_along
from ntksweep.figures.groups import groups
from ntksweep.figures.lazy_rich import with_lazy_scale
from ntksweep.published.conditions import experiment
from ntksweep.published.layout import (
    CURVE, PLACE, complete, line_entries, logarithmic, mark, numbers_of, panels, seeds_of,
)  # fmt: skip

_AXIS = "lazy_scale"
_COLUMNS = {
    "ntk_drift": r"drift $\|K_T - K_0\|_F\,/\,\|K_0\|_F$",
    "feature_movement": r"features $\|H_T - H_0\|_F\,/\,\|H_0\|_F$",
    "test_loss": "test loss",
}
_FALLING = ("ntk_drift", "feature_movement")


@experiment(
    *_COLUMNS, several=("output_scale",), output_center="initial", method="gd", parametrization=("ntk", "standard")
)
def lazy_rich(ds: xr.Dataset) -> Figure:
    """Drift of the kernel, movement of the last hidden layer's features, and test loss at the end [1], against
    sqrt(m) alpha [1]; a line for each width, a row for each group of other settings.

    Dotted: sqrt(m) alpha = 1, where lazy training becomes rich. Broken: the slope -1 of lazy training, through the
    median of the largest width at the largest alpha. Medians and bands over the seeds that did not diverge.
    Chizat, Oyallon, Bach 2019, arXiv:1812.07956; Geiger, Spigler, Jacot, Wyart 2020, arXiv:1906.08034.
    """
    cells = with_lazy_scale(tidy(ds, *_COLUMNS))
    widths = values_along(cells, "width")
    found = groups(cells, ("width", "output_scale", _AXIS), most=4)
    drawn = [[family(group.cells, name, _AXIS, "width", widths) for name in _COLUMNS] for group in found]
    everything = [line for row in drawn for lines in row for line in lines]
    with plt.rc_context(page.RC):
        figure, axes = panels(3, len(found), height=2.3)
        for row, rows in zip(axes, drawn):
            for ax, lines, (name, text) in zip(row, rows, _COLUMNS.items()):
                for line in lines:
                    draw_line(ax, line, markersize=2)
                ax.axvline(1, **PLACE)
                logarithmic(ax, cells[_AXIS].values, numbers_of(lines) if lines else None)
                ax.set_ylabel(text)
                if name in _FALLING and lines:
                    _slope(ax, lines[-1])
        for ax in axes[-1]:
            ax.set_xlabel(r"$\sqrt{m}\,\alpha$")
        entries = line_entries(everything) | mark("slope $-1$: lazy (Chizat et al. 2019)", CURVE)
        entries |= mark(r"$\sqrt{m}\,\alpha = 1$ (Geiger et al. 2020)", PLACE)
        labels = [text for group in found for text in (group.label, "", "")]
        complete(figure, axes, labels, ds, seeds_of(everything), entries)
    return figure


def _slope(ax: Axes, line: Line) -> None:
    """1 / (sqrt(m) alpha) through the last median of a line, from 1 on."""
    last = line.curve.width[-1]
    if last > 1 and line.curve.median[-1] > 0:
        ends = np.array([1.0, last])
        ax.plot(ends, line.curve.median[-1] * last / ends, **CURVE, label="slope")
