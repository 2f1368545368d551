"""The sections of the page that need no computing of their own."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import xarray as xr

from ntksweep.report.captions import title
from ntksweep.report.finding import Finding
from ntksweep.report.markup import Markup, joined, table, tag
from ntksweep.report.pictures import Missing, Picture
from ntksweep.report.words import count
from ntksweep.status import has_result

#: Inches; a figure takes both columns of the page from the first on, with several panels from the second on.
_ACROSS, _PANELS_ACROSS = 9.0, 6.9

_INTERVALS = (
    "Intervals are 95 % over seeds where nothing else is said; below ten seeds they are too narrow, and with fewer "
    "than three there are none. A prediction inside an interval is not shown to hold; one outside is not met by these "
    "cells."
)


def findings_section(found: Sequence[Finding], ds: xr.Dataset) -> Markup:
    """What was measured against what theory predicts."""
    if not has_result(ds["status"].values).any():
        return tag("p", "No cell has a result yet.")
    if not found:
        return tag("p", "The file holds no measurement that this report can set beside a prediction.")
    parts = []
    for one in found:
        items = [tag("li", line) for line in one.lines]
        choice = tag("b", one.choice, " ") if one.choice else ""
        note = joined([choice, one.theory, " ", tag("span", one.source), " ", tag("code", one.call)])
        content = (tag("h3", one.title), tag("ul", *items), tag("p", note, class_="note"))
        parts.append(tag("div", *content, class_="finding"))
    return joined([tag("p", _INTERVALS, class_="note"), tag("div", *parts, class_="findings")])


def figures_section(found: Sequence[Picture], missing: Sequence[Missing]) -> Markup:
    """The figures two by two, and below them what was not drawn."""
    parts = [tag("div", *(_picture(one) for one in found), class_="figures")] if found else []
    failed = [one for one in missing if one.failed]
    lacking = [one for one in missing if not one.failed]
    parts += [tag("p", f"{title(one.name)} could not be drawn: {one.reason}", class_="fault") for one in failed]
    if not found and not failed:
        parts.append(tag("p", "There is nothing to draw yet."))
    if lacking:
        rows = [tag("li", tag("code", one.name), f" {one.reason}") for one in lacking]
        summary = tag("summary", f"{count(len(lacking), 'figure')} not drawn, and why")
        parts.append(tag("details", summary, tag("ul", *rows), class_="screen"))
    return joined(parts)


def cells_section(columns: dict[str, Any], files: Sequence[str]) -> Markup:
    """Controls and the empty table that the script fills."""
    search = tag("label", "text in a row", tag("input", type="search", id="search", placeholder="e.g. diverged 0.5"))
    parts: list[Markup] = []
    if columns["shown"] < columns["cells"]:
        parts.append(tag(
            "p", f"Of {count(columns['cells'], 'cell')} the table has {columns['shown']:,}: those that failed, were "
            "skipped or quarantined, and an even choice of the others. The file has them all.",
        ))  # fmt: skip
    clear = tag("button", "clear filters", type="button", id="clear")
    empty = tag("table", tag("caption", "Cells of the sweep", class_="unseen"), tag("tbody"), id="cell-table")
    return joined([
        *parts, tag("div", search, class_="filters", id="filters"),
        tag("p", tag("span", "", id="matches", role="status"), " ", tag("span", clear, class_="screen")),
        tag("div", empty, class_="scrolled", tabindex="0", role="region", aria_label="Cells of the sweep"),
        tag("p", tag("button", "more", type="button", id="more", class_="more")),
        tag("p", "On paper the table ends after 40 rows.", class_="note paper"),
        tag("noscript", "The table needs JavaScript, which this browser does not run."),
        tag("p", "Numbers are those at the end of training, with five digits.", class_="note"),
    ])  # fmt: skip


def job_section(ds: xr.Dataset) -> Markup:
    """The job file as it is stored, and what the command line changed."""
    job = ds.attrs.get("job_text")
    if not job:
        return tag("p", "The files are of several jobs; each holds its own in the attribute job_text.")
    changed = _overrides(str(ds.attrs.get("overrides") or "[]"))
    words = [tag("p", "On the command line: ", tag("code", " ".join(changed)))] if changed else []
    return joined([*words, tag("pre", str(job))])


def provenance_section(ds: xr.Dataset) -> Markup:
    """All global attributes but the job."""
    rows = [
        (str(name), _shortened(value)) for name, value in ds.attrs.items() if name not in ("job_text", "settings")
    ]
    settings = [(str(name), json.dumps(value)) for name, value in _json(ds.attrs.get("settings", "{}")).items()]
    return joined([
        table(("attribute", "value"), rows, "Global attributes of the file", class_="pairs"),
        tag("details", tag("summary", f"all {len(settings)} settings"),
            table(("setting", "value"), settings, "Settings of the job", class_="pairs"), class_="screen"),
    ])  # fmt: skip


def loading_section(ds: xr.Dataset, files: Sequence[str]) -> Markup:
    """Three lines of Python that load the file, and what to name where its numbers are used."""
    path = repr(files[0]) if len(files) == 1 else repr(list(files))
    code = (
        "from ntksweep import *    # open_sweep, select, scaling_exponent, ...\n"
        "from ntksweep import figures, measures, published\n"
        f"ds = open_sweep({path})\n"
        'ds["train_loss"].isel(checkpoint=-1)    # figures.FIGURES has the figures, docs/theory.md the formulas'
    )
    program = " ".join(str(ds.attrs[name]) for name in ("program_version", "git_hash") if ds.attrs.get(name))
    cite = f"ntksweep {program}".strip()
    if ds.attrs.get("job_hash"):
        cite += f", job {ds.attrs.get('job_origin') or ''} (XXH3 {ds.attrs['job_hash']})"
    naming = ("To name where these numbers are used: ", tag("code", cite), ", and the papers named above.")
    return joined([tag("pre", code), tag("p", *naming)])


def _picture(one: Picture) -> Markup:
    across = _across(one)
    scale = 1.6 if across and one.size[0] < _ACROSS else 1.25  # laid out for print; a screen is read from further away
    width = f"{round(96 * one.size[0] * scale)}"
    image = tag("img", src=one.uri, alt=f"{one.title}. {one.caption}", width=width)
    lines = [tag("p", one.caption, f" {one.sources}" if one.sources else "")]
    if one.chosen:
        lines.append(tag("p", tag("b", one.chosen)))
    lines.append(tag("p", tag("code", one.call), " ", tag("button", f"save {one.kind}", type="button", class_="save")))
    return tag(
        "figure", tag("h3", one.title), tag("button", image, type="button", class_="enlarge", title="enlarge"),
        tag("figcaption", *lines), class_="picture across" if across else "picture",
        data_file=f"{one.name}.{one.kind}", id=f"figure-{one.name}",
    )  # fmt: skip


def _across(one: Picture) -> bool:
    """Whether a figure takes both columns of the page."""
    panels = sum(ax.get_label() != "<colorbar>" for ax in one.figure.axes)
    return one.size[0] >= (_PANELS_ACROSS if panels > 1 else _ACROSS)


def _overrides(value: str) -> list[str]:
    found = _json(value)
    return [f"--{one.get('name')}={one.get('text')}" for one in found if isinstance(one, dict)]


def _json(value: str) -> Any:
    try:
        return json.loads(value)
    except ValueError:
        return {}


def _shortened(value: Any, most: int = 2000) -> str:
    written = str(value)
    return written if len(written) <= most else written[:most] + " ..."
