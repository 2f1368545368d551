"""Resampling of seeds, against averages by hand and planted truths."""

import numpy as np
import pytest

from ntksweep import Status, SweepError, bootstrap_average
from ntksweep.bootstrap import Resampling, interval, weighted_average
from planted_sweeps import as_list, sweep_of

SEEDS = [(s,) for s in range(8)]


@pytest.mark.parametrize("average", ["mean", "median"])
def test_weighted_averages_are_those_of_the_repeated_values(average):
    random = np.random.default_rng(0)
    values = random.normal(size=(6, 8))
    values[1, 2:5] = np.nan
    values[2, :3] = np.inf
    values[3, 0] = -np.inf
    values[4] = np.nan
    weights = random.integers(0, 3, size=(50, 8))
    got = weighted_average(values, weights, average)
    for row, times in enumerate(weights):
        for level, line in enumerate(values):
            repeated = np.repeat(line, times)
            repeated = repeated[~np.isnan(repeated)]
            expected = getattr(np, average)(repeated) if repeated.size else np.nan
            np.testing.assert_allclose(got[row, level], expected, rtol=1e-13)


def test_a_resample_takes_a_seed_with_all_its_cells():
    random = np.random.default_rng(1)
    noise = random.normal(size=8)
    drawn = Resampling(500, average="mean").of(np.stack([noise, noise + 3, 2 * noise]), SEEDS).drawn
    np.testing.assert_allclose(drawn[:, 1] - drawn[:, 0], 3, rtol=1e-12)
    np.testing.assert_allclose(drawn[:, 2], 2 * drawn[:, 0], atol=1e-12)
    assert np.std(drawn[:, 0]) > 0.1


def test_the_spread_of_resampled_means_is_the_standard_error():
    values = np.random.default_rng(2).normal(size=(1, 8))
    drawn = Resampling(20000, average="mean").of(values, SEEDS).drawn
    assert np.std(drawn) == pytest.approx(np.std(values) / np.sqrt(8), rel=0.02)


def test_crossed_seeds_are_drawn_axis_by_axis():
    """f_ij = a_i + b_j over 4 x 6: the spread of a mean is that of both axes; pairs drawn alone would miss it."""
    random = np.random.default_rng(3)
    a, b = random.normal(size=4), random.normal(size=6)
    pairs = [(i, 10 + j, 0) for i in range(4) for j in range(6)]
    values = np.array([a[i] + b[j - 10] for i, j, _ in pairs])[np.newaxis]
    drawn = Resampling(20000, average="mean").of(values, pairs).drawn
    assert np.std(drawn) == pytest.approx(np.sqrt(np.var(a) / 4 + np.var(b) / 6), rel=0.03)


def test_seed_axes_that_go_together_are_one():
    values = np.random.default_rng(4).normal(size=(1, 8))
    together = [(s, s + 5) for s in range(8)]
    np.testing.assert_array_equal(Resampling().of(values, together).drawn, Resampling().of(values, SEEDS).drawn)


def test_the_same_seeds_give_the_same_draws_whatever_else_is_in_the_file(opened):
    def loss(width, seed, **_):
        return np.sin(17 * width + seed)

    axes = {"width": [2, 4, 8], "samples": [3], "step_size": [0.5], "seed": list(range(6))}
    whole = bootstrap_average(opened(sweep_of(axes, {"test_loss": loss})), "test_loss")
    part = bootstrap_average(opened(sweep_of({**axes, "width": [4]}, {"test_loss": loss})), "test_loss")
    for name in ("average", "low", "high"):
        np.testing.assert_array_equal(whole[name].sel(width=[4]), part[name])
    ds = opened(sweep_of(axes, {"test_loss": loss}))
    means = [bootstrap_average(ds, "test_loss", "mean", seed=seed) for seed in (0, 1)]
    assert (means[0]["average"] == means[1]["average"]).all() and (means[0]["low"] != means[1]["low"]).any()


@pytest.mark.parametrize("average", ["mean", "median"])
def test_intervals_hold_the_truth_as_often_as_promised(average):
    """Normal values about 0 with 20 seeds: 93 % (mean) of 95 %, as the docstring says."""
    random = np.random.default_rng(5)
    resampling = Resampling(400, average=average)
    drawn = resampling.of(random.normal(size=(1000, 20)), [(s,) for s in range(20)]).drawn
    low, high = interval(drawn)
    assert 0.90 < np.mean((low < 0) & (high > 0)) < 0.97


def test_two_replicates_have_no_interval_and_three_have_one(opened):
    axes = {"width": [2, 4], "samples": [3], "step_size": [0.5], "seed": [0, 1, 2]}

    def status(width, seed, **_):
        return Status.PENDING if (width, seed) == (4, 2) else Status.CONVERGED

    found = bootstrap_average(opened(sweep_of(axes, {"test_loss": lambda width, seed, **_: seed}, status)), "test_loss")
    found = found.isel(samples=0, step_size=0)
    assert found["replicates"].values.tolist() == [3, 2]
    np.testing.assert_array_equal(found["average"], [1, 0.5])
    np.testing.assert_array_equal(np.isnan(found["low"]), [False, True])
    np.testing.assert_array_equal(np.isnan(found["high"]), [False, True])
    np.testing.assert_allclose(found["share_pending"], [0, 1 / 3])


def test_diverged_cells_are_left_out_infinite_or_kept(opened):
    axes = {"width": [2], "samples": [3], "step_size": [0.5], "seed": [0, 1, 2, 3, 4]}
    sweep = sweep_of(axes, {"test_loss": lambda seed, **_: seed}, lambda seed, **_: 3 if seed > 1 else 1)
    ds = opened(sweep)
    choices = ("left_out", "infinite", "kept")
    averages = [bootstrap_average(ds, "test_loss", diverged=choice)["average"].item() for choice in choices]
    assert averages == [0.5, np.inf, 2]
    assert bootstrap_average(ds, "test_loss", checkpoint=0, diverged="kept")["average"].item() == 7


def test_a_list_file_gives_the_numbers_of_the_dense_one(opened):
    axes = {"width": [2, 4], "samples": [3, 5], "step_size": [0.5], "seed": list(range(5))}

    def loss(width, samples, seed, **_):
        return np.sin(width * samples * (seed + 1))

    dense = bootstrap_average(opened(sweep_of(axes, {"test_loss": loss})), "test_loss", average="mean")
    listed = bootstrap_average(
        opened(sweep_of(as_list(axes), {"test_loss": loss}, layout="list")), "test_loss", average="mean"
    )
    for cell in range(4):
        one = listed.isel(cell=cell)
        place = {name: one[name].item() for name in ("width", "samples", "step_size")}
        assert one["average"].item() == pytest.approx(dense["average"].sel(place).item(), rel=1e-12)
        assert dense["low"].sel(place).item() <= one["average"].item() <= dense["high"].sel(place).item()


def test_requests_that_mean_nothing_are_refused_in_one_line(opened):
    axes = {"width": [2], "samples": [3], "step_size": [0.5], "seed": [0, 1, 2]}
    sweep = sweep_of(axes, {"test_loss": lambda **_: 1})
    sweep.values["weight_movement"] = np.ones((3, 2, 2))
    ds = opened(sweep)
    for words, wrong in {
        "mean or median": {"average": "max"},
        "one resample or more": {"resamples": 0},
        "seed of the resamples": {"seed": -1},
        "left_out, infinite or kept": {"diverged": "inf"},
        "no checkpoint 5": {"checkpoint": 5},
        "no replicates": {"over": "width"},
        "no axis seed_init": {"over": "seed_init"},
        r"no variable 'magic'": {"name": "magic"},
        r"isel\(layer=0\)": {"name": "weight_movement"},
        "not a number of each cell": {"name": "host_names"},
    }.items():
        with pytest.raises(SweepError, match=words) as caught:
            bootstrap_average(ds, **{"name": "test_loss", **wrong})
        assert "\n" not in str(caught.value)
