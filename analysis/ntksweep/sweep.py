"""Opening result files."""

from __future__ import annotations

import glob
import os
from collections.abc import Sequence
from typing import Any

import xarray as xr

from ntksweep.backend import SweepBackend
from ntksweep.errors import SweepError
from ntksweep.several import SeveralBackend

OnePath = str | os.PathLike[str]


def open_sweep(path: OnePath | Sequence[OnePath], **options: Any) -> xr.Dataset:
    """Opens a result file, finished or still growing; numbers are read when they are looked at.

    Dimensions: the axes of the grid (width, samples, step_size, ..., seed), or the one dimension
    `cell` for a zipped or filtered grid; then checkpoint, layer, eigen_index, test_sample, output.
    `tidy` and `select` treat both alike.

    What is not a result (status pending, failed, skipped, quarantined) is NaN in real variables and
    -1 in integer ones; diverged cells keep their numbers. Which cells count is decided when the
    file is opened: open it again to see more of a running sweep. The slots of a cell that ended
    before the last checkpoint are NaN, and -1 in `checkpoint_step`; the last slot is always the end.

    `status` holds integers (`ntksweep.Status`); wall_time, host, rank, attempt, message and key are
    known for every cell that ended in any way. host_names, messages and attempts are strings, in
    rows that host, message and attempt count. The job, its settings and the provenance are in
    `attrs` (`settings(ds)` and `attempts(ds)` take the JSON apart).

    Several files, as a list or a pattern ("out/*.h5", in the order of their names), are one list over
    `cell`, also a single one of them. All axes are coordinates over it, and so is every setting that differs
    between the files; `file` says where a cell is from (a row of the attributes `files` and `titles`, JSON). A cell
    that is in several files is there once, with all of its numbers from one file: the first with a result, else the
    first that knows how it ended. A statistic that a file does not have, and slots beyond its sizes, are missing.
    Opening reads statuses, keys and coordinates, and of cells with two results what shows that they are the same.

    `options` go to `xarray.open_dataset` (chunks, cache, ...); reader="netcdf4" reads through
    netCDF4 in place of h5netcdf (and keeps what it has read of a running sweep until the dataset
    is closed). Throws SweepError, one line, for what is not a result file; for files of programs whose
    numbers differ, or with different results of one cell.
    """
    paths = _several(path)
    # xarray's annotation knows one path only, not what a backend accepts.
    source: Any = path if paths is None else paths
    return xr.open_dataset(source, engine=SweepBackend if paths is None else SeveralBackend, **options)


def _several(path: OnePath | Sequence[OnePath]) -> list[str] | None:
    """The paths of a list or a pattern, each once; None for one file."""
    if isinstance(path, (str, os.PathLike)):
        text = os.fspath(path)
        if not glob.has_magic(text) or os.path.exists(text):
            return None
        found = sorted(glob.glob(text, recursive=True))
        if not found:
            raise SweepError(f"{text}: no file has a name like this")
        return found
    if not isinstance(path, Sequence) or not all(isinstance(one, (str, os.PathLike)) for one in path):
        raise SweepError(f"open_sweep takes a path, a pattern, or a list of paths, not {type(path).__name__}")
    if not path:
        raise SweepError("there is no file in the list")
    return list(dict.fromkeys(os.fspath(one) for one in path))
