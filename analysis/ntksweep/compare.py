"""Two values of an axis, compared seed by seed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import xarray as xr

from ntksweep.bootstrap import Resampling, interval
from ntksweep.cells import axes, equals_any, select
from ntksweep.errors import SweepError
from ntksweep.grouped import Grouped, by_factor


def paired_difference(
    ds: xr.Dataset, name: str, axis: str | Sequence[str], values: tuple[Any, Any], relative: bool = False,
    average: str = "median", diverged: str = "left_out", checkpoint: int = -1,
    over: str | Sequence[str] | None = None, resamples: int = 2000, seed: int = 0,
) -> xr.Dataset:  # fmt: skip
    """What changes from one value of an axis, a, to another, b: the average over the seeds of y_b - y_a.

    Both cells of a pair have the same seed, so the same data and random numbers, and what they share cancels. Of
    axes that go together in a zipped sweep all are named: axis=("train", "method"), values=(("all", "gd"), ("output",
    "min_norm")).
    relative: of log(y_b / y_a) in its place; pairs in which one of the two is not above zero are left out.
    diverged: pairs with a diverged cell are "left_out"; or such a cell counts as "infinite", and a pair of two is left
        out.
    average, checkpoint, over, resamples, seed: as in `bootstrap_average`.

    Variables over the axes that are left (a list file: `cell`), in the unit of `name` ([1] if relative): difference;
    low, high, its 95 % interval over seeds, NaN with fewer than three pairs; share_smaller, the share [1] of the pairs
    with y_a < y_b; pairs; the shares of the cells that have either value (share_used: those in a pair).
    """
    resampling = Resampling(resamples, seed, average)
    names, wanted = _pair(axis, values)
    chosen = ds
    for place, one in enumerate(names):
        if one not in axes(ds):
            raise SweepError(f"the sweep has no axis {one}; it has {', '.join(axes(ds))}")
        for value in wanted:
            select(ds, **{one: [value[place]]})  # says what there is where it is not
        chosen = select(chosen, **{one: [value[place] for value in wanted]})
    found = by_factor(chosen, name, names, over, checkpoint, diverged)
    levels = [_level(found, names, value) for value in wanted]
    _check_pairs(found, levels, names)
    first, second = (found.values[:, level] for level in levels)
    with np.errstate(divide="ignore", invalid="ignore"):
        difference = np.log(second / first) if relative else second - first
        if relative:
            difference = np.where((first > 0) & (second > 0), difference, np.nan)
    rows = [_row(each, found.table.levels[1], resampling) for each in difference]
    unit = {"share_smaller": "1", **(dict.fromkeys(("difference", "low", "high"), "1") if relative else {})}
    return _with_pairs(found, difference, levels).result(
        {
            "difference": f"{average} of the {'logarithm of the ratio' if relative else 'difference'} of {name}",
            "low": "lower end of its 95 % interval",
            "high": "upper end of its 95 % interval",
            "share_smaller": "share of the pairs in which the first value gives less",
            "pairs": "pairs that were compared",
        },
        rows,
        unit,
    )


def _row(difference: np.ndarray, seeds: list[tuple], resampling: Resampling) -> tuple[float, ...]:
    """The numbers of one group. difference: by seed, NaN where there is no pair."""
    averages = resampling.of(difference[np.newaxis], seeds)
    known = difference[~np.isnan(difference)]
    low, high = interval(averages.drawn) if averages.enough[0] else ([np.nan], [np.nan])
    share = (known > 0).mean() if known.size else np.nan
    return averages.plain[0], low[0], high[0], share, known.size


def _with_pairs(found: Grouped, difference: np.ndarray, levels: list[int]) -> Grouped:
    """The same, with numbers only for the cells that are in a pair."""
    paired = np.full(len(found.cell_values), np.nan)
    for level in levels:
        cells = found.table.positions[:, level][~np.isnan(difference)]
        paired[cells] = 1.0
    return Grouped(found.table, found.values, paired, found.units)


def _pair(axis: str | Sequence[str], values: Any) -> tuple[tuple[str, ...], list[tuple]]:
    """Names of the axes, and the two values with one entry for each of them."""
    names = (axis,) if isinstance(axis, str) else tuple(axis)
    if isinstance(values, str) or not hasattr(values, "__len__") or len(values) != 2:
        raise SweepError(f"two values are compared, values=(a, b), not {values}")
    if not isinstance(axis, str) and not all(isinstance(value, (tuple, list)) for value in values):
        values = [(value,) for value in values]
    wanted = [(value,) if isinstance(axis, str) else tuple(value) for value in values]
    if any(len(value) != len(names) for value in wanted):
        raise SweepError(f"each of the two values has one entry for each of {', '.join(names)}")
    if wanted[0] == wanted[1]:
        raise SweepError(f"both values of {', '.join(names)} are the same, {', '.join(map(str, wanted[0]))}")
    return names, wanted


def _level(found: Grouped, names: Sequence[str], wanted: tuple) -> int:
    """Place of a value among the levels of the axis."""
    for place, level in enumerate(found.table.levels[0]):
        if all(equals_any(have, [want]) for have, want in zip(level, wanted)):
            return place
    have = ", ".join("/".join(map(str, level)) for level in found.table.levels[0])
    raise SweepError(f"no cell has {'/'.join(names)} = {'/'.join(map(str, wanted))}; there are {have}")


def _check_pairs(found: Grouped, levels: list[int], names: Sequence[str]) -> None:
    """There are cells that differ in nothing but the axis, finished or not."""
    first, second = (found.table.positions[:, level] >= 0 for level in levels)
    if not (first & second).any():
        others = [name for name in axes(found.table.cells) if name not in names]
        raise SweepError(
            f"no two cells differ in {', '.join(names)} alone: name all axes that change with it "
            f"(axis=({', '.join(map(repr, names))}, ...)), out of {', '.join(others)}"
        )
