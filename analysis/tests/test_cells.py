"""Cells as a list, and choosing among them."""

import numpy as np
import pytest

from conftest import SEEDS, WIDTHS, dense_sweep, list_sweep
import ntksweep
from ntksweep import SweepError, open_sweep, select, tidy
from ntksweep.figures import FIGURES
from ntksweep.models import models
from ntksweep.published import picture


@pytest.fixture
def dense(tmp_path):
    return open_sweep(dense_sweep().write(tmp_path / "dense.h5"))


@pytest.fixture
def listed(tmp_path):
    return open_sweep(list_sweep().write(tmp_path / "list.h5"))


def test_tidy_keeps_each_number_with_its_settings(dense):
    cells = tidy(dense, "test_loss", "steps")
    assert cells["test_loss"].dims == ("cell", "checkpoint")
    assert cells.sizes["cell"] == len(WIDTHS) * len(SEEDS)
    for cell in range(cells.sizes["cell"]):
        one = cells.isel(cell=cell)
        place = {name: one[name].item() for name in ("width", "samples", "step_size", "seed")}
        np.testing.assert_array_equal(one["test_loss"].values, dense["test_loss"].sel(place).values)


def test_tidy_leaves_a_list_as_it_is(listed):
    cells = tidy(listed, "test_loss")
    assert cells["test_loss"].dims == ("cell", "checkpoint")
    np.testing.assert_array_equal(cells["test_loss"].values, listed["test_loss"].values)
    np.testing.assert_array_equal(cells["width"].values, listed["width"].values)


def test_tidy_without_names_takes_every_variable(dense):
    assert {"train_loss", "wall_time", "host"} <= set(tidy(dense).data_vars)


def test_tidy_names_a_variable_that_is_not_there(dense):
    with pytest.raises(SweepError, match="no variable 'ntk_magic'"):
        tidy(dense, "ntk_magic")


def test_tidy_works_after_an_axis_was_indexed_away(dense):
    assert tidy(dense.isel(seed=0, samples=0), "test_loss")["width"].values.tolist() == WIDTHS


@pytest.mark.parametrize("name", ["dense", "listed"])
def test_select_takes_values_and_lists(name, request):
    ds = request.getfixturevalue(name)
    chosen = tidy(select(ds, width=[8, 64], seed=1), "test_loss")
    assert set(chosen["width"].values) == {8, 64} and set(chosen["seed"].values) == {1}


def test_select_finds_text_and_reals_that_were_rounded(listed):
    chosen = select(listed, train="output", step_size=0.1 + 0.4)
    assert set(chosen["method"].values) == {"min_norm"}
    assert chosen.sizes["cell"] == len(WIDTHS) * len(SEEDS)


def test_select_says_what_there_is(dense):
    with pytest.raises(SweepError, match="width = 3; there are 2, 4, 8"):
        select(dense, width=3)


def test_select_compares_with_what_all_cells_share(dense):
    assert select(dense, train="all").sizes == dense.sizes
    with pytest.raises(SweepError, match="all cells have train = all"):
        select(dense, train="output")


@pytest.mark.parametrize("wanted, said", [
    ({"widht": 3}, "the sweep has no axis and no setting widht; did you mean width?"),
    ({"model.trian": "all"}, "no setting model.trian; did you mean model.train?"),
    ({"zzz": 1}, "no axis and no setting zzz; its axes are width, samples, step_size, seed"),
    ({"width": "64"}, "64, 128, 256: these are numbers, without quotes, and '64' is a text"),
    ({"train": 3}, "all cells have train = all, none 3: these are texts, in quotes"),
    ({"width": []}, "the list of values of width is empty: give one or more, or leave width out"),
])  # fmt: skip
def test_select_says_what_was_meant(dense, wanted, said):
    with pytest.raises(SweepError) as caught:
        select(dense, **wanted)
    assert said in str(caught.value) and "\n" not in str(caught.value)


@pytest.mark.parametrize("take", [tidy, ntksweep.table])
def test_a_name_near_to_that_of_a_variable_is_offered(dense, take):
    with pytest.raises(SweepError, match="the file has no variable 'tset_loss'; did you mean 'test_loss'[?]$"):
        take(dense, "tset_loss")


def test_models_are_told_apart_by_what_is_trained_and_how(dense, listed):
    assert [model.label for model in models(tidy(dense, "test_loss"))] == ["all layers, gradient descent"]
    found = models(tidy(listed, "test_loss"))
    assert [model.label for model in found] == ["all layers, gradient descent", "random features, minimum norm"]
    assert [set(model.cells["train"].values) for model in found] == [{"all"}, {"output"}]


def test_models_of_further_axes_carry_their_values(dense):
    two = dense.sel(samples=[16, 16]).assign_coords(samples=[16, 32])
    assert [model.label for model in models(tidy(two, "test_loss"))] == ["n = 16", "n = 32"]


def test_too_many_models_ask_for_a_choice(dense):
    many = dense.sel(samples=[16] * 9).assign_coords(samples=range(9))
    with pytest.raises(SweepError, match=r"9 combinations of samples .*select\(ds, samples=0\)"):
        models(tidy(many, "test_loss"))


TAKE_A_SWEEP = [
    ntksweep.table, ntksweep.status_counts, select, tidy, ntksweep.bias_variance, ntksweep.ensemble_loss,
    ntksweep.convergence_rate, ntksweep.effective_model_complexity, ntksweep.interpolation_threshold,
    ntksweep.learning_curve, ntksweep.phase_boundary, ntksweep.stability_limits, picture, *FIGURES.values(),
]  # fmt: skip


@pytest.mark.parametrize("function", TAKE_A_SWEEP, ids=lambda function: function.__name__)
def test_what_is_no_open_sweep_is_a_type_error_that_says_what_is_wanted(function, dense):
    for wrong in (3, "out/sweep.h5", dense["test_loss"]):
        with pytest.raises(TypeError, match="a Dataset is wanted, as ntksweep.open_sweep gives it, not"):
            function(wrong)
    with pytest.raises(SweepError, match="no variable status"):
        function(dense.drop_vars("status"))
