"""Opening a result file."""

from __future__ import annotations

import os
from typing import Any

import xarray as xr

from ntksweep.backend import SweepBackend


def open_sweep(path: str | os.PathLike[str], **options: Any) -> xr.Dataset:
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

    `options` go to `xarray.open_dataset` (chunks, cache, ...); reader="netcdf4" reads through
    netCDF4 in place of h5netcdf (and keeps what it has read of a running sweep until the dataset
    is closed). Throws SweepError, one line, for what is not a result file.
    """
    return xr.open_dataset(path, engine=SweepBackend, **options)
