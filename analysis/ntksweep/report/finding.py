"""What all findings share: their form, their groups, and how numbers and intervals are said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr

from ntksweep.cells import REPLICATES, axes, tidy, unique
from ntksweep.figures.groups import Group, groups
from ntksweep.report.choose import chosen
from ntksweep.report.words import choice_text, setting
from ntksweep.status import Status, has_result

#: Groups of cells that a finding tells of; of more a choice, as the figures make it.
MOST = 9

#: Settings that vary, up to which a group is named by all of them. Files of different jobs vary in many more.
ALL_NAMED = 4


@dataclass(frozen=True)
class Finding:
    """lines: sentences on what was measured; theory: what is predicted; source: by whom; call: the Python behind it.

    choice: which values of the axes the lines tell of, where they were cut down.
    """

    title: str
    lines: list[str]
    theory: str
    source: str
    call: str
    choice: str = ""


class Groups(list[tuple[str, xr.Dataset]]):
    """Where, in words, and the cells of each group. choice: as of `Finding`."""

    choice: str = ""


def finding(title: str, lines: list[str], theory: str, source: str, call: str, choice: str = "") -> Finding | None:
    """None where there is no line."""
    return Finding(title, lines, theory, source, call, choice) if lines else None


def grouped(ds: xr.Dataset, inside: Sequence[str], *names: str) -> Groups:
    """Where, in words, and the cells, tidy, of each group with a result: by all settings but `inside` and the seeds.

    names: the variables that come along, where the file has them.
    """
    there = [name for name in names if name in ds]
    drawn = chosen(lambda some: groups(tidy(some, *there), inside, most=MOST), ds)
    found: list[Group] = drawn.result
    varying = [
        name for name in axes(ds) if name not in (*inside, *REPLICATES) and len(unique(ds[name].values)) > 1
    ]
    told = _telling(found, varying)
    result = Groups(
        (", ".join(setting(name, group.cells[name].values[0]) for name in told), group.cells)
        for group in found if has_result(group.cells["status"].values).any()
    )  # fmt: skip
    result.choice = choice_text(drawn.taken)
    return result


def _telling(found: Sequence[Group], names: Sequence[str]) -> list[str]:
    """The settings that name a group: all or, of more than `ALL_NAMED`, those that tell more groups apart."""
    if len(names) <= ALL_NAMED:
        return list(names)
    told: list[str] = []
    apart = 1
    for name in names:
        now = len({tuple(group.cells[one].values[0] for one in (*told, name)) for group in found})
        if now > apart:
            told, apart = [*told, name], now
    return told


def several(ds: xr.Dataset, axis: str, least: int) -> bool:
    """Whether the sweep has so many values of an axis."""
    return axis in axes(ds) and len(unique(ds[axis].values)) >= least


def at(where: str, sentence: str) -> str:
    """The sentence with its group before it, where there are several."""
    return f"{where}: {sentence}" if where else sentence[:1].upper() + sentence[1:]


def interval(low: float, high: float, form: str = ".4g") -> str:
    """ " [-1.02, -0.95]", or that there is none. form: of the numbers."""
    if np.isnan(low) or np.isnan(high):
        return " (no interval: fewer than three seeds)"
    return f" [{low:{form}}, {high:{form}}]"


def against(prediction: float, low: float, high: float, text: str) -> str:
    """ "-1 lies inside the interval"; "" without one. text: the prediction in words."""
    if np.isnan(low) or np.isnan(high):
        return ""
    return f"; {text} lies {'inside' if low <= prediction <= high else 'outside'} the interval"


def cells_text(cells: xr.Dataset) -> str:
    """ "180 of 200 cells", and how many of them diverged."""
    status = cells["status"].values
    diverged = int((status == Status.DIVERGED).sum())
    text = f"{int(has_result(status).sum()):,} of {status.size:,} cells"
    return text + (f", {diverged:,} diverged" if diverged else "")


def median_of(values: np.ndarray) -> tuple[float, float, float]:
    """Median and quartiles of the finite values; NaN without any."""
    finite = values[np.isfinite(values)]
    if finite.size == 0:
        return (float("nan"),) * 3
    return tuple(float(value) for value in np.quantile(finite, (0.5, 0.25, 0.75)))  # type: ignore[return-value]
