"""Variables of several files as one, over a list of cells, read when they are looked at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr
from xarray.backends import BackendArray
from xarray.core import indexing

from ntksweep.masking import Key

#: Dimensions whose last slot belongs to the end (of training; the output layer), so that gaps lie before it.
_END_IS_LAST = ("checkpoint", "layer")


@dataclass(frozen=True)
class Part:
    """One file's share of a joined variable.

    variable: lazily read, its leading dimensions are `cell_dims`; None where the file does not have it.
    offset: added to entries that are not missing (rows of a table that lies behind those of other files).
    """

    variable: xr.Variable | None
    cell_dims: tuple[str, ...]
    offset: int = 0


class JoinedArray(BackendArray):
    """A variable over (cell, *trailing), each cell from one of several files.

    parts: one per file. source, place: N each; from which file a cell is, and its number there. trailing: dimension ->
    size, the largest of the files; shorter ones leave slots missing as docs/file-format.md says.
    """

    def __init__(
        self, parts: Sequence[Part], source: np.ndarray, place: np.ndarray, trailing: dict[str, int],
        dtype: np.dtype, missing: float | int,
    ) -> None:  # fmt: skip
        self.parts = parts
        self.source = source
        self.place = place
        self.trailing = trailing
        self.missing = missing
        self.shape = (len(source), *trailing.values())
        self.dtype = dtype

    def __getitem__(self, key: indexing.ExplicitIndexer) -> np.ndarray:
        return indexing.explicit_indexing_adapter(key, self.shape, indexing.IndexingSupport.OUTER, self._read)

    def _read(self, key: Key) -> np.ndarray:
        cells, *wanted = (np.atleast_1d(np.arange(size)[one]) for size, one in zip(self.shape, key))
        out = np.full((len(cells), *map(len, wanted)), self.missing, dtype=self.dtype)
        for number, part in enumerate(self.parts):
            here = np.flatnonzero(self.source[cells] == number)
            if part.variable is not None and here.size and out.size:
                out[here] = self._of_part(part, part.variable, self.place[cells[here]], wanted)
        return out[tuple(0 if isinstance(one, (int, np.integer)) else slice(None) for one in key)]

    def _of_part(
        self, part: Part, variable: xr.Variable, places: np.ndarray, wanted: Sequence[np.ndarray]
    ) -> np.ndarray:
        """Numbers of some cells of one file, len(places) x ..., in the slots that are wanted."""
        sizes = dict(zip(variable.dims, variable.shape))
        of_cells = np.unravel_index(places, [sizes[dim] for dim in part.cell_dims])
        slots = [_slots(dim, sizes[dim], size)[one] for (dim, size), one in zip(self.trailing.items(), wanted)]
        there = [one >= 0 for one in slots]
        if not all(one.any() for one in there):
            return np.full((len(places), *map(len, slots)), self.missing, dtype=self.dtype)
        read, positions = zip(*(_narrow(one) for one in (*of_cells, *(s[t] for s, t in zip(slots, there)))))
        block = np.asarray(variable[read].values)
        count = len(of_cells)
        picked = block[tuple(positions[:count])]
        for axis, one in enumerate(positions[count:], 1):
            picked = np.take(picked, one, axis=axis)
        if part.offset:
            picked = np.where(picked >= 0, picked + part.offset, picked)
        out = np.full((len(places), *map(len, slots)), self.missing, dtype=self.dtype)
        out[np.ix_(np.arange(len(places)), *map(np.flatnonzero, there))] = picked
        return out


def joined(
    parts: Sequence[Part], source: np.ndarray, place: np.ndarray, trailing: dict[str, int], missing: float | int
) -> xr.Variable:
    """The variable over ("cell", *trailing), lazy, with the attributes of the first file that has it."""
    first = next(part.variable for part in parts if part.variable is not None)
    array = JoinedArray(parts, source, place, trailing, first.dtype, missing)
    return xr.Variable(("cell", *trailing), indexing.LazilyIndexedArray(array), first.attrs)


def _slots(dim: str, own: int, size: int) -> np.ndarray:
    """For each of `size` slots the slot in a file that has `own` of them, or -1."""
    slots = np.where(np.arange(size) < own, np.arange(size), -1)
    if dim in _END_IS_LAST and own < size:
        slots[own - 1], slots[-1] = -1, own - 1
    return slots


def _narrow(index: np.ndarray) -> tuple[slice | np.ndarray, np.ndarray]:
    """What to read to have all of `index`, and where each entry is in it: one stretch, unless that is far too much."""
    first, last = int(index.min()), int(index.max())
    distinct = np.unique(index)
    if last - first < 4 * len(distinct) + 16:
        return slice(first, last + 1), index - first
    return distinct, np.searchsorted(distinct, index)
