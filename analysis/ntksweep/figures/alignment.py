"""Alignment of the kernel with the labels over training."""

from __future__ import annotations

import numpy as np
import xarray as xr
from matplotlib.figure import Figure

from ntksweep.cells import tidy
from ntksweep.errors import SweepError
from ntksweep.figures.needs import needs
from ntksweep.figures.over_training import Row, line_axis, over_training
from ntksweep.status import has_result


@needs("ntk_alignment", "ntk_drift", "checkpoint_step")
def alignment(ds: xr.Dataset, by: str | None = None) -> Figure:
    """Kernel-target alignment [1] against step, with the drift of the kernel [1] below.

    by: the axis of the lines; by default the width, where it has several values, else the scale of the output. The
    other axes make panels. Medians and bands over the seeds, at the checkpoints at which a kernel was taken
    (statistics.kernel_every; always the first and the last).
    Cortes, Mohri, Rostamizadeh 2012; Baratin et al. 2021, arXiv:2008.00938.
    """
    known = np.isfinite(tidy(ds, "ntk_alignment")["ntk_alignment"].transpose("cell", ...).values)
    if has_result(ds["status"].values).any() and known.sum(axis=1).max() < 3:
        raise SweepError(
            "alignment over training needs kernels in between: ask for them in the job, [statistics] kernel_every = 1"
        )
    rows = (
        Row("ntk_alignment", "alignment with labels", "linear"),
        Row("ntk_drift", r"drift $\|K_t - K_0\|_F\,/\,\|K_0\|_F$", "log"),
    )
    return over_training(ds, rows, by or line_axis(ds, "width", "output_scale"))
