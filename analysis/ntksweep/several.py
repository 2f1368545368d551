"""The xarray backend that reads several result files as one list of cells."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import xarray as xr
from xarray.backends import BackendEntrypoint

from ntksweep.backend import ABOUT_THE_RUN, SweepBackend
from ntksweep.cells import cell_dimensions
from ntksweep.errors import SweepError
from ntksweep.joined import Part, joined
from ntksweep.text import TABLES, settings
from ntksweep.union import Union, describe, union

#: Variables that count rows of a table -> the dimension of its rows.
_ROWS_OF = {"host": "host_index", "message": "message_index", "attempt": "attempt_index"}


class SeveralBackend(BackendEntrypoint):
    """Several result files as one. See `ntksweep.open_sweep`."""

    description = "Several result files of ntksweep, as one list of cells"
    open_dataset_parameters = ("filename_or_obj", "drop_variables", "reader")

    def open_dataset(
        self,
        filename_or_obj: Any,
        drop_variables: str | Iterable[str] | None = None,
        reader: str = "h5netcdf",
        **_: Any,
    ) -> xr.Dataset:
        """filename_or_obj: a sequence of paths."""
        paths = [str(path) for path in filename_or_obj]
        parts: list[xr.Dataset] = []
        try:
            for path in paths:
                parts.append(SweepBackend().open_dataset(path, drop_variables=drop_variables, reader=reader))
            ds = _joined(parts, paths)
        except BaseException:
            _close(parts)
            raise
        ds.set_close(lambda: _close(parts))
        return ds


def different_jobs(ds: xr.Dataset) -> str:
    """What to say where the files of a dataset are of jobs of different titles, one line; "" where they are not."""
    titles, files = (json.loads(ds.attrs.get(name, "[]")) for name in ("titles", "files"))
    first = {title: file for title, file in reversed(list(zip(titles, files)))}
    if len(first) < 2:
        return ""
    jobs = [f"{first[title]} of {title!r}" for title in dict.fromkeys(titles)]
    more = f" and {len(jobs) - 3} more" if len(jobs) > 3 else ""
    return f"the files are of different jobs: {', '.join(jobs[:3])}{more}; their cells stand in one list"


def _close(parts: Sequence[xr.Dataset]) -> None:
    for part in parts:
        part.close()


def _joined(parts: list[xr.Dataset], paths: list[str]) -> xr.Dataset:
    _check_numerics(parts, paths)
    cells = union(parts, paths)
    _check_copies(cells, parts, paths)
    sizes = _sizes(parts)
    coords: dict[str, Any] = {"cell": np.arange(len(cells.source))}
    coords |= {name: ("cell", values, cells.attrs[name]) for name, values in cells.columns.items()}
    coords |= {dim: max((part[dim] for part in parts if dim in part.coords), key=len).variable for dim in sizes}
    variables = {}
    for name in dict.fromkeys(str(name) for part in parts for name in part.data_vars):
        if name in TABLES:
            variables[name] = xr.concat([part[name] for part in parts if name in part], parts[0][name].dims[0]).variable
        elif all(_is_of_cells(part, name) for part in parts if name in part):
            variables[name] = _variable(name, parts, paths, cells, sizes)
    variables["status"] = variables["status"].load()
    texts = {"long_name": "file of the cell, a row of the attribute files", "units": "1"}
    variables["file"] = xr.Variable("cell", cells.source.astype("i4"), texts)
    return xr.Dataset(variables, coords, _attributes(parts, paths, cells))


def _variable(
    name: str, parts: list[xr.Dataset], paths: list[str], cells: Union, sizes: dict[str, int]
) -> xr.Variable:
    """One variable of all files; missing in the cells of files that do not have it."""
    rows = _ROWS_OF.get(name)
    offsets = np.cumsum([0, *(part.sizes.get(rows, 0) if rows else 0 for part in parts)])
    shares: list[Part] = []
    trailing: dict[tuple[str, ...], str] = {}
    for part, path, offset in zip(parts, paths, offsets.tolist()):
        variable = part[name].variable if name in part else None
        shares.append(Part(variable, tuple(map(str, cell_dimensions(part))), offset))
        if variable is not None:
            further = [str(dim) for dim in variable.dims[len(cell_dimensions(part)) :]]
            trailing.setdefault(tuple(further), path)
    if len(trailing) > 1:
        (one, first), (other, second) = list(trailing.items())[:2]
        raise SweepError(
            f"{name} is over {', '.join(one) or 'cells'} in {first}, over {', '.join(other) or 'cells'} in {second}: "
            f"leave it out (drop_variables={name!r}) or open the files one by one"
        )
    dims = next(iter(trailing))
    kind = next(share.variable.dtype.kind for share in shares if share.variable is not None)
    missing = ABOUT_THE_RUN.get(name, {"f": np.nan, "i": -1}.get(kind, 0))
    return joined(shares, cells.source, cells.place, {dim: sizes[dim] for dim in dims}, missing)


def _is_of_cells(part: xr.Dataset, name: str) -> bool:
    dims = cell_dimensions(part)
    return part[name].dims[: len(dims)] == dims


def _sizes(parts: list[xr.Dataset]) -> dict[str, int]:
    """The dimensions with a coordinate that are not of cells (checkpoint, layer, ...): the largest of the files."""
    found: dict[str, int] = {}
    for part in parts:
        for dim, size in part.sizes.items():
            if dim not in cell_dimensions(part) and dim in part.coords:
                found[str(dim)] = max(size, found.get(str(dim), 0))
    return found


def _check_numerics(parts: list[xr.Dataset], paths: list[str]) -> None:
    versions = [int(part.attrs.get("numerics_version", 0)) for part in parts]
    for path, version in zip(paths, versions):
        if version != versions[0]:
            raise SweepError(
                f"{paths[0]} has numbers of numerics version {versions[0]}, {path} of {version}: "
                "the same cell need not be the same in both, so open them one by one"
            )


def _check_copies(cells: Union, parts: list[xr.Dataset], paths: list[str]) -> None:
    """Throws SweepError where two files have different results of one cell.

    By the checksum of all that must be the same; where the files do not record the same, by steps and last losses.
    """
    pairs: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for (file, number), (other, place) in cells.copies:
        pairs.setdefault((file, other), []).append((number, place))
    for (file, other), places in pairs.items():
        numbers = np.array(places).T
        for name in _compared(parts[file], parts[other]):
            first, second = (_at(parts[one], name, where) for one, where in zip((file, other), numbers))
            differ = np.flatnonzero((first != second) & ~((first != first) & (second != second)))
            if differ.size:
                at = int(numbers[0][differ[0]])
                raise SweepError(
                    f"{paths[file]} and {paths[other]} have different results (by {name}) of "
                    f"{describe(parts[file], at)}: ntksweep verify --recompute tells which to leave out"
                )


def _compared(one: xr.Dataset, other: xr.Dataset) -> list[str]:
    def recorded(part: xr.Dataset) -> tuple:
        kinds = {name: value for name, value in settings(part).items() if name.startswith("statistics.")}
        return json.dumps(kinds, sort_keys=True), sorted(map(str, part.data_vars))

    if recorded(one) == recorded(other) and "checksum" in one:
        return ["checksum"]
    return [name for name in ("status", "steps", "train_loss", "test_loss") if name in one and name in other]


def _at(part: xr.Dataset, name: str, numbers: np.ndarray) -> np.ndarray:
    values = part[name].isel(checkpoint=-1) if "checkpoint" in part[name].dims else part[name]
    return values.values.ravel()[numbers]


def _attributes(parts: list[xr.Dataset], paths: list[str], cells: Union) -> dict[str, Any]:
    """What all files say alike, and what is of all of them together."""
    first = parts[0].attrs
    attrs = {name: value for name, value in first.items() if all(_same(part.attrs.get(name), value) for part in parts)}
    together: dict[str, Any] = {}
    for name in dict.fromkeys(name for part in parts for name in settings(part)):
        values = [settings(part)[name] for part in parts if name in settings(part)]
        if all(value == values[0] for value in values):
            together[name] = values[0]
        else:
            listed = [one for value in values for one in (value if isinstance(value, list) else [value])]
            together[name] = [one for index, one in enumerate(listed) if one not in listed[:index]]
    extents = [json.loads(part.attrs.get("extents", "{}")) for part in parts]
    largest = {name: max(one.get(name, 0) for one in extents) for name in dict.fromkeys(sum(map(list, extents), []))}
    return attrs | {
        "grid_layout": "list", "cell_axes": " ".join(cells.columns), "settings": json.dumps(together),
        "extents": json.dumps(largest), "files": json.dumps(paths),
        "titles": json.dumps([str(part.attrs.get("title", "")) for part in parts]),
        "outputs": json.dumps([one.get("outputs", 0) for one in extents]),
    }  # fmt: skip


def _same(one: Any, other: Any) -> bool:
    return type(one) is type(other) and bool(np.all(one == other))
