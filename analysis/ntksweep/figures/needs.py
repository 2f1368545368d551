"""What a figure needs of a file: variables, and axes with several values."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import xarray as xr
from matplotlib.figure import Figure

from ntksweep.cells import axes
from ntksweep.errors import SweepError, check_dataset

Draw = Callable[..., Figure]

#: What to write under [statistics] for a variable: the first row whose beginning fits its name.
_ASK = {
    "sharpness": 'also = ["sharpness"]',
    "xu_": 'also = ["two_layer"]',
    "infinite_": 'also = ["infinite"]',
    "linearised_": 'also = ["linearised"]',
    "flow_": 'also = ["linearised"]',
    "ntk_eigenvalues": 'spectrum = "full" or "top:k"',
    "ntk_": 'kernel = "trace" or "full"',
    "feature_movement": 'also = ["features"]',
}


def needs(*variables: str, several: Sequence[str] = ()) -> Callable[[Draw], Draw]:
    """Marks a figure with the variables that it draws and the axes along which it needs two values or more.

    The function then refuses other files by a SweepError; `check_needs` does so without drawing.
    """

    def mark(draw: Draw) -> Draw:
        @functools.wraps(draw)
        def checked(ds: xr.Dataset, *args: Any, **options: Any) -> Figure:
            check_needs(checked, ds)
            return draw(ds, *args, **options)

        checked.variables, checked.several = variables, tuple(several)  # type: ignore[attr-defined]
        return checked

    return mark


def check_needs(draw: Draw, ds: xr.Dataset) -> None:
    """Throws SweepError, which says what to ask for in the job, where `ds` lacks something that a figure needs."""
    check_dataset(ds)
    for name in getattr(draw, "variables", ()):
        if name not in ds:
            ask = next((text for start, text in _ASK.items() if name.startswith(start)), "its group of statistics")
            raise SweepError(f"{draw.__name__} needs the variable {name}: ask for it in the job, [statistics] {ask}")
    for axis in getattr(draw, "several", ()):
        if axis not in axes(ds) or np.unique(ds[axis].values).size < 2:
            raise SweepError(f"{draw.__name__} needs several values of {axis}: the sweep has one")
