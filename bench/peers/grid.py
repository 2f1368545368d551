"""What the grid scripts of the peers share: reading the cells' data, and writing what they found.

FOLDER holds cells.json: the checkpoints, at which of them kernels are wanted, the step sizes in units of the critical
one, and a file of data and initial weights for each (width, samples, seed), as `ntksweep replay --export` writes it.
Reading them is not part of the time.
"""

import json
import pathlib
import sys
import time
from dataclasses import dataclass

import h5py
import numpy as np


@dataclass(frozen=True)
class Group:
    """Cells that differ in step size alone; samples are rows, f = s2 a . relu(s1 W x)."""

    name: str
    x: np.ndarray
    y: np.ndarray
    x_test: np.ndarray
    y_test: np.ndarray
    w: np.ndarray
    a: np.ndarray
    s1: float
    s2: float


@dataclass(frozen=True)
class Sweep:
    checkpoints: list
    kernel_steps: set
    step_sizes: list
    groups: list


def read(folder):
    plan = json.loads((folder / "cells.json").read_text())
    return Sweep(plan["checkpoints"], set(plan["kernel_steps"]), plan["step_sizes"],
                 [read_group(folder / name) for name in plan["files"]])


def read_group(path):
    with h5py.File(path, "r") as file:
        arrays = [file[name][()] for name in ("inputs", "targets", "test_inputs", "test_targets",
                                              "layer_1/weights_initial", "layer_2/weights_initial")]
        return Group(path.stem, *arrays, file["layer_1"].attrs["scale"], file["layer_2"].attrs["scale"])


def main(run_group):
    """run_group(group, sweep) -> per step size {"loss": [...], "test_loss": [...], "lambda_max": [...]}."""
    folder = pathlib.Path(sys.argv[1])
    sweep = read(folder)
    wall, processor = time.perf_counter(), time.process_time()
    results = {group.name: run_group(group, sweep) for group in sweep.groups}
    answer = {"wall": time.perf_counter() - wall, "processor": time.process_time() - processor, "results": results}
    print(json.dumps(answer))
