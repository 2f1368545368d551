"""Eigenvalues by index, read back from the lines."""

import h5py
import numpy as np
import pytest

from figure_texts import check_texts
from ntksweep import Status, SweepError
from ntksweep.figures import spectra
from planted_sweeps import as_list
from result_file import TRAILING, SyntheticSweep

AXES = {"width": [8, 16], "samples": [5], "step_size": [0.5], "seed": [0, 1, 2]}


@pytest.fixture(autouse=True)
def dimensions(monkeypatch):
    monkeypatch.setitem(TRAILING, "infinite_eigenvalues", ("eigen_index",))


def planted(axes=None, layout="dense", indices=6) -> SyntheticSweep:
    """At initialization (1 + seed) width i^-2, at the end ten times that; infinite: i^-2."""
    sweep = SyntheticSweep(axes or AXES, {}, layout=layout)
    cells = sweep.cells()
    law = np.arange(1, indices + 1) ** -2.0
    initial = np.array([(1 + cell["seed"]) * cell["width"] * law for cell in cells])
    sweep.values = {
        "ntk_eigenvalues": np.stack([initial, np.full_like(initial, np.nan), 10 * initial], axis=1),
        "infinite_eigenvalues": np.tile(law, (len(cells), 1)),
    }
    return sweep


def line(ax, label):
    return next(found.get_xydata().T for found in ax.get_lines() if found.get_label() == label)


@pytest.mark.parametrize("layout", ["dense", "list"])
def test_lines_are_the_medians_over_seeds_index_by_index(tmp_path, opened, layout):
    sweep = planted(AXES if layout == "dense" else as_list(AXES), layout)
    axes = spectra(opened(sweep)).axes
    with h5py.File(sweep.write(tmp_path / "b.h5")) as file:
        block = file["ntk_eigenvalues"][()].reshape(6, 3, 6)
    width = np.array([cell["width"] for cell in sweep.cells()])
    for ax in axes:
        m = int(ax.get_title().split("=")[1])
        for slot, label in ((0, "initial"), (2, "end")):
            index, drawn = line(ax, label)
            assert index.tolist() == [1, 2, 3, 4, 5, 6]
            np.testing.assert_allclose(drawn, np.median(block[width == m, slot], axis=0))
        np.testing.assert_allclose(line(ax, "infinite")[1], np.arange(1, 7) ** -2.0)
    assert {ax.get_title() for ax in axes} == {"$m$ = 8", "$m$ = 16"}


def test_what_is_not_above_zero_and_what_a_smaller_network_lacks_is_no_point(opened):
    sweep = planted()
    sweep.values["ntk_eigenvalues"][:3, :, 4] = -1e-17
    sweep.values["ntk_eigenvalues"][:3, :, 5] = np.nan
    first, second = spectra(opened(sweep)).axes
    assert line(first, "initial")[0].tolist() == [1, 2, 3, 4]
    assert line(second, "initial")[0].tolist() == [1, 2, 3, 4, 5, 6]


def test_a_gap_inside_keeps_the_index_of_what_follows(opened):
    sweep = planted()
    sweep.values["ntk_eigenvalues"][:3, :, 2] = 0.0
    index, drawn = line(spectra(opened(sweep)).axes[0], "initial")
    assert index.tolist() == [1, 2, 3, 4, 5, 6] and np.isnan(drawn[2]) and drawn[3] == pytest.approx(2 * 8 / 16)


def test_diverged_cells_have_no_end_and_are_counted(opened):
    sweep = planted()
    sweep.values["status"] = np.array([Status.DIVERGED] + [Status.CONVERGED] * 5, "u1")
    ax = spectra(opened(sweep)).axes[0]
    assert [text.get_text() for text in ax.texts] == ["1 of 3 diverged"]
    assert line(ax, "end")[1][0] == pytest.approx(10 * 8 * 2.5)
    assert line(ax, "initial")[1][0] == pytest.approx(8 * 2)


def test_eigenvalues_that_are_taken_once_are_those_at_initialization(opened):
    ds = opened(planted()).isel(checkpoint=0, drop=True)
    assert {found.get_label() for found in spectra(ds).axes[0].get_lines()} == {"initial", "infinite"}


def test_files_without_eigenvalues_say_what_to_ask_for(opened):
    ds = opened(planted())
    with pytest.raises(SweepError, match='ntk_eigenvalues: ask for it in the job, .statistics. spectrum = "full"'):
        spectra(ds.drop_vars("ntk_eigenvalues"))
    with pytest.raises(SweepError, match="no cell has a result"):
        spectra(ds.assign(status=0 * ds["status"]))


@pytest.mark.parametrize("panels, indices", [(1, 5), (2, 40), (4, 3), (8, 300)])
def test_its_texts_can_be_read(opened, panels, indices):
    axes = {**AXES, "width": [8], "samples": list(range(5, 5 + panels))}
    check_texts(spectra(opened(planted(axes, indices=indices))))
