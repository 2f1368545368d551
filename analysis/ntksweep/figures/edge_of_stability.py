"""Sharpness and loss over training: the edge of stability."""

from __future__ import annotations

import xarray as xr
from matplotlib.figure import Figure

from ntksweep.figures.needs import needs
from ntksweep.figures.over_training import Row, line_axis, over_training


@needs("sharpness_ratio", "train_loss", "checkpoint_step")
def edge_of_stability(ds: xr.Dataset, by: str | None = None) -> Figure:
    """Sharpness over its limit of stability, eta lambda_max(H) / 2 [1], and the training loss [1] below, against step.

    by: the axis of the lines; by default the step size, where it has several values, else the width. The other axes
    make panels. Dashed: the edge, 1. Medians and bands over the seeds; a diverged cell is infinite after its end.
    Cohen et al. 2021, arXiv:2103.00065.
    """
    rows = (
        Row("sharpness_ratio", r"sharpness $\eta\lambda_{\max}(H)\,/\,2$", "linear", mark=1.0),
        Row("train_loss", r"training loss $L_t$", "log"),
    )
    return over_training(ds, rows, by or line_axis(ds, "step_size", "width"))
