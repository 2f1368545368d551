"""Power laws along an axis, from planted exponents."""

import numpy as np
import pytest

from ntksweep import Status, SweepError, learning_curve, scaling_exponent
from ntksweep.bootstrap import Resampling
from ntksweep.measures import fit_power_law
from ntksweep.scaling import _fit
from planted_sweeps import as_list, sweep_of

AXES = {"width": [8, 16, 32, 64, 128, 256], "samples": [4, 8, 16], "step_size": [0.5], "seed": list(range(6))}


def drift(width, samples, seed, **_):
    """3 m^-0.75 n^0.5, with seeds that multiply the whole curve and some noise."""
    return 3 * width**-0.75 * samples**0.5 * np.exp(0.3 * np.sin(9 * seed) + 0.05 * np.sin(width * (seed + 1)))


def exact(width, samples, seed, **_):
    return 3 * width**-0.75 * samples**0.5 * (1 + seed / 10)


def test_an_exact_law_is_recovered_with_an_interval_of_no_width(opened):
    found = scaling_exponent(opened(sweep_of(AXES, {"ntk_drift": exact})), "ntk_drift", within=(8, 256))
    assert found["exponent"].dims == ("samples", "step_size")
    for name in ("exponent", "exponent_low", "exponent_high"):
        np.testing.assert_allclose(found[name], -0.75, rtol=1e-12)
    np.testing.assert_allclose(found["prefactor"].values[:, 0], [3 * n**0.5 * 1.25 for n in (4, 8, 16)], rtol=1e-12)
    assert (found["points"] == 6).all() and (found["share_used"] == 1).all()
    np.testing.assert_allclose(found["r2"], 1)


def test_any_axis_will_do(opened):
    found = scaling_exponent(opened(sweep_of(AXES, {"ntk_drift": exact})), "ntk_drift", along="samples")
    assert found["exponent"].dims == ("width", "step_size")
    np.testing.assert_allclose(found["exponent"], 0.5, rtol=1e-12)


def test_the_fit_is_that_of_the_figure_of_the_drift(opened):
    ds = opened(sweep_of({**AXES, "samples": [4]}, {"ntk_drift": drift}))
    found = scaling_exponent(ds, "ntk_drift").isel(samples=0, step_size=0)
    widths = np.array([64.0, 128, 256])
    medians = ds["ntk_drift"].isel(checkpoint=-1, samples=0, step_size=0).sel(width=widths).median("seed").values
    law = fit_power_law(widths, medians)
    assert found["exponent"].item() == pytest.approx(law.exponent, rel=1e-12)
    assert found["prefactor"].item() == pytest.approx(law.prefactor, rel=1e-12)
    assert (found["first"].item(), found["last"].item(), found["points"].item()) == (64, 256, 3)


def test_large_widths_are_those_beyond_twice_the_interpolation_limit(opened):
    sweep = sweep_of({**AXES, "samples": [4]}, {"ntk_drift": drift})
    sweep.values["parameters_per_target"] = np.array([cell["width"] / 16 for cell in sweep.cells()])
    found = scaling_exponent(opened(sweep), "ntk_drift")
    assert found["first"].item() == 32 and found["points"].item() == 4


@pytest.mark.parametrize("average", ["mean", "median"])
def test_planted_exponents_lie_in_their_intervals(average):
    """200 sweeps of 8 widths x 20 seeds; a seed shifts a whole curve, and each cell has noise of its own."""
    random = np.random.default_rng(7)
    x = np.geomspace(8, 1024, 8)
    seeds = [(s,) for s in range(20)]
    resampling = Resampling(400, average=average)
    inside = []
    for _ in range(200):
        slope_of_seed = -0.75 + 0.1 * random.normal(size=20)
        noise = 0.3 * random.normal(size=20) + 0.2 * random.normal(size=(8, 20))
        values = (x[:, None] / 100) ** slope_of_seed * np.exp(noise)
        truth = _true_exponent(x, average)
        law = _fit(x, resampling.of(values, seeds), np.ones(8, dtype=bool))
        inside.append(law[1] <= truth <= law[2])
    assert 0.88 <= np.mean(inside) <= 0.99


def _true_exponent(x, average):
    """Of the average over infinitely many seeds: E exp(s u) = exp(-0.75 u + 0.005 u^2), u = log(x / 100)."""
    u = np.log(x / 100)
    logs = -0.75 * u + (0.005 * u**2 if average == "mean" else 0)
    return np.polyfit(u, logs, 1)[0]


def test_common_shifts_of_a_seed_do_not_widen_the_interval(opened):
    def shifted(width, seed, **_):
        return width**-1.0 * np.exp(seed + 0.01 * np.sin(width * (seed + 1)))

    found = scaling_exponent(opened(sweep_of(AXES, {"ntk_drift": shifted})), "ntk_drift", average="mean")
    assert (found["exponent_high"] - found["exponent_low"] < 0.02).all()


def test_a_list_file_gives_the_numbers_of_the_dense_one(opened):
    dense = scaling_exponent(opened(sweep_of(AXES, {"ntk_drift": drift})), "ntk_drift")
    listed = scaling_exponent(opened(sweep_of(as_list(AXES), {"ntk_drift": drift}, layout="list")), "ntk_drift")
    assert listed["exponent"].dims == ("cell",)
    for cell in range(3):
        one = listed.isel(cell=cell)
        same = dense["exponent"].sel(samples=one["samples"].item())
        assert one["exponent"].item() == pytest.approx(same.item(), rel=1e-12)
        assert one["exponent_low"].item() <= one["exponent"].item() <= one["exponent_high"].item()


def test_a_running_sweep_is_fitted_where_it_is_done_and_has_no_interval_where_seeds_lack(opened):
    def status(width, samples, seed, **_):
        done = samples == 4 or samples == 8 and (width < 256 or seed < 2) or samples == 16 and width < 32
        return Status.CONVERGED if done else Status.PENDING

    found = scaling_exponent(opened(sweep_of(AXES, {"ntk_drift": exact}, status)), "ntk_drift", within=(8, 256))
    found = found.isel(step_size=0)
    assert found["points"].values.tolist() == [6, 6, 2]
    np.testing.assert_array_equal(np.isnan(found["exponent"]), [False, False, True])
    np.testing.assert_array_equal(np.isnan(found["exponent_low"]), [False, True, True])
    np.testing.assert_allclose(found["share_pending"], [0, 4 / 36, 4 / 6])


def test_two_seeds_have_an_exponent_without_an_interval(opened):
    found = scaling_exponent(opened(sweep_of({**AXES, "seed": [0, 1]}, {"ntk_drift": drift})), "ntk_drift")
    assert np.isfinite(found["exponent"]).all()
    assert np.isnan(found["exponent_low"]).all() and np.isnan(found["exponent_high"]).all()


def test_diverged_cells_are_left_out_or_take_their_width_with_them(opened):
    def status(width, seed, **_):
        return Status.DIVERGED if width == 256 and seed < 4 else Status.CONVERGED

    def loss(width, seed, **_):
        return width**-0.5

    ds = opened(sweep_of(AXES, {"ntk_drift": loss}, status))
    kept = scaling_exponent(ds, "ntk_drift", within=(8, 256))
    assert (kept["points"] == 6).all() and kept["exponent"].values[0, 0] == pytest.approx(-0.5)
    np.testing.assert_allclose(kept["share_diverged"], 4 / 36)
    assert (scaling_exponent(ds, "ntk_drift", within=(8, 256), diverged="infinite")["points"] == 5).all()


def test_what_is_not_above_zero_makes_no_point(opened):
    found = scaling_exponent(opened(sweep_of(AXES, {"ntk_drift": lambda **_: 0.0})), "ntk_drift")
    assert np.isnan(found["exponent"]).all() and (found["points"] == 0).all()


def test_a_learning_curve_has_the_curve_beside_its_law(opened):
    axes = {**AXES, "samples": [16, 4, 64, 8], "width": [8]}

    def loss(samples, seed, **_):
        return 5 * samples**-0.6 * (1 + seed / 10)

    ds = opened(sweep_of(axes, {"test_loss": loss}))
    found = learning_curve(ds).isel(width=0, step_size=0)
    assert found["samples"].values.tolist() == [4, 8, 16, 64]
    medians = ds["test_loss"].isel(checkpoint=-1, width=0, step_size=0).median("seed").sortby("samples")
    np.testing.assert_allclose(found["average"], medians, rtol=1e-14)
    assert (found["low"] <= found["average"]).all() and (found["average"] <= found["high"]).all()
    assert found["exponent"].item() == pytest.approx(-0.6) and (found["replicates"] == 6).all()
    assert learning_curve(ds, within=(4, 16))["points"].item() == 3


def test_a_learning_curve_counts_divergence_as_infinite(opened):
    def status(samples, seed, **_):
        return Status.DIVERGED if samples == 16 and seed < 4 else Status.CONVERGED

    ds = opened(sweep_of({**AXES, "width": [8]}, {"test_loss": lambda **_: 1.0}, status))
    assert learning_curve(ds)["average"].values.ravel().tolist() == [1, 1, np.inf]
    assert learning_curve(ds, diverged="left_out")["average"].values.ravel().tolist() == [1, 1, 1]


@pytest.mark.parametrize("samples, said", [([4], "; the sweep has 4"), ([4, 8], "; the sweep has 4, 8")])
def test_a_learning_curve_of_fewer_than_three_values_is_refused(opened, samples, said):
    ds = opened(sweep_of({**AXES, "samples": samples}, {"test_loss": lambda samples, **_: 1 / samples}))
    with pytest.raises(SweepError, match="needs three values of samples or more for its power law") as caught:
        learning_curve(ds)
    assert str(caught.value).endswith(said)


def test_requests_that_mean_nothing_are_refused_in_one_line(opened):
    ds = opened(sweep_of(AXES, {"ntk_drift": exact}))
    listed = opened(sweep_of({**as_list(AXES), "train": ["all"] * 108}, {"ntk_drift": exact}, layout="list"))
    for words, file, wrong in [
        ("no axis depth", ds, {"along": "depth"}),
        ("values above zero; train has all", listed, {"along": "train"}),
        ("values above zero; seed has 0", ds, {"along": "seed", "over": ()}),
        ("seed has two parts in this: an axis is either compared along or averaged over", ds, {"along": "seed"}),
        (r"pair \(low, high\)", ds, {"within": (9, 8)}),
        (r"pair \(low, high\)", ds, {"within": (9, 8, 3)}),
        (r"pair \(low, high\)", ds, {"within": 5}),
        (r"pair \(low, high\)", ds, {"within": "ab"}),
        ("one resample or more", ds, {"resamples": 1.5}),
        ("seed of the resamples", ds, {"seed": "x"}),
        ("no width lies within 9 to 10; there are 8", ds, {"within": (9, 10)}),
        ("no variable 'loss'", ds, {"name": "loss"}),
    ]:
        with pytest.raises(SweepError, match=words) as caught:
            scaling_exponent(file, **{"name": "ntk_drift", **wrong})
        assert "\n" not in str(caught.value)
