"""The one exception that a user of this package is meant to see."""


class SweepError(Exception):
    """What is wrong with a file or a request, in one line: what, why, what to try."""


class NothingFinished(SweepError):
    """A figure or table was asked of a sweep none of whose cells has a result."""

    def __init__(self) -> None:
        super().__init__("no cell has a result yet: nothing to draw (ntksweep status tells how far the sweep is)")
