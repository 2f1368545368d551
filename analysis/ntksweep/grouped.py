"""One number per cell, arranged by group, by the values of an axis, and by seed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr

from ntksweep.errors import SweepError
from ntksweep.replicates import Table, arrange, factor, seeds_of
from ntksweep.status import Status, has_result

_DIVERGED = ("left_out", "infinite", "kept")


@dataclass(frozen=True)
class Grouped:
    """A variable of the cells of a table.

    table: factors are the axis that is looked along (one level where there is none) and the seeds.
    values: G x L x S, groups x levels x seeds; NaN where a cell is missing, has no result or does not count.
    cell_values: the same by cell, N. units: of the variable.
    """

    table: Table
    values: np.ndarray
    cell_values: np.ndarray
    units: str

    def result(self, names: dict[str, str], rows: Any, units: dict[str, str] | None = None) -> xr.Dataset:
        """Rows of numbers, one per group, as variables, with the shares.

        names: name -> long_name. units: name -> unit where it is not that of the variable.
        """
        columns = np.array(rows, dtype=float).reshape(-1, len(names)).T
        variables = {}
        for (name, text), column in zip(names.items(), columns):
            counts = name in ("replicates", "pairs", "points", "crossings")
            variables[name] = self.table.variable(column.astype(int) if counts else column, text)
            variables[name].attrs["units"] = "1" if counts else (units or {}).get(name, self.units)
        return xr.Dataset({**variables, **self.table.shares(~np.isnan(self.cell_values))}, self.table.coords)


def by_factor(
    ds: xr.Dataset, name: str, axis: Sequence[str], over: str | Sequence[str] | None = None,
    checkpoint: int = -1, diverged: str = "left_out", further: Sequence[str] = (),
) -> Grouped:  # fmt: skip
    """The variable `name` by group, value of `axis` (one or several axes that go together, or none) and seed.

    over: seed axes, None for all. checkpoint: slot of training, -1 its end. diverged: what a diverged cell counts,
    "left_out", "infinite" or "kept" (its own number). further: variables that come along in the
    table. Throws SweepError, one line.
    """
    if diverged not in _DIVERGED:
        raise SweepError(f"diverged is {', '.join(_DIVERGED[:-1])} or {_DIVERGED[-1]}, not {diverged}")
    seeds = seeds_of(ds) if over is None else factor(over)
    table = arrange(ds, [name, *(other for other in further if other in ds)], [tuple(axis), seeds])
    status = table.cells["status"].values
    values = np.where(has_result(status), at_checkpoint(table.cells, name, checkpoint), np.nan)
    if diverged != "kept":
        values = np.where(status == Status.DIVERGED, np.inf if diverged == "infinite" else np.nan, values)
    units = table.cells[name].attrs.get("units", "1")
    return Grouped(table, spread_out(table, values), values, units)


def pair_of_numbers(pair: Any) -> tuple[float, float] | None:
    """(low, high) with low <= high as two numbers, or None where it is something else."""
    if not isinstance(pair, (tuple, list, np.ndarray)) or len(pair) != 2:
        return None
    if not all(isinstance(end, (int, float, np.integer, np.floating)) for end in pair) or not pair[0] <= pair[1]:
        return None
    return float(pair[0]), float(pair[1])


def spread_out(table: Table, values: np.ndarray) -> np.ndarray:
    """Numbers of the cells (N,) in the shape of the table's positions; NaN where there is no cell."""
    if values.size == 0:
        return np.full(table.positions.shape, np.nan)
    return np.where(table.positions >= 0, values[table.positions], np.nan)


def at_checkpoint(cells: xr.Dataset, name: str, checkpoint: int = -1) -> np.ndarray:
    """The variable in one slot of training, float64, shape (cells,); NaN where it is missing (in integers -1).

    A variable that is taken once has no slots, and only -1 will do. Throws SweepError for anything but numbers, for a
    slot that is not there, and for further dimensions.
    """
    variable = cells[name]
    if "cell" not in variable.dims:
        raise SweepError(f"{name} is not a number of each cell")
    further = [str(dim) for dim in variable.dims if dim not in ("cell", "checkpoint")]
    if further:
        choice = ", ".join(f"{dim}=0" for dim in further)
        raise SweepError(f"{name} has the dimension {', '.join(further)} besides: choose with ds.isel({choice})")
    if variable.dtype.kind not in "fiub":
        raise SweepError(f"{name} is text, not a number")
    slots = variable.sizes.get("checkpoint", 1)
    if not isinstance(checkpoint, (int, np.integer)) or not -slots <= checkpoint < slots:
        raise SweepError(f"{name} has no checkpoint {checkpoint}: slots go from 0 to {slots - 1}, -1 is the end")
    values = (variable.isel(checkpoint=checkpoint) if "checkpoint" in variable.dims else variable).values
    return np.where(values == -1, np.nan, values) if values.dtype.kind == "i" else values.astype(float)
