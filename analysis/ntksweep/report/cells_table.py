"""The cells as columns that the page sorts and filters."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import xarray as xr

from ntksweep.cells import axes, tidy
from ntksweep.measures import at_end
from ntksweep.report.words import STATUS, STATUS_NAMES
from ntksweep.status import Status

#: Cells that are in the page; of more a choice.
MOST_CELLS = 20_000

#: Significant digits of the numbers.
DIGITS = 5

#: Results that are shown where the file has them, at the end of training, and how many of them.
RESULTS = (
    "train_loss", "test_loss", "test_error", "ntk_drift", "sharpness_ratio", "excess_risk", "xu_violations",
    "infinite_distance", "linearised_train_distance", "loss_peak",
)  # fmt: skip
MOST_RESULTS = 7

_WITHOUT_RESULT = (Status.FAILED, Status.SKIPPED, Status.QUARANTINED)


def chosen_cells(status: np.ndarray, most: int = MOST_CELLS) -> np.ndarray:
    """Positions of the cells that are in the page, ascending: all or, of more than `most`, a choice.

    All that failed, were skipped or quarantined (of more than three quarters of `most` an even choice), and an even
    choice of the others.
    """
    if status.size <= most:
        return np.arange(status.size)
    without = np.isin(status, _WITHOUT_RESULT)
    first = _evenly(np.flatnonzero(without), most * 3 // 4)
    return np.sort(np.concatenate([first, _evenly(np.flatnonzero(~without), most - first.size)]))


def columns(ds: xr.Dataset, most: int = MOST_CELLS) -> dict[str, Any]:
    """What the page gets as JSON: {"cells": of the sweep, "shown": in the table, "columns": [...]}.

    A column is {"name", "title", "kind", "numbers": [...]} or, where values repeat, {"name", "title", "kind",
    "values": [...], "codes": [...]}; kind: "cell", "axis", "status" (with its "names"), "result" or "text".
    """
    results = [name for name in RESULTS if name in ds and _is_number(ds, name)]
    about = [name for name in ("steps", "wall_time", "host", "rank", "message", "file") if name in ds]
    cells = tidy(ds, *results, *about)
    shown = chosen_cells(cells["status"].values, most)
    found = [{"name": "cell", "title": "cell", "kind": "cell", "numbers": shown.tolist()}]
    found += [_axis(name, cells[name].values[shown]) for name in axes(ds) if np.unique(_words(ds[name])).size > 1]
    found.append(_status(cells["status"].values[shown]))
    numbers = [_result(cells, name, shown) for name in results]
    found += [column for column in numbers if any(one is not None for one in column["numbers"])][:MOST_RESULTS]
    found += [_result(cells, name, shown) for name in ("steps", "wall_time") if name in cells]
    found += _texts(ds, cells, shown)
    return {"cells": int(cells["status"].size), "shown": int(shown.size), "columns": found}


def as_json(table: dict[str, Any]) -> str:
    """JSON that may stand in a <script> element: whatever the texts hold, none of them ends it."""
    text = json.dumps(table, separators=(",", ":"), ensure_ascii=True)
    return text.replace('"inf"', "1e999").replace('"-inf"', "-1e999").replace("<", "\\u003c").replace("&", "\\u0026")


def _evenly(places: np.ndarray, most: int) -> np.ndarray:
    """At most so many of the places, at even distances."""
    return places if places.size <= most else places[np.linspace(0, places.size - 1, most).round().astype(int)]


def _is_number(ds: xr.Dataset, name: str) -> bool:
    """One number for each cell, or for each cell and checkpoint."""
    return set(ds[name].dims) - set(ds["status"].dims) <= {"checkpoint"} and ds[name].dtype.kind in "fiu"


def _words(values: xr.DataArray) -> np.ndarray:
    return values.values.astype(str)


def _axis(name: str, values: np.ndarray) -> dict[str, Any]:
    listed = [_plain(value) for value in values.tolist()]
    return _coded(name, name.replace("_", " "), "axis", listed)


def _status(status: np.ndarray) -> dict[str, Any]:
    """Its words, and beside each its name in the file ("max_steps"), by which it can be looked for."""
    words = _coded("status", "status", "status", [STATUS[STATUS_NAMES[value]][0] for value in status.tolist()])
    names = {text: name for name, (text, _) in STATUS.items()}
    return words | {"names": [names[value] for value in words["values"]]}


def _coded(name: str, title: str, kind: str, listed: list[Any]) -> dict[str, Any]:
    values = list(dict.fromkeys(listed))
    values = values if any(isinstance(value, str) for value in values) else sorted(values)
    place = {value: index for index, value in enumerate(values)}
    return {"name": name, "title": title, "kind": kind, "values": values, "codes": [place[one] for one in listed]}


def _result(cells: xr.Dataset, name: str, shown: np.ndarray) -> dict[str, Any]:
    values = at_end(cells, name)[shown].astype(float)
    units = str(cells[name].attrs.get("units", "1"))
    title = name.replace("_", " ") + (f" [{units}]" if units not in ("1", "", "steps") else "")
    return {"name": name, "title": title, "kind": "result", "numbers": [_plain(value) for value in values.tolist()]}


def _texts(ds: xr.Dataset, cells: xr.Dataset, shown: np.ndarray) -> list[dict[str, Any]]:
    """Where a cell was computed, its message, and its file, where they are known and tell something."""
    found = []
    hosts = ds["host_names"].values.tolist() if "host_names" in ds else []
    if "host" in cells and "rank" in cells:
        pairs = zip(cells["host"].values[shown].tolist(), cells["rank"].values[shown].tolist())
        where = ["" if rank < 0 else f"{hosts[host] if 0 <= host < len(hosts) else '?'}:{rank}" for host, rank in pairs]
        found.append(_coded("where", "host:rank", "text", where))
    texts = ds["messages"].values.tolist() if "messages" in ds else []
    for name, title, rows in (
        ("message", "message", texts),
        ("file", "file", json.loads(ds.attrs.get("files", "[]"))),
    ):
        if name in cells:
            said = [rows[row] if 0 <= row < len(rows) else "" for row in cells[name].values[shown].tolist()]
            if len(set(said)) > 1 or any(said) and name == "message":
                found.append(_coded(name, title, "text", said))
    return found


def _plain(value: Any) -> Any:
    """A number with a few digits, null for what is missing; a text as it is."""
    if isinstance(value, float):
        if np.isnan(value):
            return None
        if np.isinf(value):
            return "inf" if value > 0 else "-inf"
        rounded = float(f"{value:.{DIGITS}g}")
        return int(rounded) if rounded.is_integer() and abs(rounded) < 1e15 else rounded
    return value
