"""How far the sweep is: the sentence and the bar at the top of the page."""

from __future__ import annotations

import json

import xarray as xr

from ntksweep.report.markup import Markup, joined, tag
from ntksweep.report.runs import Run
from ntksweep.report.words import STATUS, count, listed, seconds, share
from ntksweep.status import status_counts

#: Seconds; a program that runs is thought to write more often than that.
_LATELY = 600.0

_ENDED = {
    "converged": "converged", "max_steps": "reached the step limit", "diverged": "diverged", "failed": "failed",
    "skipped": "were skipped", "quarantined": "were quarantined",
}  # fmt: skip


def heading(ds: xr.Dataset, files: list[str]) -> str:
    """Title of the job, its name where it has none, else the name of the file."""
    title = ds.attrs.get("title") or ""
    return str(title or job_name(ds) or ", ".join(files))


def job_name(ds: xr.Dataset) -> str:
    """ "catapult" of a sweep from jobs/catapult.toml; "" where the files are of several jobs."""
    origin = str(ds.attrs.get("job_origin", "")).replace("\\", "/").rpartition("/")[2]
    return origin.removesuffix(".toml")


def sentence(ds: xr.Dataset) -> str:
    """ "7,380 cells: 5,451 converged (73.9 %), 1,903 diverged (25.8 %); nothing is pending."."""
    counts = {name: number for name, number in status_counts(ds).items() if number}
    cells = ds["status"].size
    ended = [f"{number:,} {_ENDED[name]} ({share(number, cells)})" for name, number in counts.items() if name in _ENDED]
    pending = counts.get("pending", 0)
    left = f"{count(pending, 'cell')} still to come ({share(pending, cells)})" if pending else "all cells have ended"
    return f"{count(cells, 'cell')}: {listed(ended) + '; ' if ended else ''}{left}."


def last_written(since: float | None, locked: bool) -> str:
    """How long before the page the file was last written, and how to go on where no program does.

    since: seconds, or None for a file that is not there. locked: whether the lock of a program lies beside it.
    """
    if since is None:
        return ""
    text = f"The file was last written {seconds(round(since))} before this page"
    if not locked:
        return text + "; no program is at work on it: run the same command again to go on."
    return text + (": where no program runs, run the same command again to go on." if since >= _LATELY else ".")


def provenance(ds: xr.Dataset, runs: list[Run]) -> str:
    """When and by what the cells were computed, in a sentence."""
    version, git = (str(ds.attrs.get(name, "")) for name in ("program_version", "git_hash"))
    program = " ".join(part for part in ("ntksweep", version, f"({git})" if git else "") if part)
    known = [run for run in runs if run.start is not None]
    if not known:
        return f"Computed by {program}."
    ends = [run.end for run in known if run.end is not None]
    hosts = sorted({run.host for run in known if run.host})
    start = min(run.start for run in known if run.start is not None)
    when = f"from {_moment(start)}" + (f" to {_moment(max(ends))} UTC" if ends else " UTC on")
    where = f" on {listed(hosts[:4])}" + (f" and {len(hosts) - 4} more" if len(hosts) > 4 else "") if hosts else ""
    ranks = max(run.ranks for run in known)
    return f"Computed {when} by {program}{where}, {count(ranks, 'rank')}, in {count(len(known), 'run')}."


def bar(ds: xr.Dataset) -> Markup:
    """Shares of the statuses as one coloured bar with its legend."""
    counts = {name: number for name, number in status_counts(ds).items() if number}
    cells = ds["status"].size
    parts = [
        tag("span", style=f"flex-grow:{number};background:{STATUS[name][1]}", title=f"{STATUS[name][0]}: {number:,}")
        for name, number in counts.items()
    ]
    legend = [
        tag("li", tag("i", style=f"background:{STATUS[name][1]}"), f"{STATUS[name][0]} {number:,}")
        for name, number in counts.items()
    ]
    text = ", ".join(f"{STATUS[name][0]} {share(number, cells)}" for name, number in counts.items())
    return joined([
        tag("div", *parts, class_="bar", role="img", aria_label=f"Cells by status: {text}"),
        tag("ul", *legend, class_="legend"),
    ])  # fmt: skip


def of_several_files(ds: xr.Dataset) -> list[str]:
    """The files that were opened together, none where it is one."""
    return list(json.loads(ds.attrs.get("files", "[]")))


def _moment(when: object) -> str:
    return f"{when:%Y-%m-%d %H:%M:%S}"
