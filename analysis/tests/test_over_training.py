"""Sharpness, loss, alignment and drift over training, read back from the lines."""

import numpy as np
import pytest

from figure_texts import check_texts
from ntksweep import Status, SweepError
from ntksweep.figures import alignment, edge_of_stability
from planted_sweeps import as_list
from result_file import TRAILING, SyntheticSweep

AXES = {"width": [8, 16], "samples": [5], "step_size": [0.5, 1.0], "seed": [0, 1, 2]}
STEPS = np.array([0, 1, 10, 100])
DRAW = [edge_of_stability, alignment]


@pytest.fixture(autouse=True)
def dimensions(monkeypatch):
    for name in ("sharpness_ratio", "ntk_alignment"):
        monkeypatch.setitem(TRAILING, name, ("checkpoint",))


def planted(axes=None, layout="dense") -> SyntheticSweep:
    """The ratio rises to 1 as t / (t + width / eta), the loss is (1 + seed) / (1 + t); alignment and drift rise too."""
    sweep = SyntheticSweep(axes or AXES, {}, layout=layout)
    cells = sweep.cells()
    width, seed, eta = (np.array([[cell[name]] for cell in cells]) for name in ("width", "seed", "step_size"))
    sweep.values = {
        "checkpoint_step": np.tile(STEPS, (len(cells), 1)),
        "sharpness_ratio": STEPS / (STEPS + width / eta) + 0.01 * seed,
        "train_loss": (1.0 + seed) / (1 + STEPS),
        "ntk_alignment": STEPS / (STEPS + width) + 0.01 * seed,
        "ntk_drift": STEPS / width * (1.0 + seed),
    }
    return sweep


def lines(ax, label):
    return [line.get_xydata().T for line in ax.get_lines() if line.get_label() == label]


@pytest.mark.parametrize("layout", ["dense", "list"])
def test_lines_are_the_medians_for_each_step_size(opened, layout):
    figure = edge_of_stability(opened(planted(AXES if layout == "dense" else as_list(AXES), layout)))
    upper, lower = figure.axes[0], figure.axes[1]
    m = int(upper.get_title().split("=")[1])
    for eta, ratio, loss in zip((0.5, 1.0), lines(upper, "sharpness_ratio"), lines(lower, "train_loss")):
        np.testing.assert_allclose(ratio, [STEPS, STEPS / (STEPS + m / eta) + 0.01])
        np.testing.assert_allclose(loss, [STEPS, 2 / (1 + STEPS)])
    assert lines(upper, "mark")[0][1].tolist() == [1, 1] and not lines(lower, "mark")


def test_alignment_draws_a_line_for_each_width(opened):
    figure = alignment(opened(planted()))
    assert [ax.get_title() for ax in figure.axes[::2]] == [r"$\eta$ = 0.5", r"$\eta$ = 1"]
    for m, aligned, drift in zip((8, 16), lines(figure.axes[0], "ntk_alignment"), lines(figure.axes[1], "ntk_drift")):
        np.testing.assert_allclose(aligned[1], STEPS / (STEPS + m) + 0.01)
        np.testing.assert_allclose(drift[1], [np.nan, *(2 * STEPS[1:] / m)])  # the axis is logarithmic


def test_a_diverged_seed_is_counted_and_does_not_set_the_limits(opened):
    sweep = planted()
    sweep.values["status"] = np.ones(12, "u1")
    sweep.values["status"][3] = Status.DIVERGED
    sweep.values["sharpness_ratio"][3, 1:] = 1e9
    figure = edge_of_stability(opened(sweep))
    assert figure.axes[0].get_ylim()[1] < 2
    texts = [text.get_text() for text in figure.legends[0].get_texts()]
    assert texts == [r"$\eta$ = 0.5", r"$\eta$ = 1 (1 of 6 diverged)"]


def test_kernels_at_both_ends_only_are_no_course_of_training(opened):
    sweep = planted()
    sweep.values["ntk_alignment"][:, 1:-1] = np.nan
    with pytest.raises(SweepError, match="kernel_every = 1"):
        alignment(opened(sweep))


@pytest.mark.parametrize("draw, name", [(edge_of_stability, "sharpness_ratio"), (alignment, "ntk_alignment")])
def test_files_without_the_statistic_or_without_results_are_refused(opened, draw, name):
    ds = opened(planted())
    with pytest.raises(SweepError, match=f"{draw.__name__} needs the variable {name}: ask for it"):
        draw(ds.drop_vars(name))
    with pytest.raises(SweepError, match="no cell has a result"):
        draw(ds.assign(status=0 * ds["status"]))


@pytest.mark.parametrize("draw", DRAW)
@pytest.mark.parametrize("panels", [1, 2, 4])
def test_their_texts_can_be_read(opened, draw, panels):
    axes = {**AXES, "samples": list(range(5, 5 + panels)), "width" if draw is edge_of_stability else "step_size": [8]}
    check_texts(draw(opened(planted(axes))))
