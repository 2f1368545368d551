"""Rates against theory, and distances of kernels against width, read back from the artists."""

import numpy as np
import pytest

from figure_texts import check_texts
from ntksweep import Status, SweepError, select
from ntksweep.figures import FIGURES, allowed, convergence_rates, kernel_distance
from planted_sweeps import as_list
from result_file import TRAILING, SyntheticSweep

WIDTHS = {"width": [16, 32, 64, 128], "samples": [5], "step_size": [0.5], "seed": [0, 1, 2]}
STEPS = np.arange(0, 101, 4)


@pytest.fixture(autouse=True)
def dimensions(monkeypatch):
    for name in ("infinite_distance", "linearised_train_loss", "xu_rate"):
        monkeypatch.setitem(TRAILING, name, ("checkpoint",))


def distances(axes=None, layout="dense") -> SyntheticSweep:
    """|K_0 - K_inf| as 2 m^-1/2, the drift as 3 m^-1, times 1 + seed / 10."""
    sweep = SyntheticSweep(axes or WIDTHS, {}, layout=layout)
    m, seed = (np.array([cell[name] for cell in sweep.cells()]) for name in ("width", "seed"))
    start, drift = 2 * m**-0.5 * (1 + seed / 10), 3.0 / m * (1 + seed / 10)
    sweep.values = {
        "infinite_distance": np.stack([start, 9 * start], axis=1),
        "ntk_drift": np.stack([0 * drift, drift], axis=1),
    }
    return sweep


def decays(axes=None, layout="dense") -> SyntheticSweep:
    """The loss decays by 0.9, 0.8, ... per step and its linearisation by the square root of that."""
    sweep = SyntheticSweep(axes or WIDTHS, {}, layout=layout)
    cells = sweep.cells()
    rate = planted_rates(cells)[:, None]
    sweep.values = {
        "checkpoint_step": np.tile(STEPS, (len(cells), 1)),
        "train_loss": rate**STEPS,
        "linearised_train_loss": rate ** (STEPS / 2),
        "step_size_absolute": np.full(len(cells), 0.5),
        "xu_rate": np.tile(rate**0.25, (1, len(STEPS))),
    }
    return sweep


def planted_rates(cells) -> np.ndarray:
    return np.array([0.5 + 0.05 * np.log2(cell["width"]) + 0.01 * cell["seed"] for cell in cells])


def lines(ax):
    return {line.get_label(): line.get_xydata().T for line in ax.get_lines()}


@pytest.mark.parametrize("layout", ["dense", "list"])
def test_distances_are_medians_with_the_planted_exponents(opened, layout):
    axes = kernel_distance(opened(distances(WIDTHS if layout == "dense" else as_list(WIDTHS), layout))).axes
    m = np.array(WIDTHS["width"])
    for ax, exponent, prefactor in zip(axes, (-0.5, -1.0), (2.2, 3.3)):
        label = ax.get_legend().get_texts()[0].get_text()
        assert label.startswith(f"$m^{{{exponent:.2f}}}$")
        np.testing.assert_allclose(lines(ax)[label], [m, prefactor * m**exponent])
        x, y = lines(ax)["fit"]
        assert np.diff(np.log(y)) / np.diff(np.log(x)) == pytest.approx(exponent)


def test_diverged_cells_have_a_first_kernel_but_no_drift_and_are_counted(opened):
    sweep = distances()
    sweep.values["status"] = np.ones(12, "u1")
    sweep.values["status"][2] = Status.DIVERGED
    figure = kernel_distance(opened(sweep))
    first, second = (next(iter(lines(ax).values()))[1][0] for ax in figure.axes)
    assert first == pytest.approx(2.2 / 4) and second == pytest.approx(3.0 / 16 * 1.05)
    assert "1 of 12 diverged" in [text.get_text() for text in figure.legends[0].get_texts()]


@pytest.mark.parametrize("layout", ["dense", "list"])
def test_rates_are_those_planted(opened, layout):
    sweep = decays(WIDTHS if layout == "dense" else as_list(WIDTHS), layout)
    axes = convergence_rates(opened(sweep)).axes
    assert [ax.get_title() for ax in axes] == ["linearised network", "bound (Xu et al. 2023)"]
    cells = sweep.cells()
    for ax, share in zip(axes, (0.5, 0.25)):
        for m in WIDTHS["width"]:
            decay = np.sort(-np.log(planted_rates([cell for cell in cells if cell["width"] == m])))
            np.testing.assert_allclose(np.sort(lines(ax)[f"$m$ = {m}"]), [share * decay, decay], rtol=1e-6)
        x, y = lines(ax)["identity"]
        np.testing.assert_array_equal(x, y)
        assert ax.texts[0].get_text() == "12 of 12 cells"


def test_cells_without_a_rate_and_diverged_ones_are_counted(opened):
    sweep = decays()
    sweep.values["train_loss"][0] = 1.0
    sweep.values["status"] = np.ones(12, "u1")
    sweep.values["status"][1] = Status.DIVERGED
    ax = convergence_rates(opened(sweep)).axes[0]
    assert ax.texts[0].get_text() == "10 of 12 cells\n1 diverged" and lines(ax)["$m$ = 16"].shape == (2, 1)


def test_files_that_lack_something_are_refused(opened):
    ds = opened(decays())
    with pytest.raises(SweepError, match="no cell has both a fitted rate and a prediction"):
        convergence_rates(ds.drop_vars(["linearised_train_loss", "xu_rate"]))
    with pytest.raises(SweepError, match="no cell has a result"):
        convergence_rates(ds.assign(status=0 * ds["status"]))
    far = opened(distances())
    with pytest.raises(SweepError, match='infinite_distance: ask for it in the job, .statistics. also = ."infinite".'):
        kernel_distance(far.drop_vars("infinite_distance"))
    with pytest.raises(SweepError, match="no cell has a result"):
        kernel_distance(far.assign(status=0 * far["status"]))
    with pytest.raises(SweepError, match="needs several values of width"):
        kernel_distance(select(far, width=16))


def test_a_file_says_which_figures_it_allows(opened):
    found = allowed(opened(distances()))
    assert list(found) == list(FIGURES)
    assert {name for name, lack in found.items() if not lack} == {"kernel_drift", "kernel_distance"}
    assert "train_loss" in found["double_descent"]


@pytest.mark.parametrize("count", [1, 3, 8])
def test_their_texts_can_be_read(opened, count):
    axes = {**WIDTHS, "depth": list(range(1, count + 1))}
    check_texts(kernel_distance(opened(distances(axes))))
    check_texts(convergence_rates(opened(decays(axes))))
