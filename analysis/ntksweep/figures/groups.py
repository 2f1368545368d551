"""The cells of a sweep by everything that a figure does not draw along an axis of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr

from ntksweep.cells import REPLICATES, axes, unique
from ntksweep.errors import TooMany

_SYMBOLS = {
    "width": "$m$", "samples": "$n$", "depth": "$L$", "step_size": r"$\eta$", "label_noise": "label noise",
    "output_scale": r"$\alpha$", "input_dim": "$d$",
}  # fmt: skip
_WORDS = {"all": "all layers", "output": "random features", "gd": "gradient descent", "min_norm": "minimum norm"}


@dataclass(frozen=True)
class Group:
    """Cells with the same settings but for the axes that a figure draws and the seeds.

    label: the settings that tell it from the other groups, "" for the only one. cells: tidy.
    """

    label: str
    cells: xr.Dataset


def groups(cells: xr.Dataset, inside: Sequence[str], most: int = 9) -> list[Group]:
    """The groups of a tidy dataset in the order of their first cells; `inside` are the axes within a group.

    Throws TooMany when there are more than `most`.
    """
    names = [
        name for name in axes(cells)
        if name not in (*inside, *REPLICATES) and name != "file" and len(unique(cells[name].values)) > 1
    ]  # fmt: skip
    members: dict[tuple[Any, ...], list[int]] = {}
    for index, values in enumerate(zip(*(cells[name].values.tolist() for name in names))):
        members.setdefault(values, []).append(index)
    if not names:
        return [Group("", cells)]
    if len(members) > most:
        value = next(iter(members))[-1]
        raise TooMany(
            f"{len(members)} panels, one for each {', '.join(names)}, do not fit on one page (at most {most}); "
            f"choose some: ntksweep.select(ds, {names[-1]}={value!r})",
            names,
        )
    return [Group(_label(names, values), cells.isel(cell=rows)) for values, rows in members.items()]


def setting_text(name: str, value: Any) -> str:
    """ "$m$ = 64", "relu"; reals to three digits, also in a list ("4.4721,31.62"); "no positive" of an empty one."""
    if isinstance(value, str) and not value:
        return f"no {name.replace('_', ' ')}"
    if isinstance(value, str):
        return "(" + ", ".join(_rounded(part) for part in value.split(",")) + ")" if "," in value else _word(value)
    number = f"{value:.3g}" if isinstance(value, (float, np.floating)) else str(value)
    return f"{_SYMBOLS.get(name, name.replace('_', ' '))} = {number}"


def _word(value: str) -> str:
    return _WORDS.get(value, value.replace("_", " "))


def _rounded(text: str) -> str:
    """A number in text to three digits; any other text as it is."""
    try:
        return f"{float(text):.3g}"
    except ValueError:
        return text


def _label(names: Sequence[str], values: Sequence[Any]) -> str:
    return ", ".join(setting_text(name, value) for name, value in zip(names, values))
