"""Which published picture belongs to a sweep, what it refuses, and that all of them can be read."""

import tomllib

import numpy as np
import pytest

from figure_texts import check_texts
from ntksweep import Status, SweepError, select
from ntksweep.published import PICTURES, job_name, picture
from ntksweep.published.layout import tiled
from ntksweep.published.names import TITLES
from planted_sweeps import sweep_of
from published_runs import ROOT, SMALLER

JOBS = {path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in (ROOT / "jobs").glob("*.toml")}
SPRING = {"width": [4, 8], "samples": [3], "step_size": [0.5, 1.0], "seed": [0, 1]}


def planted(job_origin="jobs/mine.toml", title="", status=None, **settings):
    """A sweep of some job, with a loss alone."""
    attributes = {"job_origin": job_origin, "title": title}
    return sweep_of(SPRING, {"test_loss": lambda **_: 0.1}, status, settings=settings, attributes=attributes)


def finished_in_part(ds, name, keep):
    """The sweep with results only where the axis `name` has the value `keep`."""
    status = ds["status"]
    here = (ds[name] == keep).broadcast_like(status).transpose(*status.dims).values
    shown = {}
    for variable, values in ds.variables.items():
        if values.dims[: here.ndim] == status.dims and values.dtype.kind in "fiu":
            mask = here.reshape(here.shape + (1,) * (values.ndim - here.ndim))
            missing = np.array({"f": np.nan, "i": -1, "u": 0}[values.dtype.kind]).astype(values.dtype)
            shown[variable] = (values.dims, np.where(mask, values.values, missing), values.attrs)
    return ds.assign({variable: value for variable, value in shown.items() if variable not in ds.coords})


def test_every_job_has_its_picture_its_title_and_a_test():
    assert set(JOBS) == set(PICTURES) == set(SMALLER) == set(TITLES)
    assert {name: job["output"]["title"] for name, job in JOBS.items()} == TITLES
    assert all("arXiv" in function.__doc__ or "AISTATS" in function.__doc__ for function in PICTURES.values())


def test_a_job_is_known_by_its_title_else_by_the_name_of_its_file(opened):
    assert job_name(opened(planted("elsewhere/copy.toml", TITLES["catapult"]))) == "catapult"
    assert job_name(opened(planted("jobs/lazy_rich.toml", "another title"))) == "lazy_rich"
    assert job_name(opened(planted("jobs/lazy_rich.toml", TITLES["catapult"]))) == "catapult"
    assert job_name(opened(planted())) is None


def test_a_sweep_of_another_job_is_refused_with_the_names_of_those_that_are_known(opened):
    with pytest.raises(SweepError, match="no published picture belongs to the job 'jobs/mine.toml'; .*catapult"):
        picture(opened(planted()))


@pytest.mark.parametrize(
    "name, settings, says",
    [
        ("catapult", {}, "catapult is of samples = 1, and this sweep has 3: run jobs/catapult.toml"),
        ("least_squares_risk", {"model.depth": 2}, "is of depth = 0, and this sweep has 2"),
        ("quickstart", {"data.source": "csv"}, "is of source = digits, and this sweep has csv"),
        ("xu2023_figure1", {"training.step_rule": "constant"}, "xu2023 or xu2023_adaptive or .* has constant"),
        ("lazy_rich", {"model.output_center": "none"}, "is of output_center = initial, and this sweep has none"),
        ("edge_of_stability", {"training.method": "gd", "training.momentum": 0.9}, "momentum = 0.0, and .* has 0.9"),
    ],
)
def test_a_changed_job_is_refused_with_what_is_other(opened, name, settings, says):
    with pytest.raises(SweepError, match=says):
        picture(opened(planted(f"jobs/{name}.toml", **settings)))


def test_all_cells_must_be_of_the_experiment(opened):
    axes = {**SPRING, "depth": [1, 2]}
    settings = {"training.method": "min_norm", "model.train": "output"}
    attributes = {"job_origin": "jobs/double_descent.toml"}
    mixed = sweep_of(axes, {"test_loss": lambda **_: 0.1}, settings=settings, attributes=attributes)
    with pytest.raises(SweepError, match="is of depth = 1, and this sweep has 1 or 2: run jobs/double_descent.toml"):
        picture(opened(mixed))
    assert picture(select(opened(mixed), depth=1)).axes


def test_a_job_without_its_statistics_is_refused_with_what_to_ask_for(opened):
    settings = {"model.depth": 1, "training.method": "min_norm", "model.train": "output", "data.source": "gaussian"}
    with pytest.raises(SweepError, match="needs the variable excess_risk: ask for it in the job"):
        picture(opened(planted("jobs/random_features_peak.toml", **settings, **{"data.teacher": "linear"})))


def test_a_sweep_without_any_result_is_refused(opened):
    settings = {"model.depth": 1, "training.method": "min_norm", "model.train": "output"}
    waiting = planted("jobs/double_descent.toml", status=lambda **_: Status.PENDING, **settings)
    with pytest.raises(SweepError, match="no cell has a result yet"):
        picture(opened(waiting))


def test_factors_that_are_no_imbalance_are_refused(published_run):
    ds = published_run("general_initialization").ds
    with pytest.raises(SweepError, match="needs factors .s, 1/s. of the two layers, not layer_init_scale = 1,3"):
        picture(ds.assign_coords(layer_init_scale=["1,3", *ds["layer_init_scale"].values[1:]]))


@pytest.mark.parametrize("name", PICTURES)
def test_its_texts_can_be_read_also_while_the_sweep_runs(published_run, name):
    run = published_run(name)
    ds = run.ds
    check_texts(run.figure)
    axis = "input_dim" if name == "least_squares_risk" else "train" if name == "quickstart" else "width"
    axis = axis if np.unique(ds[axis].values).size > 1 else "step_size" if name == "edge_of_stability" else "seed"
    assert picture(finished_in_part(ds, axis, ds[axis].values.ravel()[0])).axes


def test_one_value_of_an_axis_that_makes_panels_is_a_picture_of_one_panel(published_run):
    assert len(picture(select(published_run("random_features_peak").ds, activation="tanh")).axes) == 1


def test_diverged_cells_are_counted_above_the_panels(published_run):
    run = published_run("catapult")
    diverged = int((run.ds["status"].values == Status.DIVERGED).sum())
    assert diverged > 0
    assert run.figure._suptitle.get_text().endswith(f"; {diverged} of {run.ds['status'].size} cells diverged")
    assert "diverged" not in published_run("random_features_peak").figure._suptitle.get_text()


@pytest.mark.parametrize("count, columns", [(1, 1), (2, 2), (3, 3), (4, 2), (5, 3), (9, 3)])
def test_panels_are_tiled_with_names_at_the_outer_ones(count, columns):
    figure, axes = tiled(count, "below", "left")
    shown = [ax for ax in figure.axes if ax.get_visible()]
    assert len(shown) == count and axes.shape[1] == columns
    lowest = [i for i in range(count) if i + columns >= count]
    assert [i for i, ax in enumerate(shown) if ax.get_xlabel() == "below"] == lowest
    assert [i for i, ax in enumerate(shown) if ax.get_ylabel() == "left"] == list(range(0, count, columns))
