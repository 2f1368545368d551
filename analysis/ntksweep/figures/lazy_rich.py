"""From lazy to rich training: what falls on one curve over the scale of the output."""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from ntksweep.cells import tidy
from ntksweep.errors import NothingFinished
from ntksweep.figures import page, style
from ntksweep.figures.families import Line, diverged_strip, draw_line, family, limits_of, values_along
from ntksweep.figures.groups import groups
from ntksweep.figures.needs import needs
from ntksweep.figures.trajectories import seeds_text

_ROWS = {
    "ntk_drift": r"drift $\|K_T - K_0\|_F\,/\,\|K_0\|_F$",
    "feature_movement": "feature movement",
    "ntk_alignment": "alignment with labels",
    "test_loss": "test loss",
}
_SCALE = "lazy_scale"


@needs("ntk_drift", "test_loss", several=("output_scale",))
def lazy_rich(ds: xr.Dataset) -> Figure:
    """Drift of the kernel, movement of the last hidden layer's features (where the file has it), alignment of the
    kernel with the labels, and test loss at the end [1], against sqrt(m) alpha [1].

    alpha is model.output_scale: sqrt(m) alpha says how lazy training of width m is, so widths fall on one curve in the
    rich regime. One line for each width, panels side by side for the other axes; medians and bands over the seeds that
    did not diverge, with the share of diverged ones below where there are any.
    Chizat, Oyallon, Bach 2019, arXiv:1812.07956; Geiger, Spigler, Jacot, Wyart 2020, arXiv:1906.08034.
    """
    rows = [name for name in _ROWS if name in ds]
    cells = with_lazy_scale(tidy(ds, *rows))
    scale = cells[_SCALE].values
    widths = values_along(cells, "width")
    found = []
    for group in groups(cells, ("width", "output_scale", _SCALE)):
        lines = [family(group.cells, name, _SCALE, "width", widths) for name in rows]
        if any(lines):
            found.append((group.label, lines))
    if not found:
        raise NothingFinished()
    everything = [line for _, lines in found for family_lines in lines for line in family_lines]
    strips = any(line.curve.diverged.any() for line in everything)
    with plt.rc_context(page.RC):
        figure, axes = page.panels(len(found), 1.6, rows_below=[1.0] * (len(rows) - 1) + [0.3] * strips)
        for (_, lines), panels in zip(found, axes):
            for ax, family_lines in zip(panels, lines):
                for line in family_lines:
                    draw_line(ax, line)
            if strips:
                diverged_strip(panels[-1], lines[0])
        for place, name in enumerate(rows):
            _limits(axes[:, place], name, [line for _, lines in found for line in lines[place]])
        _scale_axis(axes, scale)
        page.outer_labels(axes, r"$\sqrt{m}\,\alpha$", *(_ROWS[name] for name in rows), "diverged\n[%]")
        seeds = seeds_text(int(max(line.curve.count.max() for line in everything)))
        page.finish(figure, axes, [label for label, _ in found], style.context_of(ds), seeds)
        page.legend_below(figure, _entries(everything))
    return figure


def with_lazy_scale(cells: xr.Dataset) -> xr.Dataset:
    """Tidy cells with sqrt(m) alpha [1] as the coordinate "lazy_scale"; feature_movement of the last hidden layer."""
    scale = np.sqrt(cells["width"].values) * cells["output_scale"].values
    if "feature_movement" in cells:
        moved = cells["feature_movement"]
        last = moved.isel(layer=0, drop=True).where(moved.sizes["layer"] > 1)  # without a hidden layer nothing
        for layer in range(1, moved.sizes["layer"] - 1):
            last = moved.isel(layer=layer, drop=True).fillna(last)
        cells = cells.assign(feature_movement=last)
    return cells.assign_coords({_SCALE: ("cell", scale)})


def _limits(axes: Sequence[Axes], name: str, lines: list[Line]) -> None:
    low, high = limits_of(lines)
    if name == "ntk_alignment":
        axes[0].set_ylim(0, 1)
        return
    for ax in axes:
        ax.set_yscale("log")
        page.log_ticks(ax.yaxis, low / 1.3, high * 1.3)
    axes[0].set_ylim(low / 1.3, high * 1.3)


def _scale_axis(axes: np.ndarray, scale: np.ndarray) -> None:
    low, high = scale.min() / 1.2, scale.max() * 1.2
    for ax in axes.ravel():
        ax.set_xscale("log")
        page.log_ticks(ax.xaxis, low, high)
    axes[0, 0].set_xlim(low, high)


def _entries(lines: Sequence[Line]) -> dict[str, Line2D]:
    by_label = {line.label: line for line in sorted(lines, key=lambda line: line.value)}
    return {label: Line2D([], [], color=line.colour, marker="o") for label, line in by_label.items()}
