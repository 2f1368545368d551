"""The numbers of several files opened as one: whose they are, where they are missing, when they are read."""

import json

import h5py
import numpy as np
import pytest
import xarray as xr

from ntksweep import Status, attempts, open_sweep
from several_files import sweep_of


def test_a_statistic_of_one_file_is_missing_in_the_other(write):
    a, b = write("a", {"width": [2]}, extra=["train_error"]), write("b", {"width": [4]})
    for paths in ([a, b], [b, a]):
        ds = open_sweep(paths).sortby("width")
        np.testing.assert_array_equal(np.isnan(ds["train_error"].values).all(axis=1), [False, True])


def test_shorter_training_leaves_gaps_before_the_end(write):
    a, b = write("a", {"width": [2]}, checkpoints=5), write("b", {"width": [4]}, checkpoints=3)
    ds, alone = open_sweep([b, a]), open_sweep(b)["test_loss"].values.ravel()
    assert ds.sizes["checkpoint"] == 5 and ds["checkpoint"].values.tolist() == [0, 1, 2, 3, 4]
    np.testing.assert_array_equal(ds["test_loss"].values[0], [alone[0], alone[1], np.nan, np.nan, alone[2]])
    np.testing.assert_array_equal(ds["test_loss"].values[1], open_sweep(a)["test_loss"].values.ravel())
    np.testing.assert_array_equal(ds["test_loss"].isel(checkpoint=[2, -1], cell=0).values, [np.nan, alone[2]])
    assert np.isnan(ds["test_loss"].isel(checkpoint=3, cell=[0]).values).all()


def test_fewer_outputs_leave_the_last_slots_empty(write):
    parts = [sweep_of({"width": [2]}), sweep_of({"width": [4]})]
    parts[0].values["test_predictions"] = np.arange(6.0).reshape(1, 3, 2)
    parts[1].values["test_predictions"] = np.arange(3.0).reshape(1, 3, 1)
    folder = write("unused", {}).parent
    ds = open_sweep([part.write(folder / f"{place}.h5") for place, part in enumerate(parts)])
    np.testing.assert_array_equal(ds["test_predictions"].values[1, :, 0], [0, 1, 2])
    assert np.isnan(ds["test_predictions"].values[1, :, 1]).all() and ds["output"].values.tolist() == [0, 1]


@pytest.mark.parametrize("key", [0, -1, slice(2, 5), slice(None, None, -1), [7, 0, 0, 3], np.arange(12) % 2 == 0])
def test_a_part_of_a_variable_equals_that_part_of_the_whole(write, key):
    a = write("a", {"width": [2, 8], "seed": [0, 1, 2]})
    paths = [a, write("b", {"width": [4, 16], "seed": [2, 1, 0]}, checkpoints=5)]
    whole = open_sweep(paths)["test_loss"].load()
    for chosen in ({"cell": key}, {"cell": key, "checkpoint": [4, 0, 2]}, {"checkpoint": -1, "cell": key}):
        np.testing.assert_array_equal(open_sweep(paths)["test_loss"].isel(chosen).values, whole.isel(chosen).values)


def test_numbers_are_read_only_where_they_are_looked_at(write, monkeypatch):
    paths = [write("a", {"width": [2, 8]}), write("b", {"width": [4]})]
    read = []
    original = h5py.Dataset.__getitem__

    def spy(self, key, **more):
        read.append((self.file.filename[-4:], self.name))
        return original(self, key, **more)

    monkeypatch.setattr(h5py.Dataset, "__getitem__", spy)
    ds = open_sweep(paths)
    assert not {name for _, name in read} & {"/train_loss", "/test_loss", "/steps", "/checksum", "/wall_time"}
    read.clear()
    assert ds["train_loss"].isel(cell=0).values.size == 3
    assert read == [("a.h5", "/train_loss")]


def test_tables_of_text_lie_one_behind_the_other(write):
    known = (("n1", 2), ("n2", 3))
    texts = [{"host_names": [name], "attempts": [json.dumps({"ranks": ranks})]} for name, ranks in known]
    paths = [write(name, {"width": [m]}, texts=text) for name, m, text in zip("ab", (2, 4), texts)]
    ds = open_sweep(paths)
    assert ds["host_names"].values[ds["host"].values].tolist() == ["n1", "n2"]
    assert [attempts(ds)[row]["ranks"] for row in ds["attempt"].values] == [2, 3]
    waiting = write("c", {"width": [8]}, status=lambda **_: Status.PENDING, texts=texts[0])
    assert open_sweep([*paths, waiting])["host"].values.tolist() == [0, 1, -1]


def test_a_closed_sweep_lets_go_of_all_files(write):
    paths = [write("a", {"width": [2]}), write("b", {"width": [4]})]
    with open_sweep(paths) as ds:
        ds["test_loss"].load()
    for path in paths:
        h5py.File(path, "r+").close()


def test_a_joined_sweep_can_be_saved(write, tmp_path):
    ds = open_sweep([write("a", {"width": [2]}), write("b", {"width": [4]})])
    ds.to_netcdf(tmp_path / "copy.nc")
    np.testing.assert_array_equal(xr.open_dataset(tmp_path / "copy.nc")["test_loss"].values, ds["test_loss"].values)
