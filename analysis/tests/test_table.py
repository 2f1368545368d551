"""Sweeps as tables."""

import numpy as np
import pandas as pd
import pytest

from conftest import dense_sweep, list_sweep
from ntksweep import SweepError, select, table
from ntksweep.table import column_notes, default_variables
from several_files import sweep_of


def test_a_row_for_each_cell_has_its_settings_and_its_numbers_at_the_end(sweep, opened):
    rows = table(opened(sweep))
    cells = pd.DataFrame(sweep.cells())
    pd.testing.assert_frame_equal(rows[list(cells)], cells, check_dtype=False)
    assert rows["cell"].tolist() == list(range(len(cells))) and set(rows["status"]) == {"converged"}
    for name in ("train_loss", "test_loss", "ntk_drift"):
        np.testing.assert_array_equal(rows[name], sweep.values[name][:, -1])
    np.testing.assert_array_equal(rows["wall_time"], sweep.values["wall_time"])


def test_first_takes_the_numbers_at_initialization(opened):
    sweep = dense_sweep()
    rows = table(opened(sweep), ["test_loss"], checkpoints="first")
    np.testing.assert_array_equal(rows["test_loss"], sweep.values["test_loss"][:, 0])
    axes, texts = ["width", "samples", "step_size", "seed"], ["key", "host", "message"]
    assert list(rows.columns) == ["cell", *axes, "status", "test_loss", *texts]


def test_all_gives_a_row_for_each_checkpoint_that_a_cell_reached(opened):
    sweep = dense_sweep()
    sweep.values["checkpoint_step"][5] = [0, -1, 40]
    rows = table(opened(sweep), ["ntk_drift", "steps"], checkpoints="all")
    assert len(rows) == 3 * 24 - 1
    assert rows[rows["cell"] == 5]["checkpoint_step"].tolist() == [0, 40]
    assert rows[rows["cell"] == 5]["checkpoint"].tolist() == [0, 2]
    assert rows[rows["cell"] == 4]["ntk_drift"].tolist() == pytest.approx(sweep.values["ntk_drift"][4], nan_ok=True)
    assert (rows["steps"] == 100).all()


def test_cells_without_a_result_are_there_without_numbers(opened):
    sweep = dense_sweep(texts={"messages": ["not positive definite"], "host_names": ["node1"]})
    sweep.values |= {
        "status": np.r_[np.ones(20), [3, 4, 0, 0]].astype("u1"), "key": np.r_[np.arange(22) + 10, [0, 0]].astype("u8"),
        "message": np.r_[np.full(21, -1), [0, -1, -1]].astype("i4"), "host": np.r_[np.zeros(22), [-1, -1]].astype("i4"),
    }  # fmt: skip
    for checkpoints, count in (("last", 24), ("all", 3 * 21 + 3)):
        rows = table(opened(sweep), checkpoints=checkpoints)
        assert len(rows) == count
        last = rows.groupby("cell").last()
        ends = rows.drop_duplicates("cell", keep="last").set_index("cell")
        assert ends["status"][20:].tolist() == ["diverged", "failed", "pending", "pending"]
        assert last["test_loss"][20] == sweep.values["test_loss"][20, -1] and last["test_loss"][21:].isna().all()
        assert ends["steps"].isna().tolist() == [False] * 21 + [True] * 3 and ends["steps"].dtype == "Int64"
        assert ends["message"].tolist() == [""] * 21 + ["not positive definite", "", ""]
        assert ends["host"].tolist() == ["node1"] * 22 + ["", ""]
        assert ends["key"].tolist()[19:] == ["000000000000001d", "000000000000001e", "000000000000001f", "", ""]


def test_layers_are_columns_and_spectra_are_left_out(opened):
    sweep = dense_sweep()
    rng = np.random.default_rng(0)
    sweep.values |= {"weight_movement": rng.random((24, 3, 2)), "ntk_eigenvalues": rng.random((24, 3, 5))}
    ds = opened(sweep)
    rows = table(ds)
    for layer in (1, 2):
        stored = sweep.values["weight_movement"][:, -1, layer - 1]
        np.testing.assert_array_equal(rows[f"weight_movement_{layer}"], stored)
    assert not [name for name in rows if name.startswith("ntk_eigenvalues")]
    with pytest.raises(SweepError, match="ntk_eigenvalues has 5 numbers for each cell .over eigen_index."):
        table(ds, ["ntk_eigenvalues"])


def test_a_cell_of_a_list_keeps_its_number(opened):
    rows = table(select(opened(list_sweep()), method="min_norm", width=256), ["test_loss"])
    assert rows["cell"].tolist() == [45, 46, 47]


def test_several_files_are_one_table(write):
    from ntksweep import open_sweep

    paths = [write(name, {"width": [width], "seed": [0, 1]}) for name, width in (("a", 4), ("b", 8))]
    rows = table(open_sweep(paths), ["steps"])
    assert rows["width"].tolist() == [4, 4, 8, 8] and rows["steps"].notna().all()


def test_the_notes_say_what_a_column_is(opened):
    sweep = dense_sweep()
    sweep.values["weight_movement"] = np.zeros((24, 3, 2))
    ds = opened(sweep)
    ds["weight_movement"].attrs |= {"units": "1", "formula": "|W_t - W_0| / |W_0|"}
    notes = column_notes(ds, ["weight_movement_2", "cell"]).set_index("column")
    assert notes.loc["weight_movement_2", "formula"] == "|W_t - W_0| / |W_0|"


@pytest.mark.parametrize(
    "names, checkpoints, said",
    [
        (["nothing"], "last", "no variable 'nothing'"),
        (["width"], "last", "width is a column of every table"),
        (["status"], "last", "status is a column of every table"),
        (["cell"], "last", "cell is a column of every table"),
        ("nothing", "last", "no variable 'nothing': print.ds. lists those it has"),
        (["messages"], "last", "messages is not of the cells"),
        (["test_loss"], "mean", "checkpoints are last, first, all, not 'mean'"),
    ],
)
def test_what_is_no_column_is_named(opened, names, checkpoints, said):
    with pytest.raises(SweepError, match=said):
        table(opened(dense_sweep()), names, checkpoints)


def test_one_name_is_one_variable(opened):
    ds = opened(dense_sweep())
    assert table(ds, "test_loss").equals(table(ds, ["test_loss"]))


def test_by_default_all_that_is_one_number_is_taken(opened):
    names = default_variables(opened(sweep_of({"seed": [0, 1]})))
    assert {"train_loss", "test_loss", "steps", "attempt"} <= set(names)
    assert not {"key", "host", "message", "status", "checksum"} & set(names)
