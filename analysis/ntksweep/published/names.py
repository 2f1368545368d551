"""Which published picture belongs to a sweep: by the title of its job, else by the name of the job's file."""

from __future__ import annotations

from pathlib import PurePath

import xarray as xr

#: Name of a job in jobs/ -> its title (`output.title`), by which a copy under another name is known.
TITLES = {
    "quickstart": "Double descent and kernel drift on digits with wrong labels",
    "double_descent": "Double descent of random features on digits",
    "digits_label_noise": "Double descent on digits with wrong labels",
    "least_squares_risk": "Risk of least squares against the number of inputs, measured and exact",
    "random_features_peak": "Risk of random features against width, measured and predicted",
    "triple_descent": "Two peaks over the number of samples: n = d and n = p",
    "width_scaling": "Scatter and drift of the tangent kernel against width",
    "lazy_rich": "From lazy to rich: kernel drift over output scale and width",
    "finite_step": "Beyond the critical step: catapult and divergence",
    "catapult": "Lazy, catapult and divergence over width and step size",
    "edge_of_stability": "Sharpness at the edge of stability",
    "xu2023_figure1": "Loss of a two-layer linear network and its bound, constant and adaptive step",
    "general_initialization": "Two-layer linear networks from general initializations",
}


def job_name(ds: xr.Dataset) -> str | None:
    """The job of jobs/ that a sweep comes from; None for any other.

    The attribute title decides, else the file's name in job_origin (of a job for clusters that is the same name).
    """
    title = str(ds.attrs.get("title", ""))
    by_title = next((name for name, known in TITLES.items() if known == title), None)
    stem = PurePath(str(ds.attrs.get("job_origin", ""))).stem
    return by_title or (stem if stem in TITLES else None)
