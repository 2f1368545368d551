"""Fitted rates of convergence against what theory predicts."""

from __future__ import annotations
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from ntksweep.cells import tidy
from ntksweep.errors import NothingFinished, SweepError
from ntksweep.figures import page, style
from ntksweep.figures.families import colours, values_along
from ntksweep.figures.groups import setting_text
from ntksweep.figures.needs import needs
from ntksweep.figures.over_training import line_axis
from ntksweep.rates import convergence_rate
from ntksweep.status import Status, has_result

_THEORY = {
    "spectral_rate": "slowest mode of $K_0$",
    "linearised_rate": "linearised network",
    "xu_rate": "bound (Xu et al. 2023)",
}
_IDENTITY: dict[str, Any] = {"color": "black", "linewidth": 0.9, "linestyle": (0, (4, 2))}


@needs("train_loss", "checkpoint_step", "step_size_absolute")
def convergence_rates(ds: xr.Dataset, by: str | None = None) -> Figure:
    """Decay of the training loss per step, -ln(rate) [1], fitted against predicted; one panel per prediction.

    The numbers are those of `convergence_rate`, one point for each cell, so bands are not needed. by: the axis that
    gives the colours; by default the width, where it has several values, else the step size. On the dashed line theory
    holds; the bound of Xu et al. is a lower one here, and points belong above the line. A panel says how many of the
    cells with a result are drawn (the others lack one of the two, or do not decay), and how many diverged.
    Lee et al. 2019, arXiv:1902.06720; Xu et al. 2023, AISTATS (PMLR 206).
    """
    if not has_result(ds["status"].values).any():
        raise NothingFinished()
    rates = convergence_rate(ds)
    theory = [name for name in _THEORY if name in rates]
    cells = tidy(rates, "rate", *theory)
    theory = [name for name in theory if _usable(cells, name).any()]
    if not theory:
        raise SweepError(
            "no cell has both a fitted rate and a prediction; rates need three checkpoints or more while the loss "
            'falls tenfold, predictions full spectra, or [statistics] also = ["linearised"] or ["two_layer"]'
        )
    by = by or line_axis(ds, "width", "step_size")
    values = values_along(cells, by)
    with plt.rc_context(page.RC):
        figure, axes = page.panels(len(theory), height=2.5)
        for name, ax in zip(theory, axes[:, 0]):
            _panel(ax, cells, name, by, values)
        _limits(axes, cells, theory)
        page.outer_labels(axes, r"predicted $-\ln\rho$ per step", r"fitted $-\ln\rho$ per step")
        page.finish(figure, axes, [_THEORY[name] for name in theory], style.context_of(ds))
        marks = [Line2D([], [], color=c, marker="o", linestyle="") for c in colours(len(values))]
        entries = dict(zip([setting_text(by, value) for value in values], marks))
        page.legend_below(figure, {**entries, "fitted = predicted": Line2D([], [], **_IDENTITY)})
    return figure


def _usable(cells: xr.Dataset, name: str) -> np.ndarray:
    """Cells with both rates, which decay and do not diverge: bool, (cells,)."""
    both = np.stack([cells["rate"].values, cells[name].values])
    decays = (np.isfinite(both) & (both > 0) & (both < 1)).all(axis=0)
    return decays & has_result(cells["status"].values) & (cells["status"].values != Status.DIVERGED)


def _panel(ax: Axes, cells: xr.Dataset, name: str, by: str, values: list) -> None:
    usable = _usable(cells, name)
    own = cells[by].values if by in cells.coords else np.full(usable.size, values[0])
    for value, colour in zip(values, colours(len(values))):
        here = usable & (own == value)
        x, y = -np.log(cells[name].values[here]), -np.log(cells["rate"].values[here])
        ax.plot(x, y, "o", color=colour, markersize=3, alpha=0.8, markeredgewidth=0, label=setting_text(by, value))
    status = cells["status"].values
    text = f"{usable.sum()} of {has_result(status).sum()} cells"
    diverged = int((status == Status.DIVERGED).sum())
    text += f"\n{diverged} diverged" if diverged else ""
    ax.annotate(text, (0.97, 0.04), xycoords="axes fraction", ha="right", va="bottom", fontsize=7)


def _limits(axes: np.ndarray, cells: xr.Dataset, theory: list[str]) -> None:
    """The same decades on all axes, so that the identity is the diagonal."""
    drawn = [-np.log(cells[part].values[_usable(cells, name)]) for name in theory for part in ("rate", name)]
    low, high = min(part.min() for part in drawn) / 1.6, max(part.max() for part in drawn) * 1.6
    for ax in axes[:, 0]:
        ax.set_xscale("log")
        ax.set_yscale("log")
        ax.plot([low, high], [low, high], **_IDENTITY, zorder=1.5, label="identity")
        for axis in (ax.xaxis, ax.yaxis):
            page.log_ticks(axis, low, high)
    axes[0, 0].set_xlim(low, high)
    axes[0, 0].set_ylim(low, high)
