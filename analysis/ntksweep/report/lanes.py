"""The lanes of a run as a picture: what each rank computed."""

from __future__ import annotations

import numpy as np
import xarray as xr

from ntksweep.cells import axes, tidy
from ntksweep.report.markup import Markup, joined, tag
from ntksweep.report.runs import Lane, Run
from ntksweep.report.words import STATUS, STATUS_NAMES, count, seconds, setting

#: Cells of all runs drawn above which a lane has one bar for each way to end, in place of one for each cell.
MOST_CELLS = 1500

#: Lanes that are drawn.
MOST_LANES = 64

_LEFT, _WIDTH, _ROOM = 150, 1000, 30  # of the picture, in pixels: names, lanes, axis below


def lanes_picture(ds: xr.Dataset, run: Run, each: bool) -> Markup:
    """An <svg>: time to the right, one lane for each rank; each bar has a text that shows under the pointer.

    each: one bar for each cell, not for each way to end.
    """
    lanes = _chosen(run.lanes)
    height = 18 if len(lanes) <= 16 else 9
    longest = max([lane.busy for lane in lanes] + [run.duration if np.isfinite(run.duration) else 0.0])
    scale = _WIDTH / longest if longest > 0 else 0.0
    texts = _cell_texts(ds, np.concatenate([lane.cells for lane in lanes])) if each else {}
    parts = [_lane(lane, row * height, height, scale, texts) for row, lane in enumerate(lanes)]
    bottom = len(lanes) * height
    parts.append(_axis(longest, scale, bottom))
    if np.isfinite(run.duration) and run.duration > 0:
        x = _LEFT + run.duration * scale
        end = "end" if run.ended else "last commit"
        parts.append(tag("line", tag("title", end), x1=f"{x:.1f}", x2=f"{x:.1f}", y1=0, y2=bottom, class_="end"))
    size = f"0 0 {_LEFT + _WIDTH + 40} {bottom + _ROOM}"
    busy = [lane.busy for lane in run.lanes]
    cells = count(sum(lane.cells.size for lane in run.lanes), "cell")
    about = (
        f"Run {run.number + 1}: {count(len(run.lanes), 'rank')} computed {cells}, "
        f"{_times(busy, run.duration)}."
    )
    if len(lanes) < len(run.lanes):
        about += f" {len(lanes)} of the ranks are drawn, from the least to the most busy one."
    return tag(
        "figure", tag("svg", *parts, viewBox=size, role="img", aria_label=about, class_="lanes"),
        tag("figcaption", about),
    )  # fmt: skip


def _times(busy: list[float], duration: float) -> str:
    """ "each rank for 3 s to 5 s of 6 s": what is the same is said once. In s; a duration that is not known: NaN."""
    least, most = seconds(min(busy)), seconds(max(busy))
    text = f"{'the rank' if len(busy) == 1 else 'each rank'} for {least}" + (f" to {most}" if most != least else "")
    if not np.isfinite(duration) or duration <= 0:
        return text
    whole = seconds(duration)
    return f"{text}, the whole time" if whole == least == most else f"{text} of {whole}"


def _chosen(lanes: list[Lane]) -> list[Lane]:
    """All lanes in the order of their ranks or, of too many, some from the least to the most busy."""
    if len(lanes) <= MOST_LANES:
        return lanes
    order = sorted(lanes, key=lambda lane: lane.busy)
    return [order[round(place)] for place in np.linspace(0, len(order) - 1, MOST_LANES)]


def _lane(lane: Lane, y: int, height: int, scale: float, texts: dict[int, str]) -> Markup:
    name = tag("text", f"{lane.host[:14]}, rank {lane.rank}", x=_LEFT - 6, y=y + height - 4, text_anchor="end")
    bars, x = [], float(_LEFT)
    for status, width, text in _bars(lane, texts):
        bars.append(tag(
            "rect", tag("title", text), x=f"{x:.2f}", y=y + 1, width=f"{width * scale:.2f}", height=height - 2,
            fill=STATUS[STATUS_NAMES[status]][1],
        ))  # fmt: skip
        x += width * scale
    return joined([name if height > 9 else "", *bars])


def _bars(lane: Lane, texts: dict[int, str]) -> list[tuple[int, float, str]]:
    """Status, seconds and text of each bar: of each cell that has a text, else of each status."""
    if texts:
        return [
            (int(status), float(time), f"{texts[cell]}\n{STATUS[STATUS_NAMES[status]][0]}, {seconds(float(time))}")
            for cell, status, time in zip(lane.cells.tolist(), lane.statuses, lane.seconds)
        ]
    found = []
    for status in np.unique(lane.statuses):
        own = lane.seconds[lane.statuses == status]
        text = f"{lane.host}, rank {lane.rank}: {count(own.size, 'cell')} {STATUS[STATUS_NAMES[status]][0]}"
        found.append((int(status), float(own.sum()), f"{text}, {seconds(float(own.sum()))}"))
    return found


def _cell_texts(ds: xr.Dataset, cells: np.ndarray) -> dict[int, str]:
    """What tells each cell from the others: its number and the settings that vary."""
    listed = tidy(ds, "status").isel(cell=cells)
    names = [name for name in axes(ds) if np.unique(ds[name].values.astype(str)).size > 1]
    columns = [listed[name].values.tolist() for name in names]
    rows = zip(*columns) if columns else [()] * cells.size
    return {
        cell: ", ".join([f"cell {cell}", *(setting(name, value) for name, value in zip(names, row))])
        for cell, row in zip(cells.tolist(), rows)
    }


def _axis(longest: float, scale: float, y: int) -> Markup:
    """Ticks at round times."""
    unit, name = next(((u, n) for u, n in ((3600.0, "h"), (60.0, "min")) if longest > 3 * u), (1.0, "s"))
    step = _round_step(longest / unit / 6)
    ticks = np.arange(0, longest / unit * 1.0001, step)
    parts = []
    for tick in ticks:
        x = _LEFT + tick * unit * scale
        parts.append(tag("line", x1=f"{x:.1f}", x2=f"{x:.1f}", y1=y, y2=y + 5, class_="tick"))
        parts.append(tag("text", f"{tick:g} {name}", x=f"{x:.1f}", y=y + 19, text_anchor="middle"))
    return joined(parts)


def _round_step(least: float) -> float:
    """The smallest of 1, 2, 5 times a power of ten that is not below `least`."""
    if least <= 0:
        return 1.0
    power = 10.0 ** np.floor(np.log10(least))
    return float(next(factor * power for factor in (1, 2, 5, 10) if factor * power >= least * 0.999))
