"""Collapse on the scale of the output, and learning curves, read back from the lines."""

import h5py
import numpy as np
import pytest

from figure_texts import check_texts
from ntksweep import Status, SweepError, select
from ntksweep.figures import lazy_rich, learning_curves
from planted_sweeps import as_list, sweep_of
from result_file import TRAILING

AXES = {"width": [16, 64], "samples": [5], "output_scale": [0.25, 1.0, 4.0], "seed": [0, 1, 2]}
CURVES = {"width": [16, 64], "samples": [4, 8, 16, 32], "step_size": [0.5], "seed": [0, 1, 2]}


@pytest.fixture(autouse=True)
def dimensions(monkeypatch):
    monkeypatch.setitem(TRAILING, "ntk_alignment", ("checkpoint",))


def drift(width, output_scale, seed, **_):
    """On one curve over sqrt(m) alpha."""
    return (1 + 0.1 * seed) / (width**0.5 * output_scale)


def lazy(axes=None, layout="dense", status=None):
    numbers = {"ntk_drift": drift, "test_loss": lambda **_: 0.1, "ntk_alignment": lambda **_: 0.4}
    return sweep_of(axes or AXES, numbers, status, layout)


def law(width, samples, seed, **_):
    return 3 * samples ** (-0.5 if width == 16 else -0.8) * np.exp(0.01 * seed)


def curves(axes=None, layout="dense", status=None):
    return sweep_of(axes or CURVES, {"test_loss": law}, status, layout)


def lines(ax):
    return {line.get_label(): line.get_xydata().T for line in ax.get_lines()}


@pytest.mark.parametrize("layout", ["dense", "list"])
def test_widths_with_the_same_planted_curve_fall_on_it(opened, layout):
    axes = lazy_rich(opened(lazy(AXES if layout == "dense" else as_list(AXES), layout))).axes
    assert len(axes) == 3
    drawn = lines(axes[0])
    np.testing.assert_allclose(drawn["$m$ = 16"], [[1, 4, 16], [1.1, 1.1 / 4, 1.1 / 16]])
    np.testing.assert_allclose(drawn["$m$ = 64"], [[2, 8, 32], [1.1 / 2, 1.1 / 8, 1.1 / 32]])
    np.testing.assert_allclose(lines(axes[1])["$m$ = 16"][1], 0.4)
    np.testing.assert_allclose(lines(axes[2])["$m$ = 64"][1], 0.1)


@pytest.mark.parametrize("layers", [2, 3])
def test_lazy_rich_draws_the_features_of_the_last_hidden_layer(opened, monkeypatch, layers):
    monkeypatch.setitem(TRAILING, "feature_movement", ("checkpoint", "layer"))
    sweep = lazy()
    moved = np.full((len(sweep.cells()), 2, layers), np.nan)
    moved[:, 1] = [[7.0] * (layers - 2) + [drift(**cell), 9.0] for cell in sweep.cells()]
    sweep.values["feature_movement"] = moved
    drawn = lines(lazy_rich(opened(sweep)).axes[1])
    np.testing.assert_allclose(drawn["$m$ = 64"], [[2, 8, 32], [1.1 / 2, 1.1 / 8, 1.1 / 32]])
    moved[:, 1, -2:] = [[np.nan, 9.0]]  # fewer hidden layers: gaps before the output layer
    moved[:, 1, :-2] = 0.25
    found = [line[1].tolist() for line in lines(lazy_rich(opened(sweep)).axes[1]).values()]
    assert layers == 2 or found == [[0.25] * 3] * 2


def test_lazy_rich_leaves_diverged_cells_out_and_shows_their_share(opened):
    ends = lambda width, output_scale, seed, **_: 3 if (width, output_scale, seed) == (16, 0.25, 2) else 1  # noqa: E731
    axes = lazy_rich(opened(lazy(status=ends))).axes
    assert lines(axes[0])["$m$ = 16"][1][0] == pytest.approx(1.05)
    np.testing.assert_allclose(lines(axes[3])["$m$ = 16"][1], [100 / 3, 0, 0])


def test_a_learning_curve_recovers_the_planted_exponents(opened):
    ax = learning_curves(opened(curves())).axes[0]
    texts = [text.get_text() for text in ax.get_legend().get_texts()]
    assert [text.split("[")[0] for text in texts] == ["$m$ = 16: $n^{-0.50}$ ", "$m$ = 64: $n^{-0.80}$ "]
    fits = [line.get_xydata().T for line in ax.get_lines() if line.get_label() == "fit"]
    for (x, y), exponent in zip(fits, (-0.5, -0.8)):
        assert np.diff(np.log(y)) / np.diff(np.log(x)) == pytest.approx(exponent)


def test_a_learning_curve_draws_the_medians_of_the_file(tmp_path, opened):
    sweep = curves(as_list(CURVES), "list")
    ax = learning_curves(opened(sweep)).axes[0]
    with h5py.File(sweep.write(tmp_path / "b.h5")) as file:
        last, width, samples = file["test_loss"][()][:, 1], file["width"][()], file["samples"][()]
    drawn = next(xy for label, xy in lines(ax).items() if label.startswith("$m$ = 64"))
    expected = [np.median(last[(width == 64) & (samples == n)]) for n in (4, 8, 16, 32)]
    np.testing.assert_allclose(drawn, [[4, 8, 16, 32], expected])


def test_learning_curves_count_diverged_cells_as_infinite_and_name_them(opened):
    ends = lambda width, samples, seed, **_: 3 if (width, samples) == (16, 4) and seed else 1  # noqa: E731
    ax = learning_curves(opened(curves(status=ends))).axes[0]
    texts = [text.get_text() for text in ax.get_legend().get_texts()]
    assert texts[0].endswith("2 of 12 diverged") and "diverged" not in texts[1]
    drawn = next(xy for label, xy in lines(ax).items() if label.startswith("$m$ = 16"))
    assert np.isnan(drawn[1][0]) and np.isfinite(drawn[1][1:]).all()


def test_running_sweeps_are_drawn_and_empty_ones_refused(opened):
    some = lambda samples, **_: 1 if samples < 16 else 0  # noqa: E731
    drawn = lines(learning_curves(opened(curves(status=some))).axes[0])
    assert np.isfinite(next(iter(drawn.values()))[1]).sum() == 2
    for draw, sweep in ((lazy_rich, lazy), (learning_curves, curves)):
        with pytest.raises(SweepError, match="no cell has a result"):
            draw(opened(sweep(status=lambda **_: Status.PENDING)))
    with pytest.raises(SweepError, match="needs several values of output_scale"):
        lazy_rich(select(opened(lazy()), output_scale=1.0))


@pytest.mark.parametrize("panels", [1, 2, 4])
def test_their_texts_can_be_read(opened, panels):
    further = {"depth": list(range(1, panels + 1))}
    ends = lambda width, seed, **_: 3 if width == 16 and seed == 2 else 1  # noqa: E731
    check_texts(lazy_rich(opened(lazy({**AXES, **further}, status=ends))))
    check_texts(learning_curves(opened(curves({**CURVES, **further}, status=ends))))
