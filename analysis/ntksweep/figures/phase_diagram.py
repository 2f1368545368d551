"""How training ends over width and step size, with the limits of stability."""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from ntksweep.cells import tidy
from ntksweep.errors import NothingFinished
from ntksweep.figures import page, style
from ntksweep.figures.groups import Group, groups
from ntksweep.figures.needs import needs
from ntksweep.figures.tiles import Tile, colour_bar, draw_tiles, log_norm, map_axes, tile_entries, tiles
from ntksweep.phases import phase_boundary, stability_limits
from ntksweep.status import has_result

_STATUS_COLOURS = {"converged": "#56B4E9", "max_steps": "#F0E442", "diverged": "#8F8F8F"}
_STATUS_NAMES = {"converged": "converged", "max_steps": "step limit reached", "diverged": "diverged"}
_LIMITS: dict[str, tuple[str, dict[str, Any]]] = {
    "kernel_limit": (r"stability limit of the linearised model", {"color": "#D55E00", "linestyle": "-"}),
    "sharpness_limit": (r"$2\,/\,$sharpness at initialization", {"color": "#CC79A7", "linestyle": "--"}),
}
_BOUNDARY: dict[str, Any] = {
    "color": "black", "marker": "o", "markerfacecolor": "white", "linewidth": 1.0, "markersize": 3.5
}  # fmt: skip
_LIMIT_SOURCES = ("step_size_absolute", "step_size_critical", "ntk_lambda_max", "sharpness")


@needs("step_size_absolute", several=("width", "step_size"))
def phase_diagram(ds: xr.Dataset, show: str = "status") -> Figure:
    """A map over width and step size [in the unit of grid.step_size], one panel per group of other settings.

    show: "status", each tile split in proportion to how its seeds ended; or the name of a variable, whose median at the
    end over the seeds that did not diverge is the colour. Either way the share of diverged seeds is a grey strip at the
    right of the tile; tiles without a result are white, and so is the share of cells that failed or are to come.
    Points: the boundary of divergence with its 95 % interval (`phase_boundary`); lines: the limits of stability at
    initialization that the file holds (`stability_limits`).
    Lewkowycz et al. 2020, arXiv:2003.02218; Cohen et al. 2021, arXiv:2103.00065.
    """
    wanted = [name for name in _LIMIT_SOURCES if name in ds]
    cells = tidy(ds, *wanted, *(() if show == "status" else (show,)))
    if not has_result(cells["status"].values).any():
        raise NothingFinished()
    found = groups(cells, ("width", "step_size"))
    maps = [tiles(group.cells, "width", "step_size", None if show == "status" else show) for group in found]
    with plt.rc_context(page.RC):
        figure, axes = page.panels(len(found), height=2.5)
        norm = None if show == "status" else log_norm(maps, show)
        entries: dict[str, Any] = {}
        map_axes(axes, maps)
        for group, tile_map, ax in zip(found, maps, axes[:, 0]):
            _panel(ax, group, tile_map, norm, entries)
        if norm is not None:
            colour_bar(figure, axes, norm, style.quantity(ds, show))
        page.outer_labels(axes, "width $m$", r"step size $\eta$  " + _unit_text(ds))
        page.finish(figure, axes, [group.label for group in found], style.context_of(ds))
        page.legend_below(figure, {**tile_entries(maps, _looks(norm is None)), **entries})
    return figure


def _panel(ax: Axes, group: Group, tile_map: list[Tile], norm: LogNorm | None, entries: dict[str, Any]) -> None:
    draw_tiles(ax, tile_map, norm, _STATUS_COLOURS)
    page.octaves(ax.xaxis, *ax.get_xlim())
    page.log_ticks(ax.yaxis, *ax.get_ylim())
    _limits(ax, group, entries)
    _boundary(ax, group, entries)


def _boundary(ax: Axes, group: Group, entries: dict[str, Any]) -> None:
    """Points between the neighbours where half of the seeds diverge; flagged ones have no place and are left out."""
    found = phase_boundary(group.cells, resamples=1000).sortby("width")
    ends = np.clip([found["low"].values, found["high"].values], *ax.get_ylim())
    here = np.isfinite(found["boundary"].values)
    width, middle = found["width"].values[here], found["boundary"].values[here]
    if not here.any():
        return
    bars = np.nan_to_num(np.abs(ends[:, here] - middle))
    ax.errorbar(width, middle, bars, **_BOUNDARY, capsize=1.5, elinewidth=0.8, zorder=4, label="boundary")
    entries["half of the seeds diverge (95 %)"] = Line2D([], [], **_BOUNDARY)


def _limits(ax: Axes, group: Group, entries: dict[str, Any]) -> None:
    found = stability_limits(group.cells).sortby("width")
    for name, (text, look) in _LIMITS.items():
        if name in found and np.isfinite(found[name]).any():
            ax.plot(found["width"], found[name], **look, linewidth=1.5, zorder=3, label=name)
            entries[text] = Line2D([], [], **look, linewidth=1.5)


def _looks(by_status: bool) -> dict[str, tuple[str, str]]:
    """Name in the legend and colour of the ends that have a colour of their own."""
    names = _STATUS_COLOURS if by_status else ("diverged",)
    return {name: (_STATUS_NAMES[name], _STATUS_COLOURS[name]) for name in names}


def _unit_text(ds: xr.Dataset) -> str:
    unit = style.common(ds, "step_unit")
    return {"critical": r"$/\,\eta_\mathrm{crit}$", "absolute": "(absolute)"}.get(str(unit), "")
