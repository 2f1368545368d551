"""The scripts of slurm/ as users submit them, undisturbed."""

import pytest
from jobs import ROOT, log, merged, over, program_on, submit, submit_sweep


@pytest.mark.parametrize("launcher, command", [("auto", "srun"), ("mpirun", "mpirun")])
def test_sweep_runs_on_four_nodes(cluster, same_bits, launcher, command):
    job = submit_sweep(cluster, launcher=launcher)
    assert over(cluster, job)["JobState"] == "COMPLETED", log(cluster)
    same_bits()
    assert "on 8 ranks" in log(cluster) and f"n[1-4]: {command} " in log(cluster)


def test_an_array_is_merged_by_a_job_of_its_own(cluster, same_bits):
    array = submit(cluster, "array")
    assert merged(cluster, array)["JobState"] == "COMPLETED", log(cluster)
    same_bits()
    assert log(cluster).count("sweep: complete") == 4
    beside = {path.name for path in cluster.work.glob("out.*")}
    assert beside == {"out.h5", *(f"out.shard-{part}.h5" for part in range(1, 5))}


def test_srun_starts_one_after_the_other_without_a_failure(cluster):
    said = cluster.run("bash", ROOT / "bench/slurm_starts.sh", "5", env={"NTKSWEEP": str(program_on(cluster))})
    assert said.endswith("0 of 5 starts failed"), said
