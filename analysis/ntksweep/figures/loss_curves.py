"""Training loss against step, beside what theory says of it."""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from ntksweep.cells import tidy, unique, values_of
from ntksweep.errors import NothingFinished, SweepError
from ntksweep.figures import page, style
from ntksweep.figures.groups import Group, groups, setting_text
from ntksweep.figures.needs import needs
from ntksweep.figures.trajectories import Trajectory, draw, seeds_text, step_axis, trajectory
from ntksweep.status import has_result

#: What is drawn beside the loss: legend, colour, dashes.
_THEORY = {
    "xu_bound": ("bound (Xu et al. 2023)", "#D55E00", (0, (4, 1.5))),
    "linearised_train_loss": ("linearised network", "#009E73", (0, (1, 1))),
    "flow_train_loss": ("its gradient flow", "#CC79A7", (0, (4, 1, 1, 1))),
}
_DECADES = 14  # below the largest loss nothing is shown
_GROWTH = 1e3  # above so many times the largest initial loss nothing is shown


@needs("train_loss", "checkpoint_step")
def loss_curves(ds: xr.Dataset) -> Figure:
    """Training loss, 1/(2n) sum |f - y|^2 [1], against step, one panel for each setting but the seeds.

    Medians and bands over the seeds (`trajectories.trajectory`), with the medians of what the file holds of: the bound
    of Xu et al., the linearised network at the same finite step, and its gradient flow at time eta t. A panel says how
    many of its cells diverged; their loss goes on beyond the upper end of the axis. Cells of a method without training
    steps (minimum norm) have no panel: a line above the panels says how many settings that concerns.
    Xu et al. 2023, AISTATS (PMLR 206); Lee et al. 2019, arXiv:1902.06720.
    """
    theory = [name for name in _THEORY if name in ds]
    cells, left_out = _trained(tidy(ds, "train_loss", "checkpoint_step", *theory))
    drawn = [(group, trajectory(group.cells, "train_loss")) for group in groups(cells, ())]
    drawn = [(group, line) for group, line in drawn if line.count]
    if not drawn:
        raise NothingFinished()
    with plt.rc_context(page.RC):
        figure, axes = page.panels(len(drawn), height=1.9)
        entries: dict[str, Any] = {}
        for (group, line), ax in zip(drawn, axes[:, 0]):
            _panel(ax, group, line, theory, entries)
        _limits(axes, [line for _, line in drawn])
        page.outer_labels(axes, "step $t$", r"training loss $L_t$")
        seeds = seeds_text(max(line.count for _, line in drawn))
        page.finish(figure, axes, [group.label for group, _ in drawn], style.context_of(ds), seeds, left_out)
        loss = {"training loss": Line2D([], [], color=style.COLOURS[0])}
        page.legend_below(figure, {**loss, **entries})
    return figure


def _trained(cells: xr.Dataset) -> tuple[xr.Dataset, str]:
    """The tidy cells of methods that train in steps, and which settings are left out, in words.

    Throws SweepError where cells have results and none of the methods has steps.
    """
    method, ended = values_of(cells, "method"), has_result(cells["status"].values)
    last = cells["checkpoint_step"].max("checkpoint").values
    without = [one for one in unique(method[ended]) if (last[ended & (method == one)] == 0).all()]
    if not without:
        return cells, ""
    out = np.isin(method, without)
    if out.all():
        raise SweepError("no cell was trained in steps (min_norm solves at once): there is no loss against step")
    lost = len(groups(cells.isel(cell=np.flatnonzero(out)), (), most=cells.sizes["cell"]))
    names = ", ".join(setting_text("method", one) for one in without if one)
    text = f"{lost} setting{'' if lost == 1 else 's'} without training steps left out"
    text += f" ({names})" if names else ""
    return cells.isel(cell=np.flatnonzero(~out)), text


def _panel(ax: Axes, group: Group, line: Trajectory, theory: list[str], entries: dict[str, Any]) -> None:
    draw(ax, line, style.COLOURS[0], label="train_loss")
    for name in theory:
        text, colour, dashes = _THEORY[name]
        found = trajectory(group.cells, name)
        if found.count:
            draw(ax, found, colour, band=False, linestyle=dashes, label=name, zorder=3)
            entries[text] = Line2D([], [], color=colour, linestyle=dashes)
    diverged_note(ax, line)


def diverged_note(ax: Axes, line: Trajectory) -> None:
    """ "3 of 5 diverged" in the corner of a panel, where any did."""
    if line.diverged:
        text = f"{line.diverged} of {line.count} diverged"
        ax.annotate(text, (0.97, 0.96), xycoords="axes fraction", ha="right", va="top", fontsize=7)


def _limits(axes: Any, lines: list[Trajectory]) -> None:
    """All panels from the smallest to the largest loss drawn, within what the constants above say."""
    values = np.concatenate([np.concatenate([line.low, line.median, line.high]) for line in lines])
    values = values[np.isfinite(values) & (values > 0)]
    first = [line.high[0] for line in lines if np.isfinite(line.high[0]) and line.high[0] > 0]
    high = min(values.max(initial=0.0) or 1.0, _GROWTH * max(first, default=1.0))
    low = max(values.min() if values.size else 0.1, high * 10.0**-_DECADES)
    for ax in axes[:, 0]:
        ax.set_yscale("log")
        step_axis(ax, max(line.step[-1] for line in lines))
    axes[0, 0].set_ylim(low / 2, high * 5)
    page.log_ticks(axes[0, 0].yaxis, low / 2, high * 5)
