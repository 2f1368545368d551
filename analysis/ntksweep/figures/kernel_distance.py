"""Distance of the initial kernel from its limit of infinite width, beside the drift in training."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from ntksweep.bootstrap import bootstrap_average
from ntksweep.cells import tidy
from ntksweep.errors import NothingFinished
from ntksweep.figures import page, style
from ntksweep.figures.groups import Group, groups
from ntksweep.figures.needs import needs
from ntksweep.scaling import scaling_exponent
from ntksweep.status import Status, has_result

#: Variable, checkpoint, what a diverged cell counts, and the label of the axis.
_PANELS = (
    ("infinite_distance", 0, "kept", r"$\|K_0 - K_\infty\|_F\,/\,\|K_\infty\|_F$"),
    ("ntk_drift", -1, "left_out", r"$\|K_T - K_0\|_F\,/\,\|K_0\|_F$"),
)
_FIT: dict[str, Any] = {"linestyle": (0, (4, 1.5)), "linewidth": 1.0, "color": "black"}


@needs("infinite_distance", "ntk_drift", several=("width",))
def kernel_distance(ds: xr.Dataset) -> Figure:
    """Relative distance of K_0 from the kernel of infinite width [1] and drift of the kernel [1], against width.

    Medians over the seeds with their 95 % intervals (`bootstrap_average`), and power laws at the widths that
    `scaling_exponent` takes; the legends have the exponents with their intervals. A line for each group of other
    settings (eight at most). Diverged cells have a K_0, but are left out of the drift; the legend counts them.
    Jacot, Gabriel, Hongler 2018, arXiv:1806.07572; Huang, Yau 2020, arXiv:1909.08156.
    """
    count = [name for name in ("parameters_per_target",) if name in ds]
    cells = tidy(ds, "infinite_distance", "ntk_drift", *count)
    found = [g for g in groups(cells, ("width",), most=8) if has_result(g.cells["status"].values).any()]
    if not found:
        raise NothingFinished()
    with plt.rc_context(page.RC):
        figure, axes = plt.subplots(1, 2, figsize=(page.DOUBLE, 3.1), layout="constrained", squeeze=False)
        for ax, (name, checkpoint, diverged, label) in zip(axes[0], _PANELS):
            for group, colour in zip(found, style.COLOURS):
                _line(ax, group, colour, name, checkpoint, diverged)
            _axes(ax, cells["width"].values, len(found))
            ax.set_ylabel(label)
        about = "medians, 95 % intervals over seeds"
        page.finish(figure, axes.T, ["at initialization", "by training"], style.context_of(ds), about)
        page.legend_below(figure, {**_entries(found), "power law": Line2D([], [], **_FIT)})
    return figure


def _line(ax: Axes, group: Group, colour: str, name: str, checkpoint: int, diverged: str) -> None:
    found = bootstrap_average(group.cells, name, diverged=diverged, checkpoint=checkpoint, resamples=1000)
    found = found.sortby("width")
    width, middle = found["width"].values, found["average"].values
    shown = np.where(middle > 0, middle, np.nan)
    law = scaling_exponent(group.cells, name, diverged=diverged, checkpoint=checkpoint, resamples=1000).isel(cell=0)
    exponent, low, high = (law[part].item() for part in ("exponent", "exponent_low", "exponent_high"))
    text = f"$m^{{{exponent:.2f}}}$" if np.isfinite(exponent) else "no power law"
    if np.isfinite(low) and np.isfinite(high):
        text += f" [{low:.2f}, {high:.2f}]"
    ax.plot(width, shown, color=colour, marker="o", label=text)
    ax.fill_between(width, found["low"], found["high"], color=colour, alpha=0.2, linewidth=0)
    if np.isfinite(exponent):
        ends = np.array([law["first"].item(), law["last"].item()])
        ax.plot(ends, law["prefactor"].item() * ends**exponent, **_FIT, zorder=3, label="fit")


def _axes(ax: Axes, width: np.ndarray, lines: int) -> None:
    """Logarithmic, with room for the legend above falling curves."""
    ax.set_xscale("log")
    ax.set_yscale("log")
    ax.set_xlim(width.min() / 1.15, width.max() * 1.15)
    page.octaves(ax.xaxis, width.min(), width.max())
    drawn = np.concatenate([np.asarray(line.get_ydata(), dtype=float) for line in ax.get_lines()])
    drawn = drawn[np.isfinite(drawn) & (drawn > 0)]
    low, high = (drawn.min() / 1.6, drawn.max() * 1.6) if drawn.size else (0.1, 1.0)
    high = low * (high / low) ** (1 / (1 - min(0.05 * lines, 0.4)))
    ax.set_ylim(low, high)
    page.log_ticks(ax.yaxis, low, high)
    ax.set_xlabel("width $m$")
    handles = [line for line in ax.get_lines() if line.get_label() != "fit"]
    ax.legend(handles=handles, loc="upper right", handlelength=1.2)


def _entries(found: Sequence[Group]) -> dict[str, Line2D]:
    entries = {}
    for group, colour in zip(found, style.COLOURS):
        status = group.cells["status"].values
        diverged = int((status == Status.DIVERGED).sum())
        note = f"{diverged} of {int(has_result(status).sum())} diverged" if diverged else ""
        text = ", ".join(part for part in (group.label, note) if part)
        if text:
            entries[text] = Line2D([], [], color=colour, marker="o")
    return entries
