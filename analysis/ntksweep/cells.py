"""Cells of a sweep, whether its file is a dense grid or a list."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import numpy as np
import xarray as xr

from ntksweep.errors import SweepError, check_dataset
from ntksweep.text import settings

#: Settings whose values are replicates of one and the same thing.
REPLICATES = ("seed", "seed_init", "seed_data", "seed_noise", "seed_teacher", "seed_test", "seed_batch")


def cell_dimensions(ds: xr.Dataset) -> tuple[Hashable, ...]:
    """The dimensions over which cells lie: the grid's axes, or ("cell",). Throws as `check_dataset` does."""
    check_dataset(ds)
    return ds["status"].dims


def axes(ds: xr.Dataset) -> list[str]:
    """Names of the settings that are coordinates of the cells, in the order of the file."""
    dims = set(cell_dimensions(ds))
    coords = [str(name) for name, c in ds.coords.items() if c.dims and set(c.dims) <= dims and name != "cell"]
    order = ds.attrs.get("cell_axes", "").split()
    return sorted(coords, key=lambda name: order.index(name) if name in order else len(order))


def tidy(ds: xr.Dataset, *names: str) -> xr.Dataset:
    """The sweep as a list: one dimension `cell`, with every axis as a coordinate over it.

    names: the variables wanted (`status` comes along); without names all of them, which reads the
    whole file. Other dimensions (checkpoint, layer, ...) stay, after `cell`.
    """
    missing = [name for name in names if name not in ds]
    if missing:
        raise SweepError(f"the file has no variable {missing[0]!r}: its job does not ask for it in [statistics]")
    dims = cell_dimensions(ds)
    wanted = ds[["status", *(name for name in names if name != "status")]] if names else ds
    if dims != ("cell",):
        wanted = wanted.stack(cell=dims).reset_index("cell")
    scalars = [name for name in wanted.coords if not wanted[name].dims]
    return wanted.transpose("cell", ...).drop_vars(scalars)


def select(ds: xr.Dataset, **wanted: Any) -> xr.Dataset:
    """The cells whose settings have the values wanted: select(ds, width=[64, 128], train="all").

    A value, or a list or tuple of values. In a dense file the axes stay, shortened; in a list file the cells.
    A setting that is no axis must have that value in the whole job. Throws SweepError when no cell
    is left.
    """
    check_dataset(ds)
    for name, values in wanted.items():
        accepted = list(values) if isinstance(values, (list, tuple, np.ndarray)) else [values]
        if name in axes(ds):
            coordinate = ds[name]
            wanted_values = {value for value in unique(coordinate.values) if equals_any(value, accepted)}
            keep = np.array([value in wanted_values for value in coordinate.values.tolist()])
            if not keep.any():
                have = ", ".join(str(value) for value in unique(coordinate.values))
                raise SweepError(f"no cell has {name} = {_written(accepted)}; there are {have}")
            ds = ds.isel({coordinate.dims[0]: np.flatnonzero(keep)})
        elif not equals_any(setting(ds, name), accepted):
            raise SweepError(f"all cells have {name} = {setting(ds, name)}, none {_written(accepted)}")
    return ds


def setting(ds: xr.Dataset, name: str, default: Any = None) -> Any:
    """Value of a setting that all cells share: "activation" or "model.activation"."""
    for full_name, value in settings(ds).items():
        if name in (full_name, full_name.split(".")[-1]):
            return value
    return default


def values_of(cells: xr.Dataset, name: str) -> np.ndarray:
    """The setting's value in each cell of a tidy dataset, shape (cells,)."""
    if name in cells.coords:
        return cells[name].values
    return np.full(cells.sizes["cell"], setting(cells, name), dtype=object)


def unique(values: np.ndarray) -> list[Any]:
    """Distinct values in the order in which they come."""
    return list(dict.fromkeys(values.tolist()))


def equals_any(value: Any, accepted: list[Any]) -> bool:
    """Reals agree to 1e-9, relatively: an axis value is rounded to 12 digits."""
    if isinstance(value, (float, np.floating)):
        return any(isinstance(a, (int, float)) and bool(np.isclose(value, a, rtol=1e-9, atol=0)) for a in accepted)
    return value in accepted


def _written(values: list[Any]) -> str:
    return " or ".join(str(value) for value in values)
