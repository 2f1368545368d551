"""Sweeps whose numbers are a function of the settings and of a random number of each cell."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from result_file import SyntheticSweep

Number = Callable[..., float]


def sweep_of(
    axes: dict, values: dict[str, Number], status: Number | None = None, layout: str = "dense", **more
) -> SyntheticSweep:
    """values: name -> function of a cell's settings, its number at the end of training (7 at the start)."""
    sweep = SyntheticSweep(axes, {}, layout=layout, **more)
    cells = sweep.cells()
    for name, number in values.items():
        ends = np.array([number(**cell) for cell in cells], dtype=float)
        sweep.values[name] = np.stack([np.full_like(ends, 7.0), ends], axis=1)
    if status is not None:
        sweep.values["status"] = np.array([status(**cell) for cell in cells], "u1")
    return sweep


def as_list(axes: dict, keep: Callable[..., bool] = lambda **_: True) -> dict:
    """The axes of a list file with the cells of a grid that are to be kept, the last axis first."""
    cells = [cell for cell in SyntheticSweep(dict(reversed(axes.items())), {}).cells() if keep(**cell)]
    return {name: [cell[name] for cell in cells] for name in axes}
