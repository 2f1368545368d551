"""Variables that show only what is finished, read when they are looked at."""

from __future__ import annotations

import numpy as np
import xarray as xr
from xarray.backends import BackendArray
from xarray.core import indexing

from ntksweep.errors import unreadable

Key = tuple[int | slice | np.ndarray, ...]


class MaskedArray(BackendArray):
    """An array on disk whose entries count only where `keep` is true.

    variable: lazily read, its leading dimensions are those of the cells.
    keep: bool, over the cell dimensions; known beforehand, so that it is one consistent moment of
        a file that is being written.
    missing: stands for what does not count.
    path, name: of the file and of the variable in it.

    Reading throws SweepError where the file cannot be read.
    """

    def __init__(self, variable: xr.Variable, keep: np.ndarray, missing: float | int, path: str, name: str) -> None:
        self.variable = variable
        self.path, self.name = path, name
        self.keep = keep
        self.missing = missing
        self.shape = variable.shape
        self.dtype = variable.dtype

    def __getitem__(self, key: indexing.ExplicitIndexer) -> np.ndarray:
        return indexing.explicit_indexing_adapter(key, self.shape, indexing.IndexingSupport.OUTER, self._read)

    def _read(self, key: Key) -> np.ndarray:
        try:
            values = np.asarray(self.variable[key].values)
        except (OSError, RuntimeError) as error:  # of h5netcdf and of netCDF4
            raise unreadable(self.path, f"{self.name} ", error) from error
        keep = _outer(self.keep, key[: self.keep.ndim])
        keep = keep.reshape(keep.shape + (1,) * (values.ndim - keep.ndim))
        return np.where(keep, values, np.asarray(self.missing, dtype=self.dtype))


def masked(variable: xr.Variable, keep: np.ndarray, missing: float | int, path: str, name: str) -> xr.Variable:
    """`variable` with `missing` where `keep` (over its leading dimensions) is false; still lazy."""
    data = indexing.LazilyIndexedArray(MaskedArray(variable, keep, missing, path, name))
    return xr.Variable(variable.dims, data, variable.attrs, variable.encoding)


def _outer(array: np.ndarray, key: Key) -> np.ndarray:
    """array[key] with each entry of the key acting on its own axis."""
    for axis in reversed(range(len(key))):
        array = array[(slice(None),) * axis + (key[axis],)]
    return array
