"""Xu et al. 2023: loss of a two-layer linear network and its bound, constant and adaptive step."""

from __future__ import annotations
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from ntksweep.cells import tidy, values_of
from ntksweep.figures import page, style
from ntksweep.figures.groups import Group, groups
from ntksweep.figures.trajectories import Trajectory, draw, seeds_text, trajectory
from ntksweep.published.conditions import experiment
from ntksweep.published.layout import complete, logarithmic, tiled

#: Step rule -> its name in the legend.
_RULES = {
    "xu2023": "constant step (Xu et al. 2023)",
    "xu2023_adaptive": "adaptive step (Xu et al. 2023)",
    "local_pl": "local step (Xu et al. 2025)",
    "local_pl_capped": "local step, capped (Xu et al. 2025)",
}
_BOUND: dict[str, Any] = {"linestyle": (0, (4, 1.5)), "linewidth": 1.1}


@experiment(
    "train_loss", "xu_bound", "checkpoint_step", step_rule=tuple(_RULES), activation="linear",
    depth=1, method="gd", loss="squared",
)  # fmt: skip
def xu2023_figure1(ds: xr.Dataset) -> Figure:
    """Training loss [1] and its bound [1] against iteration, a colour for each step rule, a panel for each sigma (and
    further axes).

    Broken lines: b_0 = L_0, b_(t+1) = f(eta_t, b_t) b_t of the theorem, `xu_bound` of the file; the rules of 2025 take
    larger steps, of which that theorem says nothing. sigma: W_1 = sigma U, W_2 = V / sigma with entries of variance 1.
    Medians and bands over the seeds, the loss to the end of training, the bound to where its rule ends.
    Xu, Min, Tarmoun, Mallada, Vidal 2023, AISTATS (PMLR 206); the same 2025, TMLR, arXiv:2505.11664.
    """
    cells = tidy(ds, "train_loss", "xu_bound", "checkpoint_step")
    found = groups(cells, ("step_rule",), most=9)
    rules = [rule for rule in _RULES if rule in values_of(cells, "step_rule")]
    lines: dict[tuple[int, str, str], Trajectory] = {}
    for place, group in enumerate(found):
        for rule in rules:
            own = group.cells.isel(cell=np.flatnonzero(values_of(group.cells, "step_rule") == rule))
            for name in ("train_loss", "xu_bound"):
                lines[place, rule, name] = trajectory(own, name)
    with plt.rc_context(page.RC):
        figure, axes = tiled(len(found), "iteration", "loss", height=1.9)
        for (place, rule, name), line in lines.items():
            look = {"linewidth": 1.1} if name == "train_loss" else _BOUND
            if line.step.size > 1:  # of a rule that the theorem does not cover only b_0 is known
                draw(axes.ravel()[place], line, _colour(rule), label=f"{name} {rule}", **look)
        for ax in axes.ravel():
            ax.set_xlim(0, None)
        _limits(axes[0, 0], lines)
        entries = {_RULES[rule]: Line2D([], [], color=_colour(rule)) for rule in rules}
        entries["bound on the loss (Xu et al. 2023)"] = Line2D([], [], color=style.GREY, **_BOUND)
        seeds = seeds_text(max(line.count for line in lines.values()))
        complete(figure, axes, [_label(group) for group in found], ds, seeds, entries)
    return figure


def _colour(rule: str) -> str:
    return style.COLOURS[list(_RULES).index(rule)]


def _limits(ax: Axes, lines: dict[tuple[int, str, str], Trajectory]) -> None:
    drawn = [line for line in lines.values() if line.step.size > 1]
    logarithmic(ax, None, np.concatenate([[], *(part for line in drawn for part in (line.low, line.high))]))


def _label(group: Group) -> str:
    """ "sigma = 1.5" where the initialization is the paper's, with n = d; else the settings."""
    scales = {str(value) for value in values_of(group.cells, "layer_init_scale")}
    first, _, second = scales.pop().partition(",")
    try:
        sigma = float(first) / np.sqrt(float(values_of(group.cells, "samples")[0]))
        other = np.sqrt(float(values_of(group.cells, "width")[0])) / float(second)
    except ValueError:
        return group.label
    return f"$\\sigma$ = {sigma:.3g}" if not scales and np.isclose(sigma, other, rtol=1e-6) else group.label
