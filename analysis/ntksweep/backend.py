"""The xarray backend that reads result files."""

from __future__ import annotations

import os
import warnings
from collections.abc import Hashable, Iterable
from typing import Any

import h5py
import numpy as np
import xarray as xr
from xarray.backends import BackendEntrypoint

from ntksweep.errors import SweepError, unreadable
from ntksweep.masking import masked
from ntksweep.status import Status, has_result
from ntksweep.text import TABLES, decode_rows

#: Major version of docs/file-format.md that this package reads.
FORMAT_MAJOR = 1

#: The last bytes of a result file.
SEAL_MARK = b"ntksweep seal 1\n"

#: Known as soon as a cell has ended in any way, also without a result.
ABOUT_THE_RUN = {
    "key": 0, "checksum": 0, "row_checksum": 0, "wall_time": np.nan, "training_time": np.nan,
    "host": -1, "rank": -1, "attempt": -1, "message": -1,
}  # fmt: skip


class SweepBackend(BackendEntrypoint):
    """Result files of ntksweep, also while a run is writing them. See `ntksweep.open_sweep`."""

    description = "Result files of ntksweep"
    open_dataset_parameters = ("filename_or_obj", "drop_variables", "reader")

    def open_dataset(
        self,
        filename_or_obj: Any,
        drop_variables: str | Iterable[str] | None = None,
        reader: str = "h5netcdf",
        **_: Any,
    ) -> xr.Dataset:
        """`reader`: the xarray engine that gets the raw variables, h5netcdf or netcdf4."""
        path = os.fspath(filename_or_obj)
        try:
            check_file(path)
            raw = xr.open_dataset(path, engine=reader, cache=False, mask_and_scale=False, decode_times=False)
            axes = [name for name in raw.attrs["cell_axes"].split() if name in raw]
            ds = _finished(raw.set_coords(axes), path).drop_vars(drop_variables or [], errors="ignore")
        except (OSError, AttributeError, LookupError, TypeError, ValueError, RuntimeError) as error:
            # What the libraries below make of a file whose metadata are damaged.
            raise unreadable(path, "", error) from error
        ds.set_close(raw.close)
        if not is_sealed(path):
            text = f"{path}: its seal is missing, so it is not as ntksweep wrote it: ntksweep verify {path}"
            warnings.warn(text, stacklevel=2)
        return ds


def check_file(path: str) -> None:
    """Throws SweepError unless `path` is a result file of a format that this package knows."""
    if not os.path.exists(path):
        raise SweepError(f"{path}: no such file (run: ntksweep run JOB.toml -o {path})")
    if os.path.isdir(path):
        raise SweepError(f"{path}: is a folder: give the result file in it (NAME.h5)")
    if os.path.isfile(path) and os.path.getsize(path) == 0:
        raise SweepError(f"{path}: is empty: copy it again, or compute it again (ntksweep run JOB.toml -o {path})")
    if not os.path.isfile(path) or not h5py.is_hdf5(path):
        raise SweepError(f"{path}: not an HDF5 file, so no ntksweep result: give what ntksweep run wrote (its -o)")
    with h5py.File(path, "r") as file:
        file_type = _text(file.attrs.get("file_type", ""))
        version = _text(file.attrs.get("format_version", ""))
    if file_type != "ntksweep result":
        raise SweepError(f"{path}: an HDF5 file, but not of ntksweep run: give what that wrote (its -o)")
    if version.split(".")[0] != str(FORMAT_MAJOR):
        raise SweepError(f"{path}: format {version}, but this package reads {FORMAT_MAJOR}.x; use the matching release")


def is_sealed(path: str) -> bool:
    """Whether the file ends as ntksweep leaves it; not whether its bytes are the same (ntksweep verify)."""
    with open(path, "rb") as file:
        file.seek(-min(len(SEAL_MARK), os.path.getsize(path)), os.SEEK_END)
        return file.read() == SEAL_MARK


def _finished(raw: xr.Dataset, path: str) -> xr.Dataset:
    """The sweep as it stands at this moment: status first, for it is what was written last."""
    status = raw["status"].variable.load()
    _check_statuses(status.values.ravel(), path)
    result = has_result(status.values)
    ended = status.values != Status.PENDING
    shown: dict[Hashable, Any] = {"status": status}
    for name, variable in raw.data_vars.items():
        if name in TABLES:
            shown[name] = (variable.dims[:1], decode_rows(variable.values), variable.attrs)
        elif name in ABOUT_THE_RUN:
            shown[name] = masked(variable.variable, ended, ABOUT_THE_RUN[str(name)], path, str(name))
        elif name != "status" and variable.dims[: status.ndim] == status.dims:
            missing = np.nan if variable.dtype.kind == "f" else -1
            shown[name] = masked(variable.variable, result, missing, path, str(name))
    return raw.assign(shown)  # at once: one by one takes as long as all the rest


def _check_statuses(status: np.ndarray, path: str) -> None:
    wrong = np.flatnonzero(~np.isin(status, list(Status)))
    if wrong.size:
        raise SweepError(
            f"{path}: damaged: cell {wrong[0]} has the status {status[wrong[0]]}, which there is not; "
            f"ntksweep verify {path} tells which cells are damaged"
        )


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)
