"""Loads the result files of ntksweep and draws figures from them."""

from ntksweep.cells import select, tidy
from ntksweep.errors import SweepError
from ntksweep.status import Status, status_counts
from ntksweep.sweep import open_sweep
from ntksweep.text import attempts, settings

__all__ = ["Status", "SweepError", "attempts", "open_sweep", "select", "settings", "status_counts", "tidy"]
__version__ = "0.1.0"
