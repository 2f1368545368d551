"""Belkin et al. 2020, Hastie et al. 2022: the exact risk of least squares."""

from __future__ import annotations
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from ntksweep.bootstrap import bootstrap_average
from ntksweep.cells import tidy, values_of
from ntksweep.figures import page, style
from ntksweep.figures.groups import Group, groups
from ntksweep.published.conditions import experiment
from ntksweep.published.layout import CURVE, MARK, PLACE, complete, logarithmic, mark, tiled
from ntksweep.status import has_result

_LIMIT: dict[str, Any] = {"color": "#BDBDBD", "linewidth": 3.0, "linestyle": "-", "zorder": 1.4}


@experiment(
    "excess_risk", "risk_least_squares", several=("input_dim",), depth=0, method="min_norm", source="gaussian",
    teacher="linear", init_scale=0.0, outputs=1,
)  # fmt: skip
def least_squares_risk(ds: xr.Dataset) -> Figure:
    """Excess risk [1] against p / n [1], p the number of inputs, one panel for each label noise (and further axes).

    Points: means over the seeds with their 95 % intervals (`bootstrap_average`). Crosses: the expected risk at these
    sizes, `risk_least_squares` of the file; broken line: the same formula (`exact_risk`) for all p; grey: its limit for
    p, n to infinity at fixed p / n (`limit_risk`). At p = n all are infinite where labels are noisy.
    Belkin, Hsu, Xu 2020, arXiv:1903.07571; Hastie, Montanari, Rosset, Tibshirani 2022, arXiv:1903.08560.
    """
    cells = tidy(ds, "excess_risk", "risk_least_squares")
    cells = cells.assign_coords(label_noise=("cell", values_of(cells, "label_noise").astype(float)))
    found = groups(cells, ("input_dim",), most=9)
    found = [group for group in found if has_result(group.cells["status"].values).any()]
    with plt.rc_context(page.RC):
        figure, axes = tiled(len(found), "inputs per sample $p\\,/\\,n$", "excess risk", height=2.5)
        highest = [_panel(ax, group) for group, ax in zip(found, axes.ravel())]
        ratios = cells["input_dim"].values / cells["samples"].values
        for ax in axes.ravel():
            logarithmic(ax, ratios, None)
            ax.set_yscale("symlog", linthresh=1)
            ax.set_ylim(-0.05, 1.3 * max(highest))
            ax.set_yticks([0, 0.5, *(t for t in (1, 3, 10, 30, 100) if t < 1.3 * max(highest))])
            ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        entries = {"measured, mean (95 %)": plt.Line2D([], [], color=style.COLOURS[0], marker="o", linestyle="")}
        entries |= mark("exact (Belkin et al. 2020; Hastie et al. 2022)", CURVE | {"marker": "x", "markersize": 3.2})
        entries |= mark("limit at fixed $p\\,/\\,n$", _LIMIT) | mark("$p = n$", PLACE)
        complete(figure, axes, [group.label for group in found], ds, "", entries)
    return figure


def exact_risk(p: np.ndarray, n: float, signal: float, noise: float) -> np.ndarray:
    """Expected excess risk of p isotropic inputs and n samples; infinite for |p - n| <= 1 with noise.

    signal: r^2, the squared norm of the teacher; noise: s^2, the variance of the labels' noise.
    s^2 p / (n - p - 1) for p <= n - 2, r^2 (1 - n/p) + s^2 n / (p - n - 1) for p >= n + 2.
    """
    p = np.asarray(p, dtype=float)
    below = p <= n
    return np.where(below, 0, signal * (1 - n / p)) + _amplified(
        noise, np.where(below, p, n), np.where(below, n - p - 1, p - n - 1)
    )


def limit_risk(ratio: np.ndarray, signal: float, noise: float) -> np.ndarray:
    """The same for p, n to infinity at p / n = ratio g: s^2 g / (1 - g), or r^2 (1 - 1/g) + s^2 / (g - 1)."""
    g = np.asarray(ratio, dtype=float)
    below = g <= 1
    return np.where(below, 0, signal * (1 - 1 / g)) + _amplified(
        noise, np.where(below, g, 1), np.where(below, 1 - g, g - 1)
    )


def _amplified(noise: float, numerator: np.ndarray, denominator: np.ndarray) -> np.ndarray:
    """noise * numerator / denominator, infinite where that is not above zero; without noise nothing."""
    if noise == 0:
        return np.zeros_like(denominator)
    with np.errstate(divide="ignore"):
        return np.where(denominator > 0, noise * numerator / denominator, np.inf)


def _panel(ax: Axes, group: Group) -> float:
    """Points, crosses and curves of one label noise; returns the highest of the means and of the exact risks."""
    cells = group.cells
    n, noise = float(cells["samples"].values[0]), float(cells["label_noise"].values[0])
    found = bootstrap_average(cells, "excess_risk", average="mean", diverged="kept", resamples=1000).sortby("input_dim")
    p, middle = found["input_dim"].values, found["average"].values
    bars = np.nan_to_num(np.abs([found["low"].values - middle, found["high"].values - middle]))
    ax.errorbar(p / n, middle, bars, color=style.COLOURS[0], fmt="o", elinewidth=0.8, capsize=1.5, label="measured")
    exact = bootstrap_average(cells, "risk_least_squares", diverged="kept", resamples=1).sortby("input_dim")
    known = np.isfinite(exact["average"].values)
    ax.plot(p[known] / n, exact["average"].values[known], **MARK, label="exact")
    every = np.geomspace(p.min(), p.max(), 1000)
    whole = np.unique(np.concatenate([p, np.round(every)]))
    curve = exact_risk(whole, n, 1.0, noise)
    ax.plot(whole / n, np.where(np.isfinite(curve), curve, np.nan), **CURVE, label="exact curve")
    limit = limit_risk(every / n, 1.0, noise)
    ax.plot(every / n, np.where(np.isfinite(limit), limit, np.nan), **_LIMIT, label="limit")
    ax.axvline(1, **PLACE)
    return float(max(np.nanmax(middle), exact["average"].values[known].max(initial=0)))
