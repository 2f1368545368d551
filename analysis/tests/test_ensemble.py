"""Bias, variance and ensembles, against predictions whose origin is known."""

from itertools import combinations, product

import numpy as np
import pytest

from ntksweep import Status, SweepError, bias_variance, ensemble_loss, select, two_factor_variance
from result_file import SyntheticSweep

SETTINGS = {
    "training.loss": "squared", "data.source": "gaussian", "data.seed_test": 0, "data.seed_teacher": 0,
    "model.train": "all", "training.method": "gd",
}  # fmt: skip
WIDTHS, TEST, OUTPUTS = [4, 8, 16], 7, 2
TARGETS = np.random.default_rng(5).normal(size=(TEST, OUTPUTS))


def loss(f) -> float:
    """Of outputs n x C, by the definition."""
    return sum((a - b) ** 2 for a, b in zip(f.ravel(), TARGETS.ravel())) / (2 * TEST)


def sweep_of(axes, predictions, layout="dense", settings=None, **values) -> SyntheticSweep:
    """A sweep with these outputs (cells x n x C) and their losses."""
    ends = np.array([loss(f) for f in predictions])
    return SyntheticSweep(
        axes,
        {"test_loss": np.stack([np.full(len(ends), 9.0), ends], axis=1), "test_predictions": predictions, **values},
        layout=layout,
        settings={**SETTINGS, **(settings or {})},
    )


def noisy(axes, random=None) -> np.ndarray:
    random = random or np.random.default_rng(1)
    cells = int(np.prod([len(values) for values in axes.values()]))
    return TARGETS + 0.3 + random.normal(size=(cells, TEST, OUTPUTS))


AXES = {"width": WIDTHS, "samples": [16], "step_size": [0.5], "seed": [0, 1, 2, 3]}


def test_bias_is_the_loss_of_the_mean_prediction_against_the_targets(opened):
    f = noisy(AXES)
    split = bias_variance(opened(sweep_of(AXES, f)))
    assert split["bias2"].dims == ("width", "samples", "step_size")
    expected = [loss(group.mean(axis=0)) for group in f.reshape(3, 4, TEST, OUTPUTS)]
    np.testing.assert_allclose(split["bias2"].values.ravel(), expected, rtol=1e-12)
    assert split["replicates"].values.ravel().tolist() == [4, 4, 4]


def test_the_variance_is_half_of_numpys_summed_over_outputs(opened):
    f = noisy(AXES)
    split = bias_variance(opened(sweep_of(AXES, f)))
    groups = f.reshape(3, 4, TEST, OUTPUTS)
    for name, ddof in (("variance", 0), ("variance_unbiased", 1)):
        expected = groups.var(axis=1, ddof=ddof).sum(axis=-1).mean(axis=-1) / 2
        np.testing.assert_allclose(split[name].values.ravel(), expected, rtol=1e-12)


@pytest.mark.parametrize("suffix", ["", "_unbiased"])
def test_bias_and_variance_add_up_to_the_mean_loss(opened, suffix):
    f = noisy(AXES)
    split = bias_variance(opened(sweep_of(AXES, f)))
    mean = np.array([loss(one) for one in f]).reshape(3, 4).mean(axis=1)
    np.testing.assert_allclose(split["test_loss"].values.ravel(), mean, rtol=1e-14)
    np.testing.assert_allclose((split["bias2" + suffix] + split["variance" + suffix]).values.ravel(), mean, rtol=1e-14)


def test_the_unbiased_numbers_average_to_the_planted_bias_and_variance(opened):
    """500 groups of 3 Gaussian replicates: bias^2 0.09 C / 2, variance C / 2; the plug-in ones are off by a third."""
    axes = {**AXES, "width": list(range(1, 501)), "seed": [0, 1, 2]}
    mean = bias_variance(opened(sweep_of(axes, noisy(axes)))).mean()
    assert float(mean["variance_unbiased"]) == pytest.approx(1, rel=0.02)
    assert float(mean["bias2_unbiased"]) == pytest.approx(0.09, abs=0.02)
    assert float(mean["variance"]) == pytest.approx(2 / 3, rel=0.02)


@pytest.mark.parametrize("members", [1, 2, 3, 4])
def test_the_loss_of_an_ensemble_is_the_mean_over_all_choices_of_members(opened, members):
    f = noisy(AXES)
    got = ensemble_loss(opened(sweep_of(AXES, f)), members=members).values.ravel()
    for value, group in zip(got, f.reshape(3, 4, TEST, OUTPUTS)):
        chosen = [loss(group[list(some)].mean(axis=0)) for some in combinations(range(4), members)]
        assert value == pytest.approx(np.mean(chosen), rel=1e-12)


def test_an_ensemble_larger_than_the_sweep_has_no_loss(opened):
    ds = opened(sweep_of(AXES, noisy(AXES)))
    assert np.isnan(ensemble_loss(ds, members=5)).all()
    np.testing.assert_allclose(ensemble_loss(ds), ensemble_loss(ds, members=4), rtol=1e-12)
    with pytest.raises(SweepError, match="one member or more"):
        ensemble_loss(ds, members=0)


def test_cells_that_diverged_failed_or_are_pending_are_left_out_and_counted(opened):
    f = noisy(AXES)
    f[1] = 1e9
    status = np.full(12, Status.CONVERGED, "u1")
    status[:4] = Status.CONVERGED, Status.DIVERGED, Status.MAX_STEPS, Status.FAILED
    status[4:8] = Status.PENDING
    split = bias_variance(opened(sweep_of(AXES, f, status=status))).isel(samples=0, step_size=0)
    assert split["bias2"][0].item() == pytest.approx(loss(f[[0, 2]].mean(axis=0)), rel=1e-12)
    assert split["replicates"].values.tolist() == [2, 0, 4]
    assert np.isnan(split["bias2"][1]) and np.isnan(split["variance"][1])
    assert split["share_used"].values.tolist() == [0.5, 0, 1]
    assert split["share_diverged"].values.tolist() == [0.25, 0, 0]
    assert split["share_failed"].values.tolist() == [0.25, 0, 0]
    assert split["share_pending"].values.tolist() == [0, 1, 0]


def test_a_finished_cell_without_all_of_its_predictions_is_not_used(opened):
    f = noisy(AXES)
    sweep = sweep_of(AXES, f)
    sweep.values["test_predictions"][2, 3] = np.nan
    split = bias_variance(opened(sweep))
    assert split["replicates"].values.ravel().tolist() == [3, 4, 4]
    assert split["share_used"].values.ravel()[0] == 0.75


def test_empty_slots_of_smaller_test_sets_do_not_count(opened):
    """Test set of 4 of the 7 slots, one output of two."""
    f = noisy(AXES)
    sweep = sweep_of(AXES, f)
    small = f[:4, :4, 0]
    sweep.values["test_predictions"][:4, 4:], sweep.values["test_predictions"][:4, :, 1] = np.nan, np.nan
    sweep.values["test_loss"][:4, 1] = ((small - TARGETS[:4, 0]) ** 2).sum(axis=1) / 8
    split = bias_variance(opened(sweep)).isel(width=0)
    expected = ((small.mean(axis=0) - TARGETS[:4, 0]) ** 2).sum() / 8
    assert split["bias2"].item() == pytest.approx(expected, rel=1e-12)


def test_a_list_file_gives_a_list_with_the_same_numbers(opened):
    f = noisy(AXES)
    dense = bias_variance(opened(sweep_of(AXES, f)))
    order = np.random.default_rng(2).permutation(12)
    rows = np.array(list(product(*AXES.values())), dtype=object)[order]
    listed = {name: column.tolist() for name, column in zip(AXES, rows.T)}
    split = bias_variance(opened(sweep_of(listed, f[order], layout="list")))
    assert split["bias2"].dims == ("cell",)
    for cell in range(3):
        one = split.isel(cell=cell)
        assert one["bias2"].item() == pytest.approx(dense["bias2"].sel(width=one["width"].item()).item(), rel=1e-12)


def test_zipped_seeds_are_one_factor(opened):
    f = noisy(AXES)[:4]
    axes = {"width": [4] * 4, "seed_data": [5, 6, 7, 8], "seed_noise": [1, 2, 3, 4], "seed": [0] * 4}
    split = bias_variance(opened(sweep_of(axes, f, layout="list")), over=("seed_data", "seed_noise"))
    assert split["bias2"].values.tolist() == [pytest.approx(loss(f.mean(axis=0)))]


CROSSED = {"width": WIDTHS, "seed_init": [1, 2, 3], "seed_data": [5, 6, 7, 8], "seed": [0]}


def by_loops(f) -> tuple[float, float, float, float]:
    """I x J x n x C: variance of the mean over j; of the mean over i; mean over j of the variance over i; total."""
    flat = f.reshape(*f.shape[:2], -1) / np.sqrt(2 * TEST)
    half = [flat.mean(axis=1).var(axis=0).sum(), flat.mean(axis=0).var(axis=0).sum()]
    return (*half, np.mean([flat[:, j].var(axis=0).sum() for j in range(f.shape[1])]), flat.var(axis=(0, 1)).sum())


def test_two_factors_and_their_interaction_add_up_by_the_law_of_total_variance(opened):
    f = noisy(CROSSED)
    split = two_factor_variance(opened(sweep_of(CROSSED, f)))
    assert split["variance"].dims == ("width", "seed", "source")
    assert split["source"].values.tolist() == ["seed_init", "seed_data", "interaction"]
    for width, group in zip(WIDTHS, f.reshape(3, 3, 4, TEST, OUTPUTS)):
        init, data, init_given_data, total = by_loops(group)
        got = split.sel(width=width, seed=0)
        assert got["variance"].sel(source="seed_init").item() == pytest.approx(init, rel=1e-12)
        assert got["variance"].sel(source="seed_data").item() == pytest.approx(data, rel=1e-12)
        both = got["variance"].sel(source=["seed_init", "interaction"]).sum().item()
        assert both == pytest.approx(init_given_data, rel=1e-12)
        assert got["variance"].sum().item() == pytest.approx(total, rel=1e-12)
        assert got["bias2"].item() == pytest.approx(loss(group.mean(axis=(0, 1))), rel=1e-12)


def test_unbiased_variances_average_to_what_was_planted(opened):
    """Independent effects of sd 1 (init), 2 (data), 0.5 (pairs), bias 0.3: C/2 = 1 times their squares."""
    axes = {**CROSSED, "width": list(range(1, 801))}
    random = np.random.default_rng(3)
    effects = [sd * random.normal(size=(800, i, j, TEST, OUTPUTS)) for sd, i, j in ((1, 3, 1), (2, 1, 4), (0.5, 3, 4))]
    f = (TARGETS + 0.3 + sum(effects)).reshape(-1, TEST, OUTPUTS)
    split = two_factor_variance(opened(sweep_of(axes, f))).mean("width").isel(seed=0)
    np.testing.assert_allclose(split["variance_unbiased"], [1, 4, 0.25], rtol=0.04)
    assert split["bias2_unbiased"].item() == pytest.approx(0.09, abs=0.1)
    assert split["variance"].sel(source="seed_data").item() == pytest.approx(3 / 4 * (4 + 0.25 / 3), rel=0.04)


def test_an_incomplete_table_loses_its_worst_row_and_says_so(opened):
    f = noisy(CROSSED)
    status = np.full(36, Status.CONVERGED, "u1")
    status[[4, 6]] = Status.DIVERGED, Status.FAILED
    split = two_factor_variance(opened(sweep_of(CROSSED, f, status=status))).isel(seed=0)
    init, data, _, total = by_loops(f.reshape(3, 3, 4, TEST, OUTPUTS)[0, [0, 2]])
    np.testing.assert_allclose(split["variance"].isel(width=0), [init, data, total - init - data], rtol=1e-12)
    assert split["first_levels"].values.tolist() == [2, 3, 3] and split["second_levels"].values.tolist() == [4, 4, 4]
    np.testing.assert_allclose(split["share_used"], [8 / 12, 1, 1])
    np.testing.assert_allclose(split["share_diverged"], [1 / 12, 0, 0])


def test_a_table_of_which_nothing_is_left_is_missing(opened):
    status = np.r_[np.zeros(12), np.ones(24)].astype("u1")
    split = two_factor_variance(opened(sweep_of(CROSSED, noisy(CROSSED), status=status)))
    assert np.isnan(split["variance"].isel(width=0)).all() and np.isfinite(split["variance"].isel(width=1)).all()


@pytest.mark.parametrize("name", ["seed_test", "seed_teacher"])
def test_replicates_with_different_targets_are_refused(opened, name):
    ds = opened(sweep_of(AXES, noisy(AXES), settings={f"data.{name}": -1}))
    with pytest.raises(SweepError, match=f"data.{name}"):
        bias_variance(ds)
    both = {**AXES, "seed": [0], name: [0, 1]}
    with pytest.raises(SweepError, match=f"data.{name}"):
        bias_variance(opened(sweep_of(both, noisy(both))), over=name)


def test_teachers_do_not_matter_where_labels_come_from_a_file(opened):
    ds = opened(sweep_of(AXES, noisy(AXES), settings={"data.seed_teacher": -1, "data.source": "digits"}))
    assert np.isfinite(bias_variance(ds)["bias2"]).all()


def test_a_test_seed_of_its_own_axis_is_no_difference(opened):
    axes = {"width": [4], "seed_test": [3, 4], "seed": [0, 1, 2]}
    ds = opened(sweep_of(axes, noisy(axes)))
    assert bias_variance(ds)["bias2"].dims == ("width", "seed_test")
    assert bias_variance(ds.isel(seed_test=0))["bias2"].dims == ("width",)


def test_other_losses_have_no_such_split(opened):
    axes = {"width": [4], "loss": ["squared", "logistic"], "seed": [0, 1]}
    ds = opened(sweep_of(axes, noisy(axes)))
    with pytest.raises(SweepError, match="here: logistic"):
        bias_variance(ds)
    assert bias_variance(select(ds, loss="squared"))["replicates"].item() == 2


@pytest.mark.parametrize(
    "over, message", [("width", "makes no replicates"), ("seed_data", "no axis seed_data"), (("seed", "seed"), "one")]
)
def test_what_cannot_be_averaged_over_is_refused(opened, over, message):
    with pytest.raises(SweepError, match=message):
        bias_variance(opened(sweep_of(AXES, noisy(AXES))), over=over)


def test_one_seed_has_no_variance(opened):
    axes = {**AXES, "seed": [0]}
    with pytest.raises(SweepError, match="one value only"):
        bias_variance(opened(sweep_of(axes, noisy(axes))))


def test_a_file_without_predictions_says_what_to_ask_for(opened):
    sweep = sweep_of(AXES, noisy(AXES))
    del sweep.values["test_predictions"]
    with pytest.raises(SweepError, match="'test_predictions'.*statistics"):
        bias_variance(opened(sweep))


def test_a_dataset_without_its_settings_is_refused(opened):
    sweep = sweep_of(AXES, noisy(AXES))
    del sweep.settings["data.seed_test"]
    with pytest.raises(SweepError, match="does not say which seed_test"):
        bias_variance(opened(sweep))
