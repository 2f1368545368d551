"""Belkin et al. 2019 and Jacot et al. 2018: double descent, and kernels that wide networks hardly leave."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ntksweep.cells import tidy
from ntksweep.figures import page, style
from ntksweep.figures.families import Line, draw_line
from ntksweep.figures.trajectories import seeds_text
from ntksweep.measures import Curve, at_end, curve
from ntksweep.models import models
from ntksweep.published.conditions import experiment
from ntksweep.published.layout import CURVE, PLACE, complete, logarithmic, mark, panels
from ntksweep.status import has_result


@experiment("train_loss", "test_loss", "ntk_drift", "parameters_per_target", several=("width",), source="digits")
def quickstart(ds: xr.Dataset) -> Figure:
    """Test loss and training loss [1] against trained parameters per target p / (n C) [1], and the drift of the kernel
    [1] against width; a line for each model (`ntksweep.models`).

    Dotted: p = n C, where the paper has the peak in every model; broken: the slope -1 of a smooth activation in the
    kernel regime. A diverged cell counts as an infinite loss and is left out of the drift. Medians and bands over the
    seeds.
    Belkin, Hsu, Ma, Mandal 2019, arXiv:1812.11118; Jacot, Gabriel, Hongler 2018, arXiv:1806.07572; Huang, Yau 2020,
    arXiv:1909.08156.
    """
    found = models(tidy(ds, "train_loss", "test_loss", "ntk_drift", "parameters_per_target"))
    test: list[Line] = []
    train: list[Line] = []
    drift: list[Line] = []
    for model, colour in zip(found, style.COLOURS):
        if not has_result(model.cells["status"].values).any():
            continue
        for lines, name in ((test, "test_loss"), (train, "train_loss")):
            lines.append(Line(model.label, model.label, colour, _per_target(model.cells, name), model.cells))
        moved = curve(model.cells, at_end(model.cells, "ntk_drift"))
        if (moved.median > 0).any():  # random features keep their kernel
            drift.append(Line(model.label, model.label, colour, moved, model.cells))
    with plt.rc_context(page.RC):
        figure, axes = panels(2, height=2.7)
        for line, fitted in zip(test, train):
            draw_line(axes[0, 0], line, markersize=2.5)
            median = np.where(np.isfinite(fitted.curve.median), fitted.curve.median, np.nan)
            axes[0, 0].plot(fitted.curve.width, median, color=line.colour, linewidth=0.9, linestyle="--", label="train")
        axes[0, 0].axvline(1, **PLACE)
        logarithmic(axes[0, 0], [x for line in test for x in line.curve.width], _losses(test))
        axes[0, 0].set(xlabel="trained parameters per target $p\\,/\\,(nC)$", ylabel="loss")
        _drift(axes[0, 1], drift)
        entries = {line.label: plt.Line2D([], [], color=line.colour, marker="o") for line in test}
        entries["training loss"] = plt.Line2D([], [], color=style.GREY, linewidth=0.9, linestyle="--")
        entries |= mark("$p = nC$: the peak of Belkin et al. 2019", PLACE) | mark("slope $-1$ (Huang, Yau 2020)", CURVE)
        seeds = seeds_text(int(max(line.curve.count.max() for line in test)))
        complete(figure, axes, ["double descent", "kernel drift"], ds, seeds, entries)
    return figure


def _per_target(cells: xr.Dataset, name: str) -> Curve:
    """A loss at the end against parameters per target, which go with the width."""
    per_target = cells.assign_coords(ratio=("cell", at_end(cells, "parameters_per_target")))
    return curve(per_target, at_end(cells, name), diverged_is_infinite=True, along="ratio")


def _losses(lines: list[Line]) -> list[float]:
    """From a sixth of the lowest test loss, so that the training loss is seen to fall, to the highest."""
    values = np.concatenate([np.concatenate([line.curve.low, line.curve.high]) for line in lines])
    values = values[np.isfinite(values) & (values > 0)]
    return [values.min() / 6, values.max()] if values.size else []


def _drift(ax: Axes, lines: list[Line]) -> None:
    for line in lines:
        draw_line(ax, line, markersize=2.5)
    if lines:
        width, high = (np.concatenate([getattr(line.curve, part) for line in lines]) for part in ("width", "high"))
        low = np.concatenate([line.curve.low for line in lines])
        ends = np.array([max(width.max() / 32, width.min()), width.max()])
        top = 2.5 * np.max(high[width >= ends[0]] * width[width >= ends[0]] / ends[0])
        ax.plot(ends, top * ends[0] / ends, **CURVE, label="guide")
        logarithmic(ax, width, [low[low > 0].min(), max(top, high.max())])
        page.octaves(ax.xaxis, width.min(), width.max())
    ax.set(xlabel="width $m$", ylabel=r"$\|K_T - K_0\|_F\,/\,\|K_0\|_F$")
