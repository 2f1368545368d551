"""Opening a file: what counts, what is masked, what is refused."""

import h5py
import numpy as np
import pytest
import xarray as xr
from xarray.core.indexing import MemoryCachedArray

from conftest import dense_sweep, list_sweep
from ntksweep import Status, SweepError, attempts, open_sweep, settings, status_counts

READERS = ["h5netcdf", "netcdf4"]


def with_every_status(sweep):
    """The first cells end in each of the ways there are; the rest is pending, half written."""
    size = len(sweep.cells())
    sweep.values["status"] = np.concatenate([np.arange(1, 7), np.zeros(size - 6)]).astype("u1")
    return sweep


@pytest.mark.parametrize("reader", READERS)
def test_numbers_of_cells_without_a_result_are_missing(tmp_path, sweep, reader):
    path = with_every_status(sweep).write(tmp_path / "a.h5")
    with h5py.File(path) as file:
        written = {name: file[name][()] for name in ("test_loss", "steps", "wall_time")}
    ds = open_sweep(path, reader=reader)
    loss, steps, time = (ds[name].values for name in ("test_loss", "steps", "wall_time"))
    flat = np.arange(ds["status"].size)
    result, ended = (flat < 3), (flat < 6)
    np.testing.assert_array_equal(loss.reshape(-1, 3)[result], written["test_loss"].reshape(-1, 3)[result])
    assert np.isnan(loss.reshape(-1, 3)[~result]).all()
    np.testing.assert_array_equal(steps.ravel()[result], written["steps"].ravel()[result])
    assert (steps.ravel()[~result] == -1).all() and steps.dtype == np.int64
    assert np.isfinite(time.ravel()[ended]).all() and np.isnan(time.ravel()[~ended]).all()


def test_a_diverged_cell_keeps_its_numbers(tmp_path):
    sweep = dense_sweep()
    sweep.values["status"] = np.full(len(sweep.cells()), Status.DIVERGED, "u1")
    ds = open_sweep(sweep.write(tmp_path / "a.h5"))
    assert np.isfinite(ds["test_loss"].values).all()


@pytest.mark.parametrize("reader", READERS)
def test_axes_are_coordinates_in_both_layouts(tmp_path, reader):
    dense = open_sweep(dense_sweep().write(tmp_path / "dense.h5"), reader=reader)
    assert dense["test_loss"].dims == ("width", "samples", "step_size", "seed", "checkpoint")
    assert dense["width"].values.tolist() == [2, 4, 8, 16, 32, 64, 128, 256]
    listed = open_sweep(list_sweep().write(tmp_path / "list.h5"), reader=reader)
    assert listed["test_loss"].dims == ("cell", "checkpoint")
    assert {"width", "samples", "step_size", "train", "method", "seed"} <= set(listed.coords)
    assert listed["method"].values[[0, -1]].tolist() == ["gd", "min_norm"]


def test_a_file_is_read_only_where_it_is_looked_at(tmp_path, sweep, monkeypatch):
    ds = open_sweep(sweep.write(tmp_path / "a.h5"))
    assert isinstance(ds["test_loss"].variable._data, MemoryCachedArray)
    read = []
    original = h5py.Dataset.__getitem__
    monkeypatch.setattr(
        h5py.Dataset, "__getitem__", lambda self, key, **k: read.append(self.name) or original(self, key, **k)
    )
    assert ds.isel({ds["status"].dims[0]: 0, "checkpoint": -1})["test_loss"].size < 4
    assert read == []
    assert (ds["train_loss"].isel(checkpoint=0).values > 0).all()
    assert set(read) == {"/train_loss"}


@pytest.mark.parametrize("key", [0, slice(2, 5), [3, 1, 1], slice(None, None, -2)])
def test_a_part_of_a_variable_equals_that_part_of_the_whole(tmp_path, sweep, key):
    path = with_every_status(sweep).write(tmp_path / "a.h5")
    whole = open_sweep(path)["test_loss"].load()
    dim = whole.dims[0]
    part = open_sweep(path)["test_loss"].isel({dim: key, "checkpoint": [2, 0]})
    np.testing.assert_array_equal(part.values, whole.isel({dim: key, "checkpoint": [2, 0]}).values)


def test_pointwise_selection_works_on_the_lazy_variable(tmp_path):
    path = dense_sweep().write(tmp_path / "a.h5")
    points = {"width": xr.DataArray([0, 3], dims="point"), "seed": xr.DataArray([2, 1], dims="point")}
    lazy = open_sweep(path)["test_loss"].isel(points).values
    np.testing.assert_array_equal(lazy, open_sweep(path)["test_loss"].load().isel(points).values)


@pytest.mark.parametrize("reader", READERS)
def test_a_running_sweep_shows_more_when_it_is_opened_again(tmp_path, reader):
    """The writer changes bytes in place, without HDF5, while a reader has the file open."""
    sweep = dense_sweep()
    sweep.values["status"] = np.zeros(len(sweep.cells()), "u1")
    path = sweep.write(tmp_path / "a.h5")
    with h5py.File(path) as file:
        offsets = {name: file[name].id.get_offset() for name in ("status", "test_loss")}
    before = open_sweep(path, reader=reader)
    before["status"].load()
    with open(path, "r+b") as file:
        file.seek(offsets["test_loss"])
        file.write(np.array([7.0, 8.0, 9.0]).tobytes())
        file.seek(offsets["status"])
        file.write(bytes([1]))
    assert np.isnan(before["test_loss"].values).all()
    if reader == "netcdf4":
        before.close()
    after = open_sweep(path, reader=reader)
    assert status_counts(after)["converged"] == 1
    assert after["test_loss"].values[0, 0, 0, 0].tolist() == [7, 8, 9]


@pytest.mark.parametrize("reader", READERS)
def test_a_closed_sweep_lets_go_of_the_file(tmp_path, reader):
    path = dense_sweep().write(tmp_path / "a.h5")
    with open_sweep(path, reader=reader) as ds:
        ds["test_loss"].load()
    h5py.File(path, "r+").close()


def test_status_is_counted_by_name(tmp_path, sweep):
    ds = open_sweep(with_every_status(sweep).write(tmp_path / "a.h5"))
    ended = ["converged", "max_steps", "diverged", "failed", "skipped", "quarantined"]
    assert status_counts(ds) == {"pending": ds["status"].size - 6, **{name: 1 for name in ended}}
    assert ds["status"].dtype == np.uint8
    assert ds["status"].attrs["flag_meanings"].split()[Status.DIVERGED] == "diverged"


@pytest.mark.parametrize("reader", READERS)
def test_texts_and_provenance_are_readable(tmp_path, sweep, reader):
    sweep.texts = {"host_names": ["n1", "nœud"], "messages": ["LAPACK says no"], "attempts": ['{"ranks": 4}']}
    ds = open_sweep(sweep.write(tmp_path / "a.h5"), reader=reader)
    assert ds["host_names"].values.tolist() == ["n1", "nœud"]
    assert ds["messages"].values.tolist() == ["LAPACK says no"]
    assert attempts(ds) == [{"ranks": 4}]
    assert settings(ds)["model.train"] == "all"
    assert ds.attrs["job_text"].startswith("[grid]")


def test_the_class_is_an_engine_of_xarray_and_drops_variables(tmp_path):
    ds = open_sweep(dense_sweep().write(tmp_path / "a.h5"), drop_variables=["train_loss"])
    assert "train_loss" not in ds and "test_loss" in ds


def test_an_opened_sweep_can_be_saved_and_read_by_others(tmp_path, sweep):
    ds = open_sweep(sweep.write(tmp_path / "a.h5"))
    ds.to_netcdf(tmp_path / "copy.nc")
    np.testing.assert_array_equal(xr.open_dataset(tmp_path / "copy.nc")["test_loss"].values, ds["test_loss"].values)


def refusal(path) -> str:
    with pytest.raises(SweepError) as caught:
        open_sweep(path)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_missing_file_is_refused(tmp_path):
    assert "no such file" in refusal(tmp_path / "none.h5")


def test_a_file_that_is_not_hdf5_is_refused(tmp_path):
    (tmp_path / "a.h5").write_text("hello")
    assert "not an HDF5 file" in refusal(tmp_path / "a.h5")


def test_a_folder_and_an_empty_file_are_named_as_what_they_are(tmp_path):
    assert "is a folder: give the result file in it" in refusal(tmp_path)
    (tmp_path / "a.h5").touch()
    assert "is empty: copy it again" in refusal(tmp_path / "a.h5")


@pytest.mark.parametrize("as_several", [False, True])
def test_a_status_that_there_is_not_is_damage(tmp_path, sweep, as_several):
    sweep.values["status"] = np.ones(len(sweep.cells()), "u1")
    sweep.values["status"][5] = 77
    path = sweep.write(tmp_path / "a.h5")
    said = refusal([str(path)] if as_several else path)
    assert f"{path}: damaged: cell 5 has the status 77" in said and f"ntksweep verify {path}" in said


def test_a_file_of_another_program_is_refused(tmp_path):
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["x"] = [1]
    assert "an HDF5 file, but not of ntksweep run" in refusal(tmp_path / "a.h5")
    with h5py.File(tmp_path / "b.h5", "w") as file:
        file.attrs["file_type"] = "ntksweep export"
    assert "an HDF5 file, but not of ntksweep run" in refusal(tmp_path / "b.h5")


def test_a_file_with_damaged_metadata_is_refused(tmp_path):
    path = dense_sweep().write(tmp_path / "a.h5")
    whole = path.read_bytes()
    for place in (8, whole.index(b"cell_axes")):
        path.write_bytes(whole[:place] + b"\xff" * 8 + whole[place + 8:])
        assert "ntksweep verify" in refusal(path)


@pytest.mark.parametrize("reader", READERS)
def test_numbers_that_cannot_be_read_are_named(tmp_path, reader):
    """A chunk whose checksum is wrong stands for a disk that fails."""
    path = dense_sweep().write(tmp_path / "a.h5")
    with h5py.File(path, "r+") as file:
        whole = file["test_loss"]
        summed = file.create_dataset("summed", data=whole[()], chunks=whole.shape, fletcher32=True)
        for number, dim in enumerate(whole.dims):
            summed.dims[number].attach_scale(dim[0])
        place = summed.id.get_chunk_info(0).byte_offset
    with open(path, "r+b") as file:
        file.seek(place)
        file.write(b"\x11" * 8)
        file.seek(0, 2)
        file.write(b"ntksweep seal 1\n")
    ds = open_sweep(path, reader=reader)
    with pytest.raises(SweepError, match=f"^{path}: summed cannot be read \\(.*\\); ntksweep verify {path} tells why$"):
        ds["summed"].load()
    assert ds["test_loss"].notnull().all()


def test_a_file_without_its_seal_is_read_with_a_warning(tmp_path):
    path = dense_sweep().write(tmp_path / "a.h5")
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.warns(UserWarning, match="its seal is missing"):
        assert "status" in open_sweep(path)


def test_a_file_of_a_later_format_is_refused(tmp_path):
    path = dense_sweep(attributes={"format_version": "2.0"}).write(tmp_path / "a.h5")
    assert "format 2.0" in refusal(path)


def test_a_file_of_a_later_minor_format_is_read(tmp_path):
    assert "test_loss" in open_sweep(dense_sweep(attributes={"format_version": "1.9"}).write(tmp_path / "a.h5"))
