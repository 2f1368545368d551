"""Lee et al. 2019 and Lewkowycz et al. 2020: below the critical step, and beyond it."""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from ntksweep.cells import tidy
from ntksweep.figures import page, style
from ntksweep.figures.families import draw_line, family, values_along
from ntksweep.figures.groups import Group, groups
from ntksweep.figures.trajectories import draw, step_axis, trajectory
from ntksweep.measures import at_end
from ntksweep.published.conditions import experiment
from ntksweep.published.layout import CURVE, PLACE, complete, line_entries, logarithmic, mark, panels, seeds_of
from ntksweep.status import Status, has_result

_LOSSES: dict[str, dict[str, Any]] = {
    "linearised_train_loss": CURVE,
    "flow_train_loss": {"color": style.COLOURS[1], "linewidth": 1.1, "linestyle": (0, (1, 1)), "zorder": 3},
}
_NAMES = ("train_loss", *_LOSSES, "checkpoint_step", "loss_peak", "ntk_lambda_max", "step_size_absolute")


@experiment(
    *_NAMES, "linearised_status", several=("step_size",), step_unit="critical", method="gd", momentum=0.0,
    weight_decay=0.0, batch=0, step_rule="constant", loss="squared", outputs=1, output_scale=1.0,
)  # fmt: skip
def finite_step(ds: xr.Dataset) -> Figure:
    """A column for each activation (and further axes). First row: training loss [1] against step at the step size next
    to half the critical one, of the largest width, with the linearised network at the same finite step and its
    gradient flow. Below, against the step size in units of the critical one, a line for each width: the largest
    training loss over the first, eta lambda_max(K_T) / n at the end [1], and the share of diverged cells [%].

    Dotted: 1, above which the linearised network diverges; 2 (eta lambda_0 / n = 4), where the catapult ends in the
    solvable model; and eta lambda / n = 2, below which training ends. Broken in the last rows: a kernel that does not
    move, and the share of linearised networks that diverge. Medians and bands over the seeds that did not diverge.
    Lee et al. 2019, arXiv:1902.06720; Lewkowycz et al. 2020, arXiv:2003.02218.
    """
    cells = tidy(ds, *_NAMES, "linearised_status")
    size = cells["step_size_absolute"].values / cells["samples"].values
    cells = cells.assign(curvature=("cell", size * at_end(cells, "ntk_lambda_max")))
    widths, steps = values_along(cells, "width"), np.unique(cells["step_size"].values)
    half = float(steps[np.argmin(np.abs(steps - 0.5))])
    found = groups(cells, ("width", "step_size"), most=4)
    lines = []
    with plt.rc_context(page.RC):
        figure, axes = panels(len(found), 4, height=1.55, share="row")
        for group, (loss, peak, curvature, diverged) in zip(found, axes.T):
            _losses(loss, group, half, widths[-1])
            for ax, name in ((peak, "loss_peak"), (curvature, "curvature")):
                lines += (drawn := family(group.cells, name, "step_size", "width", widths))
                for line in drawn:
                    draw_line(ax, line, markersize=2)
            _ends(diverged, group, widths, steps)
            _frame((peak, curvature, diverged), steps)
        shown = [artist.get_ydata() for ax in axes[0] for artist in ax.get_lines()]
        logarithmic(axes[0, 0], None, np.concatenate([[], *shown]))
        texts = (f"loss at {half:g} $\\eta_\\mathrm{{crit}}$", r"largest loss / $L_0$",
                 r"$\eta\lambda_{\max}(K_T)\,/\,n$", "diverged [%]")  # fmt: skip
        for ax, text in zip(axes[:, 0], texts):
            ax.set_ylabel(text)
        figure.align_ylabels(axes[:, 0])
        complete(figure, axes, [group.label for group in found], ds, seeds_of(lines), _entries(lines, widths[-1]))
    return figure


def _losses(ax: Axes, group: Group, step: float, width: int) -> None:
    chosen = (group.cells["step_size"].values == step) & (group.cells["width"].values == width)
    own = group.cells.isel(cell=np.flatnonzero(chosen))
    line = trajectory(own, "train_loss")
    if line.count:
        draw(ax, line, style.COLOURS[0], label="train_loss")
        for name, look in _LOSSES.items():
            theory = trajectory(own, name)
            ax.plot(theory.step, theory.median, **look, label=name)
        step_axis(ax, line.step[-1])
    ax.set_xlabel("step $t$")


def _ends(ax: Axes, group: Group, widths: list[Any], steps: np.ndarray) -> None:
    """Share of diverged cells of each width, and of their linearised networks."""
    for line in family(group.cells, "step_size", "step_size", "width", widths, diverged_is_infinite=True):
        ax.plot(line.curve.width, 100 * line.curve.diverged, color=line.colour, marker="o", markersize=2)
    status = group.cells["linearised_status"].values.astype(float)
    known = (status > 0) & has_result(group.cells["status"].values)
    size = group.cells["step_size"].values
    shares = [100 * np.mean(status[known & (size == step)] == Status.DIVERGED) for step in steps
              if (known & (size == step)).any()]  # fmt: skip
    there = [step for step in steps if (known & (size == step)).any()]
    ax.plot(there, shares, **CURVE, label="linearised")
    ax.set_ylim(-6, 106)


def _frame(axes: tuple[Axes, ...], steps: np.ndarray) -> None:
    """Places of the papers, and the step sizes below the three panels of a column."""
    peak, curvature, diverged = axes
    for ax in axes:
        for place in (1, 2):
            ax.axvline(place, **PLACE)
        ax.set_xlim(0, steps.max() * 1.03)
        ax.tick_params(labelbottom=ax is diverged)
    curvature.axhline(2, **PLACE)
    curvature.plot([0, min(1.0, steps.max())], [0, 2 * min(1.0, steps.max())], **CURVE, label="kernel at rest")
    curvature.set_ylim(0, 2.4)
    peak.set_yscale("log")
    diverged.set_xlabel(r"step size $\eta\,/\,\eta_\mathrm{crit}$")


def _entries(lines: list, width: int) -> dict[str, Any]:
    entries = {f"network ($m$ = {width}) in the first row": Line2D([], [], color=style.COLOURS[0])}
    entries |= line_entries(lines) | mark("linearised network (Lee et al. 2019)", CURVE)
    entries |= mark("its gradient flow", _LOSSES["flow_train_loss"])
    return entries | mark(r"1, 2 and $\eta\lambda/n$ = 2 (Lewkowycz et al. 2020)", PLACE)
