"""Checks a result file with h5py against what was written; prints "ok" when all agrees."""

import json
import sys

import h5py
import numpy as np

path, expected_path = sys.argv[1:]
with open(expected_path) as text:
    expected = json.load(text)
run_variables = "wall_time training_time key checksum host rank attempt message status row_checksum".split()
dense = expected["layout"] == "dense"
axis_names = [axis["name"] for axis in expected["axes"]]


def numbers(values):
    return np.array([np.nan if value is None else value for value in values], dtype=float)


def check_coordinates(file):
    for position, axis in enumerate(expected["axes"]):
        dataset = file[axis["name"]]
        stored = dataset.asstr()[()].tolist() if dataset.dtype.kind == "O" else dataset[()].tolist()
        if dense:
            assert stored == axis["values"], (axis, stored)
        else:
            for cell in expected["cells"]:
                assert stored[cell["number"]] == axis["values"][cell["positions"][position]], axis
        assert dataset.attrs["units"] and dataset.attrs["long_name"] and "." in dataset.attrs["setting"]


def check_scales(file):
    for name, dataset in file.items():
        for axis, size in enumerate(dataset.shape):
            if h5py.h5ds.is_scale(dataset.id):
                continue
            scales = dataset.dims[axis].values()
            assert len(scales) == 1, (name, axis, scales)
            assert scales[0].shape == (size,), (name, axis)
            assert h5py.h5ds.is_attached(dataset.id, scales[0].id, axis), (name, axis)
            assert scales[0].attrs["CLASS"] == b"DIMENSION_SCALE"


def check_forms(file):
    """Early allocated, in one piece, no fill-value attribute, no type that some reader drops."""
    for name, dataset in file.items():
        assert isinstance(dataset, h5py.Dataset), name
        assert dataset.chunks is None and dataset.compression is None, name
        assert dataset.dtype.kind in "fiuO", (name, dataset.dtype)
        assert "_FillValue" not in dataset.attrs, name
        assert dataset.id.get_create_plist().get_attr_creation_order() == 3, name
    assert file["/"].id.get_create_plist().get_link_creation_order() == 3
    assert file["train_loss"].fillvalue != file["train_loss"].fillvalue
    assert file["status"].attrs["flag_values"].tolist() == list(range(7))
    assert len(file["status"].attrs["flag_meanings"].split()) == 7
    assert file["status"].dtype == np.uint8


def check_cells(file):
    cell_shape = [len(axis["values"]) for axis in expected["axes"]] if dense else [expected["size"]]
    for cell in expected["cells"]:
        index = tuple(cell["positions"]) if dense else cell["number"]
        assert file["status"][index] == cell["status"]
        assert file["key"][index] == cell["key"]
        assert file["wall_time"][index] == cell["wall_time"]
        host = file["host_names"][file["host"][index]].tobytes().rstrip(b"\0").decode()
        assert host == "nodeé", host
        for name, values in cell["values"].items():
            assert list(file[name].shape[: len(cell_shape)]) == cell_shape, name
            assert np.array_equal(file[name][index].ravel(), numbers(values), equal_nan=True), name
    assert int((file["status"][()] != 0).sum()) == len(set(cell["number"] for cell in expected["cells"]))


def check_statistics(file):
    names = [statistic["name"] for statistic in expected["statistics"]]
    for statistic in expected["statistics"]:
        dataset = file[statistic["name"]]
        assert dataset.dtype == (np.int64 if statistic["integer"] else np.float64), statistic
        for attribute in ("units", "long_name", "formula"):
            assert dataset.attrs[attribute] == statistic[attribute], (statistic, attribute)
        assert dataset.attrs["reference"]
        if not dense:
            assert dataset.attrs["coordinates"] == " ".join(axis_names)
    assert set(names + run_variables) <= set(file)


def check_root(file):
    assert file.attrs["file_type"] == "ntksweep result"
    assert file.attrs["format_version"] == "1.2"
    assert file.attrs["numerics_version"] == 2
    assert file.attrs["Conventions"] == "CF-1.10"
    assert file.attrs["cell_axes"].split() == axis_names
    assert file.attrs["grid_layout"] == expected["layout"]
    assert list(json.loads(file.attrs["extents"]).values()) == expected["extents"]
    assert json.loads(file.attrs["settings"])["grid.samples"]
    assert json.loads(file.attrs["overrides"]) == []
    for name in ("title program_version git_hash compiler compiler_flags libraries created job_text job_origin "
                 "job_hash rng key_rule loss_convention critical_step_convention kernel_convention "
                 "missing_convention").split():
        assert isinstance(file.attrs[name], str) and file.attrs[name], name


with h5py.File(path, "r") as file:
    for check in (check_root, check_coordinates, check_scales, check_forms, check_cells, check_statistics):
        check(file)
print("ok")
