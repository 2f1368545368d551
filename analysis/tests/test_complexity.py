"""Effective model complexity and the interpolation threshold, from planted training errors."""

import numpy as np
import pytest

from ntksweep import Status, SweepError, effective_model_complexity, interpolation_threshold
from result_file import SyntheticSweep

WIDTHS, SAMPLES, SEEDS = [2, 8, 32, 128], [4, 16, 64], [0, 1, 2]


def sweep_of(error, name="train_error", axes=None, status=None, **more) -> SyntheticSweep:
    """error(width, n, seed) at the end of training; 1 at its start."""
    axes = axes or {"width": WIDTHS, "samples": SAMPLES, "seed": SEEDS}
    sweep = SyntheticSweep(axes, {}, **more)
    ends = np.array([error(cell["width"], cell["samples"], cell["seed"]) for cell in sweep.cells()], dtype=float)
    sweep.values = {
        name: np.stack([np.ones_like(ends), ends], axis=1),
        "test_loss": np.ones((len(ends), 2)),
        "status": np.array([(status or (lambda *_: 1))(*cell.values()) for cell in sweep.cells()], "u1"),
    }
    return sweep


def capacity(m, n, seed):
    """A width fits as many samples as it has neurons."""
    return 0.0 if n <= m else 0.4


def test_emc_is_the_largest_n_that_is_fitted_and_missing_beyond_the_grid(opened):
    found = effective_model_complexity(opened(sweep_of(capacity)))
    assert found["emc"].dims == ("width",)
    np.testing.assert_array_equal(found["emc"], [np.nan, 4, 16, np.nan])
    assert found["below_grid"].values.tolist() == [True, False, False, False]
    assert found["above_grid"].values.tolist() == [False, False, False, True]
    assert not found["incomplete"].any() and (found["share_used"] == 1).all()


def test_the_threshold_is_the_smallest_width_that_fits_and_missing_beyond_the_grid(opened):
    found = interpolation_threshold(opened(sweep_of(lambda m, n, s: 0 if m == 128 or 8 <= m >= n else 1)))
    np.testing.assert_array_equal(found["threshold"], [8, 32, 128])
    found = interpolation_threshold(opened(sweep_of(lambda m, n, s: 0.0 if n == 4 else 0.5)))
    assert np.isnan(found["threshold"]).all()
    assert found["below_grid"].values.tolist() == [True, False, False]
    assert found["above_grid"].values.tolist() == [False, True, True]


def test_epsilon_is_a_tenth_and_an_argument(opened):
    ds = opened(sweep_of(lambda m, n, s: {4: 0.05, 16: 0.1, 64: 0.11}[n]))
    assert (effective_model_complexity(ds)["emc"] == 16).all()
    assert (effective_model_complexity(ds, epsilon=0.09)["emc"] == 4).all()
    assert effective_model_complexity(ds, epsilon=0.11)["above_grid"].all()
    assert interpolation_threshold(ds)["above_grid"].all()


def test_the_error_is_averaged_over_seeds_by_mean_or_median(opened):
    ds = opened(sweep_of(lambda m, n, s: 0 if n == 4 else [0, 0.09, 0.3][s] if n == 16 else 0.5))
    assert (effective_model_complexity(ds)["emc"] == 4).all()
    assert (effective_model_complexity(ds, average="median")["emc"] == 16).all()


def test_the_largest_n_counts_also_where_a_smaller_one_is_not_fitted(opened):
    found = effective_model_complexity(opened(sweep_of(lambda m, n, s: {4: 0.5, 16: 0.0, 64: 0.5}[n])))
    assert (found["emc"] == 16).all()


def test_the_order_of_the_axes_does_not_matter(opened):
    axes = {"width": WIDTHS[::-1], "samples": [64, 4, 16], "seed": SEEDS}
    ds = opened(sweep_of(capacity, axes=axes))
    np.testing.assert_array_equal(effective_model_complexity(ds)["emc"].sel(width=WIDTHS), [np.nan, 4, 16, np.nan])
    np.testing.assert_array_equal(interpolation_threshold(ds)["threshold"].sel(samples=SAMPLES), [8, 32, 128])


def test_regression_uses_the_loss_and_the_tolerance_of_the_job(opened):
    settings = {"training.tolerance": 1e-3}
    sweep = sweep_of(lambda m, n, s: 1e-4 if n <= m else 1e-2, name="train_loss", settings=settings)
    sweep.values["train_error"] = np.full((36, 2), np.nan)
    found = effective_model_complexity(opened(sweep))
    np.testing.assert_array_equal(found["emc"], [np.nan, 4, 16, np.nan])
    assert effective_model_complexity(opened(sweep), epsilon=0.1)["above_grid"].all()


def test_tolerances_that_differ_ask_for_epsilon(opened):
    ds = opened(sweep_of(capacity, name="train_loss", settings={"training.tolerance": [1e-3, 1e-6]}))
    with pytest.raises(SweepError, match="training.tolerance in common"):
        effective_model_complexity(ds)


def test_a_diverged_cell_is_as_wrong_as_can_be(opened):
    def status(m, n, seed):
        return Status.DIVERGED if n == 16 and seed == 0 else Status.CONVERGED

    found = effective_model_complexity(opened(sweep_of(lambda m, n, s: 0 if n < 64 else 0.5, status=status)))
    assert (found["emc"] == 4).all()
    np.testing.assert_allclose(found["share_diverged"], 1 / 9)


def test_cells_without_a_result_do_not_count_and_are_reported(opened):
    def status(m, n, seed):
        return Status.FAILED if n == 16 and seed == 0 else Status.CONVERGED

    sweep = sweep_of(lambda m, n, s: float(n == 64 or s == 0 and n == 16), status=status)
    found = effective_model_complexity(opened(sweep))
    assert (found["emc"] == 16).all()
    np.testing.assert_allclose(found["share_failed"], 1 / 9)
    np.testing.assert_allclose(found["share_used"], 8 / 9)


def test_an_n_without_any_result_above_the_answer_makes_it_unknown(opened):
    def pending(unknown):
        return sweep_of(capacity, status=lambda m, n, seed: Status.PENDING if n == unknown else Status.CONVERGED)

    found = effective_model_complexity(opened(pending(64)))
    assert np.isnan(found["emc"]).all() and found["incomplete"].all()
    assert not found["above_grid"].any() and not found["below_grid"].any()
    np.testing.assert_array_equal(effective_model_complexity(opened(pending(4)))["emc"], [np.nan, np.nan, 16, np.nan])


def test_a_list_file_gives_a_list(opened):
    cells = [(m, n, seed) for m in WIDTHS[::-1] for n in SAMPLES for seed in SEEDS if (m, n) != (32, 16)]
    axes = dict(zip(("width", "samples", "seed"), (list(column) for column in zip(*cells))))
    found = effective_model_complexity(opened(sweep_of(capacity, axes=axes, layout="list")))
    assert found["width"].values.tolist() == WIDTHS[::-1]
    np.testing.assert_array_equal(found["emc"], [np.nan, 4, 4, np.nan])


def test_one_group_gives_one_number(opened):
    found = interpolation_threshold(opened(sweep_of(capacity)).sel(samples=16))
    assert found["threshold"].dims == () and found["threshold"].item() == 32


def test_arguments_that_mean_nothing_are_refused(opened):
    ds = opened(sweep_of(capacity))
    with pytest.raises(SweepError, match="mean or median"):
        effective_model_complexity(ds, average="max")
    with pytest.raises(SweepError, match="train_error or train_loss"):
        interpolation_threshold(ds, measure="test_loss")
    with pytest.raises(SweepError, match="no axis samples"):
        effective_model_complexity(ds.isel(samples=0))
