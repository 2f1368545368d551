"""The one exception that a user of this package is meant to see, and its kinds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import xarray as xr


class SweepError(Exception):
    """What is wrong with a file or a request, in one line: what, why, what to try."""


def unreadable(path: str, what: str, error: Exception) -> SweepError:
    """What to throw where a library below cannot read a file. what: "" or the variable with a blank behind it."""
    reason = str(error).partition("\n")[0]
    return SweepError(f"{path}: {what}cannot be read ({reason}); ntksweep verify {path} tells why")


class TooMany(SweepError):
    """A figure has more panels or lines than a reader can take in; choosing among `axes` helps."""

    def __init__(self, text: str, axes: Sequence[str]) -> None:
        super().__init__(text)
        self.axes = tuple(axes)


def check_dataset(ds: Any) -> None:
    """Throws TypeError for anything but a Dataset; SweepError for one that does not say how its cells ended."""
    if not isinstance(ds, xr.Dataset):
        raise TypeError(f"a Dataset is wanted, as ntksweep.open_sweep gives it, not {type(ds).__name__}")
    if "status" not in ds.variables:
        raise SweepError("the dataset has no variable status, so no cells: give all that ntksweep.open_sweep gave")


class NothingFinished(SweepError):
    """A figure or table was asked of a sweep none of whose cells has a result."""

    def __init__(self) -> None:
        super().__init__("no cell has a result yet: nothing to draw (ntksweep status tells how far the sweep is)")
