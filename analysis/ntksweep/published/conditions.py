"""What the experiment of a paper has fixed, so that other sweeps are not drawn in its axes."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from pathlib import PurePath
from typing import Any

import xarray as xr
from matplotlib.figure import Figure

from ntksweep.cells import axes, equals_any, setting, unique
from ntksweep.errors import NothingFinished, SweepError
from ntksweep.figures.needs import needs
from ntksweep.status import has_result

Draw = Callable[..., Figure]


def experiment(*variables: str, several: Sequence[str] = (), **fixed: Any) -> Callable[[Draw], Draw]:
    """Marks a picture with the variables that it draws, the axes along which it needs several values, and the settings
    that all cells must have: a value or a tuple of values (of a path only the file's name counts).

    The function then refuses other sweeps, and those without any result, by a SweepError.
    """

    def mark(draw: Draw) -> Draw:
        checked = needs(*variables, several=several)(draw)

        @functools.wraps(draw)
        def picture(ds: xr.Dataset) -> Figure:
            for name, wanted in fixed.items():
                _check(ds, draw.__name__, name, wanted if isinstance(wanted, tuple) else (wanted,))
            if has_result(ds["status"].values).any():
                return checked(ds)
            raise NothingFinished()

        return picture

    return mark


def values_in(ds: xr.Dataset, name: str) -> list[Any]:
    """The values that a setting has in the cells of a sweep, in the order in which they come."""
    return unique(ds[name].values) if name in axes(ds) else [setting(ds, name)]


def _check(ds: xr.Dataset, picture: str, name: str, wanted: tuple[Any, ...]) -> None:
    have = [PurePath(value).name if name == "path" and value else value for value in values_in(ds, name)]
    if not all(equals_any(value, list(wanted)) for value in have):
        raise SweepError(
            f"the published picture {picture} is of {name} = {_listed(wanted)}, and this sweep has "
            f"{_listed(have[:6])}{', ...' if len(have) > 6 else ''}: run jobs/{picture}.toml, or choose with "
            "ntksweep.select"
        )


def _listed(values: Sequence[Any]) -> str:
    return " or ".join(str(value) for value in values)
