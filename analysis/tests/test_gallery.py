"""python3 -m ntksweep.gallery: runs what is missing, draws small pictures, and refuses in one line."""

import os

import pytest

from ntksweep.gallery import main
from published_runs import BINARY, ROOT

JOB = "random_features_peak"


@pytest.fixture
def top(tmp_path):
    """A folder jobs/ with one job of a moment."""
    (tmp_path / "jobs").mkdir()
    text = (ROOT / f"jobs/{JOB}.toml").read_text(encoding="utf-8")
    for old, new in (("samples = 200", "samples = 30"), ("seed = 10", "seed = 2"), ("dim = 100", "dim = 10")):
        text = text.replace(old, new)
    lines = ["width = [15, 30, 60]" if line.startswith("width") else line for line in text.splitlines()]
    (tmp_path / f"jobs/{JOB}.toml").write_text("\n".join(lines))
    return tmp_path


def gallery(top, *more):
    return main(["--jobs", f"{top}/jobs", "--results", f"{top}/out", "-o", f"{top}/pictures", "--ranks", "1", *more])


@pytest.mark.skipif(not os.path.exists(BINARY), reason="NTKSWEEP names no program")
def test_a_job_is_run_once_and_drawn_again(top, capsys):
    assert gallery(top, "--program", BINARY) == 0
    picture = top / f"pictures/{JOB}.png"
    first = picture.read_bytes()
    assert first.startswith(b"\x89PNG") and len(first) < 120_000
    picture.unlink()
    assert gallery(top, JOB, "--program", "no/program") == 0
    assert picture.read_bytes() == first
    assert capsys.readouterr().out.split("\n") == [f"running {JOB}", f"wrote {picture}", f"wrote {picture}", ""]


@pytest.mark.skipif(not os.path.exists(BINARY), reason="NTKSWEEP names no program")
def test_what_the_program_says_of_a_wrong_job_is_passed_on(top, capsys):
    with open(top / f"jobs/{JOB}.toml", "a", encoding="utf-8") as job:
        job.write("\n[grid.more]\n")
    assert gallery(top, "--program", BINARY) == 2
    said = capsys.readouterr().err
    assert f"the run of {JOB} ended without its cells: ntksweep: jobs/{JOB}.toml" in said and said.count("\n") == 1


@pytest.mark.parametrize(
    "options, says",
    [
        (["nothing"], f"has no job nothing; it has {JOB}"),
        (["--program", "no/program"], "no/program is no program; build it (scripts/build.sh release)"),
        (["--program", "."], ". is no program"),
        (["--jobs", "no/folder"], "no/folder: no job (*.toml) is in it"),
    ],
)
def test_wrong_inputs_are_refused_in_one_line(top, capsys, options, says):
    assert gallery(top, *options) == 2
    said = capsys.readouterr().err
    assert says in said and said.startswith("ntksweep.gallery: ") and said.count("\n") == 1


def test_a_folder_that_cannot_be_written_is_named(top, capsys):
    (top / "out").write_text("a file")
    program = top / "program"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    assert gallery(top, "--program", str(program)) == 1
    said = capsys.readouterr().err
    assert f"{top}/out" in said and said.count("\n") == 1


@pytest.mark.parametrize("ranks", ["0", "-1", "two"])
def test_a_number_of_ranks_is_one_or_more(top, capsys, ranks):
    with pytest.raises(SystemExit) as ended:
        gallery(top, f"--ranks={ranks}")
    assert ended.value.code == 2 and f"a number of ranks is 1 or more, not {ranks}" in capsys.readouterr().err
