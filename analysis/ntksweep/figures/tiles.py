"""Maps over two axes of a sweep, whose tiles show what became of the seeds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle

from ntksweep.errors import SweepError
from ntksweep.figures import style
from ntksweep.grouped import at_checkpoint
from ntksweep.status import Status

#: In this order from left to right.
ENDS = (Status.CONVERGED, Status.MAX_STEPS, Status.DIVERGED)

#: Tiles along an axis from which on white outlines would hide them.
_MOST_OUTLINED = 20


@dataclass(frozen=True)
class Tile:
    """One place of a map.

    box: left, right, bottom, top. shares: status name -> share of all cells here, 0 to 1; their sum is below 1 where
    cells failed or are to come. value: median of the variable over the cells that did not diverge, NaN without any.
    """

    box: tuple[float, float, float, float]
    shares: dict[str, float]
    value: float


def tiles(cells: xr.Dataset, x: str, y: str, name: str | None) -> list[Tile]:
    """The map of tidy cells over the axes x and y; name: of a variable (at the end of training), or None."""
    columns, rows, status = cells[x].values, cells[y].values, cells["status"].values
    values = np.full(status.size, np.nan) if name is None else at_checkpoint(cells, name)
    x_values, y_values = np.unique(columns), np.unique(rows)
    x_edges, y_edges = edges(x_values), edges(y_values)
    found = []
    for i, column in enumerate(x_values):
        for j, row in enumerate(y_values):
            here = (columns == column) & (rows == row)
            if not here.any():
                continue
            shares = {end.name.lower(): float((status[here] == end).mean()) for end in ENDS}
            kept = values[here & np.isin(status, ENDS[:2]) & ~np.isnan(values)]
            box = (x_edges[i], x_edges[i + 1], y_edges[j], y_edges[j + 1])
            found.append(Tile(box, shares, float(np.median(kept)) if kept.size else np.nan))
    return found


def edges(values: np.ndarray) -> np.ndarray:
    """Bounds of the tiles around ascending positive values, their geometric means; one more than values."""
    logs = np.log(np.asarray(values, dtype=float))
    if logs.size == 1:
        return np.exp(logs[0] + np.array([-0.35, 0.35]))
    middle = (logs[1:] + logs[:-1]) / 2
    return np.exp(np.concatenate([[2 * logs[0] - middle[0]], middle, [2 * logs[-1] - middle[-1]]]))


def map_axes(axes: Any, maps: Sequence[list[Tile]]) -> None:
    """Logarithmic axes of all panels, which share them, around the tiles of all maps."""
    boxes = np.array([tile.box for tile_map in maps for tile in tile_map])
    for ax in axes[:, 0]:
        ax.grid(False)
        ax.set_xscale("log")
        ax.set_yscale("log")
    axes[0, 0].set_xlim(boxes[:, 0].min(), boxes[:, 1].max())
    axes[0, 0].set_ylim(boxes[:, 2].min(), boxes[:, 3].max())


def draw_tiles(ax: Axes, found: list[Tile], norm: LogNorm | None, colours: Mapping[str, str]) -> None:
    """Each tile split from left to right by the shares of its ends, in the colour of the end.

    norm: of the value, whose colour (viridis) then stands for all ends but "diverged"; a value that is zero or missing
    has none, and is very light grey. Axes: logarithmic x.
    """
    fine = max(len({tile.box[side] for tile in found}) for side in (0, 2)) > _MOST_OUTLINED
    for tile in found:
        start = 0.0
        for name, share in _portions(tile, norm is None).items():
            if name == "value":
                colour = colormaps["viridis"](norm(tile.value)) if norm and tile.value > 0 else "#E3E3E3"
            else:
                colour = colours[name]
            if share > 0:
                outline = colour if fine else "white"
                ax.add_patch(_portion(tile, start, start + share, colour, outline, name))
            start += share


def log_norm(maps: Sequence[list[Tile]], name: str) -> LogNorm:
    """Colours from the smallest to the largest positive value of all maps; throws SweepError without any."""
    values = np.array([tile.value for tile_map in maps for tile in tile_map], dtype=float)
    values = values[np.isfinite(values) & (values > 0)]
    if values.size == 0:
        raise SweepError(f"{name} is above zero in no cell that has a result: there is no colour to draw")
    low, high = values.min(), values.max()
    return LogNorm(low, high if high > low else 2 * low)


def colour_bar(figure: Figure, axes: Any, norm: LogNorm, text: str) -> None:
    """Beside all panels."""
    figure.colorbar(ScalarMappable(norm, "viridis"), ax=list(axes[:, 0]), label=text, pad=0.02, aspect=30)


def tile_entries(maps: Sequence[list[Tile]], looks: Mapping[str, tuple[str, str]]) -> dict[str, Any]:
    """Rows of the legend for the ends that are to be seen; looks: end -> (text, colour)."""
    found = [tile for tile_map in maps for tile in tile_map]
    seen = {name for tile in found for name, share in tile.shares.items() if share > 0}
    entries = {text: Patch(facecolor=colour) for name, (text, colour) in looks.items() if name in seen}
    if any(sum(tile.shares.values()) < 1 - 1e-9 for tile in found):
        entries["no result (yet)"] = Patch(facecolor="white", edgecolor=style.GREY, linewidth=0.6)
    return entries


def _portions(tile: Tile, by_end: bool) -> dict[str, float]:
    """What a tile is split into: its ends, or those with a value and the diverged."""
    if by_end:
        return tile.shares
    diverged = tile.shares["diverged"]
    return {"value": sum(tile.shares.values()) - diverged, "diverged": diverged}


def _portion(tile: Tile, start: float, end: float, colour: Any, outline: Any, name: str) -> Rectangle:
    """The part of a tile between two shares of its (logarithmic) width."""
    left, right, bottom, top = tile.box
    ratio = right / left
    a, b = left * ratio**start, left * ratio**end
    look = {"facecolor": colour, "edgecolor": outline, "linewidth": 0.25}
    return Rectangle((a, bottom), b - a, top - bottom, **look, gid=name)
