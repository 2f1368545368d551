"""Eigenvalues of the kernel before and after training, and of the kernel of infinite width."""

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
from ntksweep.figures.groups import Group, groups
from ntksweep.figures.needs import needs
from ntksweep.figures.trajectories import seeds_text
from ntksweep.measures import QUARTILES_FROM
from ntksweep.status import Status, has_result

_LOOKS: dict[str, dict[str, Any]] = {
    "initial": {"color": "#0072B2", "linestyle": "-", "marker": "o"},
    "end": {"color": "#D55E00", "linestyle": "-", "marker": "s"},
    "infinite": {"color": "black", "linestyle": (0, (2, 1.2)), "marker": ""},
}
_NAMES = {
    "initial": "at initialization",
    "end": "at the end of training",
    "infinite": "infinite width",
}
_DECADES = 17  # an eigenvalue so far below the largest is rounding


@needs("ntk_eigenvalues")
def spectra(ds: xr.Dataset) -> Figure:
    """Eigenvalues lambda_i of the tangent kernel [1] by index i, one panel for each setting but the seeds.

    At initialization and (where the file has several checkpoints of them) at the end, with the kernel of infinite width
    where it is recorded. Medians and bands over the seeds, of the positive eigenvalues, index by index. The end leaves
    diverged cells out; the panel says how many. An eigenvalue that is not above zero is rounding and leaves a gap.
    Jacot, Gabriel, Hongler 2018, arXiv:1806.07572.
    """
    recorded = [name for name in ("ntk_eigenvalues", "infinite_eigenvalues") if name in ds]
    cells = tidy(ds, *recorded)
    if not has_result(cells["status"].values).any():
        raise NothingFinished()
    drawn = [group for group in groups(cells, ()) if has_result(group.cells["status"].values).any()]
    with plt.rc_context(page.RC):
        figure, axes = page.panels(len(drawn), height=2.0)
        entries: dict[str, Any] = {}
        for group, ax in zip(drawn, axes[:, 0]):
            _panel(ax, group, entries)
        _limits(axes, [block for group in drawn for block in spectra_of(group.cells).values()])
        page.outer_labels(axes, "index $i$", r"eigenvalue $\lambda_i$")
        page.finish(figure, axes, [group.label for group in drawn], style.context_of(ds), _seeds(drawn))
        page.legend_below(figure, entries)
    return figure


def spectra_of(cells: xr.Dataset) -> dict[str, np.ndarray]:
    """ "initial", "end", "infinite" -> cells x indices, of the cells that have a result; what is there."""
    status = cells["status"].values
    ended = has_result(status)
    values = cells["ntk_eigenvalues"]
    found = {}
    if "checkpoint" in values.dims:
        found["initial"] = values.isel(checkpoint=0).values[ended]
        found["end"] = values.isel(checkpoint=-1).values[ended & (status != Status.DIVERGED)]
    else:
        found["initial"] = values.values[ended]
    if "infinite_eigenvalues" in cells:
        found["infinite"] = cells["infinite_eigenvalues"].values[ended]
    return {name: np.where(block > 0, block, np.nan) for name, block in found.items() if np.isfinite(block).any()}


def _panel(ax: Axes, group: Group, entries: dict[str, Any]) -> None:
    for name, block in spectra_of(group.cells).items():
        block = block[:, : np.flatnonzero(np.isfinite(block).any(axis=0))[-1] + 1]  # as many as this network has
        index = np.arange(1, block.shape[1] + 1)
        look = {**_LOOKS[name], "markersize": 2.0, "linewidth": 1.0}
        low, high = (0.25, 0.75) if len(block) >= QUARTILES_FROM else (0.0, 1.0)
        if len(block) > 1:
            ends = _quantiles(block, low, high)
            ax.fill_between(index, *ends, color=look["color"], alpha=0.2, linewidth=0)
        ax.plot(index, _quantiles(block, 0.5)[0], label=name, **look)
        entries[_NAMES[name]] = Line2D([], [], **look)
    status = group.cells["status"].values
    diverged = int((status == Status.DIVERGED).sum())
    if diverged:
        text = f"{diverged} of {int(has_result(status).sum())} diverged"
        ax.annotate(text, (0.97, 0.96), xycoords="axes fraction", ha="right", va="top", fontsize=7)


def _quantiles(block: np.ndarray, *shares: float) -> np.ndarray:
    """By index, over the cells whose eigenvalue is above zero; NaN where none is."""
    there = np.isfinite(block).any(axis=0)
    found = np.full((len(shares), block.shape[1]), np.nan)
    found[:, there] = np.nanquantile(block[:, there], shares, axis=0)
    return found


def _limits(axes: Any, blocks: list[np.ndarray]) -> None:
    values = np.concatenate([block[np.isfinite(block)] for block in blocks])
    high = float(values.max())
    low = max(float(values.min()), high * 10.0**-_DECADES)
    count = max(block.shape[1] for block in blocks)
    for ax in axes[:, 0]:
        ax.set_xscale("log")
        ax.set_yscale("log")
    first = axes[0, 0]
    first.set_xlim(0.9, max(count, 2) * 1.15)
    first.set_ylim(low / 1.5, high * 3)
    page.log_ticks(first.xaxis, 0.9, count * 1.1)
    for ax in axes[:, 0]:
        page.log_ticks(ax.yaxis, low / 1.5, high * 3)


def _seeds(drawn: list[Group]) -> str:
    return seeds_text(max(int(has_result(group.cells["status"].values).sum()) for group in drawn))
