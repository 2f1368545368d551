"""Wrong launches on a cluster: each is said in one line, with its cure."""

import pytest
from jobs import log, over, program_on, submit, write_job


def started_by_srun(cluster, mpi, *arguments):
    program_on(cluster)
    write_job(cluster.work)
    return cluster.run("srun", f"--mpi={mpi}", "--nodes=4", "--ntasks=8", "./ntksweep", *arguments, check=False,
                       env={"SLURM_PMIX_FENCE": "ring"})


@pytest.mark.parametrize("mpi, words", [("none", "srun started 8 processes, but MPI sees each as the only one"),
                                        ("pmi2", "MPI ended the processes at their start under srun --mpi=pmi2")])
def test_ranks_that_do_not_find_each_other_are_told_once(cluster, mpi, words):
    said = started_by_srun(cluster, mpi, "run", "job.toml", "-o", "out.h5")
    lines = [line for line in said.splitlines() if line.startswith("ntksweep: ")]
    assert len(lines) == 1 and words in lines[0] and "try srun --mpi=pmix" in lines[0], said
    assert not (cluster.work / "out.h5").exists()


def test_a_folder_of_one_node_alone_ends_the_job_at_once(cluster):
    job = submit(cluster, "sweep", "--nodes=2", "--ntasks-per-node=2", output="/tmp/out.h5")
    end = over(cluster, job)
    assert (end["JobState"], end["Restarts"], end["ExitCode"]) == ("FAILED", "0", "2:0"), log(cluster)
    assert "its folder is not seen on n2" in log(cluster)


def test_a_program_that_is_not_there_ends_the_job_at_once(cluster):
    job = submit(cluster, "sweep", "--nodes=2", "--ntasks-per-node=2", NTKSWEEP="./elsewhere/ntksweep")
    end = over(cluster, job)
    assert (end["JobState"], end["Restarts"], end["ExitCode"]) == ("FAILED", "0", "2:0"), log(cluster)
    assert f"no program ./elsewhere/ntksweep, seen from {cluster.work} on n1" in log(cluster)


def test_doctor_sees_all_nodes(cluster):
    said = started_by_srun(cluster, "pmix", "doctor", ".")
    assert "on n1, n2, n3, n4," in said and "8 ranks on 4 nodes" in said and "seen by all ranks" in said, said
    said = started_by_srun(cluster, "pmix", "doctor", "/tmp")
    assert "not seen on n2, n3, n4" in said, said
