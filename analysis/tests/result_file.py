"""Writes small result files as docs/file-format.md describes them, by h5py alone."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from ntksweep.backend import SEAL_MARK

TRAILING = {
    "checkpoint_step": ("checkpoint",),
    "train_loss": ("checkpoint",),
    "test_loss": ("checkpoint",),
    "train_error": ("checkpoint",),
    "test_predictions": ("test_sample", "output"),
    "ntk_drift": ("checkpoint",),
    "weight_movement": ("checkpoint", "layer"),
    "ntk_eigenvalues": ("checkpoint", "eigen_index"),
}
RUN_VARIABLES = {
    "status": "u1", "key": "u8", "checksum": "u8", "row_checksum": "u8", "wall_time": "f8", "training_time": "f8",
    "host": "i4", "rank": "i4", "attempt": "i4", "message": "i4",
}  # fmt: skip
TABLES = {
    "host_names": ("host_index", "character", 16, 64),
    "messages": ("message_index", "text_character", 16, 256),
    "attempts": ("attempt_index", "attempt_character", 8, 1024),
}
SECTIONS = {"width": "grid", "samples": "grid", "step_size": "grid", "seed": "grid", "method": "training"}
NOT_A_VARIABLE = "This is a netCDF dimension but not a netCDF variable."


@dataclass
class SyntheticSweep:
    """What a file is to hold. Cells are numbered as in the file.

    axes: values of each axis (dense: their product is the grid; list: one value per cell).
    values: name -> numbers of all cells, shape (cells, ...).
    """

    axes: dict[str, list]
    values: dict[str, np.ndarray]
    layout: str = "dense"
    settings: dict[str, Any] = field(default_factory=lambda: {"model.train": "all", "training.method": "gd"})
    texts: dict[str, list[str]] = field(default_factory=dict)
    attributes: dict[str, Any] = field(default_factory=dict)

    def cells(self) -> list[dict[str, Any]]:
        """The settings of each cell, in the order of the file."""
        rows = product(*self.axes.values()) if self.layout == "dense" else zip(*self.axes.values())
        return [dict(zip(self.axes, row)) for row in rows]

    def write(self, path: Path) -> Path:
        with h5py.File(path, "w", track_order=True, libver=("earliest", "v108")) as file:
            self._attributes(file)
            cell_dims = self._cell_coordinates(file)
            for name, values in self._all_values().items():
                dims = cell_dims + TRAILING.get(name, ())
                for dim, size in zip(TRAILING.get(name, ()), values.shape[1:]):
                    _coordinate(file, dim, np.arange(size) + (dim in ("layer", "eigen_index")))
                sizes = [len(file[dim]) for dim in dims]
                variable = _variable(file, name, values.reshape(sizes), dims)
                if self.layout == "list":
                    variable.attrs["coordinates"] = " ".join(self.axes)
            for name, table in TABLES.items():
                _table(file, name, *table, self.texts.get(name, []))
        with open(path, "ab") as file:  # of the seal only what says that there is one
            file.write(SEAL_MARK)
        return path

    def _all_values(self) -> dict[str, np.ndarray]:
        size = len(self.cells())
        run = {name: np.zeros(size, dtype=kind) for name, kind in RUN_VARIABLES.items()}
        run["status"][:] = 1
        return {**run, **self.values}

    def _attributes(self, file: h5py.File) -> None:
        attributes = {
            "file_type": "ntksweep result", "format_version": "1.0", "Conventions": "CF-1.10",
            "job_text": "[grid]\nwidth = 8\n", "settings": json.dumps(self.settings), "grid_layout": self.layout,
            "cell_axes": " ".join(self.axes), "numerics_version": np.int64(1),
        }  # fmt: skip
        for name, value in {**attributes, **self.attributes}.items():
            file.attrs[name] = value

    def _cell_coordinates(self, file: h5py.File) -> tuple[str, ...]:
        if self.layout == "list":
            _coordinate(file, "cell", np.arange(len(self.cells())))
        for name, values in self.axes.items():
            if self.layout == "dense":
                _coordinate(file, name, values)
            else:
                _variable(file, name, _column(values), ("cell",))
            file[name].attrs["setting"] = f"{SECTIONS.get(name, 'model')}.{name}"
        return tuple(self.axes) if self.layout == "dense" else ("cell",)


def _column(values: Any) -> np.ndarray:
    values = np.asarray(values)
    return values.astype(object) if values.dtype.kind == "U" else values


def _dataset(file: h5py.File, name: str, values: np.ndarray) -> h5py.Dataset:
    dtype = h5py.string_dtype() if values.dtype == object else values.dtype
    dataset = file.create_dataset(name, data=values, dtype=dtype, track_order=True)
    dataset.attrs["units"] = "s" if name.endswith("_time") else "1"
    dataset.attrs["long_name"] = name.replace("_", " ")
    return dataset


def _coordinate(file: h5py.File, name: str, values: Any) -> None:
    if name not in file:
        _dataset(file, name, _column(values)).make_scale(name)


def _variable(file: h5py.File, name: str, values: np.ndarray, dims: tuple[str, ...]) -> h5py.Dataset:
    dataset = _dataset(file, name, values)
    for axis, dim in enumerate(dims):
        dataset.dims[axis].attach_scale(file[dim])
    if name == "status":
        dataset.attrs["flag_values"] = np.arange(7, dtype="u1")
        dataset.attrs["flag_meanings"] = "pending converged max_steps diverged failed skipped quarantined"
    return dataset


def _table(file: h5py.File, name: str, rows_dim: str, bytes_dim: str, rows: int, width: int, texts: list[str]) -> None:
    for dim, size in ((rows_dim, rows), (bytes_dim, width)):
        scale = file.create_dataset(dim, data=np.zeros(size, "f4"), track_order=True)
        scale.make_scale(f"{NOT_A_VARIABLE}{size:10d}")
    block = np.zeros((rows, width), "u1")
    for row, text in zip(block, texts):
        encoded = text.encode()
        row[: len(encoded)] = np.frombuffer(encoded, "u1")
    _variable(file, name, block, (rows_dim, bytes_dim))
