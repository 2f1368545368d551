"""Figures: one function each, one file each, drawn from an open sweep."""

import xarray as xr

from ntksweep.errors import SweepError
from ntksweep.figures.alignment import alignment
from ntksweep.figures.convergence_rates import convergence_rates
from ntksweep.figures.double_descent import double_descent
from ntksweep.figures.double_descent_map import double_descent_map
from ntksweep.figures.double_descent_samples import double_descent_samples
from ntksweep.figures.edge_of_stability import edge_of_stability
from ntksweep.figures.kernel_distance import kernel_distance
from ntksweep.figures.kernel_drift import kernel_drift
from ntksweep.figures.lazy_rich import lazy_rich
from ntksweep.figures.learning_curves import learning_curves
from ntksweep.figures.loss_curves import loss_curves
from ntksweep.figures.needs import check_needs
from ntksweep.figures.phase_diagram import phase_diagram
from ntksweep.figures.spectra import spectra
from ntksweep.figures.style import save

#: All figures. What each needs of a file stands before its function (`needs.needs`).
FIGURES = {
    figure.__name__: figure
    for figure in (
        double_descent,
        double_descent_samples,
        double_descent_map,
        kernel_drift,
        phase_diagram,
        loss_curves,
        spectra,
        edge_of_stability,
        alignment,
        lazy_rich,
        learning_curves,
        convergence_rates,
        kernel_distance,
    )
}


def allowed(ds: xr.Dataset) -> dict[str, str]:
    """Name of each figure -> "" where the file has what it needs, else what it lacks, in one line.

    Looks at variables and axes, not at numbers: a figure may still refuse these when it draws (`convergence_rates`
    where no loss decays).
    """
    found = {}
    for name, figure in FIGURES.items():
        try:
            check_needs(figure, ds)
            found[name] = ""
        except SweepError as error:
            found[name] = str(error)
    return found


__all__ = ["FIGURES", "allowed", "save", *FIGURES]
