"""The variance by initialization, by data and by their interaction, against predictions of known origin."""

import numpy as np
import pytest

from ntksweep import Status, two_factor_variance
from planted_predictions import OUTPUTS, TARGETS, TEST, WIDTHS, loss, noisy, sweep_of

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
