"""What each command prints and leaves, on good input."""

import json

import h5py
import numpy as np
import pytest

from conftest import run


def test_plan_says_what_a_job_costs_and_runs_nothing(small_job, tmp_path):
    result = run("plan", small_job, "--ranks", 3, "--json", cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    plan = json.loads(result.stdout)
    assert plan["cells"] == 80 and plan["groups"] == 40 and plan["ranks"] == 3
    assert plan["memory_per_rank_bytes"] > 1e6 and plan["time_s"] > 0
    assert list(tmp_path.glob("*.h5")) == []
    assert run("run", small_job, "-o", tmp_path / "out.h5").returncode == 0
    assert abs((tmp_path / "out.h5").stat().st_size / plan["file_bytes"] - 1) < 0.05


def test_a_million_cells_are_planned(small_job):
    result = run("plan", small_job, "--grid.width=linspace(1,100,100)", "--grid.step_size=linspace(0.1,2,50)",
                 "--grid.seed=50", "--json")
    assert result.returncode == 0, result.stderr
    assert json.loads(result.stdout)["cells"] == 1_000_000


def test_replay_reproduces_a_cell_by_number_and_by_key(reference):
    with h5py.File(reference) as file:
        key = f"{file['key'][()].ravel()[37]:016x}"
    by_number, by_key = run("replay", reference, "--cell", 37), run("replay", reference, "--cell", key)
    assert by_number.returncode == by_key.returncode == 0
    assert by_number.stdout == by_key.stdout
    assert "all values have the same bits as in the file" in by_number.stdout


def test_replay_tells_when_a_value_differs(reference, tmp_path):
    changed = tmp_path / "changed.h5"
    changed.write_bytes(reference.read_bytes())
    with h5py.File(changed) as file:
        losses = file["test_loss"][()].reshape(80, -1)
        place = file["test_loss"].id.get_offset() + 8 * (6 * losses.shape[1] - 1)
    with open(changed, "r+b") as raw:  # as a disk could: HDF5 would take the file's seal away
        raw.seek(place)
        raw.write(np.float64(losses[5, -1] + 1e-15).tobytes())
    result = run("replay", changed, "--cell", 5)
    assert result.returncode == 1 and "DIFFERENT" in result.stdout
    quiet = run("replay", changed, "--cell", 5, "--quiet")
    assert quiet.returncode == 1
    assert [line.split("[")[0] for line in quiet.stdout.splitlines() if " = " in line and "same" in line] == []
    assert sum("DIFFERENT" in line for line in quiet.stdout.splitlines()) == 1


def test_plan_notes_what_is_asked_for_in_vain(tmp_path):
    job = tmp_path / "job.toml"
    job.write_text('[training]\nmomentum = 0.5\n[statistics]\nalso = ["linearised", "sharpness"]\n')
    notes = [line for line in run("plan", job).stdout.splitlines() if line.startswith("note")]
    assert len(notes) == 1 and "linearised" in notes[0] and "training.momentum = 0" in notes[0]


def test_a_critical_step_that_nobody_asks_for_is_missing(tmp_path):
    job = tmp_path / "job.toml"
    job.write_text('[grid]\nwidth = 4\nsamples = 6\n[training]\nmax_steps = 3\nstep_unit = "absolute"\n')
    for kernel, missing in (("none", True), ("trace", False)):
        out = tmp_path / f"{kernel}.h5"
        assert run("run", job, "-o", out, f"--statistics.kernel={kernel}").returncode == 0
        with h5py.File(out) as file:
            assert np.isnan(file["step_size_critical"][()]).all() == missing
            assert (file["step_size_absolute"][()] == 0.5).all()


def test_an_exported_cell_can_be_checked_with_own_code(small_job, reference, tmp_path):
    """The output of the network, computed here from the exported weights."""
    number = np.ravel_multi_index((3, 1, 0, 1, 0), (5, 2, 2, 2, 2))  # width 24, samples 20, 0.4, tanh, seed 0
    result = run("replay", reference, "--cell", number, "--export", tmp_path / "cell.h5")
    assert result.returncode == 0, result.stderr
    with h5py.File(tmp_path / "cell.h5") as cell:
        x = cell["inputs"][()]
        w1, w2 = (cell[f"layer_{i}/weights_end"][()] for i in (1, 2))
        s1, s2 = (cell[f"layer_{i}"].attrs["scale"] for i in (1, 2))
        own = s2 * np.tanh(s1 * x @ w1.T) @ w2.T
        predictions = cell["predictions_end"][()]
        targets = cell["targets"][()]
    np.testing.assert_allclose(own, predictions, rtol=1e-12, atol=1e-14)
    with h5py.File(reference) as file:
        loss = file["train_loss"][()].reshape(80, -1)[number, -1]
    np.testing.assert_allclose(((own - targets) ** 2).sum() / (2 * len(x)), loss, rtol=1e-12)


def test_an_export_that_cannot_be_made_is_one_line(reference):
    result = run("replay", reference, "--cell", 3, "--export", "/proc/cell.h5")
    assert result.returncode == 1
    assert "/proc/cell.h5: cannot be made: " in result.stderr and "errno" not in result.stderr
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize("what, known", [("statistics", "ntk_drift"), ("activations", "gelu"), ("datasets", "digits"),
                                         ("parametrizations", "mup"), ("initializations", "gaussian"),
                                         ("losses", "cross_entropy"), ("step_rules", "xu2023"),
                                         ("axes", "grid.width")])
def test_list_knows_what_there_is(what, known):
    result = run("list", what)
    assert result.returncode == 0 and known in result.stdout


@pytest.mark.parametrize("asked, there, absent", [("sharpness", "sharpness_ratio", "ntk_drift"),
                                                  ("two_layer", "tau_min", "ntk_lambda_min"),
                                                  ("lambda_min", "ntk_lambda_min", "tau_min")])
def test_list_statistics_shows_a_group_or_part_of_a_name(asked, there, absent):
    names = [line.split()[0] for line in run("list", "statistics", asked).stdout.splitlines()[::2]]
    assert there in names and absent not in names


def test_list_statistics_refuses_what_it_does_not_know_and_names_the_groups():
    result = run("list", "statistics", "nonsense")
    assert result.returncode == 2 and result.stdout == ""
    assert "'nonsense'" in result.stderr and "two_layer" in result.stderr


@pytest.mark.parametrize("command", ["run", "plan", "status", "replay", "list"])
def test_help_teaches_with_an_example(command):
    result = run(command, "--help")
    assert result.returncode == 0
    assert "Example" in result.stdout and f"ntksweep {command}" in result.stdout


def test_every_recorded_statistic_is_listed_and_carries_its_attributes(reference):
    listed = run("list", "statistics").stdout
    with h5py.File(reference) as file:
        recorded = [name for name in file if "formula" in file[name].attrs]
        assert len(recorded) > 20
        for name in recorded:
            assert name in listed
            assert file[name].attrs["long_name"] and "units" in file[name].attrs


def test_a_cell_too_big_among_others_is_skipped_and_the_rest_is_done(small_job, tmp_path):
    largest = json.loads(run("plan", small_job, "--grid.width=8,4096", "--json").stdout)["memory_per_rank_bytes"]
    out = tmp_path / "out.h5"
    arguments = ["run", small_job, "-o", out, "--grid.width=8,4096", "--training.max_steps=3"]
    result = run(*arguments, f"--memory={largest * 0.9:.0f}")
    assert result.returncode == 3, result.stderr
    with h5py.File(out) as file:
        status = file["status"][()]
    assert (status[0] < 5).all() and (status[1] == 5).any()
    told = run("status", out)
    assert told.returncode == 3 and "skipped: needs" in told.stdout
    # With room for them, the next run does what was skipped.
    assert run(*arguments).returncode == 0
    with h5py.File(out) as file:
        assert (file["status"][()] < 5).all()
