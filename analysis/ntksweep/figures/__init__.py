"""Figures: one function each, one file each, drawn from an open sweep."""

from ntksweep.figures.double_descent import double_descent
from ntksweep.figures.kernel_drift import kernel_drift
from ntksweep.figures.style import save

__all__ = ["double_descent", "kernel_drift", "save"]
