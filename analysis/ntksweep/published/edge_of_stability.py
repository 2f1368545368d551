"""Cohen et al. 2021: gradient descent at the edge of stability."""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import xarray as xr
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from ntksweep.cells import tidy
from ntksweep.figures import page
from ntksweep.figures.families import colours, values_along
from ntksweep.figures.groups import groups, setting_text
from ntksweep.figures.trajectories import Trajectory, draw, seeds_text, trajectory
from ntksweep.published.conditions import experiment
from ntksweep.published.layout import complete, logarithmic, mark, panels

_EDGE = {"color": "black", "linewidth": 0.9, "linestyle": (0, (4, 1.5))}


@experiment(
    "sharpness", "train_loss", "checkpoint_step", "step_size_absolute", method="gd", momentum=0.0,
    batch=0, step_rule="constant", output_scale=1.0,
)  # fmt: skip
def edge_of_stability(ds: xr.Dataset) -> Figure:
    """Training loss [1], and below it the sharpness, the largest eigenvalue of the Hessian [1], against iteration; a
    line for each step size eta, a column for each group of other settings.

    Broken lines in the colour of an eta: 2 / eta, to which the sharpness rises and where it stays. Medians and bands
    over the seeds.
    Cohen, Kaur, Li, Kolter, Talwalkar 2021, arXiv:2103.00065.
    """
    cells = tidy(ds, "sharpness", "train_loss", "checkpoint_step", "step_size_absolute")
    steps = values_along(cells, "step_size")
    colour = dict(zip(steps, colours(len(steps))))
    found = groups(cells, ("step_size",), most=4)
    lines: dict[tuple[int, str, Any], Trajectory] = {}
    edges: dict[tuple[int, Any], float] = {}
    for column, group in enumerate(found):
        for step in steps:
            own = group.cells.isel(cell=np.flatnonzero(group.cells["step_size"].values == step))
            for name in ("train_loss", "sharpness"):
                lines[column, name, step] = trajectory(own, name)
            if lines[column, "sharpness", step].count:
                edges[column, step] = 2 / float(np.nanmedian(own["step_size_absolute"]))
    with plt.rc_context(page.RC):
        figure, axes = panels(len(found), 2, height=1.8, share="row")
        for (column, name, step), line in lines.items():
            if line.count:
                label = setting_text("step_size", step)
                draw(axes[int(name != "train_loss"), column], line, colour[step], linewidth=1.0, label=label)
        for (column, step), edge in edges.items():
            axes[1, column].axhline(edge, **{**_EDGE, "color": colour[step]}, label="edge")
        loss = [part for (_, name, _), line in lines.items() if name == "train_loss" for part in (line.low, line.high)]
        for ax in axes.ravel():
            ax.set_xlim(0, None)
            ax.ticklabel_format(axis="x", style="plain")
        logarithmic(axes[0, 0], None, np.concatenate(loss))
        axes[1, 0].set_ylim(0, 1.15 * max(edges.values(), default=1))
        for ax in axes[1]:
            ax.set_xlabel("iteration")
        axes[0, 0].set_ylabel("training loss")
        axes[1, 0].set_ylabel(r"sharpness $\lambda_{\max}(H)$")
        entries = {setting_text("step_size", step): Line2D([], [], color=colour[step]) for step in steps}
        entries |= mark(r"$2\,/\,\eta$ (Cohen et al. 2021)", _EDGE)
        seeds = seeds_text(max(line.count for (_, name, _), line in lines.items() if name == "sharpness"))
        complete(figure, axes, [group.label for group in found], ds, seeds, entries)
    return figure
