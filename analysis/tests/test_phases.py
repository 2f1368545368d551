"""Boundaries along an axis, from planted ones, and stability limits."""

import os
import subprocess

import numpy as np
import pytest

from ntksweep import Status, SweepError, open_sweep, phase_boundary, stability_limits
from planted_sweeps import as_list, sweep_of
from result_file import TRAILING

BINARY = os.environ.get("NTKSWEEP", "")
AXES = {"width": [8, 16, 32], "samples": [5], "step_size": [0.5, 1.0, 2.0, 4.0, 8.0], "seed": list(range(9))}


def critical(width, seed) -> float:
    """2.7, 1.4, 0.7, a little different from seed to seed."""
    return 21.6 / width * np.exp(0.05 * np.sin(3 * seed))


def status(width, step_size, seed, **_):
    return Status.DIVERGED if step_size > critical(width, seed) else Status.CONVERGED


def loss(width, step_size, seed, **_):
    return step_size / critical(width, seed)


def dense(**more):
    return sweep_of(AXES, {"test_loss": loss}, status, **more)


def test_the_boundary_of_divergence_lies_between_the_neighbours_of_the_critical_step(opened):
    found = phase_boundary(opened(dense())).isel(samples=0)
    assert found["boundary"].dims == ("width",)
    np.testing.assert_array_equal(found["lower"], [2, 1, 0.5])
    np.testing.assert_array_equal(found["upper"], [4, 2, 1])
    np.testing.assert_allclose(found["boundary"], np.sqrt([8, 2, 0.5]))
    np.testing.assert_array_equal(found["low"], found["lower"])
    np.testing.assert_array_equal(found["high"], found["upper"])
    assert (found["crossings"] == 1).all() and (found["share_used"] == 1).all()
    assert not any(found[flag].any() for flag in ("above_grid", "below_grid", "incomplete"))


def test_a_variable_with_a_threshold_and_a_function_say_the_same(opened):
    ds = opened(sweep_of(AXES, {"test_loss": loss}))
    by_name = phase_boundary(ds, of="test_loss", threshold=1.0)
    by_function = phase_boundary(ds, of=lambda ds: ds["test_loss"].isel(checkpoint=-1).transpose(..., "width") > 1)
    diverged = phase_boundary(opened(dense()))
    for name in ("boundary", "lower", "upper", "low", "high"):
        np.testing.assert_array_equal(by_name[name], diverged[name])
        np.testing.assert_array_equal(by_function[name], diverged[name])


def test_a_diverged_cell_is_beyond_a_threshold_and_a_missing_number_does_not_count(opened):
    sweep = sweep_of(AXES, {"test_loss": lambda seed, **_: np.nan if seed > 4 else 0.0}, status)
    found = phase_boundary(opened(sweep), of="test_loss", threshold=1.0)
    np.testing.assert_array_equal(found["lower"].isel(samples=0), [2, 1, 0.5])
    assert (found["share_used"] < 1).all()


def test_a_falling_boundary_is_the_mirror_of_a_rising_one(opened):
    ds = opened(sweep_of(AXES, {"test_loss": loss}))
    rising = phase_boundary(ds, of="test_loss", threshold=1.0)
    falling = phase_boundary(ds, of=lambda ds: ds["test_loss"].isel(checkpoint=-1) <= 1, direction="falling")
    for name in ("boundary", "lower", "upper", "low", "high"):
        np.testing.assert_array_equal(rising[name], falling[name])


@pytest.mark.parametrize("direction", ["rising", "falling"])
@pytest.mark.parametrize("limit, flag", [(100.0, "above_grid"), (0.01, "below_grid")])
def test_beyond_the_grid_there_is_a_flag_and_an_open_interval(opened, limit, flag, direction):
    ds = opened(sweep_of(AXES, {"test_loss": lambda step_size, **_: step_size}))

    def beyond(ds):
        above = ds["test_loss"].isel(checkpoint=-1) > limit
        return above if direction == "rising" else ~above

    found = phase_boundary(ds, of=beyond, direction=direction)
    assert np.isnan(found["boundary"]).all() and found[flag].all() and (found["crossings"] == 0).all()
    assert not found["incomplete"].any()
    ends = (8, np.inf) if flag == "above_grid" else (0, 0.5)
    assert (found["low"] == ends[0]).all() and (found["high"] == ends[1]).all()


def test_seeds_that_disagree_widen_the_interval(opened):
    def mixed(step_size, seed, **_):
        return 3 if step_size >= [1, 2, 4, 8][seed % 4] else 1

    found = phase_boundary(opened(sweep_of(AXES, {"test_loss": loss}, mixed))).isel(width=0, samples=0)
    assert (found["lower"].item(), found["upper"].item()) == (1, 2)
    assert found["low"].item() < 1 and found["high"].item() > 2


def test_intervals_hold_the_planted_boundary(opened):
    random = np.random.default_rng(3)
    axes = {**AXES, "width": list(range(1, 101)), "step_size": list(np.geomspace(0.5, 8, 33)), "seed": list(range(12))}
    limits = 2 * np.exp(0.5 * random.normal(size=(101, 12)))

    def noisy(width, step_size, seed, **_):
        return 3 if step_size > limits[width, seed] else 1

    found = phase_boundary(opened(sweep_of(axes, {"test_loss": loss}, noisy)), resamples=300)
    assert 0.88 <= ((found["low"] <= 2) & (found["high"] >= 2)).mean() <= 1
    assert np.median(found["boundary"]) == pytest.approx(2, rel=0.1)


def test_an_unknown_value_that_decides_makes_it_unknown(opened):
    def pending(unknown):
        def some(step_size, **settings):
            return Status.PENDING if step_size == unknown else status(step_size=step_size, **settings)

        return phase_boundary(opened(sweep_of(AXES, {"test_loss": loss}, some))).isel(samples=0)

    found = pending(1.0)
    assert found["incomplete"].values.tolist() == [False, True, True]
    np.testing.assert_array_equal(found["lower"], [2, np.nan, np.nan])
    assert np.isnan(found["low"][1:]).all() and not found["above_grid"].any()
    np.testing.assert_allclose(found["share_pending"], 1 / 5)


def test_a_ragged_boundary_says_how_often_it_is_crossed(opened):
    def ragged(step_size, **_):
        return 3 if step_size in (1.0, 4.0, 8.0) else 1

    found = phase_boundary(opened(sweep_of(AXES, {"test_loss": loss}, ragged)))
    assert (found["crossings"] == 3).all() and (found["lower"] == 2).all() and (found["upper"] == 4).all()


def test_list_files_and_other_axes_will_do(opened):
    axes = as_list(AXES, keep=lambda width, step_size, **_: (width, step_size) != (8, 4.0))
    found = phase_boundary(opened(sweep_of(axes, {"test_loss": loss}, status, layout="list"))).sortby("width")
    np.testing.assert_array_equal(found["lower"], [2, 1, 0.5])
    np.testing.assert_array_equal(found["upper"], [8, 2, 1])
    across = phase_boundary(opened(dense()), along="width").isel(samples=0)
    np.testing.assert_array_equal(across["lower"], [np.nan, 16, 8, np.nan, np.nan])


def with_limits(monkeypatch, **more):
    """Steps in units of critical / 2; the sharpness is a quarter above lambda_max / n."""
    monkeypatch.setitem(TRAILING, "sharpness", ("checkpoint",))
    sweep = sweep_of(AXES, {"test_loss": loss}, status, settings={"training.momentum": 0.5}, **more)
    cells = sweep.cells()
    limit = np.array([critical(cell["width"], cell["seed"]) for cell in cells])
    steps = np.array([cell["step_size"] for cell in cells])
    sharpness = 2 * 1.5 / limit * 1.25
    sweep.values |= {
        "step_size_absolute": steps * limit / 2, "step_size_critical": limit,
        "sharpness": np.stack([sharpness, np.full(len(cells), 1.0)], axis=1),
    }  # fmt: skip
    return sweep, limit.reshape(3, 1, 5, 9)


def test_stability_limits_are_in_the_unit_of_the_axis_and_over_the_same_dimensions(opened, monkeypatch):
    sweep, limit = with_limits(monkeypatch)
    ds = opened(sweep)
    found = stability_limits(ds)
    assert found["kernel_limit"].dims == phase_boundary(ds)["boundary"].dims
    np.testing.assert_allclose(found["kernel_limit"], 2)
    np.testing.assert_allclose(found["sharpness_limit"], 2 / 1.25)
    np.testing.assert_allclose(found["unit"], np.median(limit, axis=(2, 3)) / 2)
    assert {"share_used", "share_diverged", "share_failed", "share_pending"} <= set(found.data_vars)


def test_without_a_critical_step_the_kernel_gives_the_limit_of_plain_descent(opened, monkeypatch):
    monkeypatch.setitem(TRAILING, "ntk_lambda_max", ("checkpoint",))
    settings = {
        "training.loss": "squared", "training.method": "gd", "training.momentum": 0.0, "training.weight_decay": 0.0,
        "training.batch": 0, "training.step_rule": "constant", "statistics.kernel": "trace",
    }  # fmt: skip
    for momentum in (0.0, 0.9):
        settings["training.momentum"] = momentum
        sweep = sweep_of(AXES, {"ntk_lambda_max": lambda **_: 3.0}, settings=settings)
        sweep.attributes = {"extents": '{"outputs": 1}'}
        sweep.values["step_size_absolute"] = np.array([cell["step_size"] for cell in sweep.cells()])
        found = stability_limits(opened(sweep))
        expected = 2 * 5 / 7 if momentum == 0 else np.nan
        np.testing.assert_allclose(found["kernel_limit"], expected)
        assert "sharpness_limit" not in found


def test_requests_that_mean_nothing_are_refused_in_one_line(opened):
    ds = opened(dense())
    for words, wrong in {
        "no axis depth": {"along": "depth"},
        "rising or falling": {"direction": "up"},
        "threshold=": {"of": "test_loss"},
        r"threshold=.* \(a number\)": {"of": "test_loss", "threshold": "a"},
        "of is 'diverged'": {"of": "magic"},
        "of is 'diverged', a": {"of": 3},
        "true or false for each cell": {"of": lambda ds: ds["test_loss"] > 1},
        "true or false for": {"of": lambda ds: ds["status"]},
        "not one number of each cell": {"of": "host_names", "threshold": 1},
        "seed has two parts in this: an axis is either compared along or averaged over": {"along": "seed"},
        "no replicates": {"over": "width"},
    }.items():
        with pytest.raises(SweepError, match=words) as caught:
            phase_boundary(ds, **wrong)
        assert "\n" not in str(caught.value)
    with pytest.raises(SweepError, match="no step_size_absolute"):
        stability_limits(ds)


LINEAR = """
[grid]
width = [256]
samples = 6
step_size = [0.8, 0.95, 1.05, 1.2]
seed = 3
[model]
activation = "linear"
train = "output"
[data]
input_dim = 4
test_samples = 4
[training]
max_steps = 2000
[statistics]
also = ["sharpness"]
"""


@pytest.mark.skipif(not os.path.exists(BINARY), reason="NTKSWEEP names no program")
def test_a_model_that_is_linear_in_its_parameters_diverges_at_its_limit(tmp_path):
    (tmp_path / "job.toml").write_text(LINEAR)
    subprocess.run([BINARY, "run", tmp_path / "job.toml", "-o", tmp_path / "out.h5"], check=True, capture_output=True)
    ds = open_sweep(tmp_path / "out.h5")
    found, limits = phase_boundary(ds), stability_limits(ds)
    assert (found["lower"].item(), found["upper"].item()) == (0.95, 1.05)
    np.testing.assert_allclose(limits["kernel_limit"], 1, rtol=1e-9)
    np.testing.assert_allclose(limits["sharpness_limit"], 1, rtol=1e-6)
