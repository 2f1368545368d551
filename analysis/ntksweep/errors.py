"""The one exception that a user of this package is meant to see, and its kinds."""

from __future__ import annotations

from collections.abc import Sequence


class SweepError(Exception):
    """What is wrong with a file or a request, in one line: what, why, what to try."""


class TooMany(SweepError):
    """A figure has more panels or lines than a reader can take in; choosing among `axes` helps."""

    def __init__(self, text: str, axes: Sequence[str]) -> None:
        super().__init__(text)
        self.axes = tuple(axes)


class NothingFinished(SweepError):
    """A figure or table was asked of a sweep none of whose cells has a result."""

    def __init__(self) -> None:
        super().__init__("no cell has a result yet: nothing to draw (ntksweep status tells how far the sweep is)")
