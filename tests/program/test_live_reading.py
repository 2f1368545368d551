"""The file opens with stock readers at every moment of a run."""

import h5py
import numpy as np
import xarray as xr

from conftest import run, start


def read_with_everything(path):
    with h5py.File(path, "r") as file:
        done = file["status"][()] > 0
        losses = file["train_loss"][..., -1]
    for engine in ("netcdf4", "h5netcdf"):
        with xr.open_dataset(path, engine=engine) as dataset:
            assert {"width", "samples", "step_size", "seed"} <= set(dataset.status.dims)
            dataset.test_loss.load()
    return done, losses


def test_readers_see_a_consistent_file_at_every_moment_of_a_run(small_job, tmp_path):
    out = tmp_path / "out.h5"
    process = start("run", small_job, "-o", out, "--training.max_steps=12000", "--training.tolerance=0",
                    "--output.commit_interval=0.05", ranks=2)
    shares = []
    while process.poll() is None:
        if out.exists():
            done, losses = read_with_everything(out)
            assert not np.isnan(losses[done]).any(), "a cell had a status before its numbers"
            shares.append(done.mean())
    assert process.returncode == 0, process.communicate()[1]
    assert any(0 < share < 1 for share in shares), "the file was never read during the run"
    assert shares == sorted(shares)
    done, _ = read_with_everything(out)
    assert done.all()


def test_status_works_during_a_run_and_tells_what_is_left(small_job, tmp_path):
    out = tmp_path / "out.h5"
    process = start("run", small_job, "-o", out, "--training.max_steps=12000", "--training.tolerance=0",
                    "--output.commit_interval=0.05")
    seen = set()
    while process.poll() is None:
        if out.exists():
            result = run("status", out)
            assert result.returncode in (0, 75), result.stderr
            seen.add(result.returncode)
    assert process.returncode == 0
    assert 75 in seen
    assert run("status", out).returncode == 0
