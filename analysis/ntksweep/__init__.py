"""Loads the result files of ntksweep and draws figures from them."""

from ntksweep.cells import select, tidy
from ntksweep.complexity import effective_model_complexity, interpolation_threshold
from ntksweep.ensemble import bias_variance, ensemble_loss, two_factor_variance
from ntksweep.errors import SweepError
from ntksweep.status import Status, status_counts
from ntksweep.sweep import open_sweep
from ntksweep.text import attempts, settings

__all__ = [
    "Status",
    "SweepError",
    "attempts",
    "bias_variance",
    "effective_model_complexity",
    "ensemble_loss",
    "interpolation_threshold",
    "open_sweep",
    "select",
    "settings",
    "status_counts",
    "tidy",
    "two_factor_variance",
]
__version__ = "0.1.0"
