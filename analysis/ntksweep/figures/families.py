"""Lines against an axis of the sweep, one for each value of another axis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.colors import to_hex

from ntksweep.cells import unique, values_of
from ntksweep.errors import TooMany
from ntksweep.figures import style
from ntksweep.figures.groups import setting_text
from ntksweep.measures import Curve, at_end, curve

#: Lines that can be told apart in one panel.
MOST = 8


@dataclass(frozen=True)
class Line:
    """One value of the second axis. curve: against the first; cells: those behind it, tidy."""

    label: str
    value: Any
    colour: str
    curve: Curve
    cells: xr.Dataset


def values_along(cells: xr.Dataset, by: str) -> list[Any]:
    """The values of the axis `by`, ascending; throws TooMany when there are too many for one panel."""
    values = sorted(unique(values_of(cells, by)))
    if len(values) > MOST:
        chosen = values[:: -(-len(values) // MOST)]
        raise TooMany(
            f"{len(values)} lines, one for each {by}, cannot be told apart in one panel (at most {MOST}); "
            f"choose some: ntksweep.select(ds, {by}={chosen})",
            [by],
        )
    return values


def family(
    cells: xr.Dataset, name: str, along: str, by: str, values: Sequence[Any], diverged_is_infinite: bool = False
) -> list[Line]:
    """The variable at the end of training against `along`, a line for each of `values` of `by` that has results.

    values: of the whole figure, so that colours (viridis, in their order) mean the same in all panels.
    """
    lines = []
    for value, colour in zip(values, colours(len(values))):
        own = cells.isel(cell=np.flatnonzero(values_of(cells, by) == value))
        if own.sizes["cell"]:
            found = curve(own, at_end(own, name), diverged_is_infinite, along)
            if found.width.size:
                lines.append(Line(setting_text(by, value), value, colour, found, own))
    return lines


def colours(count: int) -> list[str]:
    """Of an ordered axis: from dark to light, without the end that white paper swallows."""
    if count == 1:
        return [style.COLOURS[0]]
    return [to_hex(colormaps["viridis"](share)) for share in np.linspace(0, 0.88, count)]


def draw_line(ax: Axes, line: Line, **look: Any) -> None:
    """Median and band; what is infinite leaves a gap."""
    found = line.curve
    if found.count.max() > 1:
        where = np.isfinite(found.high) & np.isfinite(found.low)
        ax.fill_between(found.width, found.low, found.high, where=where, color=line.colour, alpha=0.18, linewidth=0)
    median = np.where(np.isfinite(found.median), found.median, np.nan)
    ax.plot(found.width, median, color=line.colour, label=line.label, **{"marker": "o", **look})


def diverged_strip(ax: Axes, lines: Sequence[Line]) -> None:
    """Share of diverged cells [%] along the axis, of each line."""
    for line in lines:
        ax.plot(line.curve.width, 100 * line.curve.diverged, color=line.colour, marker="o", label=line.label)
    ax.set_ylim(-6, 106)
    ax.set_yticks([0, 50, 100])


def limits_of(lines: Sequence[Line]) -> tuple[float, float]:
    """Smallest and largest positive finite number of all medians and bands; (0.1, 1) without any."""
    curves = [line.curve for line in lines]
    numbers = np.concatenate([np.concatenate([c.low, c.median, c.high]) for c in curves]) if curves else np.ones(0)
    numbers = numbers[np.isfinite(numbers) & (numbers > 0)]
    return (float(numbers.min()), float(numbers.max())) if numbers.size else (0.1, 1.0)
