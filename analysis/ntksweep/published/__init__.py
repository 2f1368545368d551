"""The pictures that the jobs of jobs/ reproduce, in the paper's own axes, beside what the paper says.

One file and one function for each job. What a paper says stands out in all of them: crosses and broken lines are values
of theory, dotted lines the places that it names; each docstring says where they come from.
"""

from __future__ import annotations

import xarray as xr
from matplotlib.figure import Figure

from ntksweep.errors import SweepError, check_dataset
from ntksweep.published.catapult import catapult
from ntksweep.published.digits_label_noise import digits_label_noise
from ntksweep.published.double_descent import double_descent
from ntksweep.published.edge_of_stability import edge_of_stability
from ntksweep.published.finite_step import finite_step
from ntksweep.published.general_initialization import general_initialization
from ntksweep.published.lazy_rich import lazy_rich
from ntksweep.published.least_squares_risk import least_squares_risk
from ntksweep.published.names import job_name
from ntksweep.published.quickstart import quickstart
from ntksweep.published.random_features_peak import random_features_peak
from ntksweep.published.triple_descent import triple_descent
from ntksweep.published.width_scaling import width_scaling
from ntksweep.published.xu2023_figure1 import xu2023_figure1

#: Name of a job in jobs/ -> the function that draws a sweep of it. Each refuses, by a SweepError that says what is
#: missing or other, a sweep that is not of that experiment.
PICTURES = {
    function.__name__: function
    for function in (
        quickstart,
        double_descent,
        digits_label_noise,
        least_squares_risk,
        random_features_peak,
        triple_descent,
        width_scaling,
        lazy_rich,
        finite_step,
        catapult,
        edge_of_stability,
        xu2023_figure1,
        general_initialization,
    )
}


def picture(ds: xr.Dataset) -> Figure:
    """The published picture of the job that a sweep comes from (`job_name`).

    Throws SweepError for a sweep of another job, or of one that was changed so that the picture cannot be drawn.
    """
    check_dataset(ds)
    name = job_name(ds)
    if name is None:
        raise SweepError(
            f"no published picture belongs to the job {str(ds.attrs.get('job_origin', ''))!r}; there are those of "
            f"{', '.join(PICTURES)}: draw one of ntksweep.published.PICTURES, where the sweep allows it"
        )
    return PICTURES[name](ds)


__all__ = ["PICTURES", "job_name", "picture", *PICTURES]
