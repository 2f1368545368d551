"""The files of a report: opening them, what there is to warn of, and when they were last written."""

from __future__ import annotations

import glob
import json
import os
import sys
import time
import warnings
from collections.abc import Iterable, Sequence

import xarray as xr

from ntksweep.report.progress import heading
from ntksweep.report.words import listed
from ntksweep.sweep import open_sweep


def opened(files: Sequence[str], told: set[str] | None = None) -> xr.Dataset:
    """The sweep; what `open_sweep` warns of, and files of different jobs, are lines on stderr.

    told: lines that stand there already, to which those of now are added.
    """
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always", UserWarning)
        ds = open_sweep(files[0] if len(files) == 1 else list(files))
        lines = [*of_different_jobs(ds)]
    warn([*(str(one.message) for one in said if issubclass(one.category, UserWarning)), *lines], told)
    return ds


def warn(lines: Iterable[str], told: set[str] | None = None) -> None:
    """Each line on stderr but those in `told`, which grows by them."""
    told = set() if told is None else told
    for line in lines:
        if line not in told:
            told.add(line)
            print(f"ntksweep-report: warning: {line}", file=sys.stderr, flush=True)


def of_different_jobs(ds: xr.Dataset) -> list[str]:
    """A line where files that were opened together are of jobs with different titles (names, where they have none)."""
    paths = json.loads(ds.attrs.get("files", "[]"))
    if len(paths) < 2 or ds.attrs.get("title"):
        return []
    titles = []
    for path in paths:
        with open_sweep(path) as part:
            titles.append(heading(part, [path]))
    titles = list(dict.fromkeys(titles))
    if len(titles) < 2 or titles == paths:  # what has neither title nor origin says nothing of its job
        return []
    named = [repr(title) for title in titles[:3]] + ([f"{len(titles) - 3} more"] if len(titles) > 3 else [])
    return [f"the files are of different jobs: {listed(named)}; what is told together need not be comparable"]


def expanded(files: Sequence[str]) -> list[str]:
    """The names, and in the place of a pattern its files, as `open_sweep` takes them."""
    found: list[str] = []
    for name in files:
        pattern = glob.has_magic(name) and not os.path.exists(name)
        found += sorted(glob.glob(name, recursive=True)) if pattern else [name]
    return found


def locked(files: Sequence[str]) -> bool:
    """Whether the lock of a program that computes cells lies beside any of the files (also one that a crash left)."""
    return any(os.path.exists(f"{name}.lock") for name in expanded(files))


def age(files: Sequence[str]) -> float | None:
    """Seconds since any of the files was last written; None where none of them is there."""
    times = []
    for name in expanded(files):
        try:
            times.append(os.stat(name).st_mtime)
        except OSError:
            pass
    return max(0.0, time.time() - max(times)) if times else None
