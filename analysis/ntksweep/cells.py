"""Cells of a sweep, whether its file is a dense grid or a list."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Hashable, Iterable
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
    dims = cell_dimensions(ds)
    for name in names:
        check_variable(ds, name)
    wanted = ds[["status", *(name for name in names if name != "status")]] if names else ds
    if dims != ("cell",):
        wanted = wanted.stack(cell=dims).reset_index("cell")
    scalars = [name for name in wanted.coords if not wanted[name].dims]
    return wanted.transpose("cell", ...).drop_vars(scalars)


def check_variable(ds: xr.Dataset, name: str) -> None:
    """Throws SweepError where the file has no such variable, with a name that is near to it."""
    if name in ds:
        return
    near = _did_you_mean(name, map(str, ds.data_vars), repr)
    what_to_try = near or ": print(ds) lists those it has, ntksweep list statistics those a job can ask for"
    raise SweepError(f"the file has no variable {name!r}{what_to_try}")


def select(ds: xr.Dataset, **wanted: Any) -> xr.Dataset:
    """The cells whose settings have the values wanted: select(ds, width=[64, 128], train="all").

    A value, or a list or tuple of values. In a dense file the axes stay, shortened; in a list file the cells.
    A setting that is no axis must have that value in the whole job. Throws SweepError when no cell
    is left, and for a name that is neither.
    """
    check_dataset(ds)
    for name, values in wanted.items():
        accepted = list(values) if isinstance(values, (list, tuple, np.ndarray)) else [values]
        if not accepted:
            raise SweepError(f"the list of values of {name} is empty: give one or more, or leave {name} out")
        if name in axes(ds):
            coordinate = ds[name]
            wanted_values = {value for value in unique(coordinate.values) if equals_any(value, accepted)}
            keep = np.array([value in wanted_values for value in coordinate.values.tolist()])
            if not keep.any():
                there = unique(coordinate.values)
                have = ", ".join(str(value) for value in there)
                kinds = _kinds(accepted, there)
                raise SweepError(f"no cell has {name} = {_written(accepted)}; there are {have}{kinds}")
            ds = ds.isel({coordinate.dims[0]: np.flatnonzero(keep)})
            continue
        _check_setting(ds, name)
        shared = setting(ds, name)
        if not equals_any(shared, accepted):
            raise SweepError(f"all cells have {name} = {shared}, none {_written(accepted)}{_kinds(accepted, [shared])}")
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


def _check_setting(ds: xr.Dataset, name: str) -> None:
    known = [part for full_name in settings(ds) for part in (full_name.split(".")[-1], full_name)]
    if name not in known:
        near = _did_you_mean(name, [*axes(ds), *known], str)
        what_to_try = near or f"; its axes are {', '.join(axes(ds))}"
        raise SweepError(f"the sweep has no axis and no setting {name}{what_to_try}")


def _did_you_mean(name: Any, names: Iterable[str], written: Callable[[str], str]) -> str:
    """"; did you mean ...?" with the name nearest to the wrong one, "" where none is near."""
    near = difflib.get_close_matches(str(name), list(dict.fromkeys(names)), 1)
    return f"; did you mean {written(near[0])}?" if near else ""


def _kinds(wanted: list[Any], there: list[Any]) -> str:
    """A hint where a number is asked for as a text, or a text as a number."""
    asked, have = ({_kind(value) for value in values} for values in (wanted, there))
    if (asked, have) == ({"text"}, {"number"}):
        return f": these are numbers, without quotes, and {wanted[0]!r} is a text"
    return ": these are texts, in quotes" if (asked, have) == ({"number"}, {"text"}) else ""


def _kind(value: Any) -> str:
    number = isinstance(value, (int, float, np.number)) and not isinstance(value, bool)
    return "text" if isinstance(value, str) else "number" if number else "other"


def _written(values: list[Any]) -> str:
    return " or ".join(str(value) for value in values)
