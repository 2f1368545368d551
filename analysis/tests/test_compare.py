"""Differences of pairs, against what was planted."""

import numpy as np
import pytest

from ntksweep import Status, SweepError, bootstrap_average, paired_difference
from planted_sweeps import as_list, sweep_of

AXES = {"width": [8, 16], "samples": [4], "step_size": [0.25, 0.5, 1.0], "seed": list(range(7))}


def loss(width, step_size, seed, **_):
    """Seeds differ by far more than step sizes; the step takes 0.1, give or take, off each."""
    return 10 + 5 * np.sin(3 * seed) - 0.4 * step_size + 0.01 * np.cos(5 * seed + width + step_size)


def test_the_difference_is_seed_by_seed_so_what_seeds_share_cancels(opened):
    ds = opened(sweep_of(AXES, {"test_loss": loss}))
    found = paired_difference(ds, "test_loss", "step_size", (0.25, 0.5))
    assert found["difference"].dims == ("width", "samples")
    end = ds["test_loss"].isel(checkpoint=-1, samples=0)
    by_hand = (end.sel(step_size=0.5) - end.sel(step_size=0.25)).median("seed")
    np.testing.assert_allclose(found["difference"].isel(samples=0), by_hand, rtol=1e-12)
    assert (found["high"] - found["low"] < 0.05).all() and (found["high"] < 0).all()
    alone = bootstrap_average(ds, "test_loss")
    assert (alone["high"] - alone["low"] > 1).all()
    assert (found["share_smaller"] == 0).all() and (found["pairs"] == 7).all() and (found["share_used"] == 1).all()


def test_turned_round_the_sign_changes(opened):
    ds = opened(sweep_of(AXES, {"test_loss": loss}))
    one, other = (paired_difference(ds, "test_loss", "width", pair) for pair in ((8, 16), (16, 8)))
    np.testing.assert_allclose(one["difference"], -other["difference"])
    np.testing.assert_allclose(one["low"], -other["high"])
    np.testing.assert_allclose(one["share_smaller"], 1 - other["share_smaller"])


def test_relative_is_the_logarithm_of_the_ratio(opened):
    ds = opened(sweep_of(AXES, {"test_loss": lambda width, seed, **_: (1 + seed) * width**-1.5}))
    found = paired_difference(ds, "test_loss", "width", (8, 16), relative=True)
    for name in ("difference", "low", "high"):
        np.testing.assert_allclose(found[name], -1.5 * np.log(2), rtol=1e-12)
    zero = opened(sweep_of(AXES, {"test_loss": lambda seed, **_: float(seed > 2)}))
    assert (paired_difference(zero, "test_loss", "width", (8, 16), relative=True)["pairs"] == 4).all()


def test_intervals_hold_a_planted_difference(opened):
    random = np.random.default_rng(1)
    axes = {**AXES, "width": list(range(1, 151)), "step_size": [0.25, 0.5], "seed": list(range(20))}

    def noisy(step_size, seed, **_):
        return 5 * np.sin(seed) + step_size + 0.1 * random.normal()

    ds = opened(sweep_of(axes, {"test_loss": noisy}))
    found = paired_difference(ds, "test_loss", "step_size", (0.25, 0.5), average="mean", resamples=400)
    inside = (found["low"] <= 0.25) & (found["high"] >= 0.25)
    assert 0.86 < inside.mean() < 0.99


def test_pairs_without_both_results_are_left_out(opened):
    def status(width, seed, **_):
        return Status.FAILED if (width, seed) == (8, 0) else Status.DIVERGED if (width, seed) == (16, 1) else 1

    ds = opened(sweep_of(AXES, {"test_loss": loss}, status))
    found = paired_difference(ds, "test_loss", "width", (8, 16))
    assert (found["pairs"] == 5).all()
    np.testing.assert_allclose(found["share_used"], 10 / 14)
    np.testing.assert_allclose(found["share_failed"], 1 / 14)
    infinite = paired_difference(ds, "test_loss", "width", (8, 16), diverged="infinite", average="mean")
    assert (infinite["pairs"] == 6).all() and np.isposinf(infinite["difference"]).all()


def test_a_tie_is_no_smaller_value(opened):
    ds = opened(sweep_of(AXES, {"test_loss": lambda width, seed, **_: width if seed < 3 else 1.0}))
    np.testing.assert_allclose(paired_difference(ds, "test_loss", "width", (8, 16))["share_smaller"], 3 / 7)


def test_two_pairs_have_no_interval(opened):
    ds = opened(sweep_of({**AXES, "seed": [0, 1]}, {"test_loss": loss}))
    found = paired_difference(ds, "test_loss", "width", (8, 16))
    assert np.isfinite(found["difference"]).all() and np.isnan(found["low"]).all() and np.isnan(found["high"]).all()


def coupled() -> dict:
    rows = [(m, t, s) for t in ("gd", "min_norm") for m in (8, 16) for s in range(5)]
    train = {"gd": "all", "min_norm": "output"}
    return {
        "width": [row[0] for row in rows], "train": [train[row[1]] for row in rows],
        "method": [row[1] for row in rows], "seed": [row[2] for row in rows],
    }  # fmt: skip


def test_axes_that_go_together_are_compared_together(opened):
    def end(width, method, seed, **_):
        return width + seed**2 + (method == "gd") * 0.5

    ds = opened(sweep_of(coupled(), {"test_loss": end}, layout="list"))
    found = paired_difference(ds, "test_loss", ("train", "method"), (("output", "min_norm"), ("all", "gd")))
    assert found["width"].values.tolist() == [8, 16]
    np.testing.assert_allclose(found["difference"], 0.5)
    with pytest.raises(SweepError, match="no two cells differ in train alone.*method"):
        paired_difference(ds, "test_loss", "train", ("output", "all"))


def test_a_list_file_gives_the_numbers_of_the_dense_one(opened):
    dense = paired_difference(opened(sweep_of(AXES, {"test_loss": loss})), "test_loss", "step_size", (0.25, 1.0))
    axes = as_list(AXES, keep=lambda step_size, seed, **_: step_size != 0.5 or seed < 2)
    ds = opened(sweep_of(axes, {"test_loss": loss}, layout="list"))
    listed = paired_difference(ds, "test_loss", "step_size", (0.25, 1.0))
    np.testing.assert_allclose(listed.sortby("width")["difference"], dense["difference"].isel(samples=0), rtol=1e-12)


def test_requests_that_mean_nothing_are_refused_in_one_line(opened):
    ds = opened(sweep_of(AXES, {"test_loss": loss}))
    for words, axis, values in [
        ("no axis depth", "depth", (1, 2)),
        ("no cell has width = 3; there are 8, 16", "width", (8, 3)),
        ("two values are compared", "width", (8, 16, 32)),
        ("two values are compared", "width", 8),
        ("two values are compared", "width", "ab"),
        ("both values of width are the same", "width", (8, 8)),
        ("one entry for each of width, step_size", ("width", "step_size"), ((8,), (16,))),
        ("one entry for each of width, step_size", ("width", "step_size"), (8, 16)),
        ("seed has two parts in this: an axis is either compared along or averaged over", "seed", (0, 1)),
    ]:
        with pytest.raises(SweepError, match=words) as caught:
            paired_difference(ds, "test_loss", axis, values)
        assert "\n" not in str(caught.value)
