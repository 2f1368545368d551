"""Cells without a result that ended: what they said, how many did, and how to see one again."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr

from ntksweep.cells import axes, tidy, unique
from ntksweep.report.markup import Markup, joined, tag
from ntksweep.report.progress import of_several_files
from ntksweep.report.words import STATUS, count, setting
from ntksweep.status import Status

_UNKNOWN = {
    Status.FAILED: "no message was kept",
    Status.SKIPPED: "did not fit into memory",
    Status.QUARANTINED: "two processes died at it",
}


@dataclass(frozen=True)
class Failure:
    """A message and its cells. example: position of the first in the tidy sweep; command: shows it again."""

    status: Status
    message: str
    cells: int
    example: int
    settings: str
    command: str


def failures(ds: xr.Dataset, files: list[str]) -> list[Failure]:
    """One entry for each status and message, those with most cells first."""
    cells = tidy(ds, *(name for name in ("message", "key", "file") if name in ds))
    status = cells["status"].values
    rows = cells["message"].values if "message" in cells else np.full(status.shape, -1)
    texts = ds["messages"].values.tolist() if "messages" in ds else []
    found: dict[tuple[Status, str], list[int]] = {}
    for place in np.flatnonzero(np.isin(status, list(_UNKNOWN))).tolist():
        kind, row = Status(status[place]), int(rows[place])
        message = texts[row] if 0 <= row < len(texts) else _UNKNOWN[kind]
        found.setdefault((kind, message), []).append(place)
    result = []
    for (kind, message), places in found.items():
        command = _command(ds, cells, kind, places[0], files)
        result.append(Failure(kind, message, len(places), places[0], _settings(cells, places[0]), command))
    return sorted(result, key=lambda failure: -failure.cells)


def failures_section(found: list[Failure]) -> Markup:
    """The failures as a list, or one line that says that there are none."""
    if not found:
        return tag("p", "No cell failed, was skipped or quarantined.")
    items = [
        tag(
            "li", tag("p", tag("b", f"{count(one.cells, 'cell')} {STATUS[one.status.name.lower()][0]}: "), one.message),
            tag("p", f"for example cell {one.example}", f" ({one.settings})" if one.settings else "", ": ",
                tag("code", one.command)),
        )
        for one in found[:50]
    ]  # fmt: skip
    more = [tag("p", f"and {len(found) - 50} further messages")] if len(found) > 50 else []
    return joined([tag("ul", *items, class_="failures"), *more])


def _command(ds: xr.Dataset, cells: xr.Dataset, status: Status, place: int, files: list[str]) -> str:
    """Replays the cell; a quarantined one is tried again in a run, for its process would die again."""
    source = of_several_files(ds) or files
    path = source[int(cells["file"].values[place])] if "file" in cells else source[0]
    if status == Status.QUARANTINED:
        return f"ntksweep run {ds.attrs.get('job_origin') or 'JOB.toml'} -o {path} --retry-quarantined"
    cell = f"{int(cells['key'].values[place]):016x}" if "file" in cells and "key" in cells else str(place)
    return f"ntksweep replay {path} --cell {cell}"


def _settings(cells: xr.Dataset, place: int) -> str:
    names = [name for name in axes(cells) if len(unique(cells[name].values)) > 1]
    return ", ".join(setting(name, cells[name].values[place]) for name in names)
