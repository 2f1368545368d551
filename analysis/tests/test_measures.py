"""The numbers behind figures and tables."""

import numpy as np
import pytest
import xarray as xr

from conftest import dense_sweep
from ntksweep import Status, open_sweep, tidy
from ntksweep.measures import at_end, curve, fit_power_law, interpolation_width, large_widths, peak


def cells_of(width, status=None) -> xr.Dataset:
    width = np.asarray(width)
    status = np.full(width.size, Status.CONVERGED) if status is None else np.asarray(status)
    return xr.Dataset({"status": ("cell", status)}, {"width": ("cell", width)})


@pytest.mark.parametrize("exponent", [-1.0, -0.5, 0.75])
def test_a_planted_exponent_is_recovered(exponent):
    x = np.array([8.0, 16, 32, 64, 128])
    law = fit_power_law(x, 3.0 * x**exponent)
    assert law.exponent == pytest.approx(exponent, abs=1e-12)
    assert law.prefactor == pytest.approx(3.0)
    assert law.error == pytest.approx(0, abs=1e-12)


def test_the_error_of_an_exponent_covers_what_noise_does_to_it():
    random = np.random.default_rng(1)
    x = np.geomspace(8, 1024, 8)
    laws = [fit_power_law(x, x**-0.75 * np.exp(0.1 * random.normal(size=8))) for _ in range(400)]
    scatter = np.std([law.exponent for law in laws])
    assert np.sqrt(np.mean([law.error**2 for law in laws])) == pytest.approx(scatter, rel=0.15)


def test_two_points_or_points_that_are_not_positive_make_no_law():
    assert fit_power_law(np.array([1.0, 2, 4]), np.array([1.0, 0.0, 0.25])) is None


def test_few_replicates_span_all_and_many_their_quartiles():
    few = curve(cells_of([4] * 5), np.array([5.0, 1, 2, 3, 4]))
    assert (few.low[0], few.median[0], few.high[0]) == (1, 3, 5)
    many = curve(cells_of([4] * 9), np.arange(9.0))
    assert (many.low[0], many.median[0], many.high[0]) == (2, 4, 6)


def test_a_diverged_cell_counts_as_infinite_or_not_at_all():
    cells = cells_of([2, 2, 2, 4, 4, 4], [1, 1, 3, 1, 3, 3])
    values = np.array([1.0, 2, 0.5, 1, 0.5, np.nan])
    infinite = curve(cells, values, diverged_is_infinite=True)
    np.testing.assert_array_equal(infinite.median, [2, np.inf])
    np.testing.assert_allclose(infinite.diverged, [1 / 3, 2 / 3])
    np.testing.assert_array_equal(curve(cells, values).median, [1.5, 1])


def test_cells_without_a_result_do_not_count():
    line = curve(cells_of([2, 2, 4], [1, 0, 0]), np.array([1.0, 50, 60]))
    assert line.width.tolist() == [2] and line.median.tolist() == [1] and line.count.tolist() == [1]


def test_an_empty_sweep_has_an_empty_curve():
    assert curve(cells_of([2, 4], [0, 0]), np.ones(2)).width.size == 0


def test_the_value_at_the_end_is_the_last_slot(tmp_path):
    cells = tidy(open_sweep(dense_sweep().write(tmp_path / "a.h5")), "test_loss", "steps")
    np.testing.assert_array_equal(at_end(cells, "test_loss"), cells["test_loss"].values[:, -1])
    np.testing.assert_array_equal(at_end(cells, "steps"), cells["steps"].values)


def test_the_interpolation_limit_lies_where_parameters_equal_targets():
    cells = cells_of([4, 8, 16, 32]).assign(parameters_per_target=("cell", np.array([4, 8, 16, 32]) * 74 / 1000))
    assert interpolation_width(cells) == pytest.approx(1000 / 74)
    assert interpolation_width(cells.isel(cell=slice(0, 2))) is None
    assert interpolation_width(cells.drop_vars("parameters_per_target")) is None


def test_large_widths_are_twice_beyond_the_limit_or_the_upper_half():
    width = np.array([4, 8, 16, 32, 64, 128])
    cells = cells_of(width).assign(parameters_per_target=("cell", width / 16))
    line = curve(cells, np.ones(6))
    assert line.width[large_widths(cells, line)].tolist() == [32, 64, 128]
    assert line.width[large_widths(cells.drop_vars("parameters_per_target"), line)].tolist() == [32, 64, 128]
    near = cells.assign(parameters_per_target=("cell", width / 30))
    assert line.width[large_widths(near, line)].tolist() == [32, 64, 128]


def test_all_widths_are_large_where_the_sweep_begins_twice_beyond_the_limit():
    width = np.array([4, 8, 16, 32, 64, 128])
    cells = cells_of(width).assign(parameters_per_target=("cell", width / 2))
    line = curve(cells, np.ones(6))
    assert large_widths(cells, line).all()
    short = cells.assign(parameters_per_target=("cell", width / 3))
    assert line.width[large_widths(short, line)].tolist() == [32, 64, 128]


def test_the_peak_is_the_highest_that_stands_out_on_both_sides():
    line = curve(cells_of([1, 2, 3, 4, 5, 6, 7]), np.array([9.0, 1, 2, 1, 5, 1, 8]))
    assert line.width[peak(line)] == 5
    assert peak(curve(cells_of([1, 2, 3]), np.array([3.0, 2, 1]))) is None
    assert peak(curve(cells_of([1, 2, 3]), np.array([1.0, 1.1, 1]))) is None


def test_a_width_at_which_all_diverged_is_no_peak():
    cells = cells_of([1, 2, 3, 4, 5], [1, 1, 1, 3, 1])
    line = curve(cells, np.array([1.0, 3, 1, 1, 1]), diverged_is_infinite=True)
    assert line.width[peak(line)] == 2


def test_a_missing_integer_is_no_number():
    cells = cells_of([2, 2, 2, 4]).assign(interpolation_step=("cell", np.array([3, -1, 7, -1])))
    end = at_end(cells, "interpolation_step")
    np.testing.assert_array_equal(end, [3, np.nan, 7, np.nan])
    line = curve(cells, end)
    assert line.width.tolist() == [2] and line.median.tolist() == [5]
