"""The table of cells in the page, against the file."""

import json

import h5py
import numpy as np
import pytest

from conftest import dense_sweep, list_sweep
from ntksweep import open_sweep, tidy
from ntksweep.report.cells_table import as_json, chosen_cells, columns
from planted_sweeps import sweep_of
from report_pages import values_of


@pytest.mark.parametrize("make", [dense_sweep, list_sweep])
def test_every_number_is_the_one_in_the_file_to_five_digits(make, tmp_path):
    path = make().write(tmp_path / "a.h5")
    table = columns(open_sweep(path))
    found = {column["name"]: values_of(column) for column in table["columns"]}
    with h5py.File(path) as file:
        ends = file["test_loss"][()].reshape(-1, 3)[:, -1]
        drifts = file["ntk_drift"][()].reshape(-1, 3)[:, -1]
        if file.attrs["grid_layout"] == "list":
            assert found["width"] == file["width"][()].tolist()
            assert found["method"] == [text.decode() for text in file["method"][()]]
    assert table["cells"] == table["shown"] == ends.size and found["cell"] == list(range(ends.size))
    np.testing.assert_allclose(found["test_loss"], ends, rtol=5e-5)
    np.testing.assert_allclose(found["ntk_drift"], drifts, rtol=5e-5)
    assert set(found["status"]) == {"converged"} and "samples" not in found


def test_missing_numbers_are_null_and_infinite_ones_infinite(opened):
    axes = {"width": [2, 4], "samples": [3], "step_size": [0.5], "seed": [0, 1]}
    sweep = sweep_of(axes, {"train_loss": lambda **_: 1.0})
    sweep.values["train_loss"][:, -1] = [np.inf, 2.0, -np.inf, 4.0]
    sweep.values["status"] = np.array([3, 0, 1, 4], "u1")
    text = as_json(columns(opened(sweep)))
    found = {column["name"]: values_of(column) for column in json.loads(text)["columns"]}
    assert found["train_loss"] == [float("inf"), None, float("-inf"), None]
    assert found["status"] == ["diverged", "pending", "converged", "failed"]


def test_of_many_cells_all_without_a_result_are_there_and_an_even_choice_of_the_others():
    status = np.ones(1000, "u1")
    status[[3, 500, 999]] = [4, 5, 6]
    shown = chosen_cells(status, 100)
    assert shown.size == 100 and {3, 500, 999} <= set(shown.tolist()) and (np.diff(shown) > 0).all()
    assert np.diff(shown).max() < 25
    assert chosen_cells(status, 1000).size == 1000
    assert chosen_cells(np.full(1000, 4, "u1"), 100).size == 75


def test_no_text_ends_the_script_element(opened):
    sweep = sweep_of(
        {"width": [2, 4], "samples": [3], "step_size": [0.5], "seed": [0]}, {"train_loss": lambda **_: 1.0},
        texts={"messages": ["</script><script>alert(1)</script>&amp; <!-- "]},
    )  # fmt: skip
    sweep.values["status"] = np.array([4, 1], "u1")
    sweep.values["message"] = np.array([0, -1], "i4")
    text = as_json(columns(opened(sweep)))
    assert "<" not in text and "&" not in text
    message = next(column for column in json.loads(text)["columns"] if column["name"] == "message")
    assert values_of(message) == ["</script><script>alert(1)</script>&amp; <!-- ", ""]


def test_where_a_cell_was_computed_is_named(opened):
    sweep = sweep_of(
        {"width": [2, 4], "samples": [3], "step_size": [0.5], "seed": [0]}, {"train_loss": lambda **_: 1.0},
        texts={"host_names": ["a", "b"]},
    )  # fmt: skip
    sweep.values |= {"host": np.array([1, 0], "i4"), "rank": np.array([5, 0], "i4")}
    where = next(c for c in columns(opened(sweep))["columns"] if c["name"] == "where")
    assert values_of(where) == ["b:5", "a:0"]


def test_the_number_of_a_cell_is_the_one_that_replay_takes(opened):
    ds = opened(dense_sweep())
    found = {column["name"]: values_of(column) for column in columns(ds)["columns"]}
    np.testing.assert_array_equal(found["width"], tidy(ds)["width"].values)
    assert found["seed"][:4] == [0, 1, 2, 0] and found["width"][3] == 4
