"""Every wrong input: one clear line on stderr, exit code 2, nothing left behind."""

import gzip
import re

import h5py
import numpy as np
import pytest

from conftest import run

FILE_JOB = '[data]\nsource = "{source}"\npath = "{path}"\n[grid]\nsamples = 4\n'


def assert_refused(result, *expected):
    assert result.returncode == 2, (result.returncode, result.stdout, result.stderr)
    assert result.stderr.count("\n") == 1, result.stderr
    assert result.stderr.startswith("ntksweep: ")
    for text in expected:
        assert text in result.stderr, (text, result.stderr)


def run_job(tmp_path, text, *arguments):
    (tmp_path / "job.toml").write_text(text)
    result = run("run", "job.toml", "-o", "out.h5", *arguments, cwd=tmp_path)
    assert not (tmp_path / "out.h5").exists()
    return result


JOBS = {
    "unknown key": ("[grid]\nwidht = 3", "job.toml:2", "grid.widht", "did you mean grid.width"),
    "unknown section": ("[modell]\ndepth = 1", "job.toml:1", "modell", "model"),
    "wrong type": ('[grid]\nwidth = "abc"', "job.toml:2", "grid.width", "'abc' is not an integer"),
    "fraction for an integer": ("[model]\ndepth = 1.5", "model.depth", "1.5"),
    "empty axis": ("[grid]\nwidth = []", "job.toml:2", "grid.width", "no value"),
    "negative width": ("[grid]\nwidth = -3", "grid.width", "-3 is below 1"),
    "NaN step": ("[grid]\nstep_size = nan", "grid.step_size", "finite"),
    "infinite step": ("[grid]\nstep_size = inf", "grid.step_size", "finite"),
    "step of zero": ("[grid]\nstep_size = 0.0", "grid.step_size"),
    "malformed expression": ('[grid]\nwidth = "linspace(1,2"', "grid.width", "linspace"),
    "unknown expression": ('[grid]\nwidth = "logspace(1,2,3)"', "grid.width", "logspace", "linspace"),
    "geomspace through zero": ('[grid]\nstep_size = "geomspace(0,1,3)"', "geomspace", "linspace"),
    "value given twice": ("[grid]\nwidth = [8, 8]", "grid.width", "twice"),
    "broken TOML": ("[grid\nwidth = 3", "job.toml:1", "TOML"),
    "unknown choice": ('[model]\nactivation = "rleu"', "model.activation", "did you mean relu"),
    "mean field with two hidden layers": ('[model]\nparametrization = "mean_field"\ndepth = 2', "mean_field", "depth"),
    "minimum norm of a whole network": ('[training]\nmethod = "min_norm"', "min_norm", "model.train"),
    "factors for the wrong number of layers": ("[model]\nlayer_init_scale = [[1.0, 2.0, 3.0]]", "layer_init_scale", "3"),
    "broken filter": ('[grid]\nwhere = "width <"', "grid.where", "column"),
    "filter that leaves nothing": ('[grid]\nwhere = "width > 1e9"', "grid.where"),
    "coupled axes of unequal length": ('[grid]\nwidth = [1,2]\nsamples = [1,2,3]\nzip = ["width", "samples"]', "zip"),
    "more samples than the data has": ('[grid]\nsamples = 5000\n[data]\nsource = "digits"', "5000", "1000"),
    "no such data file": (FILE_JOB.format(source="csv", path="nowhere.csv"), "nowhere.csv"),
    "no path": ('[data]\nsource = "npy"', "data.path"),
    "class that the data does not have": ('[data]\nsource = "digits"\nclasses = [3, 12]', "12"),
    "noise above one": ('[data]\nsource = "digits"\nlabel_noise = 1.5', "label_noise"),
    "spectrum of nothing": ('[statistics]\nspectrum = "top:0"', "top:0"),
    "eigenvalues that nothing keeps": ('[statistics]\nalso = ["spectrum"]', "statistics.spectrum = none", "top:k"),
    "unknown statistic": ('[statistics]\nonly = ["ntk_drft"]', "ntk_drft", "ntk_drift"),
    "loss for other targets": ('[training]\nloss = "logistic"', "training.loss", "data.targets"),
    "classes for two outputs": ('[training]\nloss = "cross_entropy"', "training.loss", "onehot"),
    "misspelt loss": ('[training]\nloss = "squard"', "training.loss", "did you mean squared"),
    "flow with momentum": ('[training]\nmethod = "flow"\nmomentum = 0.9', "flow", "training.momentum"),
    "flow in single precision": ('[training]\nmethod = "flow"\nprecision = "float32"', "flow", "float64"),
    "momentum of one": ("[training]\nmomentum = 1.0", "training.momentum", "from 0"),
    "schedule without steps": ('[training]\nstep_rule = "piecewise"', "schedule_steps"),
    "schedule in disorder": (
        '[training]\nstep_rule = "piecewise"\nschedule_steps = [[9, 5]]\nschedule_factors = [[1, 1]]', "rising"),
    "floor without a cosine": ("[training]\nschedule_floor = 0.1", "cosine"),
    "theorem for another network": ('[training]\nstep_rule = "xu2023"', "xu2023", "model.activation = linear"),
    "decay of the exact solution": (
        '[model]\ntrain = "output"\n[training]\nmethod = "min_norm"\nweight_decay = 0.1', "min_norm", "weight_decay"),
    "odd width of two halves": ('[grid]\nwidth = [8, 9]\n[model]\ninitialization = "symmetric"', "even", "9"),
    "imbalance without layers": ("[model]\nimbalance = 2.0\ndepth = 0", "model.imbalance", "depth"),
    "output scale of zero": ("[model]\noutput_scale = 0.0", "model.output_scale"),
    "unknown group": ('[statistics]\nalso = ["linearized"]', "statistics.also", "linearised"),
    "kernel group without kernels": (
        '[statistics]\nkernel = "none"\nalso = ["regression"]', "statistics.also", "statistics.kernel"),
    "weights from no file": ('[model]\ninitialization = "file"', "model.init_path"),
    "no replicates": ("[grid]\nseed = 0", "grid.seed"),
}


@pytest.mark.parametrize("name", JOBS)
def test_a_wrong_job_is_refused(tmp_path, name):
    text, *expected = JOBS[name]
    assert_refused(run_job(tmp_path, text), *expected)


ARGUMENTS = {
    "unknown setting": (["--grid.widht=3"], "--grid.widht", "--grid.width"),
    "unknown option": (["--foo"], "--foo", "--help"),
    "setting without its section": (["--depth=1"], "'--depth=1'", "did you mean --model.depth?"),
    "misspelt option": (["--time-limt=2h"], "'--time-limt=2h'", "did you mean --time-limit?"),
    "word left over": (["foo"], "'foo'", "--help"),
    "size that is none": (["--memory=xyz"], "--memory", "xyz"),
    "size without a unit": (["--memory=10"], "--memory", "unit"),
    "no cell fits in memory": (["--memory=2M"], "fits in memory", "bytes"),
    "interval below zero": (["--output.state_interval=-1"], "state_interval", "-1"),
    "interval that is none": (["--output.state_interval=often"], "state_interval", "often"),
    "interval that is no number": (["--output.state_interval=nan"], "state_interval", "nan"),
    "endless interval": (["--output.state_interval=inf"], "state_interval", "inf"),
    "no threads": (["--threads=0"], "--threads"),
    "threads said twice": (["--threads=2", "--training.threads=1"], "--threads", "--training.threads", "leave one out"),
}


@pytest.mark.parametrize("name", ARGUMENTS)
def test_wrong_arguments_are_refused(tmp_path, name):
    arguments, *expected = ARGUMENTS[name]
    assert_refused(run_job(tmp_path, "", *arguments), *expected)


COMMANDS = {
    "no command": ([], "One of run, plan, status, merge, pack, verify, replay, doctor, list"),
    "misspelt command": (["stauts"], "stauts", "did you mean status? See ntksweep --help"),
    "no output": (["run", "job.toml"], "--output"),
    "no such job": (["run", "nowhere.toml", "-o", "out.h5"], "nowhere.toml"),
    "a folder as a job": (["run", ".", "-o", "out.h5"], "cannot be read"),
    "no such output folder": (["run", "job.toml", "-o", "nowhere/out.h5"], "nowhere"),
    "a folder as output": (["run", "job.toml", "-o", "."], "."),
    "status of nothing": (["status", "nowhere.h5"], "nowhere.h5"),
    "plan for no ranks": (["plan", "job.toml", "--ranks", "0"], "--ranks"),
    "unknown list": (["list", "kernels"], "list kernels"),
}


@pytest.mark.parametrize("name", COMMANDS)
def test_wrong_commands_are_refused(tmp_path, name):
    (tmp_path / "job.toml").write_text("")
    arguments, *expected = COMMANDS[name]
    assert_refused(run(*arguments, cwd=tmp_path), *expected)


def idx(magic, count, rows):
    return bytes([0, 0, 8, magic]) + count.to_bytes(4, "big") + (rows.to_bytes(4, "big") * 2 if magic == 3 else b"")


DATA = {
    "CSV with words": ("csv", b"1,2,0\n3,four,1\n", "data:2"),
    "CSV with a short line": ("csv", b"1,2,0\n3,1\n", "data:2"),
    "CSV with NaN": ("csv", b"1,2,0\nnan,2,1\n", "data:2"),
    "empty CSV": ("csv", b"", "data"),
    "damaged gzip": ("csv", gzip.compress(b"1,2,0\n" * 1000)[:40], "data"),
    "NPY of wrong magic": ("npy", b"PYNUM" * 10, "data", "NumPy"),
    "IDX of wrong magic": ("idx", b"\x01\x02\x03\x04" * 8, "data", "IDX"),
    "IDX cut short": ("idx", idx(3, 100, 28) + b"\0" * 50, "data"),
    "CIFAR-10 cut short": ("cifar10", b"\0" * 3000, "data", "3073"),
    "HDF5 that is none": ("hdf5", b"hello", "data"),
}


@pytest.mark.parametrize("name", DATA)
def test_unreadable_data_is_refused(tmp_path, name):
    source, content, *expected = DATA[name]
    (tmp_path / "data").write_bytes(content)
    (tmp_path / "labels").write_bytes(idx(1, 100, 0) + b"\0" * 100)
    job = FILE_JOB.format(source=source, path="data")
    if source in ("idx", "npy"):
        job = job.replace('path = "data"', 'path = "data"\nlabels_path = "labels"')
    assert_refused(run_job(tmp_path, job), *expected)


def test_a_file_of_another_program_is_refused_and_left_alone(tmp_path):
    with h5py.File(tmp_path / "out.h5", "w") as file:
        file["x"] = np.arange(3)
    before = (tmp_path / "out.h5").read_bytes()
    (tmp_path / "job.toml").write_text("")
    assert_refused(run("run", "job.toml", "-o", "out.h5", cwd=tmp_path), "out.h5", "another program")
    assert (tmp_path / "out.h5").read_bytes() == before


def test_an_output_of_another_job_is_refused_with_the_changed_keys_named(small_job, reference):
    before = reference.read_bytes()
    assert_refused(run("run", small_job, "-o", reference, "--training.max_steps=7", "--grid.width=5"),
                   "training.max_steps: 400 in the file, 7 in this job", "grid.width")
    assert reference.read_bytes() == before


def test_data_that_changed_under_an_output_are_refused(tmp_path):
    rows = np.random.default_rng(0).normal(size=(30, 4))
    np.savetxt(tmp_path / "data.csv", rows, delimiter=",")
    (tmp_path / "job.toml").write_text('[data]\nsource = "csv"\npath = "data.csv"\n'
                                       "[grid]\nwidth = 4\nsamples = 8\n[training]\nmax_steps = 3\n")
    assert run("run", "job.toml", "-o", "out.h5", cwd=tmp_path).returncode == 0
    np.savetxt(tmp_path / "data.csv", 2 * rows, delimiter=",")
    assert_refused(run("run", "job.toml", "-o", "out.h5", cwd=tmp_path), "out.h5", "other data", "data.csv")
    assert_refused(run("replay", "out.h5", "--cell", 0, cwd=tmp_path), "data")


def test_a_cell_that_is_not_there_is_refused(reference):
    assert_refused(run("replay", reference, "--cell", "80"), "--cell", "0 to 79")
    assert_refused(run("replay", reference, "--cell", "zz"), "zz")
    assert_refused(run("replay", reference, "--cell", "0123456789abcdef"), "0123456789abcdef")


def test_under_mpirun_one_line_is_said_once(tmp_path):
    (tmp_path / "job.toml").write_text("[grid]\nwidht = 3")
    result = run("run", "job.toml", "-o", "out.h5", ranks=2, cwd=tmp_path)
    assert result.returncode == 2
    assert len(re.findall("^ntksweep:", result.stderr, re.MULTILINE)) == 1
    result = run("run", "job.toml", ranks=2, cwd=tmp_path)
    assert result.returncode == 2
    assert len(re.findall("^ntksweep:", result.stderr, re.MULTILINE)) == 1
