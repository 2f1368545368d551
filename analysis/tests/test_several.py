"""Several files opened as one: which cells there are, whose numbers they have, and what is refused."""

import json

import h5py
import numpy as np
import pytest
import xarray as xr

from ntksweep import Status, SweepError, open_sweep, scaling_exponent, select, settings, status_counts, tidy
from ntksweep.cells import axes
from result_file import TRAILING
from several_files import SETTINGS, sweep_of

def cells_of(ds: xr.Dataset) -> dict[tuple, float]:
    """Settings (without attributes of the file) -> test loss at the end."""
    cells = tidy(ds, "test_loss")
    names = sorted(axes(cells))
    ends = cells["test_loss"].isel(checkpoint=-1).values
    return dict(zip(zip(*(cells[name].values.tolist() for name in names)), ends.tolist()))


@pytest.mark.parametrize("layouts", [("dense", "dense"), ("dense", "list"), ("list", "list")])
def test_parts_of_a_grid_make_the_grid(write, layouts):
    whole = open_sweep(write("whole", {"width": [2, 4, 8], "seed": [0, 1]}))

    def part(name, layout, widths):
        if layout == "dense":
            return write(name, {"width": widths, "seed": [0, 1]})
        seeds = [0, 1] * len(widths)
        listed = {"width": np.repeat(widths, 2).tolist(), "seed": seeds}
        rest = {"samples": [5] * len(seeds), "step_size": [0.5] * len(seeds)}
        return write(name, {**listed, **rest}, layout="list")

    ds = open_sweep([part("a", layouts[0], [2, 8]), part("b", layouts[1], [4])])
    assert ds["test_loss"].dims == ("cell", "checkpoint")
    assert cells_of(ds) == cells_of(whole) and len(cells_of(ds)) == 6
    assert ds["file"].values.tolist() == [0, 0, 0, 0, 1, 1]
    assert [path[-4:] for path in json.loads(ds.attrs["files"])] == ["a.h5", "b.h5"]
    assert axes(ds) == ["width", "samples", "step_size", "seed"]


def test_all_that_is_computed_takes_it_like_any_list(write):
    a, b = write("a", {"width": [2, 16], "seed": [0, 1, 2]}), write("b", {"width": [8, 4], "seed": [0, 1, 2]})
    joined, whole = open_sweep([a, b]), open_sweep(write("whole", {"width": [2, 4, 8, 16], "seed": [0, 1, 2]}))
    one, other = (scaling_exponent(ds, "test_loss", within=(2, 16)) for ds in (joined, whole))
    for name in ("exponent", "exponent_low", "exponent_high", "prefactor", "share_used"):
        np.testing.assert_allclose(one[name].values.ravel(), other[name].values.ravel(), rtol=1e-12)
    assert cells_of(select(joined, width=8)) == cells_of(select(whole, width=8))


def test_a_pattern_names_files_and_one_file_is_a_list_too(write, tmp_path):
    write("part_1", {"width": [2]}), write("part_0", {"width": [4]})
    ds = open_sweep(tmp_path / "part_*.h5")
    assert ds["width"].values.tolist() == [4, 2]
    assert open_sweep(str(tmp_path / "part_0*"))["test_loss"].dims == ("cell", "checkpoint")
    strange = (tmp_path / "part_0.h5").rename(tmp_path / "a[1].h5")
    assert open_sweep(strange)["test_loss"].dims == ("width", "samples", "step_size", "seed", "checkpoint")


def test_settings_that_differ_become_axes(write):
    a = write("a", {}, {"model.depth": 1, "model.layer_init_scale": [1.0, 0.1], "statistics.checkpoints": 9})
    b = write("b", {"depth": [2, 3]}, {"training.tolerance": 1e-6 / 3})
    ds = open_sweep([a, b])
    assert ds["depth"].values.tolist() == [1, 2, 3]
    assert ds["tolerance"].values.tolist() == [1e-4, 3.33333333333e-7, 3.33333333333e-7]  # 12 digits, as axes have
    assert ds["layer_init_scale"].values.tolist() == ["1,0.1", "", ""]
    assert set(axes(ds)) == {"width", "samples", "step_size", "depth", "tolerance", "layer_init_scale", "seed"}
    assert settings(ds)["training.tolerance"] == [1e-4, 1e-6 / 3] and settings(ds)["model.train"] == "all"


def test_a_cell_in_several_files_is_there_once_and_a_result_wins(write):
    ends = {
        "a": lambda seed, **_: [Status.PENDING, Status.FAILED, Status.CONVERGED, Status.PENDING][seed],
        "b": lambda seed, **_: [Status.FAILED, Status.CONVERGED, Status.CONVERGED, Status.PENDING][seed],
    }
    paths = [write(name, {"seed": [0, 1, 2, 3]}, status=status) for name, status in ends.items()]
    ds = open_sweep(paths)
    assert ds["seed"].values.tolist() == [0, 1, 2, 3]
    assert ds["status"].values.tolist() == [Status.FAILED, Status.CONVERGED, Status.CONVERGED, Status.PENDING]
    assert ds["file"].values.tolist() == [1, 1, 0, 0]
    np.testing.assert_array_equal(np.isnan(ds["test_loss"].values[:, 0]), [True, False, False, True])
    assert status_counts(ds) == status_counts(open_sweep(paths[::-1]))
    assert cells_of(open_sweep([paths[0], paths[0]])).keys() == cells_of(open_sweep(paths)).keys()


def test_cells_of_one_key_are_one_cell_whatever_a_setting_that_does_not_matter(write):
    a, b = write("a", {"seed": [0, 1]}), write("b", {"seed": [0, 1, 2]}, {"training.seed_batch": 7})
    with h5py.File(a, "r+") as file:
        file.attrs["settings"] = json.dumps({**SETTINGS, "training.seed_batch": -1})
        keys = file["key"][()]
    with h5py.File(b, "r+") as file:
        file["key"][0, 0, 0, :2] = keys.ravel()
        file["checksum"][0, 0, 0, :2] = keys.ravel() + 1
    with pytest.warns(UserWarning, match="seal"):
        ds = open_sweep([a, b])
    assert ds["seed"].values.tolist() == [0, 1, 2] and ds["seed_batch"].values.tolist() == [-1, -1, 7]


def test_another_ridge_is_another_statistic_of_the_same_network(write):
    ds = open_sweep([write("a", {}), write("b", {}, {"statistics.ridge": 0.5})])
    assert ds["ridge"].values.tolist() == [0, 0.5] and len(set(ds["key"].values.tolist())) == 1


def test_different_results_of_one_cell_are_refused_by_name(write):
    a, b = write("a", {"seed": [0, 1]}), write("b", {"width": [2, 4], "seed": [0, 1]})
    with h5py.File(b, "r+") as file:
        file["checksum"][1, 0, 0, 1] = 3
    with pytest.warns(UserWarning, match="seal"), pytest.raises(SweepError) as caught:
        open_sweep([a, b])
    text = str(caught.value)
    assert "a.h5 and " in text and "b.h5 have different results (by checksum)" in text and "\n" not in text
    assert "cell 1 (width = 4, samples = 5, step_size = 0.5, seed = 1)" in text


def test_results_recorded_in_other_ways_are_compared_by_their_end(write):
    a, b = write("a", {}, extra=["train_error"]), write("b", {}, checkpoints=5)
    assert open_sweep([a, b])["file"].values.tolist() == [0]
    with h5py.File(b, "r+") as file:
        file["test_loss"][..., -1] += 1
    with pytest.warns(UserWarning, match="seal"), pytest.raises(SweepError, match="by test_loss"):
        open_sweep([a, b])


def test_one_set_of_settings_has_one_key(write):
    a, b = write("a", {}), write("b", {}, status=lambda **_: Status.FAILED)
    with h5py.File(b, "r+") as file:
        file["key"][...] = 9
    with pytest.warns(UserWarning, match="seal"), pytest.raises(SweepError, match="different keys for cell 0"):
        open_sweep([a, b])


def refusal(paths) -> str:
    with pytest.raises(SweepError) as caught:
        open_sweep(paths)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_what_cannot_be_joined_is_refused_in_one_line(write, tmp_path):
    a = write("a", {})
    other = write("other", {"width": [8]}, attributes={"numerics_version": np.int64(2)})
    assert "numerics version 1, " in refusal([a, other]) and "of 2" in refusal([a, other])
    assert "no such file" in refusal([a, tmp_path / "none.h5"])
    assert "no file has a name like this" in refusal(tmp_path / "none*.h5")
    assert "no file in the list" in refusal([])
    assert "not int" in refusal(3)
    assert "takes a path" in refusal([a, 3])
    later = write("later", {"width": [8]}, attributes={"format_version": "2.0"})
    assert "later.h5: format 2.0" in refusal([a, later])
    deep = write("deep", {"width": [8], "activation": ["relu"]})
    assert "does not say which model.activation" in refusal([a, deep])


def test_a_variable_of_other_dimensions_is_refused_and_can_be_left_out(write, monkeypatch):
    a, b = sweep_of({"width": [2]}), sweep_of({"width": [4]})
    monkeypatch.setitem(TRAILING, "weight_movement", ("layer",))
    a.values["weight_movement"] = np.ones((1, 2))
    folder = write("unused", {}).parent
    paths = [a.write(folder / "a.h5")]
    monkeypatch.setitem(TRAILING, "weight_movement", ("checkpoint", "layer"))
    b.values["weight_movement"] = np.ones((1, 3, 2))
    paths.append(b.write(folder / "b.h5"))
    assert "drop_variables='weight_movement'" in refusal(paths)
    assert "weight_movement" not in open_sweep(paths, drop_variables="weight_movement")
