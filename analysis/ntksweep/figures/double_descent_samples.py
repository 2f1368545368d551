"""Test loss against the number of samples: more data can hurt."""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import xarray as xr
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from ntksweep.cells import tidy
from ntksweep.errors import NothingFinished
from ntksweep.figures import page, style
from ntksweep.figures.families import Line, diverged_strip, draw_line, family, limits_of, values_along
from ntksweep.figures.groups import groups
from ntksweep.figures.needs import needs
from ntksweep.figures.trajectories import seeds_text
from ntksweep.measures import at_end


@needs("test_loss", several=("samples",))
def double_descent_samples(ds: xr.Dataset) -> Figure:
    """Test loss at the end of training [1] against the number of samples, a line for each width, a panel for the rest.

    Medians and bands over the seeds; a diverged cell counts as an infinite loss, and the share of diverged cells is
    below the panels where there are any. The dotted line in the colour of a width is where it has as many trained
    parameters as targets, n = p / C.
    Nakkiran 2019, arXiv:1912.07242; d'Ascoli, Sagun, Biroli 2020, arXiv:2006.03509.
    """
    count = [name for name in ("parameters_per_target",) if name in ds]
    cells = tidy(ds, "test_loss", *count)
    widths = values_along(cells, "width")
    drawn = [
        (group.label, family(group.cells, "test_loss", "samples", "width", widths, diverged_is_infinite=True))
        for group in groups(cells, ("width", "samples"))
    ]
    drawn = [(label, lines) for label, lines in drawn if lines]
    if not drawn:
        raise NothingFinished()
    everything = [line for _, lines in drawn for line in lines]
    strips = any(line.curve.diverged.any() for line in everything)
    with plt.rc_context(page.RC):
        figure, axes = page.panels(len(drawn), height=2.2, rows_below=[0.25] if strips else [])
        for (_, lines), row in zip(drawn, axes):
            for line in lines:
                draw_line(row[0], line)
                _mark(row[0], line)
            if strips:
                diverged_strip(row[1], lines)
        _limits(axes, everything)
        page.outer_labels(axes, "training samples $n$", "test loss", "diverged\n[%]")
        seeds = seeds_text(int(max(line.curve.count.max() for line in everything)))
        page.finish(figure, axes, [label for label, _ in drawn], style.context_of(ds), seeds)
        page.legend_below(figure, _entries(everything))
    return figure


def interpolating_samples(cells: xr.Dataset) -> float | None:
    """As many samples as make the targets as many as the trained parameters, n = p / C; cells: of one width."""
    if "parameters_per_target" not in cells:
        return None
    limit = at_end(cells, "parameters_per_target") * cells["samples"].values
    return float(np.nanmedian(limit)) if np.isfinite(limit).any() else None


def _mark(ax: Any, line: Line) -> None:
    limit = interpolating_samples(line.cells)
    if limit is not None and line.curve.width[0] <= limit <= line.curve.width[-1]:
        ax.axvline(limit, color=line.colour, linewidth=0.9, linestyle=(0, (1, 1.5)), zorder=1.5, label="limit")


def _limits(axes: Any, lines: list[Line]) -> None:
    low, high = limits_of(lines)
    first, last = (pick(line.curve.width[end] for line in lines) for pick, end in ((min, 0), (max, -1)))
    for ax in axes[:, 0]:
        ax.set_xscale("log")
        ax.set_yscale("log")
        page.log_ticks(ax.yaxis, low / 1.3, high * 1.3)
    axes[0, 0].set_xlim(first / 1.1, last * 1.1)
    axes[0, 0].set_ylim(low / 1.3, high * 1.3)
    page.log_ticks(axes[0, 0].xaxis, first, last)


def _entries(lines: list[Line]) -> dict[str, Any]:
    by_label = {line.label: line for line in sorted(lines, key=lambda line: line.value)}
    found: dict[str, Any] = {
        label: Line2D([], [], color=line.colour, marker="o") for label, line in by_label.items()
    }
    if any(interpolating_samples(line.cells) is not None for line in lines):
        found["$n = p\\,/\\,C$"] = Line2D([], [], color=style.GREY, linewidth=0.9, linestyle=(0, (1, 1.5)))
    return found
