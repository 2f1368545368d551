"""The sweep as a table: a row for each cell, or for each of its checkpoints, and a column for each number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from ntksweep.cells import axes, check_variable, tidy
from ntksweep.errors import SweepError, check_dataset
from ntksweep.status import Status

#: Which checkpoints of a variable over training become rows.
CHECKPOINTS = ("last", "first", "all")

#: Not results but their bookkeeping; `key` is given as text, `host` and `message` by what they point to.
_BOOKKEEPING = ("checksum", "row_checksum", "status", "key", "host", "message")


def table(ds: xr.Dataset, variables: str | Sequence[str] | None = None, checkpoints: str = "last") -> pd.DataFrame:
    """The sweep as a tidy table for pandas, R or a spreadsheet.

    variables: names of those wanted, or one name; None takes all that have one number per cell, per checkpoint, or
        per layer of these (a column for each layer: weight_movement_1, ...). Predictions and spectra have more; ask for
        those one by one in the file.
    checkpoints: "last" (the end of training) and "first" (initialization) give one row per cell; "all" one for each
        checkpoint that a cell reached, with the columns `checkpoint` and `checkpoint_step`, and one per cell for those
        without.

    Columns: `cell` (its number in the file; of a dense file from which cells were selected: in the selection), the
    axes, `status` as a word, the variables, then `key` (16 hexadecimal digits, as `ntksweep replay --cell` takes it),
    `host` and `message`. Cells of every status are there; a number that a cell does not have is NaN, or <NA> in columns
    of integers.

    Throws SweepError for a name that the file does not have, or that has more than one number per cell and layer.
    """
    check_dataset(ds)
    if checkpoints not in CHECKPOINTS:
        raise SweepError(f"checkpoints are {', '.join(CHECKPOINTS)}, not {checkpoints!r}")
    asked = [variables] if isinstance(variables, str) else variables
    names = list(dict.fromkeys(asked)) if asked is not None else default_variables(ds)
    for name in names:
        _check(ds, name)
    if "checkpoint" in ds.dims and checkpoints != "all":
        ds = ds.isel(checkpoint=0 if checkpoints == "first" else -1)
    over_training = "checkpoint" in ds.dims
    also = ["checkpoint_step"] if over_training and "checkpoint_step" in ds else []
    texts = [name for name in ("key", "host", "message") if name in ds]
    cells = tidy(ds, *names, *also, *texts)
    rows = _Rows(cells, over_training)
    numbers = cells["cell"].values if "cell" in ds.coords else np.arange(cells.sizes["cell"])
    columns: dict[str, Any] = {"cell": rows.spread(numbers)}
    columns |= {axis: rows.spread(cells[axis].values) for axis in axes(ds)}
    columns["status"] = rows.spread(np.array([status.name.lower() for status in Status])[cells["status"].values])
    if over_training:
        columns["checkpoint"] = rows.checkpoint
        names = [*also, *(name for name in names if name not in also)]
    for name in names:
        columns |= rows.columns(name)
    columns |= {name: rows.spread(values) for name, values in _texts(ds, cells).items()}
    return pd.DataFrame(columns)


def default_variables(ds: xr.Dataset) -> list[str]:
    """The variables that `table` takes where none are named, in the order of the file."""
    return [str(name) for name in ds.data_vars if name not in _BOOKKEEPING and not _why_not(ds, str(name))]


def column_notes(ds: xr.Dataset, columns: Sequence[str]) -> pd.DataFrame:
    """What the columns of a table are: name, units, long_name, formula, reference; "" where the file has none."""
    rows = []
    for column in columns:
        variable = column if column in ds.variables else column.rpartition("_")[0]
        attrs = ds[variable].attrs if variable in ds.variables else {}
        rows.append([column, *(attrs.get(name, "") for name in ("units", "long_name", "formula", "reference"))])
    return pd.DataFrame(rows, columns=["column", "units", "long_name", "formula", "reference"])


class _Rows:
    """Which (cell, checkpoint) are rows, and their columns. cells: tidy, N cells."""

    def __init__(self, cells: xr.Dataset, over_training: bool) -> None:
        self.cells = cells
        count = cells.sizes["cell"]
        self.cell = np.arange(count)
        if over_training:
            reached = np.ones((count, cells.sizes["checkpoint"]), bool)
            if "checkpoint_step" in cells:
                reached = cells["checkpoint_step"].values >= 0
            reached[~reached.any(axis=1), -1] = True
            self.cell, self.checkpoint = np.nonzero(reached)

    def spread(self, values: np.ndarray) -> np.ndarray:
        """Values of the cells, shape (N,), for the rows."""
        return values[self.cell]

    def columns(self, name: str) -> dict[str, Any]:
        """One column, or one for each layer."""
        variable = self.cells[name]
        if "layer" in variable.dims:
            layers = self.cells["layer"].values
            return {f"{name}_{layer}": self._column(variable.isel(layer=i)) for i, layer in enumerate(layers)}
        return {name: self._column(variable)}

    def _column(self, variable: xr.DataArray) -> Any:
        if "checkpoint" in variable.dims:
            values = variable.values[self.cell, self.checkpoint]
        else:
            values = self.spread(variable.values)
        if np.issubdtype(values.dtype, np.signedinteger):
            return pd.arrays.IntegerArray(values.astype(np.int64), values == -1)
        return values


def _texts(ds: xr.Dataset, cells: xr.Dataset) -> dict[str, np.ndarray]:
    """key, host and message of each cell as text, "" where there is none."""
    found = {}
    if "key" in cells:
        found["key"] = np.array([f"{key:016x}" if key else "" for key in cells["key"].values.tolist()], dtype=object)
    for name, texts in (("host", "host_names"), ("message", "messages")):
        if name in cells and texts in ds:
            rows = np.append(ds[texts].values.astype(object), "")
            number = cells[name].values
            found[name] = rows[np.where((number >= 0) & (number < len(rows) - 1), number, -1)]
    return found


def _check(ds: xr.Dataset, name: str) -> None:
    if name in axes(ds) or name in ("status", "cell"):
        raise SweepError(f"{name} is a column of every table: leave it out of the variables")
    check_variable(ds, name)
    why_not = _why_not(ds, name)
    if why_not:
        raise SweepError(f"{name} {why_not}: a table has one number for a cell, read it from the file itself")


def _why_not(ds: xr.Dataset, name: str) -> str:
    """Why a variable is no column, "" where it is one."""
    dims = ds["status"].dims
    if ds[name].dims[: len(dims)] != dims:
        return "is not of the cells"
    more = [str(dim) for dim in ds[name].dims[len(dims) :] if dim not in ("checkpoint", "layer")]
    if more:
        numbers = int(np.prod([ds.sizes[dim] for dim in more]))
        return f"has {numbers} numbers for each cell (over {', '.join(more)})"
    return ""
