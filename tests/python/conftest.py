"""Runs jobs of the program and exports their cells."""

import dataclasses
import os
import pathlib
import subprocess

import h5py
import numpy as np
import pytest
import torch

from autograd_network import Network

PROGRAM = os.environ["NTKSWEEP"]

ALL_CELLS = """
[grid]
width = 6
samples = 7
step_size = 0.3
where = "parametrization != 'mean_field' or depth == 1"
[model]
activation = [{activations}]
parametrization = ["ntk", "standard", "mup", "mean_field"]
depth = [0, 1, 2, 3]
biases = "all"
sigma_w = 1.3
sigma_b = 0.6
leaky_slope = 0.2
[data]
input_dim = 4
outputs = [1, 3]
label_noise = 0.1
test_samples = 5
[training]
max_steps = 4
tolerance = 1e-30
[statistics]
kernel = "full"
spectrum = "full"
"""

VARIANTS = """
[grid]
width = 9
samples = 5
step_size = 0.4
[model]
activation = "tanh"
parametrization = ["ntk", "mup"]
depth = 2
train = ["all", "output"]
biases = ["none", "hidden"]
init_scale = 0.8
bias_init_scale = [1, 0]
initialization = "uniform"
[data]
input_dim = 4
outputs = 3
test_samples = 5
[training]
max_steps = 4
tolerance = 1e-30
precision = ["float64", "float32"]
[statistics]
kernel = "{kernel}"
spectrum = "full"
"""


def program(*arguments):
    result = subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, text=True, timeout=300)
    assert result.returncode == 0, result.stderr + result.stdout
    return result.stdout


def known_activations():
    return [line.split()[0] for line in program("list", "activations").splitlines()]


@dataclasses.dataclass
class Cell:
    """What the export file of a cell and its place in the result file hold."""

    number: int
    settings: dict
    arrays: dict
    result: dict

    def network(self, moment):
        layers = range(1, self.settings["depth"] + 2)
        return Network(self.settings, [self.arrays[f"layer_{l}/weights_{moment}"] for l in layers],
                       [self.arrays.get(f"layer_{l}/biases_{moment}") for l in layers])

    def tensor(self, name):
        return torch.tensor(self.arrays[name])


class Sweep:
    def __init__(self, folder: pathlib.Path, text: str):
        self.folder = folder
        (folder / "job.toml").write_text(text)
        program("run", folder / "job.toml", "-o", folder / "out.h5")
        with h5py.File(folder / "out.h5", "r") as file:
            self.status = file["status"][()]
            cells = self.status.ndim
            self.values = {name: file[name][()].reshape(self.status.size, *file[name].shape[cells:])
                           for name in file
                           if file[name].shape[:cells] == self.status.shape and file[name].dtype.kind in "fiu"}

    def cells(self):
        for number in range(self.status.size):
            yield self.cell(number)

    def cell(self, number):
        path = self.folder / f"cell_{number}.h5"
        program("replay", self.folder / "out.h5", "--cell", number, "--export", path)
        arrays = {}
        with h5py.File(path, "r") as file:
            file.visititems(lambda name, item: arrays.update({name: item[()]}) if isinstance(item, h5py.Dataset) else None)
            settings = dict(file.attrs)
            settings["rules"] = {name: dict(group.attrs) for name, group in file.items()
                                 if isinstance(group, h5py.Group)}
            settings["kind"] = file["kernel_initial"].attrs["kind"]
        return Cell(number, settings, arrays, {name: value[number] for name, value in self.values.items()})


@pytest.fixture(scope="session")
def sweep(tmp_path_factory):
    names = ", ".join(f'"{name}"' for name in known_activations())
    return Sweep(tmp_path_factory.mktemp("all_cells"), ALL_CELLS.format(activations=names))


@pytest.fixture(scope="session")
def cells(sweep):
    return list(sweep.cells())


@pytest.fixture(scope="session", params=["full", "trace"])
def variants(request, tmp_path_factory):
    text = VARIANTS.format(kernel=request.param)
    return list(Sweep(tmp_path_factory.mktemp(request.param), text).cells())


def relative(a, b):
    """|a - b| / |b|, Frobenius."""
    return np.linalg.norm(np.asarray(a) - np.asarray(b)) / np.linalg.norm(b)
