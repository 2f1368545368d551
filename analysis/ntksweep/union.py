"""Which cells several files hold together, and where each of them is.

A cell is told by its settings: the axes of the files, and what else differs between them. Its key says the same where
it is known (0 for a cell that is still to come): cells of one key are one cell, and one set of settings has one key.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr

from ntksweep.cells import axes, cell_dimensions
from ntksweep.errors import SweepError
from ntksweep.status import Status, has_result
from ntksweep.text import settings

#: Settings that say what is recorded and how, not which network a cell trains; those of the grid are axes or filters.
_NOT_OF_CELLS = (
    "statistics.also", "statistics.only", "statistics.checkpoints", "statistics.kernel_every", "statistics.spectrum",
)  # fmt: skip


@dataclass(frozen=True)
class Union:
    """The cells of all files, N of them.

    source, place: N each; the file of a cell and its number there. columns: name of an axis -> its values, N each.
    attrs: of these coordinates. copies: pairs of (file, number) that both have a result of one cell.
    """

    source: np.ndarray
    place: np.ndarray
    columns: dict[str, np.ndarray]
    attrs: dict[str, dict[str, Any]]
    copies: list[tuple[tuple[int, int], tuple[int, int]]]


def union(parts: list[xr.Dataset], paths: list[str]) -> Union:
    """The cells of all files, in the order of the files; a result wins over none, the first file over later ones.

    Reads statuses, keys and coordinates. Throws SweepError where two cells have the same settings and not the same key.
    """
    attrs = _axis_attributes(parts)
    columns = [{name: _column(part, name, attrs[name], path) for name in attrs} for part, path in zip(parts, paths)]
    status = [part["status"].values.ravel() for part in parts]
    keys = [part["key"].values.ravel().tolist() for part in parts]
    rows: list[list[tuple[int, int]]] = []
    by_settings: dict[tuple, int] = {}
    by_key: dict[tuple, int] = {}
    recorded = [place for place, one in enumerate(attrs.values()) if one.get("setting", "").startswith("statistics.")]
    for file, column in enumerate(columns):
        for number, values in enumerate(zip(*(one.tolist() for one in column.values()))):
            key = (keys[file][number], *(values[place] for place in recorded))  # of which statistics say nothing
            row = by_settings.get(values)
            if row is None and key in by_key and rows[by_key[key]][0][0] != file:
                row = by_key[key]
            if row is None:
                row = by_settings[values] = len(rows)
                rows.append([])
            rows[row].append((file, number))
            if key[0]:
                by_key.setdefault(key, row)
    _check_keys(rows, keys, parts, paths)
    worth = [np.where(has_result(one), 2, (one != Status.PENDING).astype(int)).tolist() for one in status]
    chosen = [max(row, key=lambda at: worth[at[0]][at[1]]) for row in rows]
    others = [(best, other) for row, best in zip(rows, chosen) for other in row if other != best]
    copies = [(best, other) for best, other in others if worth[other[0]][other[1]] == 2]
    source, place = np.array(chosen, dtype=int).reshape(-1, 2).T
    joined = {name: np.concatenate([one[name] for one in columns]) for name in attrs}
    starts = np.cumsum([0, *(one.size for one in status)])
    return Union(source, place, {n: c[starts[source] + place] for n, c in joined.items()}, attrs, copies)


def describe(part: xr.Dataset, number: int) -> str:
    """A cell in words: its number and its axes."""
    values = ", ".join(f"{name} = {_axis_values(part, name)[number]}" for name in axes(part))
    return f"cell {number} ({values})"


def _axis_attributes(parts: list[xr.Dataset]) -> dict[str, dict[str, Any]]:
    """Axes of any of the files, then settings that differ between files; the seed comes last."""
    found: dict[str, dict[str, Any]] = {}
    for part in parts:
        for name in axes(part):
            found.setdefault(name, part[name].attrs)
    known = {attrs.get("setting", name) for name, attrs in found.items()}
    for name in dict.fromkeys(name for part in parts for name in settings(part)):
        values = {json.dumps(settings(part).get(name)) for part in parts}
        if len(values) > 1 and name not in known and name not in _NOT_OF_CELLS and not name.startswith("grid."):
            short = name.split(".")[-1]
            found[short] = {"units": "1", "long_name": f"{name}, which differs between the files", "setting": name}
    if "seed" in found:
        found["seed"] = found.pop("seed")
    return found


def _column(part: xr.Dataset, name: str, attrs: dict[str, Any], path: str) -> np.ndarray:
    """The setting in each cell of a file, whether it is an axis there or not."""
    if name in axes(part):
        return _axis_values(part, name)
    setting = attrs.get("setting", name)
    if setting not in settings(part):
        raise SweepError(f"{path} does not say which {setting} its cells have (is it of an old release?): leave it out")
    value = settings(part)[setting]
    if isinstance(value, list):
        value = ",".join(f"{one:.12g}" if isinstance(one, float) else str(one) for one in value)
    if isinstance(value, float):
        value = float(f"{value:.12g}")  # as axes are stored
    kind = object if isinstance(value, str) else np.uint8 if isinstance(value, bool) else None
    return np.full(part["status"].size, value, dtype=kind)


def _axis_values(part: xr.Dataset, name: str) -> np.ndarray:
    """An axis in each cell, in the order of the file."""
    dims = cell_dimensions(part)
    shape = [part.sizes[dim] for dim in dims]
    beside = [part.sizes[dim] if dim == part[name].dims[0] else 1 for dim in dims]
    return np.broadcast_to(part[name].values.reshape(beside), shape).ravel()


def _check_keys(
    rows: list[list[tuple[int, int]]], keys: list[list[int]], parts: list[xr.Dataset], paths: list[str]
) -> None:
    for row in rows:
        known = [(file, number) for file, number in row if keys[file][number]]
        for file, number in known[1:]:
            first = known[0]
            if keys[file][number] != keys[first[0]][first[1]]:
                cell = describe(parts[first[0]], first[1])
                raise SweepError(
                    f"{paths[first[0]]} and {paths[file]} have the same settings but different keys for {cell}: a file "
                    "of data or of weights has changed in between; leave one out"
                )
