"""Writing the report, once or again and again while a sweep runs."""

from __future__ import annotations

import glob
import os
import sys
import time
import warnings
from collections.abc import Sequence
from pathlib import Path

import xarray as xr

from ntksweep.errors import SweepError
from ntksweep.report.page import page, write_page
from ntksweep.report.pictures import Missing, Picture, pictures, rendered
from ntksweep.status import status_counts
from ntksweep.sweep import open_sweep

Stamp = tuple[tuple[int, int, int], ...]


def report(
    files: Sequence[str], folder: str, formats: Sequence[str], figures: Sequence[str] | None = None,
    reload_s: float = 0.0,
) -> int:  # fmt: skip
    """Writes the report and prints what was written. Returns the number of pending cells.

    formats: "html" for the page, "pdf", "png", "svg" for each figure as a file. reload_s: see `page`; only
    while cells are pending. Throws SweepError for what is no sweep, OSError where nothing can be written.
    """
    with _opened(files) as ds:
        pending = status_counts(ds)["pending"]
        found, missing = pictures(ds, figures)
        if not found and "html" not in formats:
            raise SweepError("none of the figures can be drawn: " + "; ".join(dict.fromkeys(m.reason for m in missing)))
        for kind in formats:
            if kind == "html":
                html = page(ds, files, figures, reload_s if pending else 0.0, (found, missing))
                print(f"wrote {write_page(html, folder)}")
            else:
                _write_figures(found, folder, kind)
        _tell([one for one in missing if one.failed or figures is not None])
    sys.stdout.flush()
    return pending


def watch(
    files: Sequence[str], folder: str, formats: Sequence[str], figures: Sequence[str] | None, every_s: float
) -> None:
    """Writes the report now and whenever a file has changed since, until no cell is pending.

    A file that cannot be read for a moment (it is laid anew by rename) is tried again at the next look; at the first
    look it is an error.
    """
    seen = stamp(files)
    pending = report(files, folder, formats, figures, every_s)
    while pending:
        time.sleep(every_s)
        now = stamp(files)
        if now == seen:
            continue
        try:
            pending = report(files, folder, formats, figures, every_s)
            seen = now
        except SweepError as error:
            print(f"ntksweep-report: {error}; trying again", file=sys.stderr, flush=True)


def stamp(files: Sequence[str]) -> Stamp:
    """What tells whether files have changed: identity, time of the last change, size; zeros for what is not there."""
    found = []
    for name in [one for name in files for one in _expanded(name)]:
        try:
            facts = os.stat(name)
            found.append((facts.st_ino, facts.st_mtime_ns, facts.st_size))
        except OSError:
            found.append((0, 0, 0))
    return tuple(found)


def _expanded(name: str) -> list[str]:
    """The files of a pattern, as `open_sweep` takes them; any other name alone."""
    return sorted(glob.glob(name, recursive=True)) if glob.has_magic(name) and not os.path.exists(name) else [name]


def _opened(files: Sequence[str]) -> xr.Dataset:
    """The sweep; what `open_sweep` warns of is a line on stderr."""
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always", UserWarning)
        ds = open_sweep(files[0] if len(files) == 1 else list(files))
    for one in said:
        if issubclass(one.category, UserWarning):
            print(f"ntksweep-report: warning: {one.message}", file=sys.stderr)
    return ds


def _write_figures(found: Sequence[Picture], folder: str, kind: str) -> None:
    directory = Path(folder)
    directory.mkdir(parents=True, exist_ok=True)
    for one in found:
        path = directory / f"{one.name}.{kind}"
        path.write_bytes(rendered(one.figure, kind))
        print(f"wrote {path}")


def _tell(missing: Sequence[Missing]) -> None:
    """What was asked for and is not there, as the page says it too."""
    for one in missing:
        print(f"ntksweep-report: warning: {one.name} is not drawn: {one.reason}", file=sys.stderr)
