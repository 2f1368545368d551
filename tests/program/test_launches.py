"""Wrong launches: each is found at the start and said in one line with the cure; and what is only unusual works."""

import errno
import os
import subprocess

import pytest

from conftest import PROGRAM, environment, run
from folders import build_refusing_library, needs_mounts, with_own, without_answer

JOB = "[grid]\nwidth = 2\nsamples = 6\n[training]\nmax_steps = 3\n"
STEP = {"SLURM_JOB_ID": "7", "SLURM_STEP_ID": "0", "SLURM_STEPID": "0", "SLURM_PROCID": "0",
        "SLURM_NODELIST": "localhost", "SLURM_TASKS_PER_NODE": "4", "SLURM_JOBID": "7"}
PLACES = ["mpirun", "--oversubscribe", "--bind-to", "none"]


@pytest.fixture
def job(tmp_path):
    path = tmp_path / "job.toml"
    path.write_text(JOB)
    return path


def start(command, cwd=None, **variables):
    return subprocess.run([*map(str, command)], env={**environment(), **variables}, cwd=cwd, capture_output=True,
                          text=True, timeout=120)


def own_lines(result):
    return [line for line in result.stderr.splitlines() if line.startswith("ntksweep: ")]


def test_processes_of_srun_without_pmi_are_named_before_mpi_starts(job, tmp_path):
    result = start([PROGRAM, "run", job, "-o", tmp_path / "out.h5"], **STEP, SLURM_STEP_NUM_TASKS="4")
    assert result.returncode == 1 and result.stderr.count("\n") == 1
    assert "srun started 4 processes" in result.stderr and "--mpi=pmix" in result.stderr
    assert not (tmp_path / "out.h5").exists()


def test_only_the_first_of_these_processes_speaks(job, tmp_path):
    result = start([PROGRAM, "run", job, "-o", tmp_path / "out.h5"], **{**STEP, "SLURM_PROCID": "1"},
                   SLURM_STEP_NUM_TASKS="4")
    assert result.returncode == 1 and result.stderr == ""


def test_a_single_start_in_a_batch_script_is_fine(job, tmp_path):
    result = start([PROGRAM, "run", job, "-o", tmp_path / "out.h5"], SLURM_JOB_ID="7", SLURM_NTASKS="4",
                   SLURM_PROCID="0", SLURM_CPUS_ON_NODE="4")
    assert result.returncode == 0, result.stderr


def test_a_step_of_one_process_is_fine_without_pmix(job, tmp_path):
    result = start([PROGRAM, "run", job, "-o", tmp_path / "out.h5"], **STEP, SLURM_STEP_NUM_TASKS="1")
    assert result.returncode == 0, result.stderr


def test_a_pmi_that_mpi_does_not_speak_is_named_after_its_own_words(job, tmp_path):
    result = start([PROGRAM, "run", job, "-o", tmp_path / "out.h5"], **STEP, SLURM_STEP_NUM_TASKS="2", PMI_RANK="0",
                   PMI_SIZE="2", PMI_FD="97", SLURM_MPI_TYPE="pmi2")
    assert result.returncode == 1
    lines = own_lines(result)
    assert len(lines) == 1 and "--mpi=pmi2" in lines[0] and "try srun --mpi=pmix" in lines[0], result.stderr


def test_more_ranks_than_slurm_gave_cores_is_warned_of(job, tmp_path):
    result = start([*PLACES, "-n", "3", PROGRAM, "run", job, "-o", tmp_path / "out.h5"], SLURM_CPUS_ON_NODE="2")
    assert result.returncode == 0
    assert any("warning: 3 ranks on 2 cores of " in line for line in own_lines(result)), result.stderr


def one_blind(job, folder, *options):
    command = [PROGRAM, "run", job, "-o", folder / "out.h5", *options]
    return [*PLACES, "-n", "2", *command, ":", "-n", "1", *with_own(folder, command)]


@needs_mounts
def test_a_folder_that_a_node_does_not_see_is_refused_in_a_batch_job(job, tmp_path):
    folder = tmp_path / "own"
    folder.mkdir()
    result = start(one_blind(job, folder), PBS_JOBID="7")
    assert result.returncode == 2 and list(folder.iterdir()) == []
    lines = own_lines(result)
    assert len(lines) == 1 and "is not seen on " in lines[0] and "--local-output" in lines[0], result.stderr


@needs_mounts
def test_elsewhere_it_is_a_warning_and_nothing_where_it_is_meant(job, tmp_path):
    folder = tmp_path / "own"
    folder.mkdir()
    result = start(one_blind(job, folder))
    assert result.returncode == 0 and [path.name for path in folder.iterdir()] == ["out.h5"]
    assert "warning: " in own_lines(result)[0] and "is not seen on " in own_lines(result)[0], result.stderr
    result = start(one_blind(job, folder, "--local-output"), PBS_JOBID="7")
    assert result.returncode == 0 and "is not seen" not in result.stderr


def test_a_folder_that_all_ranks_see_is_left_without_a_trace(job, tmp_path):
    folder = tmp_path / "shared"
    folder.mkdir()
    assert run("run", job, "-o", folder / "out.h5", ranks=3).returncode == 0
    assert [path.name for path in folder.iterdir()] == ["out.h5"]


@needs_mounts
@pytest.mark.skipif(os.environ.get("NTKSWEEP_SANITIZER", "") == "address",
                    reason="the search for leaks at the end waits for every thread, also one that a file system holds")
def test_a_file_system_without_answer_is_named_in_time(job, tmp_path):
    folder = tmp_path / "hangs"
    folder.mkdir()
    with without_answer(folder):
        result = start([PROGRAM, "run", job, "-o", folder / "out.h5"])
    assert result.returncode == 1 and result.stderr.count("\n") == 1
    assert "no answer within 10 s" in result.stderr and str(folder) in result.stderr


@pytest.fixture(scope="module")
def refusing(tmp_path_factory):
    return build_refusing_library(tmp_path_factory.mktemp("refusing"))


@pytest.mark.skipif(os.environ.get("NTKSWEEP_SANITIZER", "") != "", reason="a sanitizer's runtime must come first")
@pytest.mark.parametrize("call, topic, code", [("FLOCK", "flock", 0), ("LINK", "hard link", 0), ("RENAME", "rename", 1),
                                               ("TIMES", "set times", 1)])
def test_what_the_lock_needs_and_the_file_system_refuses_is_named(refusing, job, tmp_path, call, topic, code):
    folder = tmp_path / "out"
    folder.mkdir()
    result = start([PROGRAM, "run", job, "-o", folder / "out.h5"], LD_PRELOAD=str(refusing),
                   **{f"REFUSE_{call}": str(errno.ENOLCK)})
    assert result.returncode == code, result.stderr
    said = [line for line in own_lines(result) if f"in its folder, {topic}: refused: {os.strerror(errno.ENOLCK)};" in line]
    assert len(said) == 1 and ("warning" in said[0]) == (code == 0), result.stderr
    assert [path.name for path in folder.iterdir()] == (["out.h5"] if code == 0 else [])
