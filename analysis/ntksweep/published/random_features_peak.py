"""Mei, Montanari 2022: the risk of random features against their number."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import xarray as xr
from matplotlib.figure import Figure

from ntksweep.cells import tidy
from ntksweep.errors import NothingFinished
from ntksweep.figures import page, style
from ntksweep.figures.families import Line, draw_line, family
from ntksweep.figures.groups import groups
from ntksweep.published.conditions import experiment
from ntksweep.published.layout import MARK, PLACE, complete, logarithmic, mark, numbers_of, seeds_of, tiled

_AXIS = "features_per_sample"


@experiment(
    "excess_risk", "risk_random_features_limit", several=("width",), train="output", method="min_norm", depth=1,
    source="gaussian", teacher="linear",
)  # fmt: skip
def random_features_peak(ds: xr.Dataset) -> Figure:
    """Excess risk [1] against m / n [1], one panel for each activation (and further axes).

    Crosses: the risk for d, m, n to infinity at fixed ratios, `risk_random_features_limit` of the file; at m = n it is
    infinite, and has no cross. Medians and bands over the seeds, since the risk has a heavy tail at the peak.
    Mei, Montanari 2022, arXiv:1908.05355.
    """
    cells = tidy(ds, "excess_risk", "risk_random_features_limit")
    cells = cells.assign_coords({_AXIS: ("cell", cells["width"].values / cells["samples"].values)})
    drawn: list[tuple[str, Line, Line]] = []
    for group in groups(cells, ("width", _AXIS), most=9):
        samples = group.cells["samples"].values[:1].tolist()
        names = ("excess_risk", "risk_random_features_limit")
        lines = [line for name in names for line in family(group.cells, name, _AXIS, "samples", samples)]
        if len(lines) == 2:  # else the group has no result yet
            drawn.append((group.label, lines[0], lines[1]))
    if not drawn:
        raise NothingFinished()
    with plt.rc_context(page.RC):
        figure, axes = tiled(len(drawn), "features per sample $m\\,/\\,n$", "excess risk")
        for (_, measured, limit), ax in zip(drawn, axes.ravel()):
            draw_line(ax, measured)
            finite = np.isfinite(limit.curve.median)
            ax.plot(limit.curve.width[finite], limit.curve.median[finite], **MARK, label="limit")
            ax.axvline(1, **PLACE)
            logarithmic(ax, cells[_AXIS].values, numbers_of([line for _, line, _ in drawn]))
        entries = {"measured": plt.Line2D([], [], color=style.COLOURS[0], marker="o")}
        entries |= mark("Mei, Montanari 2022: $d, m, n \\to \\infty$", MARK) | mark("their peak, $m = n$", PLACE)
        complete(figure, axes, [label for label, *_ in drawn], ds, seeds_of([line for _, line, _ in drawn]), entries)
    return figure
