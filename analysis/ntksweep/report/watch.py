"""Writing the report, once or again and again while a sweep runs."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from ntksweep.errors import SweepError
from ntksweep.report.opened import age, expanded, locked, opened, warn
from ntksweep.report.page import page, write_page
from ntksweep.report.pictures import Picture, pictures, rendered
from ntksweep.report.words import count, listed, seconds
from ntksweep.status import status_counts

Stamp = tuple[tuple[int, int, int], ...]

#: Seconds without a change after which a watch says so.
QUIET = 600.0


def report(
    files: Sequence[str], folder: str, formats: Sequence[str], figures: Sequence[str] | None = None,
    reload_s: float = 0.0, told: set[str] | None = None,
) -> int:  # fmt: skip
    """Writes the report and prints what was written. Returns the number of pending cells.

    formats: "html" for the page, "pdf", "png", "svg" for each figure as a file. reload_s: see `page`; only
    while cells are pending. told: warnings that were given before, see `opened`. Throws SweepError for what is no sweep
    and no folder, OSError where nothing can be written.
    """
    check_folder(folder, formats)
    with opened(files, told) as ds:
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
        asked = [one for one in missing if one.failed or figures is not None]
        warn([f"{one.name} is not drawn: {one.reason}" for one in asked], told)
    sys.stdout.flush()
    return pending


def watch(
    files: Sequence[str], folder: str, formats: Sequence[str], figures: Sequence[str] | None, every_s: float
) -> None:
    """Writes the report now and whenever a file has changed since, until no cell is pending.

    A file that cannot be read for a moment (it is laid anew by rename) is tried again at the next look; at the first
    look it is an error. A warning is given once, and so is, until the next change, that there has been none for long.
    """
    seen, told, quiet = stamp(files), set[str](), False
    pending = report(files, folder, formats, figures, every_s, told)
    while pending:
        time.sleep(every_s)
        now = stamp(files)
        if now == seen:
            quiet = quiet or _say_quiet(files, pending)
            continue
        try:
            pending = report(files, folder, formats, figures, every_s, told)
            seen, quiet = now, False
        except SweepError as error:
            print(f"ntksweep-report: {error}; trying again", file=sys.stderr, flush=True)


def stamp(files: Sequence[str]) -> Stamp:
    """What tells whether files have changed: identity, time of the last change, size; zeros for what is not there."""
    found = []
    for name in expanded(files):
        try:
            facts = os.stat(name)
            found.append((facts.st_ino, facts.st_mtime_ns, facts.st_size))
        except OSError:
            found.append((0, 0, 0))
    return tuple(found)


def check_folder(folder: str, formats: Sequence[str]) -> None:
    """Throws SweepError where a file has the folder's name, or a folder that of the page."""
    path = Path(folder)
    if path.exists() and not path.is_dir():
        raise SweepError(f"{folder} is a file: give a folder")
    page_path = path / "index.html"
    if "html" in formats and page_path.is_dir():
        raise SweepError(f"{page_path} is a folder, where the page is to be: move it away or give another folder")


def _say_quiet(files: Sequence[str], pending: int) -> bool:
    """Whether no program is at work on the files, or they have not changed for `QUIET`; that is then said."""
    since, at_work = age(files), locked(files)
    if since is None or (at_work and since < QUIET):
        return False
    what = f"{listed([*files])} has not changed for {seconds(round(since))}, and {count(pending, 'cell')} are to come"
    why = "where no program runs" if at_work else "no program is at work on it"
    print(f"ntksweep-report: {what}: {why}, the same command goes on", file=sys.stderr, flush=True)
    return True


def _write_figures(found: Sequence[Picture], folder: str, kind: str) -> None:
    directory = Path(folder)
    directory.mkdir(parents=True, exist_ok=True)
    for one in found:
        path = directory / f"{one.name}.{kind}"
        path.write_bytes(rendered(one.figure, kind))
        print(f"wrote {path}")
