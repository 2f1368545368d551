"""Test loss over width and samples, with the line where parameters and targets are as many."""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from ntksweep.cells import tidy
from ntksweep.errors import NothingFinished
from ntksweep.figures import page, style
from ntksweep.figures.double_descent_samples import interpolating_samples
from ntksweep.figures.groups import Group, groups
from ntksweep.figures.needs import needs
from ntksweep.figures.tiles import colour_bar, draw_tiles, log_norm, map_axes, tile_entries, tiles
from ntksweep.status import has_result

_LINE: dict[str, Any] = {"color": "#D55E00", "linewidth": 1.4, "linestyle": (0, (4, 1.5))}
_COLOURS = {"diverged": "#8F8F8F"}


@needs("test_loss", several=("width", "samples"))
def double_descent_map(ds: xr.Dataset, show: str = "test_loss") -> Figure:
    """A variable at the end of training over width and samples, one panel for each group of other settings.

    The colour is the median over the seeds that did not diverge; the share of those that did is a grey strip at the
    right of the tile. The line is where a network has as many trained parameters as targets, p(m) = n C.
    Nakkiran et al. 2020, arXiv:1912.02292.
    """
    count = [name for name in ("parameters_per_target",) if name in ds]
    cells = tidy(ds, show, *count)
    if not has_result(cells["status"].values).any():
        raise NothingFinished()
    found = groups(cells, ("width", "samples"))
    maps = [tiles(group.cells, "width", "samples", show) for group in found]
    norm = log_norm(maps, show)
    with plt.rc_context(page.RC):
        figure, axes = page.panels(len(found), height=2.5)
        entries: dict[str, Any] = {}
        map_axes(axes, maps)
        for group, tile_map, ax in zip(found, maps, axes[:, 0]):
            draw_tiles(ax, tile_map, norm, _COLOURS)
            page.octaves(ax.xaxis, *ax.get_xlim())
            page.octaves(ax.yaxis, *ax.get_ylim())
            _interpolation(ax, group, entries)
        colour_bar(figure, axes, norm, style.quantity(ds, show))
        page.outer_labels(axes, "width $m$", "training samples $n$")
        median = "medians over seeds that did not diverge"
        page.finish(figure, axes, [group.label for group in found], style.context_of(ds), median)
        entries = {**tile_entries(maps, {"diverged": ("diverged", _COLOURS["diverged"])}), **entries}
        if entries:
            page.legend_below(figure, entries)
    return figure


def _interpolation(ax: Axes, group: Group, entries: dict[str, Any]) -> None:
    """n = p(m) / C through the widths of the sweep, within the map."""
    width = np.unique(group.cells["width"].values)
    limits = [interpolating_samples(group.cells.isel(cell=group.cells["width"].values == m)) for m in width]
    here = np.array([limit is not None for limit in limits])
    if here.any():
        ax.plot(width[here], [limit for limit in limits if limit is not None], **_LINE, label="interpolation")
        entries["parameters = targets, $p(m) = n C$"] = Line2D([], [], **_LINE)
