"""The jobs that come with the program: each can be planned and says what it reproduces."""

import importlib.util
import json
import pathlib
import re

import numpy as np
import pytest

from conftest import run

TOP = pathlib.Path(__file__).parents[2]
JOBS = sorted((TOP / "jobs").glob("*.toml"))
CLUSTER_JOBS = sorted((TOP / "jobs" / "cluster").glob("*.toml"))


def name(path):
    return str(path.relative_to(TOP / "jobs"))


def plan(path):
    result = run("plan", path, "--json", cwd=TOP)
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


def header(path):
    """The comment at the top, its lines joined."""
    lines = path.read_text().split("\n[", 1)[0].splitlines()
    return re.sub(r"\s+", " ", " ".join(line.lstrip("# ") for line in lines if line.startswith("#")))


@pytest.mark.parametrize("job", JOBS, ids=name)
def test_a_job_passes_plan_and_fits_a_laptop(job):
    cost = plan(job)
    assert cost["cells"] > 1 and cost["memory_per_rank_bytes"] < 1e9


@pytest.mark.parametrize("job", JOBS, ids=name)
def test_a_job_says_what_it_asks_which_paper_and_how_long_it_takes(job):
    text = header(job)
    assert "?" in text
    assert re.search(r"\b(19|20)\d\d\b", text), "names no paper by its year"
    assert re.search(r"(s|minutes?) on 2 cores", text), "does not say how long it takes"


@pytest.mark.parametrize("job", JOBS, ids=name)
def test_a_job_has_its_row_in_the_readme(job):
    assert f"]({job.name})" in (TOP / "jobs" / "README.md").read_text()


@pytest.mark.parametrize("job", CLUSTER_JOBS, ids=name)
def test_a_cluster_job_is_its_small_one_made_larger(job):
    small = TOP / "jobs" / job.name
    assert f"jobs/{job.name}" in header(job)
    assert plan(job)["core_hours"] > 2 * plan(small)["core_hours"]


def test_the_data_files_are_what_the_script_writes(tmp_path):
    folder = TOP / "jobs" / "data"
    spec = importlib.util.spec_from_file_location("make_data", folder / "make_data.py")
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    script.write_all(tmp_path)
    written = sorted(path.name for path in tmp_path.iterdir())
    assert written == sorted(path.name for path in folder.glob("*.csv")) and written
    for file in written:
        np.testing.assert_allclose(np.loadtxt(tmp_path / file, delimiter=","), np.loadtxt(folder / file, delimiter=","),
                                   rtol=1e-12, atol=1e-15)
