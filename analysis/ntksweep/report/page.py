"""The page: all sections in one HTML file."""

from __future__ import annotations

import base64
import hashlib
import os
from collections.abc import Sequence
from importlib import resources
from pathlib import Path
from string import Template

import xarray as xr

from ntksweep.report.cells_table import as_json, columns
from ntksweep.report.failures import failures, failures_section
from ntksweep.report.findings import findings
from ntksweep.report.load import load_section
from ntksweep.report.markup import Markup, joined, tag, text
from ntksweep.report.opened import age, locked
from ntksweep.report.pictures import Missing, Picture, pictures
from ntksweep.report.progress import bar, heading, last_written, provenance, sentence
from ntksweep.report.runs import runs_of
from ntksweep.report.sections import (
    cells_section,
    figures_section,
    findings_section,
    job_section,
    loading_section,
    provenance_section,
)
from ntksweep.status import status_counts
from ntksweep.whole_file import replace_whole


def page(
    ds: xr.Dataset, files: Sequence[str], figures: Sequence[str] | None = None, reload_s: float = 0.0,
    drawn: tuple[list[Picture], list[Missing]] | None = None,
) -> str:  # fmt: skip
    """The report of an open sweep as HTML.

    files: the paths that it was opened from. figures: names of those wanted, None for all that the file allows.
    reload_s: seconds after which the page loads itself again; 0 for never. drawn: what `pictures` gave.
    """
    paths, runs = list(files), runs_of(ds)
    found, missing = pictures(ds, figures) if drawn is None else drawn
    table = columns(ds)
    sections = {
        "Findings": findings_section(findings(ds), ds),
        "Figures": figures_section(found, missing),
        "Failures": failures_section(failures(ds, paths)),
        "Cells": cells_section(table, paths),
        "Load and cost": load_section(ds, runs),
        "Job": job_section(ds),
        "Provenance": provenance_section(ds),
        "Loading and citing": loading_section(ds, paths),
    }
    pending = status_counts(ds)["pending"] > 0
    far = joined([sentence(ds), last_written(age(paths), locked(paths)) if pending else ""], " ")
    progress = [tag("p", far), bar(ds), tag("p", provenance(ds, runs), class_="note")]
    return _filled({
        "title": text(heading(ds, paths)),
        "reload": Markup(f' data-reload="{reload_s:g}"') if reload_s > 0 else Markup(""),
        "progress": joined(progress),
        "contents": tag("ul", *(tag("li", tag("a", name, href=f"#{_anchor(name)}")) for name in sections)),
        "sections": joined(
            tag("section", tag("h2", name), content, id=_anchor(name)) for name, content in sections.items()
        ),
        "cells": Markup(as_json(table)),
    })  # fmt: skip


def write_page(html: str, folder: str | os.PathLike[str]) -> Path:
    """Writes index.html into a folder, made where missing, in one step: readers see the old page or the new one."""
    directory = Path(folder)
    directory.mkdir(parents=True, exist_ok=True)
    path = directory / "index.html"
    replace_whole(path, lambda new: new.write_text(html, encoding="utf-8"))
    return path


def _filled(parts: dict[str, Markup]) -> str:
    """The page with its parts. Only the script that belongs to it may run (Content-Security-Policy)."""
    script = _resource("page.js")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    template = Template(_resource("page.html"))
    return template.substitute(parts, style=_resource("page.css"), script=script, script_hash=f"sha256-{digest}")


def _resource(name: str) -> str:
    return resources.files("ntksweep.report").joinpath(name).read_text(encoding="utf-8")


def _anchor(name: str) -> str:
    return name.lower().replace(" ", "-")
