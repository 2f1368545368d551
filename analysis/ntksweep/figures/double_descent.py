"""Test loss against width: down, up to the interpolation limit, and down again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from ntksweep.cells import tidy
from ntksweep.errors import NothingFinished
from ntksweep.figures import style
from ntksweep.figures.needs import needs
from ntksweep.measures import Curve, at_end, band_name, curve, interpolation_width
from ntksweep.models import Model, limit_text, models

_COLUMNS = 3
_TRAIN_LINE: dict[str, Any] = {
    "color": "#8A8A8A", "linestyle": "--", "marker": "s", "markersize": 3.5, "linewidth": 1.5
}  # fmt: skip


@needs("train_loss", "test_loss")
def double_descent(ds: xr.Dataset) -> Figure:
    """Loss at the end of training [1] against width, one panel per model (`ntksweep.models`).

    Lines are medians over the replicates, for losses have heavy tails at the peak; bands span what
    `measures.band_name` says. A diverged cell counts as an infinite loss, and the share of diverged
    cells is shown where there are any. The vertical line marks as many trained parameters as
    targets, p = n C (random features: m = n).
    Belkin et al. 2019, arXiv:1812.11118; Nakkiran et al. 2020, arXiv:1912.02292.
    """
    count = [name for name in ("parameters_per_target",) if name in ds]
    drawn = [(model, *_curves(model)) for model in models(tidy(ds, "train_loss", "test_loss", *count))]
    drawn = [row for row in drawn if row[1].width.size]
    if not drawn:
        raise NothingFinished()
    tests = [test for _, test, _ in drawn]
    with plt.rc_context(style.RC):
        figure, panels, strips = _layout(len(drawn), any(test.diverged.any() for test in tests))
        for (model, test, train), ax, colour in zip(drawn, panels, style.COLOURS):
            _panel(ax, model, test, train, colour)
            style.log_axis(ax, *_loss_limits(tests))
        for ax in panels + strips:
            style.width_axis(ax, min(t.width[0] for t in tests), max(t.width[-1] for t in tests))
        for test, ax, colour in zip(tests, strips, style.COLOURS):
            _diverged_share(ax, test, colour)
        _legend(figure, panels, tests)
        figure.suptitle(style.context(ds, [model for model, _, _ in drawn]), fontsize=11, color=style.GREY, y=0.985)
    return figure


def _curves(model: Model) -> tuple[Curve, Curve]:
    """Test and training loss at the end."""
    test, train = (
        curve(model.cells, at_end(model.cells, name), diverged_is_infinite=True) for name in ("test_loss", "train_loss")
    )
    return test, train


def _layout(count: int, with_strips: bool) -> tuple[Figure, list[Axes], list[Axes]]:
    """Panels side by side on one loss axis, each with a strip below it where cells diverged."""
    columns = min(count, _COLUMNS)
    rows = -(-count // columns)
    width, height = max(4.6 * columns + 0.9, 6.6), (4.0 + with_strips) * rows + 0.6
    figure = plt.figure(figsize=(width, height))
    grid = figure.add_gridspec(
        rows,
        columns,
        left=0.95 / width,
        right=1 - 0.15 / width,
        bottom=(1.05 if count > 1 else 1.3) / height,
        top=1 - 0.85 / height,
        wspace=0.1,
        hspace=0.32,
    )
    panels: list[Axes] = []
    strips: list[Axes] = []
    for index in range(count):
        heights = [4.6, 1.0] if with_strips else [1.0]
        place = grid[divmod(index, columns)].subgridspec(len(heights), 1, height_ratios=heights, hspace=0.12)
        panels.append(figure.add_subplot(place[0]))
        if with_strips:
            strips.append(figure.add_subplot(place[1], sharex=panels[-1]))
    _label_outer(panels, strips)
    return figure, panels, strips


def _panel(ax: Axes, model: Model, test: Curve, train: Curve, colour: str) -> None:
    """The two losses of one model. What is infinite leaves a gap, in the line and in the band."""
    finite = np.isfinite(test.high)
    ax.fill_between(test.width, test.low, test.high, where=finite, color=colour, alpha=0.22, linewidth=0)
    ax.plot(train.width, _finite(train.median), label="train", **_TRAIN_LINE)
    ax.plot(test.width, _finite(test.median), "o-", color=colour, label="test")
    ax.set_title(model.label, pad=22, fontweight="bold", color=colour)
    limit = interpolation_width(model.cells)
    if limit is not None:
        style.mark_limit(ax, limit, limit_text(model, limit))


def _finite(values: np.ndarray) -> np.ndarray:
    return np.where(np.isfinite(values), values, np.nan)


def _loss_limits(tests: Sequence[Curve]) -> tuple[float, float]:
    """From well below the lowest test loss, so that the training loss is seen to fall, to above the peak."""
    shown = np.concatenate([np.concatenate([test.low, test.median, test.high]) for test in tests])
    shown = shown[np.isfinite(shown) & (shown > 0)]
    return (shown.min() / 6, shown.max() * 1.5) if shown.size else (0.1, 10.0)


def _diverged_share(ax: Axes, test: Curve, colour: str) -> None:
    ax.vlines(test.width, 0, 100 * test.diverged, color=colour, linewidth=5)
    ax.set_ylim(0, 100)
    ax.set_yticks([0, 50, 100])


def _label_outer(panels: Sequence[Axes], strips: Sequence[Axes]) -> None:
    """Loss on the left only; width below the lowest of each column."""
    for index, ax in enumerate(panels):
        lowest = index + _COLUMNS >= len(panels)
        ax.tick_params(labelleft=index % _COLUMNS == 0, labelbottom=lowest and not strips)
        if lowest:
            (strips[index] if strips else ax).set_xlabel(style.WIDTH_LABEL)
    for index, ax in enumerate(strips):
        ax.tick_params(labelleft=index % _COLUMNS == 0, labelbottom=index + _COLUMNS >= len(strips))
    for ax in panels[::_COLUMNS]:
        ax.set_ylabel(r"loss  $\frac{1}{2n}\sum_i |f(x_i) - y_i|^2$")
    for ax in strips[::_COLUMNS]:
        ax.set_ylabel("diverged\n[%]", fontsize=10)


def _legend(figure: Figure, panels: Sequence[Axes], tests: Sequence[Curve]) -> None:
    """One for all panels, of what is there to be seen."""
    replicates = int(max(test.count.max() for test in tests))
    over = f"median of {replicates}, band: {band_name(replicates)}" if replicates > 1 else "one run"
    colour = style.COLOURS[0] if len(tests) == 1 else "#333333"
    lines = [line for ax in panels for line in ax.get_lines()]
    test = Patch(facecolor=colour, alpha=0.22), Line2D([], [], color=colour, marker="o")
    entries: dict[str, Any] = {f"test loss ({over})": test}
    if any(line.get_label() == "interpolation limit" for line in lines):
        entries["interpolation limit: parameters = targets"] = Line2D([], [], **style.LIMIT_LINE)
    train = np.concatenate([line.get_ydata() for line in lines if line.get_label() == "train"])
    seen = (train > panels[0].get_ylim()[0]).any()
    entries["training loss" if seen else "training loss (below the axis)"] = Line2D([], [], **_TRAIN_LINE)
    columns = 3 if len(tests) > 1 else 2
    figure.legend(entries.values(), entries.keys(), loc="lower center", ncol=columns, bbox_to_anchor=(0.5, 0.0))
