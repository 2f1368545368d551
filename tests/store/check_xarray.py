"""Checks a result file with both engines of xarray against what was written; prints "ok" when all agrees."""

import json
import sys
import warnings

import numpy as np
import xarray

warnings.filterwarnings("error", category=UserWarning)
warnings.filterwarnings("error", category=xarray.SerializationWarning)
path, expected_path = sys.argv[1:]
with open(expected_path) as text:
    expected = json.load(text)
dense = expected["layout"] == "dense"
axis_names = [axis["name"] for axis in expected["axes"]]
cell_dimensions = axis_names if dense else ["cell"]


def numbers(values):
    return np.array([np.nan if value is None else value for value in values], dtype=float)


def check_axes(dataset):
    for position, axis in enumerate(expected["axes"]):
        name = axis["name"]
        assert name in dataset.coords, (name, list(dataset.coords))
        if dense:
            assert dataset[name].values.tolist() == axis["values"], (axis, dataset[name].values)
        else:
            for cell in expected["cells"]:
                stored = dataset[name].values[cell["number"]]
                assert stored == axis["values"][cell["positions"][position]], (axis, stored)


def trailing(name, dataset):
    return [d for d in dataset[name].dims if d not in cell_dimensions]


def check_order(dataset):
    """Creation order is the order of row_checksum; netCDF shows it."""
    run_variables = "wall_time training_time key checksum host rank attempt message status row_checksum".split()
    tables = ["host_names", "messages", "attempts"]
    names = [statistic["name"] for statistic in expected["statistics"]]
    assert list(dataset.data_vars) == names + run_variables + tables, list(dataset.data_vars)


def check_variables(dataset):
    for statistic in expected["statistics"]:
        variable = dataset[statistic["name"]]
        assert list(variable.dims[: len(cell_dimensions)]) == cell_dimensions, variable.dims
        assert set(trailing(statistic["name"], dataset)) <= {"checkpoint", "layer", "eigen_index"}
        assert variable.dtype == (np.int64 if statistic["integer"] else np.float64), (statistic, variable.dtype)
        assert variable.attrs["units"] == statistic["units"]
    assert dataset["train_loss"].dims[-1] == "checkpoint"
    assert dataset["status"].dtype == np.uint8
    assert dataset["key"].dtype == np.uint64
    assert dataset["wall_time"].dtype == np.float64
    if "ntk_eigenvalues" in dataset:
        assert trailing("ntk_eigenvalues", dataset) == ["checkpoint", "eigen_index"]
        assert dataset["eigen_index"].values.tolist() == [1, 2, 3]
    if "weight_movement" in dataset:
        assert trailing("weight_movement", dataset) == ["checkpoint", "layer"]
    assert dataset["messages"].dims == ("message_index", "text_character")
    assert dataset["host_names"].shape == (1024, 64)
    assert dataset["attempts"].shape == (256, 1024)
    assert "host_index" not in dataset.variables


def check_cells(dataset):
    for cell in expected["cells"]:
        at = dict(zip(axis_names, cell["positions"])) if dense else {"cell": cell["number"]}
        one = dataset.isel(at)
        assert one["status"].item() == cell["status"]
        assert one["key"].item() == cell["key"]
        for name, values in cell["values"].items():
            assert np.array_equal(one[name].values.ravel(), numbers(values), equal_nan=True), name


def check_selection(dataset):
    """What the documentation tells users to type."""
    width = expected["axes"][0]["values"][0]
    if dense:
        assert dataset.sel(width=width, seed=0)["status"].dims == tuple(axis_names[1:-1])
    else:
        chosen = dataset.where(dataset.width == width, drop=True)
        assert 0 < chosen.sizes["cell"] < expected["size"]
    attempt = json.loads(bytes(dataset["attempts"].values[0]).rstrip(b"\0").decode())
    assert attempt["ranks"] == 2 and attempt["command_line"] == "ntksweep run small.toml"


for engine in ("netcdf4", "h5netcdf"):
    with xarray.open_dataset(path, engine=engine) as dataset:
        for check in (check_axes, check_order, check_variables, check_cells, check_selection):
            check(dataset)
        assert dataset.attrs["file_type"] == "ntksweep result"
print("ok")
