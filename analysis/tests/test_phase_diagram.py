"""The map of how training ends, read back from its tiles and lines."""

import h5py
import numpy as np
import pytest

from figure_texts import check_texts
from ntksweep import Status, SweepError, select
from ntksweep.figures import allowed, phase_diagram
from planted_sweeps import as_list, sweep_of

AXES = {"width": [8, 16, 32], "samples": [5], "step_size": [0.5, 1.0, 2.0, 4.0], "seed": [0, 1, 2, 3]}


def status(width, step_size, seed, **_):
    """All beyond 16 / width x 1.5 diverge, and one seed of four already at 16 / width."""
    limit = 24 / width if seed else 12 / width
    return Status.DIVERGED if step_size > limit else Status.CONVERGED


def loss(width, step_size, seed, **_):
    return step_size / width * (1 + seed)


def planted(axes=None, layout="dense", ends=status):
    sweep = sweep_of(axes or AXES, {"test_loss": loss}, ends, layout=layout)
    cells = sweep.cells()
    eta = np.array([cell["step_size"] for cell in cells])
    sweep.values["step_size_absolute"] = 10 * eta
    sweep.values["step_size_critical"] = 10 * 16.0 / np.array([cell["width"] for cell in cells])
    return sweep


def shares_drawn(ax) -> dict:
    """(width place, step place) -> {name: share of the tile}, from the rectangles on logarithmic axes."""
    boxes = {}
    for patch in ax.patches:
        bottom = round(np.log2(patch.get_y()) * 2)
        left, right = np.log2(patch.get_x()), np.log2(patch.get_x() + patch.get_width())
        width = int(np.floor((left + right) / 2 + 0.5))
        boxes.setdefault((2**width, 2 ** ((bottom + 1) / 2)), {})[patch.get_gid()] = right - left
    return boxes


@pytest.mark.parametrize("layout", ["dense", "list"])
def test_tiles_are_split_by_the_shares_of_the_file(tmp_path, opened, layout):
    axes = AXES if layout == "dense" else as_list(AXES)
    sweep = planted(axes, layout)
    drawn = shares_drawn(phase_diagram(opened(sweep)).axes[0])
    with h5py.File(sweep.write(tmp_path / "b.h5")) as file:
        ends = file["status"][()].ravel()
    cells = sweep.cells()
    for (m, eta), parts in drawn.items():
        here = [e for e, c in zip(ends, cells) if c["width"] == m and c["step_size"] == pytest.approx(eta)]
        assert len(here) == 4
        assert parts.get("diverged", 0.0) == pytest.approx(here.count(3) / 4, abs=1e-9)
        assert parts.get("converged", 0.0) == pytest.approx(here.count(1) / 4, abs=1e-9)
    assert len(drawn) == 12


def test_colours_are_medians_of_what_did_not_diverge(opened):
    figure = phase_diagram(opened(planted()), show="test_loss")
    ax, bar = figure.axes[0], figure.axes[-1]
    coloured = [patch for patch in ax.patches if patch.get_gid() == "value"]
    low = 0.5 / 32 * 3  # there seed 0 diverges, and the others have 2, 3, 4 times step_size / width
    assert bar.get_ylim()[0] == pytest.approx(low)
    darkest = min(coloured, key=lambda patch: sum(patch.get_facecolor()[:3]))
    assert darkest.get_x() > 16 and darkest.get_y() < 0.5


def test_lines_are_the_planted_limit_and_boundary(opened):
    lines = {line.get_label(): line.get_xydata() for line in phase_diagram(opened(planted())).axes[0].get_lines()}
    np.testing.assert_allclose(lines["kernel_limit"], [[8, 2], [16, 1], [32, 0.5]])
    boundary = phase_diagram(opened(planted())).axes[0].containers[0].lines[0].get_xydata()
    np.testing.assert_allclose(boundary, [[8, np.sqrt(8)], [16, np.sqrt(2)], [32, np.sqrt(0.5)]])


def test_panels_of_different_ranges_show_all_of_their_tiles(opened):
    """In a list the groups need not have the same widths and steps: the last one here has fewer."""
    both = {**AXES, "samples": [5, 6]}
    axes = as_list(both, lambda samples, width, step_size, **_: samples == 5 or (width < 32 and step_size in (1, 2)))
    for ax in phase_diagram(opened(planted(axes, "list"))).axes:
        (left, right), (bottom, top) = ax.get_xlim(), ax.get_ylim()
        assert left < 8 and right > 32 and bottom < 0.5 and top > 4


def test_a_running_sweep_shows_what_is_there_and_says_that_the_rest_is_missing(opened):
    figure = phase_diagram(opened(planted(ends=lambda width, **s: status(width, **s) if width == 8 else 0)))
    assert {m for m, _ in shares_drawn(figure.axes[0])} == {8}
    assert any("no result" in text.get_text() for text in figure.legends[0].get_texts())


def test_files_without_several_steps_and_maps_of_nothing_are_refused(opened):
    ds = opened(planted())
    with pytest.raises(SweepError, match="needs several values of step_size"):
        phase_diagram(select(ds, step_size=1.0))
    assert allowed(ds)["phase_diagram"] == "" and "step_size" in allowed(select(ds, step_size=1.0))["phase_diagram"]
    with pytest.raises(SweepError, match="no cell has a result"):
        phase_diagram(opened(planted(ends=lambda **_: 0)))


@pytest.mark.parametrize("show", ["status", "test_loss"])
@pytest.mark.parametrize("panels", [1, 2, 5])
def test_its_texts_can_be_read(opened, show, panels):
    axes = {**AXES, "samples": list(range(5, 5 + panels))}
    check_texts(phase_diagram(opened(planted(axes)), show=show))
