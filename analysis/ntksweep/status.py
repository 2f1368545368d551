"""How a cell ended (variable ``status`` of the result file)."""

from __future__ import annotations

from enum import IntEnum

import numpy as np
import xarray as xr

from ntksweep.errors import check_dataset


class Status(IntEnum):
    """The values of ``status``."""

    PENDING = 0
    CONVERGED = 1
    MAX_STEPS = 2
    DIVERGED = 3
    FAILED = 4
    SKIPPED = 5
    QUARANTINED = 6


#: A cell with one of these has its numbers. Divergence is a result.
RESULTS = (Status.CONVERGED, Status.MAX_STEPS, Status.DIVERGED)


def has_result(status: np.ndarray) -> np.ndarray:
    """Whether each cell has its numbers: bool, in the shape of `status`."""
    return np.isin(status, RESULTS)


def status_counts(ds: xr.Dataset) -> dict[str, int]:
    """Number of cells by status name, in the order of the values, names without cells included."""
    check_dataset(ds)
    counts = np.bincount(ds["status"].values.ravel(), minlength=len(Status))
    return {status.name.lower(): int(counts[status]) for status in Status}
