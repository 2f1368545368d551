"""Loss against step, read back from the lines."""

import numpy as np
import pytest

from figure_texts import check_texts
from ntksweep import Status, SweepError, select
from ntksweep.figures import loss_curves
from result_file import TRAILING, SyntheticSweep

AXES = {"width": [8, 16], "samples": [5], "step_size": [0.5], "seed": [0, 1, 2]}
STEPS = np.array([0, 1, 10, -1, 100])


@pytest.fixture(autouse=True)
def dimensions(monkeypatch):
    for name in ("xu_bound", "linearised_train_loss", "flow_train_loss"):
        monkeypatch.setitem(TRAILING, name, ("checkpoint",))


def planted(axes=None, **values) -> SyntheticSweep:
    """Loss (1 + seed) exp(-t / width), the bound twice that; ends of the seeds at steps 100, 101, 102."""
    sweep = SyntheticSweep(axes or AXES, {})
    cells = sweep.cells()
    width, seed = (np.array([cell[name] for cell in cells]) for name in ("width", "seed"))
    steps = np.tile(STEPS, (len(cells), 1))
    steps[:, -1] += seed
    loss = (1 + seed[:, None]) * np.exp(-steps / width[:, None])
    loss[steps < 0] = np.nan
    sweep.values = {"checkpoint_step": steps, "train_loss": loss, "xu_bound": 2 * loss, **values}
    return sweep


def line(ax, label):
    return next(found.get_xydata().T for found in ax.get_lines() if found.get_label() == label)


def test_lines_are_the_medians_over_seeds_at_each_step(opened):
    for ax, width in zip(loss_curves(opened(planted())).axes, (8, 16)):
        for label, factor in (("train_loss", 2), ("xu_bound", 4)):
            step, loss = line(ax, label)
            assert step.tolist() == [0, 1, 10, 100, 101, 102]
            np.testing.assert_allclose(loss[:4], factor * np.exp(-step[:4] / width))
        assert loss[5] == pytest.approx(4 * np.exp(-101 / width))  # the middle seed has ended at 101


def test_the_band_spans_the_seeds(opened):
    ax = loss_curves(opened(planted())).axes[0]
    drawn = ax.collections[0].get_paths()[0].vertices
    for step in (0, 10):
        ends = np.unique(drawn[drawn[:, 0] == step, 1])[[0, -1]]
        np.testing.assert_allclose(ends, np.array([1, 3]) * np.exp(-step / 8))


def test_diverged_cells_are_counted_and_infinite_after_their_end(opened):
    sweep = planted()
    sweep.values["status"] = np.array([Status.DIVERGED] * 2 + [Status.CONVERGED] * 4, "u1")
    first, second = loss_curves(opened(sweep)).axes
    assert [text.get_text() for text in first.texts] == ["2 of 3 diverged"] and not second.texts
    step, loss = line(first, "train_loss")
    assert np.isfinite(loss[step <= 101]).all() and np.isnan(loss[step == 102]).all()


def test_files_without_results_and_too_many_panels_are_refused(opened):
    sweep = planted()
    sweep.values["status"] = np.zeros(6, "u1")
    with pytest.raises(SweepError, match="no cell has a result"):
        loss_curves(opened(sweep))
    many = opened(planted({**AXES, "samples": list(range(1, 12))}))
    with pytest.raises(SweepError, match="22 panels, one for each width, samples, do not fit"):
        loss_curves(many)
    assert len(loss_curves(select(many, width=8, samples=[1, 2])).axes) == 2


@pytest.mark.parametrize("panels", [1, 2, 5, 9])
def test_its_texts_can_be_read(opened, panels):
    axes = {**AXES, "width": [8], "samples": list(range(5, 5 + panels))}
    check_texts(loss_curves(opened(planted(axes))))


def test_long_settings_are_rounded_and_wrapped(opened):
    """A list of reals as an axis, and two words with underscores: three panels side by side."""
    axes = {
        "width": [8], "samples": [5],
        "layer_init_scale": ["4.472135955,31.6227766017", "1.5,2", "13.416407865,10.54092"],
        "step_rule": ["xu2023_adaptive", "local_pl"], "seed": [0, 1, 2],
    }  # fmt: skip
    figure = loss_curves(opened(planted(axes)))
    assert figure.axes[0].get_title() == "(4.47, 31.6), xu2023 adaptive"
    check_texts(figure)


def two_methods(**axes) -> SyntheticSweep:
    """Every second method solves at once: its cells end at step 0."""
    sweep = planted({**AXES, "method": ["gd", "min_norm"], **axes})
    at_once = np.array([cell["method"] == "min_norm" for cell in sweep.cells()])
    steps = np.where(at_once[:, None], np.array([0, -1, -1, -1, 0]), sweep.values["checkpoint_step"])
    loss = np.where(at_once[:, None], np.where(steps < 0, np.nan, 1e-30), sweep.values["train_loss"])
    sweep.values |= {"checkpoint_step": steps, "train_loss": loss}
    return sweep


def test_what_was_not_trained_in_steps_has_no_panel_and_does_not_stretch_the_axis(opened):
    figure = loss_curves(opened(two_methods()))
    assert [ax.get_title() for ax in figure.axes] == ["$m$ = 8", "$m$ = 16"]
    assert "2 settings without training steps left out (minimum norm)" in figure._suptitle.get_text()
    expected = loss_curves(opened(planted())).axes[0].get_ylim()
    assert figure.axes[0].get_ylim() == pytest.approx(expected)
    check_texts(figure)
    assert "left out" not in loss_curves(opened(planted()))._suptitle.get_text()


def test_a_sweep_without_training_steps_is_refused(opened):
    with pytest.raises(SweepError, match="no cell was trained in steps"):
        loss_curves(opened(two_methods(method=["min_norm"])))
