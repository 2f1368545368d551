"""How far training moves the kernel, against width."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ntksweep.cells import tidy
from ntksweep.errors import NothingFinished, SweepError
from ntksweep.figures import style
from ntksweep.figures.needs import needs
from ntksweep.measures import (
    Curve,
    PowerLaw,
    at_end,
    band_name,
    curve,
    fit_power_law,
    interpolation_width,
    large_widths,
)
from ntksweep.models import Model, limit_text, models


@needs("ntk_drift")
def kernel_drift(ds: xr.Dataset) -> Figure:
    """Relative change of the kernel over training, |K_T - K_0|_F / |K_0|_F [1], against width.

    One line per model that moves its kernel (random features do not): medians over the replicates,
    with a band as `measures.band_name` says; diverged cells are left out. The power law is fitted
    to the medians at the widths that `measures.large_widths` names. Guides: m^-1/2 and m^-1, the
    law of a smooth activation in the kernel regime (kinks give about -3/4).
    Geiger et al. 2020, arXiv:1906.08034.
    """
    count = [name for name in ("parameters_per_target",) if name in ds]
    cells = tidy(ds, "ntk_drift", *count)
    drawn = [(model, curve(model.cells, at_end(model.cells, "ntk_drift"))) for model in models(cells)]
    if not any(line.width.size for _, line in drawn):
        raise NothingFinished()
    drawn = [(model, line) for model, line in drawn if (line.median > 0).any()]
    if not drawn:
        raise SweepError("no model in this file moves its kernel: the drift is zero in every cell")
    with plt.rc_context(style.RC):
        beside = len(drawn) > 1  # a longer legend does not fit into the corner
        width = 10.4 if beside else 6.6
        figure, ax = plt.subplots(figsize=(width, 4.9))
        figure.subplots_adjust(0.86 / width, 0.13, 5.94 / width, 0.88)
        for (model, line), colour in zip(drawn, style.COLOURS):
            _line(ax, model, line, colour, "black" if len(drawn) == 1 else style.darker(colour))
        lines = [line for _, line in drawn]
        _limits(ax, lines, _guides(ax, lines))
        _mark_shared_limit(ax, [model for model, _ in drawn])
        ax.set_xlabel(style.WIDTH_LABEL)
        ax.set_ylabel(r"kernel drift  $\|K_T - K_0\|_F \,/\, \|K_0\|_F$")
        _legend(ax, lines, beside)
        figure.suptitle(
            style.context(ds, [model for model, _ in drawn]), fontsize=11, color=style.GREY, x=3.4 / width, y=0.97
        )
    return figure


def _line(ax: Axes, model: Model, line: Curve, colour: str, fit_colour: str) -> None:
    ax.fill_between(line.width, line.low, line.high, color=colour, alpha=0.22, linewidth=0)
    ax.plot(line.width, line.median, "o-", color=colour, label=model.label)
    large = large_widths(model.cells, line)
    law = fit_power_law(line.width[large], line.median[large])
    if law is not None:
        ends = line.width[large][[0, -1]]
        ax.plot(ends, law(ends), "--", color=fit_colour, linewidth=1.4, zorder=3, label=_law_text(law, ends[0]))


def _mark_shared_limit(ax: Axes, drawn: Sequence[Model]) -> None:
    """The interpolation limit, where all models have the same: below it training is no kernel regression."""
    limits = [interpolation_width(model.cells) for model in drawn]
    first = limits[0]
    if first is not None and all(limit is not None and np.isclose(limit, first, rtol=0.01) for limit in limits):
        style.mark_limit(ax, first, limit_text(drawn[0], first))


def _law_text(law: PowerLaw, smallest: float) -> str:
    return rf"fit for $m \geq {smallest:g}$: $m^{{\,{law.exponent:.2f} \pm {law.error:.2f}}}$"


def _guides(ax: Axes, lines: Sequence[Curve]) -> float:
    """Draws m^-1/2 and m^-1 above all curves; returns where they start, the highest point (0 without guides)."""
    width = np.concatenate([line.width for line in lines])
    high = np.concatenate([line.high for line in lines])
    end = width.max()
    if end == width.min():
        return 0.0
    start = end * (width.min() / end) ** 0.42
    right = width >= start
    top = 1.7 * np.max(high[right] * width[right] / start)
    for exponent, text in ((-0.5, "$m^{-1/2}$"), (-1.0, "$m^{-1}$")):
        bottom = top * (end / start) ** exponent
        ax.plot(
            [start, end], [top, bottom], color=style.GREY, linewidth=1.1, linestyle=":", label=f"guide {exponent:g}"
        )
        ax.annotate(
            text, (end, bottom), (5, 0), textcoords="offset points", va="center", fontsize=10.5, color=style.GREY
        )
    return float(top)


def _limits(ax: Axes, lines: Sequence[Curve], top: float) -> None:
    style.width_axis(ax, min(line.width[0] for line in lines), max(line.width[-1] for line in lines))
    drawn = np.concatenate([np.concatenate([line.low, line.high]) for line in lines])
    drawn = drawn[drawn > 0]
    style.log_axis(ax, drawn.min() / 1.5, max(top, drawn.max()) * 1.5)


def _legend(ax: Axes, lines: Sequence[Curve], beside: bool) -> None:
    """What the lines are, in the corner that falling curves leave empty, or beside the axes."""
    handles, names = ax.get_legend_handles_labels()
    kept = [(handle, name) for handle, name in zip(handles, names) if not name.startswith(("guide", "interpolation"))]
    replicates = int(max(line.count.max() for line in lines))
    title = f"median of {replicates}, band: {band_name(replicates)}" if replicates > 1 else None
    place: dict[str, Any] = {"loc": "center left", "bbox_to_anchor": (1.11, 0.5)} if beside else {"loc": "lower left"}
    place |= {"frameon": True, "framealpha": 1, "facecolor": "white", "edgecolor": "none", "borderaxespad": 0.1}
    legend = ax.legend(*zip(*kept), **place, title=title, title_fontsize=10)
    legend.set_alignment("left")
