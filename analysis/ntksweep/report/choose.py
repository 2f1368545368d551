"""Which values of the axes a figure shows where it refuses all of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import xarray as xr

from ntksweep.cells import axes, select, unique
from ntksweep.errors import TooMany


@dataclass(frozen=True)
class Drawn:
    """result: what was made of the cells. taken: of each axis that was cut down the values that are in it."""

    result: Any
    taken: dict[str, list[Any]]


def chosen(make: Callable[[xr.Dataset], Any], ds: xr.Dataset) -> Drawn:
    """A figure (or groups) of all cells or, where it has too many panels or lines, of a choice.

    Of the axis with most values among those that are too many the first, middle and last ones are taken, then of the
    next, until the figure accepts; of three values the first and last, of two the first. Throws SweepError as
    `make` does.
    """
    taken: dict[str, list[Any]] = {}
    while True:
        try:
            return Drawn(make(ds), taken)
        except TooMany as refusal:
            axis = _longest(ds, refusal.axes)
            if axis is None:
                raise
            taken[axis] = fewer(_values(ds, axis))
            ds = select(ds, **{axis: taken[axis]})


def fewer(values: Sequence[Any]) -> list[Any]:
    """First, middle and last of more than three values; of three the first and last, of two the first."""
    if len(values) > 3:
        return [values[0], values[(len(values) - 1) // 2], values[-1]]
    return [values[0], values[-1]] if len(values) == 3 else [values[0]]


def _longest(ds: xr.Dataset, names: Sequence[str]) -> str | None:
    """The axis with most values, of several such the last; None where each has one value."""
    counts = {name: len(_values(ds, name)) for name in names if name in axes(ds)}
    most = max(counts.values(), default=1)
    return next((name for name in reversed(counts) if counts[name] == most), None) if most > 1 else None


def _values(ds: xr.Dataset, axis: str) -> list[Any]:
    """The distinct values: numbers ascending, words in the order of the file."""
    values = unique(ds[axis].values)
    return values if any(isinstance(value, str) for value in values) else sorted(values)
