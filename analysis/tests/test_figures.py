"""What the figures show, read back from their artists and compared with the file by h5py."""

import matplotlib

matplotlib.use("Agg")

import h5py
import numpy as np
import pytest

from conftest import SAMPLES, SEEDS, WIDTHS, dense_sweep, list_sweep, sweep_of
from figure_texts import check_texts
from ntksweep import SweepError, open_sweep
from ntksweep.figures import double_descent, kernel_drift, save
from result_file import SyntheticSweep


def lines(ax) -> dict:
    """Label -> (x, y) of every labelled line."""
    return {line.get_label(): line.get_xydata().T for line in ax.get_lines()}


def medians_from_file(path, name, layout, train="all"):
    """Widths, and the median over seeds of the last checkpoint, by h5py alone."""
    with h5py.File(path) as file:
        last = file[name][()][..., -1]
        if layout == "dense":
            return file["width"][()], np.median(last[:, 0, 0, :], axis=1)
        chosen = file["train"].asstr()[()] == train
        width = file["width"][()]
        found = np.unique(width[chosen])
        return found, np.array([np.median(last[chosen & (width == m)]) for m in found])


@pytest.mark.parametrize("name, label", [("test_loss", "test"), ("train_loss", "train")])
def test_double_descent_draws_the_medians_of_the_file(tmp_path, sweep, name, label):
    path = sweep.write(tmp_path / "a.h5")
    panels = double_descent(open_sweep(path)).axes
    assert len(panels) == (1 if sweep.layout == "dense" else 2)
    for ax, train in zip(panels, ("all", "output")):
        np.testing.assert_allclose(lines(ax)[label], medians_from_file(path, name, sweep.layout, train))


def test_double_descent_draws_the_band_from_the_smallest_to_the_largest(tmp_path):
    path = dense_sweep().write(tmp_path / "a.h5")
    ax = double_descent(open_sweep(path)).axes[0]
    with h5py.File(path) as file:
        last = file["test_loss"][()][:, 0, 0, :, -1]
    drawn = ax.collections[0].get_paths()[0].vertices
    for width, low, high in zip((2, 256), last.min(axis=1)[[0, -1]], last.max(axis=1)[[0, -1]]):
        np.testing.assert_allclose(np.unique(drawn[drawn[:, 0] == width, 1])[[0, -1]], [low, high])


def test_double_descent_marks_the_interpolation_limit(tmp_path):
    figure = double_descent(open_sweep(list_sweep().write(tmp_path / "a.h5")))
    for ax in figure.axes:
        assert lines(ax)["interpolation limit"][0] == pytest.approx([SAMPLES, SAMPLES])
    assert [ax.texts[0].get_text() for ax in figure.axes] == ["$p = nC$  ($m = 16$)", "$m = n = 16$"]


def test_double_descent_shows_the_share_of_diverged_cells(tmp_path):
    sweep = dense_sweep()
    sweep.values["status"] = np.ones(len(sweep.cells()), "u1")
    sweep.values["status"][-2:] = 3
    figure = double_descent(open_sweep(sweep.write(tmp_path / "a.h5")))
    panel, strip = figure.axes
    bars = {x: top for (x, _), (_, top) in strip.collections[0].get_segments()}
    assert bars[256] == pytest.approx(200 / 3) and bars[128] == 0
    assert np.isnan(lines(panel)["test"][1][-1])


def test_double_descent_of_a_running_sweep_shows_what_is_there(tmp_path, sweep):
    status = np.ones(len(sweep.cells()), "u1")
    status[6:] = 0
    sweep.values["status"] = status
    figure = double_descent(open_sweep(sweep.write(tmp_path / "a.h5")))
    assert len(figure.axes) == 1
    assert lines(figure.axes[0])["test"][0].tolist() == [2, 4]


def test_kernel_drift_draws_the_medians_and_leaves_out_what_does_not_move(tmp_path, sweep):
    path = sweep.write(tmp_path / "a.h5")
    drawn = lines(kernel_drift(open_sweep(path)).axes[0])
    width, median = medians_from_file(path, "ntk_drift", sweep.layout)
    np.testing.assert_allclose(drawn["all layers, gradient descent"], [width, median])
    assert not any("random features" in label for label in drawn)


def test_kernel_drift_writes_the_planted_slope(tmp_path, sweep):
    figure = kernel_drift(open_sweep(sweep.write(tmp_path / "a.h5")))
    texts = [text.get_text() for text in figure.axes[0].get_legend().get_texts()]
    assert any("-0.75 " in text and "m \\geq 32" in text for text in texts), texts


def test_kernel_drift_has_guides_of_slope_one_half_and_one(tmp_path, sweep):
    drawn = lines(kernel_drift(open_sweep(sweep.write(tmp_path / "a.h5"))).axes[0])
    for exponent in (-0.5, -1.0):
        x, y = drawn[f"guide {exponent:g}"]
        assert np.diff(np.log(y)) / np.diff(np.log(x)) == pytest.approx(exponent)


@pytest.mark.parametrize("figure", [double_descent, kernel_drift])
def test_a_figure_of_nothing_says_so(tmp_path, sweep, figure):
    sweep.values["status"] = np.zeros(len(sweep.cells()), "u1")
    with pytest.raises(SweepError, match="no cell has a result yet"):
        figure(open_sweep(sweep.write(tmp_path / "a.h5")))


def test_kernel_drift_of_frozen_kernels_says_so(tmp_path):
    sweep = dense_sweep()
    sweep.values["ntk_drift"] *= 0
    with pytest.raises(SweepError, match="no model in this file moves its kernel"):
        kernel_drift(open_sweep(sweep.write(tmp_path / "a.h5")))


def three_models() -> SyntheticSweep:
    """Differing in label noise, with diverged cells, so that everything there is gets drawn."""
    axes = {"width": WIDTHS, "samples": [SAMPLES], "step_size": [0.5], "label_noise": [0.0, 0.1, 0.2], "seed": SEEDS}
    sweep = sweep_of(SyntheticSweep(axes, {}).cells(), axes)
    sweep.values["status"] = np.ones(len(sweep.cells()), "u1")
    sweep.values["status"][-2:] = 3
    return sweep


@pytest.mark.parametrize("figure", [double_descent, kernel_drift])
@pytest.mark.parametrize("sweep", [dense_sweep(), list_sweep(), three_models()], ids=["one", "two", "three"])
def test_no_text_overlaps_another_or_leaves_the_page(tmp_path, sweep, figure):
    check_texts(figure(open_sweep(sweep.write(tmp_path / "a.h5"))), fewest=11)


def test_save_writes_a_picture_and_a_vector_file(tmp_path):
    figure = double_descent(open_sweep(dense_sweep().write(tmp_path / "a.h5")))
    png, pdf = save(figure, tmp_path / "new folder", "x")
    assert png.read_bytes().startswith(b"\x89PNG") and pdf.read_bytes().startswith(b"%PDF")
    assert matplotlib.image.imread(png).shape[1] > 1200
