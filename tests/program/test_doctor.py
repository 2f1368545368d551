"""ntksweep doctor: what it finds on one node and under a launcher, healthy and not."""

import errno
import json
import os
import subprocess

import pytest

from conftest import PROGRAM, environment, run
from folders import build_refusing_library, needs_mounts, with_own, without_answer


def doctor(*arguments, launch=(), **variables):
    result = subprocess.run([*launch, PROGRAM, "doctor", "--json", *map(str, arguments)], capture_output=True, text=True,
                            env={**environment(), **variables}, timeout=120)
    return result, {row["topic"]: row for row in json.loads(result.stdout)["findings"]}


def faults(rows):
    return {topic: row["grade"] for topic, row in rows.items() if row["grade"] != "ok"}


def test_a_healthy_node_has_no_problem_and_nothing_is_left_behind(tmp_path):
    result, rows = doctor(tmp_path)
    assert result.returncode == 0, result.stdout
    assert "problem" not in faults(rows).values()
    assert {"launcher", "Slurm", "shared folder", "CPU", "BLAS kernels", "MPI", "cores", "memory", "/dev/shm",
            "folder: flock", "folder: clock"} <= rows.keys()
    assert list(tmp_path.iterdir()) == []


def test_the_table_says_the_same_as_the_json(tmp_path):
    text = run("doctor", tmp_path).stdout.splitlines()
    _, rows = doctor(tmp_path)
    assert str(tmp_path) in text[0]
    found = text[1].index(rows["launcher"]["found"])
    assert [line[9:found].strip() for line in text[1:-1] if not line.startswith(" ")] == list(rows)
    assert "0 problems" in text[-1]


def test_the_current_folder_is_the_usual_one(tmp_path):
    assert "folder ." in run("doctor", cwd=tmp_path).stdout.splitlines()[0]


def test_ranks_of_a_launcher_answer_together(tmp_path):
    result, rows = doctor(tmp_path, launch=["mpirun", "--oversubscribe", "--bind-to", "none", "-n", "3"])
    assert result.returncode == 0, result.stdout
    assert rows["launcher"]["found"] == "mpirun: 3 ranks on 1 node"
    assert rows["shared folder"]["found"] == "seen by all ranks"
    assert "for 3 ranks" in rows["cores"]["found"]


@needs_mounts
def test_a_folder_that_a_node_does_not_see_is_a_problem(tmp_path):
    command = [PROGRAM, "doctor", "--json", str(tmp_path)]
    result = subprocess.run(["mpirun", "--oversubscribe", "--bind-to", "none", "-n", "1", *command, ":", "-n", "1",
                             *with_own(tmp_path, command)], capture_output=True, text=True, env=environment(),
                            timeout=120)
    rows = {row["topic"]: row for row in json.loads(result.stdout)["findings"]}
    assert result.returncode == 1
    assert faults(rows)["shared folder"] == "problem" and rows["shared folder"]["found"].startswith("not seen on ")


@needs_mounts
@pytest.mark.skipif(os.environ.get("NTKSWEEP_SANITIZER", "") == "address",
                    reason="the search for leaks at the end waits for every thread, also one that a file system holds")
def test_a_file_system_without_answer_does_not_hold_it_up(tmp_path):
    folder = tmp_path / "hangs"
    folder.mkdir()
    with without_answer(folder):
        result, rows = doctor(folder)
    assert result.returncode == 1
    *others, last = rows.values()
    assert last["found"] == "no answer within 10 s" and last["topic"].startswith("folder: ")
    assert rows["memory"]["grade"] == "ok"


@pytest.fixture(scope="module")
def refusing(tmp_path_factory):
    return build_refusing_library(tmp_path_factory.mktemp("refusing"))


@pytest.mark.skipif(os.environ.get("NTKSWEEP_SANITIZER", "") != "", reason="a sanitizer's runtime must come first")
@pytest.mark.parametrize("call, topic, grade", [("FLOCK", "flock", "warning"), ("LINK", "hard link", "warning"),
                                                ("RENAME", "rename", "problem"), ("TIMES", "set times", "problem"),
                                                ("FSYNC", "fsync", "problem")])
def test_what_a_file_system_refuses_is_found(refusing, tmp_path, call, topic, grade):
    result, rows = doctor(tmp_path, LD_PRELOAD=str(refusing), **{f"REFUSE_{call}": str(errno.ENOLCK)})
    assert result.returncode == (1 if grade == "problem" else 0)
    assert faults(rows) == {f"folder: {topic}": grade}
    row = rows[f"folder: {topic}"]
    assert row["found"] == f"refused: {os.strerror(errno.ENOLCK)}" and row["cure"]


def test_a_job_of_slurm_that_is_seen_in_part_is_warned_of(tmp_path):
    result, rows = doctor(tmp_path, SLURM_JOB_ID="17", SLURM_JOB_NUM_NODES="4", SLURM_NTASKS="8",
                          SLURM_JOB_END_TIME="1000", SLURM_CPUS_ON_NODE="1", SLURM_MEM_PER_CPU="100")
    assert result.returncode == 0
    assert faults(rows) == {"Slurm": "warning", "end of the job": "warning", "memory": "warning"}
    assert "job 17" in rows["Slurm"]["found"] and "100.0 MiB (granted by Slurm)" in rows["memory"]["found"]


def test_processes_that_do_not_find_each_other_are_a_problem_and_the_node_is_looked_at(tmp_path):
    result, rows = doctor(tmp_path, SLURM_JOB_ID="17", SLURM_STEP_NUM_TASKS="4", SLURM_PROCID="0")
    assert result.returncode == 1
    assert faults(rows) == {"launcher": "problem"} and "srun started 4 processes" in rows["launcher"]["found"]
    assert "cores" in rows


@pytest.mark.parametrize("arguments", [["nowhere"], [""], [__file__], ["a", "b"], ["--jsn"], ["--", "-x"]])
@pytest.mark.parametrize("ranks", [1, 2])
def test_wrong_arguments_are_refused(tmp_path, arguments, ranks):
    result = run("doctor", *arguments, ranks=ranks, cwd=tmp_path)
    assert result.returncode == 2 and result.stdout == ""
    assert len([line for line in result.stderr.splitlines() if line.startswith("ntksweep: ")]) == 1, result.stderr
