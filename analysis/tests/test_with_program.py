"""A file that the program itself has written. Needs NTKSWEEP (ctest sets it)."""

import os
import subprocess

import h5py
import matplotlib
import numpy as np
import pytest
import xarray as xr

from ntksweep import attempts, open_sweep, settings, status_counts, tidy

matplotlib.use("Agg")
BINARY = os.environ.get("NTKSWEEP", "")
pytestmark = pytest.mark.skipif(not os.path.exists(BINARY), reason="NTKSWEEP names no program")

JOB = """
[grid]
width = [2, 4, 8, 16]
samples = 8
seed = 2
{zip}
[model]
train = {train}
[data]
input_dim = 3
test_samples = 16
[training]
method = {method}
max_steps = 200
[statistics]
checkpoints = 4
"""
DENSE = JOB.format(zip="", train='"all"', method='"gd"')
LIST = JOB.format(zip='zip = ["train", "method"]', train='["all", "output"]', method='["gd", "min_norm"]')


@pytest.fixture(scope="module", params=[DENSE, LIST], ids=["dense", "list"])
def path(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("run")
    (folder / "job.toml").write_text(request.param)
    subprocess.run([BINARY, "run", folder / "job.toml", "-o", folder / "out.h5"], check=True, capture_output=True)
    return folder / "out.h5"


@pytest.mark.parametrize("reader", ["h5netcdf", "netcdf4"])
def test_every_number_is_read_as_it_was_written(path, reader):
    ds = open_sweep(path, reader=reader)
    assert sum(status_counts(ds).values()) == status_counts(ds)["converged"] + status_counts(ds)["max_steps"]
    with h5py.File(path) as file:
        for name in ("test_loss", "train_loss", "ntk_drift", "checkpoint_step", "weight_movement", "wall_time", "key"):
            np.testing.assert_array_equal(ds[name].values, file[name][()], err_msg=name)
        assert set(ds.data_vars) <= set(file)


@pytest.mark.parametrize("engine", ["netcdf4", "h5netcdf"])
def test_plain_xarray_opens_it_with_both_engines(path, engine):
    with xr.open_dataset(path, engine=engine) as plain, open_sweep(path) as ds:
        assert plain["test_loss"].dims == ds["test_loss"].dims
        assert set(ds.attrs["cell_axes"].split()) <= set(plain.coords)
        np.testing.assert_array_equal(plain["test_loss"].values, ds["test_loss"].values)


def test_provenance_is_there(path):
    ds = open_sweep(path)
    assert settings(ds)["training.max_steps"] == 200
    assert [attempt["cells_finished"] for attempt in attempts(ds)] == [ds["status"].size]
    assert ds["host_names"].values[ds["host"].values.ravel()[0]] == attempts(ds)[0]["host"]


def test_both_figures_draw_it(path):
    from ntksweep.figures import double_descent, kernel_drift

    ds = open_sweep(path)
    cells = tidy(ds, "test_loss")
    assert len(double_descent(ds).axes) == (1 if "train" not in cells.coords else 2)
    assert kernel_drift(ds).axes[0].get_lines()[0].get_xdata().tolist() == [2, 4, 8, 16]
