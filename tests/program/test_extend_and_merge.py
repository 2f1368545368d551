"""One sweep in several steps: extended on the command line, computed in shards and merged, verified, packed, repaired."""

import json
import pathlib

import h5py
import numpy as np
import pytest
import xarray as xr
from conftest import run

JOB = """
[grid]
width = [4, 8]
samples = [6, 10]
step_size = [0.25, 0.5]
seed = 2
[data]
input_dim = 3
[training]
max_steps = 40
[statistics]
checkpoints = 4
"""
TIMING = ["wall_time", "training_time", "host", "rank", "attempt", "row_checksum", "attempts", "host_names"]


@pytest.fixture(name="sweep")
def _sweep(tmp_path):
    (tmp_path / "job.toml").write_text(JOB)

    def call(*arguments, code=0):
        done = run(*arguments, cwd=tmp_path)
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout + done.stderr

    return call


def cells(path: pathlib.Path) -> dict:
    with h5py.File(path) as file:
        keys, sums = file["key"][()].ravel(), file["checksum"][()].ravel()
        return dict(zip(keys.tolist(), sums.tolist()))


def test_an_added_axis_value_computes_only_what_is_new(sweep, tmp_path):
    sweep("run", "job.toml", "-o", "out.h5")
    before = cells(tmp_path / "out.h5")
    text = sweep("run", "job.toml", "-o", "out.h5", "--grid.width=4,6,8")
    assert "is laid anew for the 24 cells of this job: 16 of them have results" in text
    assert "8 cells computed" in text
    after = cells(tmp_path / "out.h5")
    assert len(after) == 24
    assert before.items() <= after.items()
    with h5py.File(tmp_path / "out.h5") as file:
        assert file["width"][()].tolist() == [4, 6, 8]
        assert sorted(np.unique(file["attempt"][()])) == [0, 1]
    sweep("run", "job.toml", "-o", "fresh.h5", "--grid.width=4,6,8")
    fresh, grown = (xr.open_dataset(tmp_path / name).drop_vars(TIMING) for name in ("fresh.h5", "out.h5"))
    xr.testing.assert_equal(fresh, grown)


def test_a_job_that_lacks_results_of_its_output_is_refused(sweep, tmp_path):
    sweep("run", "job.toml", "-o", "out.h5")
    before = (tmp_path / "out.h5").read_bytes()
    text = sweep("run", "job.toml", "-o", "out.h5", "--grid.width=8,16", code=2)
    assert "8 of its 16 results are of cells that this job does not have" in text
    assert "grid.width: [4,8] in the file, [8,16] in this job" in text
    assert (tmp_path / "out.h5").read_bytes() == before


def test_shards_are_merged_to_what_one_run_gives(sweep, tmp_path):
    for number in (1, 2, 3):
        sweep("run", "job.toml", "-o", f"part{number}.h5", "--shard", f"{number}/3")
        assert json.loads(sweep("status", f"part{number}.h5", "--json"))["pending"] == 0
    parts = [f"part{number}.h5" for number in (3, 1, 2)]
    assert "16 cells in all.h5 from 3 files: " in sweep("merge", *parts, "-o", "all.h5")
    sweep("run", "job.toml", "-o", "one.h5")
    one, merged = (xr.open_dataset(tmp_path / name).drop_vars(TIMING) for name in ("one.h5", "all.h5"))
    xr.testing.assert_equal(one, merged)
    assert "nothing was left to do" in sweep("run", "job.toml", "-o", "all.h5")
    assert "6 cells have no result" in sweep("merge", *parts[1:], "-o", "some.h5", code=75)
    assert "6 cells computed" in sweep("run", "job.toml", "-o", "some.h5")


def test_sweeps_over_different_axes_are_merged(sweep, tmp_path):
    sweep("run", "job.toml", "-o", "relu.h5")
    sweep("run", "job.toml", "-o", "tanh.h5", "--model.activation=tanh")
    assert "32 cells in both.h5 from 2 files" in sweep("merge", "relu.h5", "tanh.h5", "-o", "both.h5")
    with xr.open_dataset(tmp_path / "both.h5") as both:
        assert both.activation.values.tolist() == ["relu", "tanh"]
        assert (both.status != 0).all()
    assert "other settings (statistics.checkpoints" in sweep(
        "run", "job.toml", "-o", "relu.h5", "--statistics.checkpoints=7", code=2
    )


def test_a_finished_part_goes_on_as_the_whole(sweep):
    sweep("run", "job.toml", "-o", "out.h5", "--shard", "1/4")
    assert "16 cells in out.h5" in sweep("run", "job.toml", "-o", "out.h5")


def test_verify_finds_a_changed_number_and_repair_has_it_computed_again(sweep, tmp_path):
    sweep("run", "job.toml", "-o", "out.h5")
    good = cells(tmp_path / "out.h5")
    assert "16 cells with a status, all with the bytes that were written" in sweep("verify", "out.h5")
    assert "4 cells computed again, 0 with other bits" in sweep("verify", "out.h5", "--recompute", 4)
    with h5py.File(tmp_path / "out.h5") as file:
        place = file["train_loss"].id.get_offset() + 8 * 4 * 5
    with open(tmp_path / "out.h5", "r+b") as raw:
        raw.seek(place)
        raw.write(b"wrong")
    assert "the bytes of 1 cell have been changed since they were written: 5" in sweep("verify", "out.h5", code=1)
    assert "1 cell is lost: 5" in sweep("verify", "out.h5", "--repair")
    assert "1 cells computed" in sweep("run", "job.toml", "-o", "out.h5")
    assert cells(tmp_path / "out.h5") == good


def test_a_file_that_another_program_wrote_to_is_refused_until_it_is_looked_at(sweep, tmp_path):
    sweep("run", "job.toml", "-o", "out.h5", "--grid.width=4", "--grid.samples=6", "--grid.step_size=0.25",
          "--grid.seed=1")
    with h5py.File(tmp_path / "out.h5", "r+") as file:
        file["train_loss"][..., 1] += 1e-12
    assert "has no seal" in sweep("status", "out.h5", code=2)
    assert "1 cell is lost" in sweep("verify", "out.h5", "--repair")


def test_repair_gives_coordinates_the_values_of_the_job(sweep, tmp_path):
    sweep("run", "job.toml", "-o", "out.h5")
    before = cells(tmp_path / "out.h5")
    with h5py.File(tmp_path / "out.h5", "r+") as file:
        file["width"][1] = 256
        file["seed"][...] = [7, 8]
    said = sweep("verify", "out.h5", "--repair")
    assert "width did not have the values of the settings" in said and "seed did not have" in said
    with h5py.File(tmp_path / "out.h5") as file:
        assert file["width"][()].tolist() == [4, 8] and file["seed"][()].tolist() == [0, 1]
    assert cells(tmp_path / "out.h5") == before


def test_repair_refuses_settings_that_are_not_those_of_the_job(sweep, tmp_path):
    sweep("run", "job.toml", "-o", "out.h5")
    with h5py.File(tmp_path / "out.h5", "r+") as file:
        told = json.loads(file.attrs["settings"])
        file.attrs["settings"] = json.dumps({**told, "data.label_noise": 0.9})
    assert "data.label_noise: 0.9 in its settings" in sweep("verify", "out.h5", "--repair", code=2)


def test_repair_says_when_the_statuses_are_gone(sweep, tmp_path):
    many = "--grid.seed=400"  # small variables lie among the metadata
    sweep("run", "job.toml", "-o", "out.h5", many, "--training.max_steps=2")
    with h5py.File(tmp_path / "out.h5") as file:
        place = file["status"].id.get_offset()
    with open(tmp_path / "out.h5", "r+b") as raw:
        raw.truncate(place + 5)
    assert "the statuses of cells 5 to 3199 were in what is missing" in sweep("verify", "out.h5", "--repair")
    assert "3200 pending" in sweep("status", "out.h5", code=75)


def test_a_damaged_cell_is_not_packed_without_a_word(sweep, tmp_path):
    sweep("run", "job.toml", "-o", "out.h5")
    with h5py.File(tmp_path / "out.h5") as file:
        place = file["train_loss"].id.get_offset()
    with open(tmp_path / "out.h5", "r+b") as raw:
        raw.seek(place + 3)
        raw.write(b"wrong")
    assert "warning: the bytes of 1 cells have been changed" in sweep("pack", "out.h5", "-o", "packed.h5")


def test_an_archive_is_not_extended(sweep, tmp_path):
    sweep("run", "job.toml", "-o", "out.h5")
    sweep("pack", "out.h5", "-o", "packed.h5")
    before = (tmp_path / "packed.h5").read_bytes()
    assert "is packed" in sweep("run", "job.toml", "-o", "packed.h5", "--grid.seed=3", code=2)
    assert (tmp_path / "packed.h5").read_bytes() == before


def test_merging_what_is_not_finished_says_how_to_go_on(sweep, tmp_path):
    for steps in (40, 50):
        sweep("run", "job.toml", "-o", f"{steps}.h5", f"--training.max_steps={steps}", "--grid.shard=1/2", code=0)
    said = sweep("merge", "40.h5", "50.h5", "-o", "all.h5", code=75)
    command = said[said.index("ntksweep run"):].split("\n")[0]
    assert "to compute them: ntksweep run" in said and "--training.max_steps='40,50'" in command
    sweep(*command.replace("'", "").split()[1:])


def test_merging_says_that_cells_in_training_begin_anew(sweep):
    sweep("run", "job.toml", "-o", "part.h5", "--training.max_steps=1e8", "--training.tolerance=0", "--time-limit=2s", code=75)
    assert "cells in the middle of training (part.h5.state) begin anew in all.h5" in sweep(
        "merge", "part.h5", "-o", "all.h5", code=75)


def test_a_packed_copy_is_read_like_the_file(sweep, tmp_path):
    sweep("run", "job.toml", "-o", "out.h5")
    sweep("pack", "out.h5", "-o", "packed.h5")
    assert (tmp_path / "packed.h5").stat().st_size < (tmp_path / "out.h5").stat().st_size / 2
    for engine in ("netcdf4", "h5netcdf"):
        with xr.open_dataset(tmp_path / "out.h5", engine=engine) as a:
            with xr.open_dataset(tmp_path / "packed.h5", engine=engine) as b:
                xr.testing.assert_identical(a, b)
    assert "2 cells computed again, 0 with other bits" in sweep("verify", "packed.h5", "--recompute", 2)
    assert "is packed" in sweep("run", "job.toml", "-o", "packed.h5", code=2)
    sweep("merge", "packed.h5", "-o", "again.h5")
    assert "nothing was left to do" in sweep("run", "job.toml", "-o", "again.h5")


@pytest.mark.parametrize(
    "arguments, message",
    [
        (["run", "job.toml", "-o", "x.h5", "--shard", "0/3"], "'0/3' is no shard"),
        (["run", "job.toml", "-o", "x.h5", "--shard", "4/3"], "'4/3' is no shard"),
        (["run", "job.toml", "-o", "x.h5", "--shard", "two"], "'two' is no shard"),
        (["run", "job.toml", "-o", "x.h5", "--shard", "1/1000"], "take fewer shards"),
        (["merge", "job.toml", "-o", "x.h5"], "job.toml: is not an HDF5 file"),
        (["merge", "none.h5", "-o", "x.h5"], "none.h5: No such file"),
        (["merge", "-o", "x.h5"], "files is required"),
        (["verify", "job.toml"], "job.toml: is not an HDF5 file"),
        (["verify", "job.toml", "--repair"], "job.toml: is not an HDF5 file"),
        (["verify", "none.h5", "--repair"], "none.h5: No such file"),
        (["verify", "none.h5", "--recompute", "0"], "--recompute"),
        (["verify", "none.h5", "--recompute", "some"], "--recompute"),
        (["pack", "job.toml", "-o", "x.h5"], "job.toml: is not an HDF5 file"),
        (["pack", "job.toml"], "--output is required"),
        (["pack", "none.h5", "-o", "no/folder/x.h5"], "no such folder: no/folder"),
        (["run", "job.toml", "-o", ""], "give a file with -o"),
        (["run", "job.toml", "-o", "x.h5", "--time-limit", "0"], "--time-limit"),
    ],
)
def test_wrong_inputs_get_one_clear_line(sweep, tmp_path, arguments, message):
    text = sweep(*arguments, code=2)
    assert message in text
    assert text.count("\n") == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["job.toml"]
