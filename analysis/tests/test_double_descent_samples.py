"""Test loss over samples, and over width and samples, read back from lines and tiles."""

import h5py
import numpy as np
import pytest

from figure_texts import check_texts
from ntksweep import Status, SweepError, select
from ntksweep.figures import double_descent_map, double_descent_samples
from planted_sweeps import as_list, sweep_of

AXES = {"width": [8, 16], "samples": [4, 8, 16, 32], "step_size": [0.5], "seed": [0, 1, 2]}
DRAW = [double_descent_samples, double_descent_map]


def loss(width, samples, seed, **_):
    return (1 + seed) / (0.01 + abs(np.log2(width / samples)))


def planted(axes=None, layout="dense", status=None):
    sweep = sweep_of(axes or AXES, {"test_loss": loss}, status, layout)
    sweep.values["parameters_per_target"] = np.array([3.0 * c["width"] / (2 * c["samples"]) for c in sweep.cells()])
    return sweep


def lines(ax):
    return {line.get_label(): line.get_xydata().T for line in ax.get_lines() if line.get_label() != "limit"}


@pytest.mark.parametrize("layout", ["dense", "list"])
def test_lines_are_the_medians_of_each_width(tmp_path, opened, layout):
    sweep = planted(AXES if layout == "dense" else as_list(AXES), layout)
    drawn = lines(double_descent_samples(opened(sweep)).axes[0])
    with h5py.File(sweep.write(tmp_path / "b.h5")) as file:
        last = file["test_loss"][()].reshape(-1, 2)[:, 1]
    cells = sweep.cells()
    for m in AXES["width"]:
        for n, value in drawn[f"$m$ = {m}"].T:
            here = [end for end, cell in zip(last, cells) if cell["width"] == m and cell["samples"] == n]
            assert len(here) == 3 and value == pytest.approx(np.median(here))
    assert len(drawn) == 2


def test_each_width_has_its_interpolation_line_at_parameters_over_outputs(opened):
    ax = double_descent_samples(opened(planted())).axes[0]
    assert [line.get_xdata()[0] for line in ax.get_lines() if line.get_label() == "limit"] == pytest.approx([12, 24])


def test_the_map_has_the_line_of_as_many_parameters_as_targets(opened):
    drawn = lines(double_descent_map(opened(planted())).axes[0])
    np.testing.assert_allclose(drawn["interpolation"], [[8, 16], [12, 24]])


def test_the_largest_tile_of_the_map_is_the_planted_peak(opened):
    ax = double_descent_map(opened(planted())).axes[0]
    bright = [patch for patch in ax.patches if patch.get_facecolor()[0] > 0.9]
    places = {(2 ** round(np.log2(p.get_x()) + 0.5), 2 ** round(np.log2(p.get_y()) + 0.5)) for p in bright}
    assert places == {(8, 8), (16, 16)} and len(ax.patches) == 8


def test_diverged_cells_are_infinite_and_their_share_is_shown(opened):
    ends = lambda width, samples, seed, **_: 3 if (width, samples) == (16, 32) and seed else 1  # noqa: E731
    panel, strip = double_descent_samples(opened(planted(status=ends))).axes
    assert np.isnan(lines(panel)["$m$ = 16"][1][-1]) and np.isfinite(lines(panel)["$m$ = 8"][1]).all()
    np.testing.assert_allclose(lines(strip)["$m$ = 16"], [[4, 8, 16, 32], [0, 0, 0, 200 / 3]])
    tile = [p for p in double_descent_map(opened(planted(status=ends))).axes[0].patches if p.get_gid() == "diverged"]
    assert len(tile) == 1
    assert np.log2(1 + tile[0].get_width() / tile[0].get_x()) == pytest.approx(2 / 3)


@pytest.mark.parametrize("draw", DRAW)
def test_a_running_sweep_shows_what_is_there_and_nothing_is_refused(opened, draw):
    running = planted(status=lambda samples, **_: 1 if samples < 16 else 0)
    ax = draw(opened(running)).axes[0]
    assert (len(ax.patches) or len(lines(ax)["$m$ = 8"][0])) in (2, 4)
    with pytest.raises(SweepError, match="no cell has a result"):
        draw(opened(planted(status=lambda **_: Status.PENDING)))
    with pytest.raises(SweepError, match="needs several values of samples"):
        draw(select(opened(planted()), samples=8))


def test_too_many_widths_are_refused_with_a_choice_that_works(opened):
    ds = opened(planted({**AXES, "width": list(range(2, 12))}))
    with pytest.raises(SweepError, match=r"10 lines, one for each width.*width=\[2, 4, 6, 8, 10\]"):
        double_descent_samples(ds)
    assert len(lines(double_descent_samples(select(ds, width=[2, 4, 6, 8, 10])).axes[0])) == 5


@pytest.mark.parametrize("draw", DRAW)
@pytest.mark.parametrize("panels", [1, 2, 5])
def test_their_texts_can_be_read(opened, draw, panels):
    axes = {**AXES, "depth": list(range(1, panels + 1))}
    ends = lambda width, seed, **_: 3 if width == 8 and seed else 1  # noqa: E731
    check_texts(draw(opened(planted(axes, status=ends))))
