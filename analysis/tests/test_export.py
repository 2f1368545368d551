"""ntksweep-export."""

import io
import os
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from conftest import dense_sweep
from ntksweep import open_sweep, table
from ntksweep.export import main


@pytest.fixture
def file(tmp_path):
    sweep = dense_sweep()
    sweep.values["status"] = np.r_[np.ones(21), [3, 4, 0]].astype("u1")
    sweep.values["test_loss"][21, -1] = np.inf
    return sweep.write(tmp_path / "a.h5")


def test_the_csv_reads_back_as_the_same_numbers(file, tmp_path, capsys):
    output = tmp_path / "new folder" / "a.of.csv"
    assert main([str(file), "-o", str(output)]) == 0
    read = pd.read_csv(output, float_precision="round_trip", dtype={"key": str}, keep_default_na=False, na_values=[""])
    expected = table(open_sweep(file))
    assert list(read.columns) == list(expected.columns) and len(read) == 24
    for name in ("test_loss", "ntk_drift", "step_size", "wall_time"):
        np.testing.assert_array_equal(read[name], expected[name])
    assert read["test_loss"][21] == np.inf and np.isnan(read["test_loss"][22])
    notes = pd.read_csv(output.with_name("a.of.columns.csv"))
    assert notes["column"].tolist() == list(expected.columns)
    assert sorted(path.name for path in output.parent.iterdir()) == ["a.of.columns.csv", "a.of.csv"]
    assert "24 rows" in capsys.readouterr().out


def test_without_output_the_table_goes_to_stdout(file, capsys):
    assert main([str(file), "--variables", "test_loss,steps", "--checkpoints", "first"]) == 0
    read = pd.read_csv(io.StringIO(capsys.readouterr().out))
    assert {"test_loss", "steps"} <= set(read.columns) and "train_loss" not in read and len(read) == 24


def test_parquet_keeps_types(file, tmp_path):
    pytest.importorskip("pyarrow")
    output = tmp_path / "a.parquet"
    assert main([str(file), "-o", str(output)]) == 0
    pd.testing.assert_frame_equal(pd.read_parquet(output), table(open_sweep(file)))


def test_parquet_without_pyarrow_says_what_to_install(file, tmp_path, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    assert main([str(file), "-o", str(tmp_path / "a.parquet")]) == 2
    assert "pip install pyarrow" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize(
    "more, code, said",
    [
        (["-o", "{}/a.nc"], 2, "is itself HDF5 and netCDF-4"),
        (["-o", "{}/a.h5"], 2, "is itself HDF5 and netCDF-4"),
        (["-o", "{}/a.xlsx"], 2, "one of .csv, .parquet, not .xlsx"),
        (["-o", "{}/a"], 2, "not none"),
        (["-o", "{}/folder.csv"], 2, "is a folder"),
        (["-o", "/proc/none/a.csv"], 1, "cannot be written"),
        (["--variables", "test_los"], 2, "no variable 'test_los'"),
        (["--variables", "steps, tset_loss"], 2, "no variable 'tset_loss'; did you mean 'test_loss'?"),
        (["--variables", "seed"], 2, "a column of every table"),
        (["missing.h5"], 2, "missing.h5"),
    ],
)
def test_what_is_wrong_is_one_line_and_nothing_is_written(file, tmp_path, capsys, more, code, said):
    (tmp_path / "folder.csv").mkdir()
    assert main([str(file), *(part.format(tmp_path) for part in more)]) == code
    shown = capsys.readouterr()
    assert shown.out == "" and len(shown.err.strip().splitlines()) == 1 and said in shown.err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.h5", "folder.csv"]


@pytest.mark.parametrize("names", ["", " , "])
def test_a_list_without_names_is_refused(file, capsys, names):
    with pytest.raises(SystemExit) as ended:
        main([str(file), "--variables", names])
    assert ended.value.code == 2 and "the list is empty" in capsys.readouterr().err


def test_spaces_between_names_do_not_matter(file, capsys):
    assert main([str(file), "--variables", " steps , test_loss,"]) == 0
    assert ",status,steps,test_loss,key," in capsys.readouterr().out.splitlines()[0]


def test_variables_that_are_named_twice_are_all_there(file, capsys):
    assert main([str(file), "--variables", "test_loss", "--variables", "train_loss"]) == 0
    assert {"test_loss", "train_loss"} <= set(capsys.readouterr().out.splitlines()[0].split(","))


def test_a_missing_seal_is_one_line(file, capsys):
    file.write_bytes(file.read_bytes()[:-1])
    assert main([str(file)]) == 0
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1 and lines[0].startswith(f"ntksweep-export: warning: {file}: its seal is missing")


def test_a_reader_that_goes_away_ends_it_quietly(file):
    command = f"{sys.executable} -m ntksweep.export {file} | head -n 1; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=60)
    assert done.stdout.startswith("cell,width") and done.stderr == "" and done.returncode in (0, 1)


def test_files_of_different_jobs_are_said_in_one_line(tmp_path, capsys):
    paths = [str(dense_sweep(attributes={"title": title}).write(tmp_path / f"{title}.h5")) for title in ("one", "two")]
    more = dense_sweep(attributes={"title": "one"}, settings={"model.train": "all", "training.method": "flow"})
    paths.append(str(more.write(tmp_path / "again.h5")))
    assert main([*paths, "--variables", "steps"]) == 0
    (line,) = capsys.readouterr().err.splitlines()
    assert f"different jobs: {paths[0]} of 'one', {paths[1]} of 'two';" in line
    assert main([paths[0], paths[2], "--variables", "steps"]) == 0
    assert main([paths[0], "--variables", "steps"]) == 0
    assert capsys.readouterr().err == ""


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no device that is full")
def test_a_full_stdout_is_named(file):
    command = f"{sys.executable} -m ntksweep.export {file} > /dev/full"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert done.stderr == "ntksweep-export: stdout cannot be written: No space left on device\n"
