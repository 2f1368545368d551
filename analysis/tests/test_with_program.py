"""A file that the program itself has written. Needs NTKSWEEP (ctest sets it)."""

import os
import subprocess

import h5py
import matplotlib
import numpy as np
import pytest
import xarray as xr

from ntksweep import attempts, ensemble_loss, interpolation_threshold, open_sweep, settings, status_counts, tidy
from ntksweep import two_factor_variance

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


def test_every_figure_that_a_file_allows_draws_it(path):
    from ntksweep.figures import FIGURES, allowed

    ds = open_sweep(path)
    drawn = {name for name, lack in allowed(ds).items() if not lack and name not in ("alignment", "convergence_rates")}
    assert {"double_descent", "kernel_drift", "loss_curves"} <= drawn and "phase_diagram" not in drawn
    for name in sorted(drawn):
        assert FIGURES[name](ds).axes, name


def test_shards_opened_together_are_the_whole_sweep(path):
    job, parts = path.parent / "job.toml", [path.parent / f"shard_{i}.h5" for i in (1, 2)]
    for i, part in enumerate(parts, 1):
        subprocess.run([BINARY, "run", job, "--shard", f"{i}/2", "-o", part], check=True, capture_output=True)
    whole, together = (tidy(open_sweep(p)) for p in (path, parts))
    assert together.sizes["cell"] == whole.sizes["cell"] and set(together["file"].values) == {0, 1}
    order = [ds["key"].values.argsort() for ds in (whole, together)]
    for name in ("key", "test_loss", "weight_movement", "width", "seed"):
        np.testing.assert_array_equal(*(ds[name].values[place] for ds, place in zip((whole, together), order)))
    again = open_sweep([path, *parts])
    assert again.sizes["cell"] == whole.sizes["cell"] and (again["file"] == 0).all()


ENSEMBLE = """
[grid]
width = [4, 32]
samples = 12
[model]
seed_init = [1, 2]
output_scale = 2.0
output_center = "initial"
[data]
input_dim = 3
outputs = 2
test_samples = 9
label_noise = 0.5
seed_data = [1, 2, 3]
[training]
max_steps = 300
[statistics]
also = ["predictions", "linearised"]
"""


@pytest.fixture(scope="module")
def ensemble(tmp_path_factory):
    folder = tmp_path_factory.mktemp("ensemble")
    (folder / "job.toml").write_text(ENSEMBLE)
    subprocess.run([BINARY, "run", folder / "job.toml", "-o", folder / "out.h5"], check=True, capture_output=True)
    return folder


def test_the_loss_of_a_mean_prediction_agrees_with_the_test_targets_that_replay_exports(ensemble):
    ds = open_sweep(ensemble / "out.h5")
    subprocess.run(
        [BINARY, "replay", ensemble / "out.h5", "--cell", "0", "--export", ensemble / "cell.h5"],
        check=True, capture_output=True,
    )  # fmt: skip
    with h5py.File(ensemble / "cell.h5") as file, h5py.File(ensemble / "out.h5") as sweep:
        targets = file["test_targets"][()]
        outputs = sweep["test_predictions"][()].reshape(2, 2, 3, 9, 2)
        np.testing.assert_allclose(outputs[0, 0, 0], file["test_predictions_end"][()], rtol=1e-12)
    squares = (outputs.mean(axis=(1, 2)) - targets) ** 2
    by_targets = squares.sum(axis=(1, 2)) / (2 * 9)
    np.testing.assert_allclose(ensemble_loss(ds, ("seed_init", "seed_data")).values.ravel(), by_targets, rtol=1e-10)
    np.testing.assert_allclose(two_factor_variance(ds)["bias2"].values.ravel(), by_targets, rtol=1e-10)


def test_predictions_have_their_dimensions_and_integers_stay_integers(ensemble):
    ds = open_sweep(ensemble / "out.h5")
    assert ds["test_predictions"].dims[-2:] == ("test_sample", "output")
    assert ds["test_sample"].values.tolist() == list(range(9)) and ds["output"].values.tolist() == [0, 1]
    assert tidy(ds, "test_predictions")["test_predictions"].shape == (12, 9, 2)
    for name in ("interpolation_step", "loss_peak_step", "catapult", "linearised_status", "linearised_steps"):
        assert ds[name].dtype == np.int64


def test_the_minimum_norm_of_random_features_fits_from_as_many_neurons_as_samples(tmp_path):
    job = JOB.format(zip="", train='"output"', method='"min_norm"').replace("[2, 4, 8, 16]", "[4, 7, 8, 9, 16]")
    (tmp_path / "job.toml").write_text(job.replace("max_steps", "tolerance = 1e-15\nmax_steps"))
    subprocess.run([BINARY, "run", tmp_path / "job.toml", "-o", tmp_path / "out.h5"], check=True, capture_output=True)
    found = interpolation_threshold(open_sweep(tmp_path / "out.h5"), average="median")
    assert found["threshold"].values.ravel().tolist() == [8]
