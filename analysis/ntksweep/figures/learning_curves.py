"""Test loss against samples with its power law."""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from ntksweep.bootstrap import Resampling
from ntksweep.cells import tidy
from ntksweep.errors import NothingFinished
from ntksweep.figures import page, style
from ntksweep.figures.families import colours, values_along
from ntksweep.figures.groups import Group, groups, setting_text
from ntksweep.figures.needs import needs
from ntksweep.scaling import curve_and_law
from ntksweep.status import Status, has_result

_FIT: dict[str, Any] = {"linestyle": (0, (4, 1.5)), "linewidth": 1.0}


@needs("test_loss", several=("samples",))
def learning_curves(ds: xr.Dataset, name: str = "test_loss") -> Figure:
    """Test loss (or the variable `name`) at the end [1] against samples n, with the power law n^-a of each width.

    Medians over the seeds with their 95 % intervals, and the fit, are those of `learning_curve` (of two values without
    a law): a diverged cell counts as infinitely wrong, which leaves a gap where it is the median. The legend has the
    exponents with their intervals, and how many cells of a line diverged. Panels: the other axes.
    Hestness et al. 2017, arXiv:1712.00409; Spigler, Geiger, Wyart 2020, arXiv:1905.10843.
    """
    cells = tidy(ds, name)
    if not has_result(cells["status"].values).any():
        raise NothingFinished()
    widths = values_along(cells, "width")
    found = groups(cells, ("width", "samples"))
    with plt.rc_context(page.RC):
        figure, axes = page.panels(len(found), height=2.6, columns=2)
        for group, ax in zip(found, axes[:, 0]):
            _panel(ax, group, name, widths)
        _limits(axes, cells)
        label = "test loss" if name == "test_loss" else style.quantity(ds, name)
        page.outer_labels(axes, "training samples $n$", label)
        about = "medians, 95 % intervals over seeds"
        page.finish(figure, axes, [group.label for group in found], style.context_of(ds), about)
        page.legend_below(figure, {"power law": Line2D([], [], color=style.GREY, **_FIT)})
    return figure


def _panel(ax: Axes, group: Group, name: str, widths: list[Any]) -> None:
    status, width = group.cells["status"].values, group.cells["width"].values
    for value, colour in zip(widths, colours(len(widths))):
        own = group.cells.isel(cell=np.flatnonzero(width == value))
        if not own.sizes["cell"] or not has_result(own["status"].values).any():
            continue
        curve = curve_and_law(own, name, "samples", None, Resampling(1000)).isel(cell=0)
        x, middle = curve["samples"].values, curve["average"].values
        finite = np.isfinite(middle)
        ax.plot(x, np.where(finite, middle, np.nan), color=colour, marker="o", label=_text(value, curve, own))
        shown = finite & np.isfinite(curve["high"].values)
        ax.fill_between(x, curve["low"], curve["high"], where=shown, color=colour, alpha=0.2, linewidth=0)
        if np.isfinite(curve["exponent"]):
            ends = np.array([curve["first"].item(), curve["last"].item()])
            law = curve["prefactor"].item() * ends ** curve["exponent"].item()
            ax.plot(ends, law, color=colour, label="fit", zorder=3, **_FIT)
    handles = [line for line in ax.get_lines() if line.get_label() != "fit"]
    ax.legend(handles=handles, loc="best", handlelength=1.2)


def _text(value: Any, curve: xr.Dataset, own: xr.Dataset) -> str:
    """ "m = 64: n^-0.52 [-0.60, -0.45], 2 of 30 diverged"."""
    text = setting_text("width", value)
    exponent, low, high = (curve[part].item() for part in ("exponent", "exponent_low", "exponent_high"))
    if np.isfinite(exponent):
        text += f": $n^{{{exponent:.2f}}}$"
    if np.isfinite(low) and np.isfinite(high):
        text += f" [{low:.2f}, {high:.2f}]"
    status = own["status"].values
    diverged = int((status == Status.DIVERGED).sum())
    return text + (f", {diverged} of {has_result(status).sum()} diverged" if diverged else "")


def _limits(axes: Any, cells: xr.Dataset) -> None:
    drawn = [part for ax in axes[:, 0] for line in ax.get_lines() for part in line.get_ydata()]
    values = np.array([value for value in drawn if np.isfinite(value) and value > 0] or [0.1, 1.0])
    samples = cells["samples"].values
    for ax in axes[:, 0]:
        ax.set_xscale("log")
        ax.set_yscale("log")
        page.log_ticks(ax.yaxis, values.min() / 2, values.max() * 2)
    lines = max(len(ax.get_legend().get_texts()) for ax in axes[:, 0])
    room = min(0.08 * lines, 0.5)  # share of the height that a legend needs
    span = (4 * values.max() / values.min()) ** (1 / (1 - room))
    axes[0, 0].set_ylim(values.min() / 2, values.min() / 2 * span)
    axes[0, 0].set_xlim(samples.min() / 1.15, samples.max() * 1.15)
    page.log_ticks(axes[0, 0].xaxis, samples.min(), samples.max())
