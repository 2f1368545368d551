"""Cells arranged as a table: what is compared, times the replicates that are averaged over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr

from ntksweep.cells import REPLICATES, axes, cell_dimensions, setting, tidy
from ntksweep.errors import SweepError
from ntksweep.status import Status

#: Sources whose labels come from a file; everywhere else a teacher makes them.
_FROM_FILES = ("digits", "csv", "npy", "idx", "cifar10", "hdf5")

#: Shares of the cells of a group, in `Table.shares`.
_SHARES = {
    "share_used": "share of the cells that the numbers are made of",
    "share_diverged": "share of the cells that diverged",
    "share_failed": "share of the cells that failed, were skipped or quarantined",
    "share_pending": "share of the cells that are still to come",
}


@dataclass(frozen=True)
class Table:
    """Cells by group (all settings but the factors) and by the levels of each factor.

    cells: the sweep as a list (`tidy`), of N cells.
    positions: int, groups x levels of the first factor x ...; which cell, -1 where there is none.
    levels: per factor its values, each a tuple with one entry per axis of the factor.
    dims: group dimensions of the result, name -> size; the sizes' product is the number of groups.
    coords: coordinates of the result over `dims`.
    """

    cells: xr.Dataset
    positions: np.ndarray
    levels: list[list[tuple[Any, ...]]]
    dims: dict[str, int]
    coords: dict[str, Any]

    def members(self, group: int) -> np.ndarray:
        """Cells of a group, int, as many as it has."""
        here = self.positions[group]
        return here[here >= 0]

    def shares(self, used: np.ndarray) -> dict[str, xr.Variable]:
        """What became of each group's cells; the shares need not add up to 1 (a finished cell may lack numbers).

        used: bool, N; the cells that the numbers are made of.
        """
        status = self.cells["status"].values
        failed = np.isin(status, (Status.FAILED, Status.SKIPPED, Status.QUARANTINED))
        flags = (used, status == Status.DIVERGED, failed, status == Status.PENDING)
        groups = [self.members(group) for group in range(len(self.positions))]
        return {
            name: self.variable([flag[cells].mean() for cells in groups], _SHARES[name])
            for name, flag in zip(_SHARES, flags)
        }

    def variable(self, values: Any, long_name: str, further: tuple[str, ...] = ()) -> xr.Variable:
        """A variable over the groups, from `values` (groups, ...) with the `further` dimensions; unit 1."""
        values = np.asarray(values)
        shaped = values.reshape((*self.dims.values(), *values.shape[1:]))
        return xr.Variable((*self.dims, *further), shaped, {"long_name": long_name, "units": "1"})


def arrange(ds: xr.Dataset, names: Sequence[str], factors: Sequence[tuple[str, ...]]) -> Table:
    """The cells of a sweep in a table; the variables `names` come along.

    factors: each one or several axes whose values belong together (("seed_data", "seed_noise")). In a dense
    file the other axes stay the dimensions of the result; in a list file its one dimension is `cell`, with
    the other axes as coordinates. Throws SweepError for an axis that is not there.
    """
    cells = tidy(ds, *names)
    _check_axes(cells, factors)
    taken = {name for factor in factors for name in factor}
    rest = [name for name in axes(cells) if name not in taken]
    columns = [_combinations(cells, list(names)) for names in (rest, *factors)]
    levels = [list(dict.fromkeys(column)) for column in columns]
    index = tuple(
        np.array([place[value] for value in column], dtype=int)
        for column, place in zip(columns, ({v: i for i, v in enumerate(level)} for level in levels))
    )
    positions = np.full([len(level) for level in levels], -1)
    positions[index] = np.arange(cells.sizes["cell"])
    if (positions >= 0).sum() != cells.sizes["cell"]:
        raise SweepError("two cells have the same settings: select each cell once")
    dims, coords = _group_dimensions(ds, rest, taken, levels[0])
    return Table(cells, positions, levels[1:], dims, coords)


def factor(over: str | Sequence[str]) -> tuple[str, ...]:
    """Axes that are averaged over together; throws SweepError unless all of them are seeds."""
    names = (over,) if isinstance(over, str) else tuple(over)
    for name in names:
        if name not in REPLICATES:
            raise SweepError(f"{name} makes no replicates of one experiment: average over {', '.join(REPLICATES)}")
    return names


def seeds_of(ds: xr.Dataset) -> tuple[str, ...]:
    """The axes of a sweep that are seeds."""
    return tuple(name for name in REPLICATES if name in axes(ds))


def check_comparable(ds: xr.Dataset, table: Table) -> None:
    """Throws SweepError unless the loss is squared and each group has one test set with one set of targets."""
    losses = set(np.unique(in_each_cell(ds, table.cells, "loss")).tolist())
    if losses != {"squared"}:
        other = ", ".join(sorted(map(str, losses - {"squared"})))
        raise SweepError(f"bias and variance add up to the squared loss only; select loss = squared (here: {other})")
    _check_one_seed(ds, table, "seed_test", np.ones(table.cells.sizes["cell"], dtype=bool))
    taught = ~np.isin(in_each_cell(ds, table.cells, "source").astype(str), _FROM_FILES)
    _check_one_seed(ds, table, "seed_teacher", taught)


def _check_one_seed(ds: xr.Dataset, table: Table, name: str, matters: np.ndarray) -> None:
    own = in_each_cell(ds, table.cells, name)
    follow = table.cells["seed"].values if "seed" in table.cells.coords else np.zeros(len(own), dtype=int)
    seeds = np.where(own == -1, follow, own)
    for group in range(len(table.positions)):
        members = table.members(group)
        if len(np.unique(seeds[members[matters[members]]])) > 1:
            what = "test sets" if name == "seed_test" else "teachers, so other test targets"
            raise SweepError(
                f"the replicates have different {what} (data.{name} differs, or is -1 and follows seed); "
                f"a mean prediction needs one: run with data.{name} = 0"
            )


def in_each_cell(ds: xr.Dataset, cells: xr.Dataset, name: str) -> np.ndarray:
    """A setting in each cell, object array; also where its axis was indexed away (isel).

    name: "samples" or "training.loss". Throws SweepError where the dataset does not say.
    """
    axis = name.split(".")[-1]
    if axis in cells.coords:
        return cells[axis].values.astype(object)
    value = ds[axis].item() if axis in ds.coords and not ds[axis].dims else setting(ds, name)
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if value is None or isinstance(value, list):
        raise SweepError(f"the dataset does not say which {name} its cells have: keep its coordinate and attributes")
    return np.full(cells.sizes["cell"], value, dtype=object)


def _check_axes(cells: xr.Dataset, factors: Sequence[tuple[str, ...]]) -> None:
    have = axes(cells)
    names = [name for names in factors for name in names]
    for name in names:
        if name not in have:
            raise SweepError(f"the sweep has no axis {name}; it has {', '.join(have)}")
    twice = [name for name in names if names.count(name) > 1]
    if twice:
        raise SweepError(
            f"{twice[0]} has two parts in this: an axis is either compared along or averaged over (as all seeds are, "
            "unless over=... names some), and two factors have no axis in common; name another axis"
        )


def _combinations(cells: xr.Dataset, names: list[str]) -> list[tuple[Any, ...]]:
    """The values of some axes in each cell."""
    if not names:
        return [()] * cells.sizes["cell"]
    return list(zip(*(cells[name].values.tolist() for name in names)))


def _group_dimensions(
    ds: xr.Dataset, rest: list[str], taken: set[str], groups: list[tuple[Any, ...]]
) -> tuple[dict[str, int], dict[str, Any]]:
    """Dense: the axes that are left (groups come in their row-major order). List: `cell`."""
    dims = cell_dimensions(ds)
    if dims == ("cell",):
        return {"cell": len(groups)}, {name: ("cell", [g[i] for g in groups]) for i, name in enumerate(rest)}
    left = [str(dim) for dim in dims if dim not in taken]
    return {dim: ds.sizes[dim] for dim in left}, {dim: ds[dim].variable for dim in left}
