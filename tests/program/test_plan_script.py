"""ntksweep plan --sbatch: the script that it prints is sound, and what was given comes through the shell unchanged."""

import pathlib
import re
import shlex
import subprocess

import pytest

from conftest import PROGRAM, run

ODD = "a 'quoted' \"name\" $(touch oops) `x` {}}\\ job"


def script(*arguments, cwd=None):
    result = run("plan", *arguments, "--sbatch", cwd=cwd)
    assert result.returncode == 0, result.stderr
    checked = subprocess.run(["bash", "-n"], input=result.stdout, capture_output=True, text=True)
    assert checked.returncode == 0, checked.stderr
    return result.stdout


def options(text):
    """What sbatch reads: the lines up to the first that is no comment."""
    head = re.split(r"\n(?=[^#\n])", text, maxsplit=1)[0]
    return dict(line.removeprefix("#SBATCH --").split("=", 1) for line in head.splitlines()
                if line.startswith("#SBATCH --") and "=" in line)


def variables(text, cwd, *names):
    """As the script's own head sets them."""
    start = text.index("\njob=")
    head = text[start:text.index("\n\n", start)]
    shown = "\n".join(f'printf "%s\\0" "${{{name}[@]}}"' for name in names)
    printed = subprocess.run(["bash", "-c", f"{head}\n{shown}"], cwd=cwd, capture_output=True, text=True, check=True)
    return printed.stdout.split("\0")[:-1]


def test_the_script_is_the_one_of_the_project_filled_in(small_job):
    text = script(small_job, "--nodes", 3, "--ranks-per-node", 8, "--time", "2h", "--partition", "long", "--account", "me")
    given = options(text)
    assert given["nodes"] == "3" and given["ntasks-per-node"] == "8" and given["time"] == "02:00:00"
    assert given["partition"] == "long" and given["account"] == "me" and given["job-name"] == "small"
    assert int(given["mem-per-cpu"].removesuffix("M")) > 64
    own = (pathlib.Path(__file__).parents[2] / "slurm/sweep.sbatch").read_text().splitlines()
    new = [line for line in text.splitlines() if line not in own]
    assert len(new) < 20, "\n".join(new)


def test_an_array_has_its_parts(small_job):
    given = options(script(small_job, "--shards", 4, "--training.threads=2"))
    assert given["array"] == "0-3" and given["ntasks"] == "1" and given["cpus-per-task"] == "2"


@pytest.mark.parametrize("form", [[], ["--shards", 2]])
def test_odd_names_and_values_come_through_the_shell(small_job, tmp_path, form):
    folder = tmp_path / ODD.replace("/", "")
    folder.mkdir()
    job = folder / f"{ODD}.toml"
    job.write_text(small_job.read_text())
    values = ["--grid.where=width > 2 and activation == 'relu'", "--grid.width=[1, 3]"]
    text = script(job.relative_to(tmp_path), *values, "-o", f"{ODD}.h5", *form, cwd=tmp_path)
    found = variables(text, tmp_path, "job", "output", "options", "ntksweep")
    assert found[:2] == [str(job), str(tmp_path / f"{ODD}.h5")]
    assert sorted(found[2:4]) == sorted(values)
    assert found[4] == str(pathlib.Path(PROGRAM).resolve())
    assert not list(tmp_path.rglob("oops"))


def test_the_options_of_the_script_are_those_of_run(small_job, tmp_path):
    """The run that the script would start, started as it would be."""
    text = script(small_job, "--grid.width=2", "--grid.seed=1", "--model.activation=relu", "-o", "out.h5", cwd=tmp_path)
    job, output, *given, program = variables(text, tmp_path, "job", "output", "options", "ntksweep")
    result = subprocess.run([program, "run", job, "-o", output, *given], capture_output=True, text=True)
    assert result.returncode == 0 and (tmp_path / "out.h5").exists(), result.stderr


def test_the_text_form_says_what_to_ask_slurm_for(small_job):
    line = next(line for line in run("plan", small_job, "--ranks", 8).stdout.splitlines() if line.startswith("slurm"))
    assert "--nodes=1 --ntasks-per-node=8 " in line and "--mem-per-cpu=" in line and "--time=" in line


@pytest.mark.parametrize("arguments", [
    "--nodes 2", "--time 3h", "--shards 3", "--partition p", "--sbatch --json", "--sbatch --nodes 0",
    "--sbatch --nodes two", "--sbatch --shards 3 --nodes 2", "--sbatch --shards 0", "--sbatch --shards 99999",
    "--sbatch --time x", "--sbatch --time 0", "--sbatch --time 60", "--sbatch --nodes 99999", "--sbatch -o /tmp",
    "--sbatch --memory 3", "--sbatch --partition", "--sbatch --partition 'a b'",
    "--sbatch --account '$x'", "--sbatch --grid.widht=3", "-o out.h5"])
def test_wrong_wishes_are_refused(small_job, arguments):
    result = run("plan", small_job, *shlex.split(arguments))
    assert result.returncode == 2 and result.stdout == ""
    assert result.stderr.count("\n") == 1 and result.stderr.startswith("ntksweep: "), result.stderr
