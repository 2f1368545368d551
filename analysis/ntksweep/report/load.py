"""Who computed what, for how long, and what waited: the section on load and cost."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import xarray as xr

from ntksweep.cells import REPLICATES, axes, tidy, unique
from ntksweep.report.lanes import MOST_CELLS, lanes_picture
from ntksweep.report.markup import Markup, joined, table, tag
from ntksweep.report.runs import SHORTEST, Run, idle_share
from ntksweep.report.words import count, number, seconds, share
from ntksweep.status import Status

#: Runs that are drawn, and rows of a table of costs.
MOST_RUNS, MOST_ROWS = 6, 12

_ABOUT_LANES = (
    "One lane for each rank. The file says how long a cell took and on which rank, not when: within a lane cells stand "
    "in the order in which they are given out, longest first. What is white to the right of a lane was idle, or start "
    "and end of the program."
)


def load_section(ds: xr.Dataset, runs: Sequence[Run]) -> Markup:
    """Total time, the runs with their idle share and lanes, and cost by the values of each axis."""
    busy = sum(run.busy for run in runs)
    if not busy:
        return tag("p", "No cell has ended yet, so there is no time to tell of.")
    return joined([tag("p", _total(ds, busy)), _runs_table(ds, runs), _lanes(ds, runs), _costs(ds, busy)])


def cost_by_value(ds: xr.Dataset, axis: str) -> list[tuple[object, int, float, float]]:
    """Of each value of an axis: value, cells that ended, seconds of all of them, and of the median cell."""
    cells = tidy(ds, "wall_time")
    ended = cells["status"].values != Status.PENDING
    time = np.nan_to_num(cells["wall_time"].values.astype(float))
    values = cells[axis].values
    rows = []
    for value in unique(values):
        own = time[ended & (values == value)]
        rows.append((value, own.size, float(own.sum()), float(np.median(own)) if own.size else float("nan")))
    return rows


def _total(ds: xr.Dataset, busy: float) -> str:
    cells = tidy(ds, *(name for name in ("wall_time", "training_time") if name in ds))
    ended = cells["status"].values != Status.PENDING
    time = cells["wall_time"].values[ended]
    text = f"{count(int(ended.sum()), 'cell')} took {seconds(busy)} of computing time, the longest one "
    text += seconds(float(np.nanmax(time)))
    if "training_time" in cells:
        training = float(np.nansum(cells["training_time"].values[ended]))
        text += f"; {share(training, busy)} of it went into training, the rest into kernels, spectra and outputs"
    return text + "."


def _runs_table(ds: xr.Dataset, runs: Sequence[Run]) -> Markup:
    rows = []
    for run in [run for run in runs if run.lanes or run.start][-50:]:
        idle = idle_share(ds, run)
        end = f"{run.end:%Y-%m-%d %H:%M:%S}" if run.end else "-"
        rows.append((
            str(run.number + 1), f"{run.start:%Y-%m-%d %H:%M:%S}" if run.start else "-",
            end if run.ended else f"{end} (last commit)", run.host, str(run.ranks),
            f"{sum(lane.cells.size for lane in run.lanes):,}", seconds(run.busy),
            "-" if np.isnan(idle) else f"{100 * idle:.1f} %",
        ))  # fmt: skip
    head = ("run", "start (UTC)", "end (UTC)", "host of rank 0", "ranks", "cells", "time in cells", "idle")
    note = (
        f"Idle: share of ranks x duration that went into no cell. It is not told for runs below {SHORTEST:g} s (start "
        "and end are stored to the second), nor where cells of several threads take several ranks."
    )
    return joined([table(head, rows, "Runs of the program", class_="plain runs"), tag("p", note, class_="note")])


def _lanes(ds: xr.Dataset, runs: Sequence[Run]) -> Markup:
    drawn = [run for run in runs if run.lanes][-MOST_RUNS:]
    parts: list[Markup] = [tag("h3", "Load of the ranks"), tag("p", _ABOUT_LANES, class_="note")]
    each = sum(lane.cells.size for run in drawn for lane in run.lanes) <= MOST_CELLS
    parts += [lanes_picture(ds, run, each) for run in drawn]
    left = sum(bool(run.lanes) for run in runs) - len(drawn)
    if left:
        parts.append(tag("p", f"The {count(left, 'run')} before are not drawn.", class_="note"))
    return joined(parts)


def _costs(ds: xr.Dataset, busy: float) -> Markup:
    names = [name for name in axes(ds) if name not in REPLICATES and len(unique(ds[name].values)) > 1]
    parts = [tag("h3", "Cost by setting")] if names else []
    for name in names:
        rows = cost_by_value(ds, name)
        shown = sorted(rows, key=lambda row: -row[2])[:MOST_ROWS]
        body = [
            (number(value, 4), f"{cells:,}", seconds(total), _share_bar(total, busy), seconds(median))
            for value, cells, total, median in rows if any(value == one[0] for one in shown)
        ]  # fmt: skip
        title = name.replace("_", " ")
        head = (title, "cells", "time", "share", "median cell")
        parts.append(table(head, body, f"Cost by {title}", class_="plain cost"))
        if len(rows) > len(shown):
            text = f"The {len(shown)} of {len(rows)} values of {title} that took most."
            parts.append(tag("p", text, class_="note"))
    return tag("div", joined(parts), class_="costs")


def _share_bar(part: float, whole: float) -> Markup:
    width = 100 * part / whole if whole else 0
    return joined([tag("span", tag("i", style=f"width:{width:.1f}%"), class_="share"), share(part, whole)])
