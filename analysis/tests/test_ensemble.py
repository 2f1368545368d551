"""Bias, variance and ensembles, against predictions whose origin is known."""

from itertools import combinations, product

import numpy as np
import pytest

from ntksweep import Status, SweepError, bias_variance, ensemble_loss, select
from planted_predictions import OUTPUTS, TARGETS, TEST, WIDTHS, loss, noisy, sweep_of

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
    "over, message",
    [("width", "makes no replicates"), ("seed_data", "no axis seed_data"), (("seed", "seed"), "seed has two parts")],
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
