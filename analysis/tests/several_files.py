"""Sweeps whose numbers and keys follow from the settings of a cell alone, so that a cell is the same in every file."""

from __future__ import annotations

import json
import zlib

import numpy as np

from result_file import SyntheticSweep

SETTINGS = {
    "model.depth": 2, "model.train": "all", "model.layer_init_scale": [], "training.method": "gd",
    "training.tolerance": 1e-4, "statistics.checkpoints": 4, "statistics.ridge": 0.0,
}  # fmt: skip


def number(cell: dict) -> int:
    """A number of a cell's settings alone; also its key."""
    return zlib.crc32(json.dumps(sorted((name, str(value)) for name, value in cell.items())).encode())


def sweep_of(axes: dict, settings=None, status=None, checkpoints=3, layout="dense", extra=(), **more) -> SyntheticSweep:
    """Numbers follow from all settings of a cell. status: function of a cell; extra: names of more statistics."""
    together = {**SETTINGS, **(settings or {})}
    axes = {"width": [4], "samples": [5], "step_size": [0.5], "seed": [0], **axes}
    sweep = SyntheticSweep(axes, {}, layout=layout, settings=together, **more)
    shared = {name.split(".")[1]: value for name, value in together.items() if "statistics" not in name}
    full = [{**shared, **cell} for cell in sweep.cells()]
    numbers = np.array([number(cell) for cell in full], dtype="u8")
    ends = np.array([(status or (lambda **_: 1))(**cell) for cell in full], dtype="u1")
    sweep.values = {
        "status": ends, "key": np.where(ends > 0, numbers, 0).astype("u8"), "checksum": numbers + 1,
        "steps": numbers.astype(int), "attempt": np.zeros(len(full), "i4"),
        "host": np.where(ends > 0, 0, -1).astype("i4"),
    }  # fmt: skip
    slots = np.arange(checkpoints) / 16
    for name in ("train_loss", "test_loss", *extra):
        sweep.values[name] = numbers[:, None] + slots
        sweep.values[name][:, -1] = numbers + 0.75
    return sweep
