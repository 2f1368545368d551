"""Loads the result files of ntksweep, evaluates them and draws figures from them."""

from ntksweep.bootstrap import bootstrap_average
from ntksweep.cells import select, tidy
from ntksweep.compare import paired_difference
from ntksweep.complexity import effective_model_complexity, interpolation_threshold
from ntksweep.ensemble import bias_variance, ensemble_loss, two_factor_variance
from ntksweep.errors import SweepError
from ntksweep.phases import phase_boundary, stability_limits
from ntksweep.rates import convergence_rate
from ntksweep.scaling import learning_curve, scaling_exponent
from ntksweep.status import Status, status_counts
from ntksweep.sweep import open_sweep
from ntksweep.table import table
from ntksweep.text import attempts, settings

__all__ = [
    "Status",
    "SweepError",
    "attempts",
    "bias_variance",
    "bootstrap_average",
    "convergence_rate",
    "effective_model_complexity",
    "ensemble_loss",
    "interpolation_threshold",
    "learning_curve",
    "open_sweep",
    "paired_difference",
    "phase_boundary",
    "scaling_exponent",
    "select",
    "settings",
    "stability_limits",
    "status_counts",
    "table",
    "tidy",
    "two_factor_variance",
]
__version__ = "0.1.0"
