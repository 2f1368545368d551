"""model.initialization = file: the whole way from an export to a run, and every wrong file or setting refused."""

import h5py
import numpy as np
import pytest

from conftest import assert_same_bits, numbers, run
from test_wrong_inputs import assert_refused, run_job

JOB = """
[grid]
width = {width}
samples = 6
seed = 2
[data]
input_dim = 3
[training]
max_steps = 5
"""
FROM_FILE = '[model]\ninitialization = "file"\n'


def write(path, width=8, bias=False, inputs=3, seed=0):
    random = np.random.default_rng(seed)
    with h5py.File(path, "w") as file:
        file["layer_1/weights"] = random.normal(size=(width, inputs)).astype(np.float32)
        file["layer_2/weights"] = random.normal(size=(1, width))
        if bias:
            file["layer_1/biases"] = np.zeros(width)


def test_a_sweep_starts_from_an_export(tmp_path):
    job = tmp_path / "job.toml"
    job.write_text(JOB.format(width=8))
    assert run("run", job, "-o", "first.h5", cwd=tmp_path).returncode == 0
    assert run("replay", "first.h5", "--cell", 0, "--export", "cell.h5", cwd=tmp_path).returncode == 0
    start = ["--model.initialization=file", "--model.init_path=cell.h5"]
    result = run("run", job, "-o", "again.h5", *start, "--model.init_state=initial", cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    first, again = numbers(tmp_path / "first.h5"), numbers(tmp_path / "again.h5")
    assert first["train_loss"][..., 0, :].tobytes() == again["train_loss"][..., 0, :].tobytes()
    assert (first["key"] != again["key"]).all()
    result = run("run", job, "-o", "further.h5", *start, ranks=2, cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    assert numbers(tmp_path / "further.h5")["train_loss"].flat[0] == first["train_loss"][0, 0, 0, 0, -1]
    assert run("replay", "further.h5", "--cell", 1, cwd=tmp_path).returncode == 0


def test_files_are_an_axis_that_goes_with_the_width(tmp_path):
    write(tmp_path / "a.h5", 8)
    write(tmp_path / "b.h5", 16)
    (tmp_path / "job.toml").write_text(JOB.format(width='[8, 16]\nzip = ["width", "init_path"]') + FROM_FILE +
                                       'init_path = ["a.h5", "b.h5"]\n')
    for name, ranks in (("one.h5", 1), ("two.h5", 2)):
        result = run("run", "job.toml", "-o", name, ranks=ranks, cwd=tmp_path)
        assert result.returncode == 0, result.stderr
    assert_same_bits(tmp_path / "one.h5", tmp_path / "two.h5")
    with h5py.File(tmp_path / "one.h5", "r") as file:
        assert [path.decode() for path in file["init_path"][()]] == ["a.h5", "a.h5", "b.h5", "b.h5"]


WRONG = {
    "no file named": (FROM_FILE, "model.init_path", "none is named"),
    "a file that nobody reads": ('[model]\ninit_path = "good.h5"', "good.h5", "model.initialization = file"),
    "no such file": (FROM_FILE + 'init_path = "nowhere.h5"', "nowhere.h5", "No such file"),
    "a folder": (FROM_FILE + 'init_path = "."', "folder"),
    "not HDF5": (FROM_FILE + 'init_path = "job.toml"', "job.toml", "not an HDF5 file"),
    "no layers": (FROM_FILE + 'init_path = "empty.h5"', "empty.h5", "layer_1"),
    "a wrong width": (FROM_FILE + 'init_path = "wide.h5"', "wide.h5", "layer 1 has shape 9 x 3", "grid.width = 9"),
    "a wrong depth": (FROM_FILE + 'init_path = "good.h5"\ndepth = 3', "4 of each", "model.depth = 1"),
    "wrong inputs": (FROM_FILE + 'init_path = "inputs.h5"', "inputs.h5", "5 inputs"),
    "biases that the model does not have": (FROM_FILE + 'init_path = "bias.h5"', "model.biases = hidden"),
    "biases that the file does not have": (FROM_FILE + 'init_path = "good.h5"\nbiases = "all"', "model.biases = none"),
    "an unknown state": (FROM_FILE + 'init_path = "good.h5"\ninit_state = "last"', "model.init_state", "last"),
    "an export cut short": (FROM_FILE + 'init_path = "short.h5"', "short.h5"),
    "numbers that are not finite": (FROM_FILE + 'init_path = "nan.h5"', "nan.h5", "layer_1/biases", "not finite"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_start_is_refused_before_anything_runs(tmp_path, name):
    write(tmp_path / "good.h5")
    write(tmp_path / "wide.h5", 9)
    write(tmp_path / "inputs.h5", inputs=5)
    write(tmp_path / "bias.h5", bias=True)
    write(tmp_path / "nan.h5", bias=True)
    h5py.File(tmp_path / "empty.h5", "w").close()
    with h5py.File(tmp_path / "nan.h5", "r+") as file:
        file["layer_1/biases"][3] = np.nan
    (tmp_path / "short.h5").write_bytes((tmp_path / "good.h5").read_bytes()[:1500])
    text, *expected = WRONG[name]
    assert_refused(run_job(tmp_path, JOB.format(width=8) + text), *expected)
    assert_refused(run("plan", "job.toml", cwd=tmp_path), *expected)


def test_a_start_that_changed_under_an_output_is_refused(tmp_path):
    write(tmp_path / "start.h5")
    (tmp_path / "job.toml").write_text(JOB.format(width=8) + FROM_FILE + 'init_path = "start.h5"\n')
    assert run("run", "job.toml", "-o", "out.h5", cwd=tmp_path).returncode == 0
    write(tmp_path / "start.h5", seed=1)
    assert_refused(run("run", "job.toml", "-o", "out.h5", cwd=tmp_path), "out.h5", "start.h5")
    assert_refused(run("replay", "out.h5", "--cell", 0, cwd=tmp_path), "weights it starts from")
    write(tmp_path / "start.h5")
    result = run("run", "job.toml", "-o", "out.h5", cwd=tmp_path)
    assert result.returncode == 0 and "nothing was left to do" in result.stdout, result.stderr
