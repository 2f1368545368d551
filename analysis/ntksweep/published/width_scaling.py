"""Jacot et al. 2018, Lee et al. 2019, Huang and Yau 2020: what falls with the width, and how fast."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from ntksweep.bootstrap import bootstrap_average
from ntksweep.cells import tidy
from ntksweep.figures import page, style
from ntksweep.figures.groups import Group, groups
from ntksweep.published.conditions import experiment
from ntksweep.published.layout import CURVE, complete, logarithmic, mark, panels
from ntksweep.scaling import scaling_exponent

#: Variable, average over the seeds, slope that the paper has, and the labels of the panel and of its axis.
_PANELS = (
    ("start", "mean", -0.5, "Jacot et al. 2018", r"$\|K_0 - K_\infty\|_F\,/\,\|K_\infty\|_F$"),
    ("drift", "median", -1.0, "Huang, Yau 2020", r"$\|K_T - K_0\|_F\,/\,\|K_0\|_F$"),
    ("departure", "median", -1.0, "Lee et al. 2019", "distance from the linearisation"),
)
_FROM = 64.0


@experiment(
    "infinite_distance", "ntk_drift", "linearised_train_distance", several=("width",), method="gd",
    parametrization=("ntk", "standard"), output_scale=1.0,
)  # fmt: skip
def width_scaling(ds: xr.Dataset) -> Figure:
    """Distance of K_0 from its limit, drift of the kernel over training, and largest distance of the network from its
    linearisation on the training set [all 1], against width; a line for each activation (and further axes).

    Broken lines: the slopes of the papers, -1/2, -1 and -1 (Lee et al. prove -1/2 for the last and see -1; the slopes
    of -1 are for smooth activations). The legends have the exponents of the averages at widths from 64 on (or at all,
    where those are fewer than three), with 95 % intervals. Means (first panel) and medians over the seeds, bands: their
    95 % intervals.
    Jacot, Gabriel, Hongler 2018, arXiv:1806.07572; Huang, Yau 2020, arXiv:1909.08156; Lee et al. 2019,
    arXiv:1902.06720.
    """
    cells = tidy(ds, "infinite_distance", "ntk_drift", "linearised_train_distance")
    departure = cells["linearised_train_distance"].transpose("cell", "checkpoint").values
    one = {
        "start": cells["infinite_distance"].isel(checkpoint=0).values,
        "drift": cells["ntk_drift"].isel(checkpoint=-1).values,
        "departure": np.nanmax(np.where(np.isnan(departure), -np.inf, departure), axis=1),
    }
    cells = cells[["status"]].assign({name: ("cell", np.where(np.isfinite(v), v, np.nan)) for name, v in one.items()})
    found = groups(cells, ("width",), most=8)
    with plt.rc_context(page.RC):
        figure, axes = panels(3, height=2.6)
        for ax, (name, average, slope, _, label) in zip(axes[0], _PANELS):
            for group, colour in zip(found, style.COLOURS):
                _line(ax, group, colour, name, average)
            _frame(ax, cells["width"].values, slope, len(found))
            ax.set(xlabel="width $m$", ylabel=label)
        entries = {group.label: Line2D([], [], color=c, marker="o") for group, c in zip(found, style.COLOURS)}
        entries |= mark("slopes of the papers: $-1/2$, $-1$, $-1$", CURVE)
        complete(figure, axes, [panel[3] for panel in _PANELS], ds, "bands and brackets: 95 %", entries)
    return figure


def _line(ax: Axes, group: Group, colour: str, name: str, average: str) -> None:
    diverged = "kept" if name == "start" else "left_out"
    found = bootstrap_average(group.cells, name, average, diverged=diverged, resamples=1000).sortby("width")
    width = found["width"].values
    within = (min(_FROM, width[width.size // 2]), width[-1])
    law = scaling_exponent(group.cells, name, within=within, average=average, diverged=diverged, resamples=1000)
    exponent, low, high = (float(law[part].values.ravel()[0]) for part in ("exponent", "exponent_low", "exponent_high"))
    text = f"$m^{{{exponent:.2f}}}$" if np.isfinite(exponent) else "no power law"
    text += f" [{low:.2f}, {high:.2f}]" if np.isfinite(low) and np.isfinite(high) else ""
    ax.plot(width, found["average"], color=colour, marker="o", label=text)
    ax.fill_between(width, found["low"], found["high"], color=colour, alpha=0.2, linewidth=0)


def _frame(ax: Axes, width: np.ndarray, slope: float, lines: int) -> None:
    """Axes, the guide of the paper below the curves, and the legend above them."""
    lines_and_bands = [line.get_ydata() for line in ax.get_lines()]
    lines_and_bands += [np.asarray(path.vertices)[:, 1] for band in ax.collections for path in band.get_paths()]
    drawn = np.concatenate([np.asarray(values, dtype=float) for values in lines_and_bands])
    drawn = drawn[np.isfinite(drawn) & (drawn > 0)]
    low, high = (drawn.min(), drawn.max()) if drawn.size else (0.1, 1.0)
    ends = np.array([width.min(), width.max()], dtype=float)
    ax.plot(ends, 0.6 * low * (ends / ends[1]) ** slope, **CURVE, label="guide")
    logarithmic(ax, width, [0.5 * low, high * (high / low) ** (0.09 * lines)])
    page.octaves(ax.xaxis, width.min(), width.max())
    ax.legend(handles=[line for line in ax.get_lines() if line.get_label() != "guide"], loc="upper right",
              handlelength=1.0, borderaxespad=0.1)  # fmt: skip
