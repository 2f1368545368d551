"""The scripts of slurm/ as users submit them, undisturbed."""

import pytest
from jobs import log, over, submit, submit_sweep


@pytest.mark.parametrize("launcher", ["srun", "mpirun"])
def test_sweep_runs_on_four_nodes(cluster, same_bits, launcher):
    job = submit_sweep(cluster, launcher=launcher)
    assert over(cluster, job)["JobState"] == "COMPLETED"
    same_bits()
    assert "on 8 ranks" in log(cluster) and f"n[1-4]: {launcher} " in log(cluster)


def test_an_array_is_merged_by_a_job_of_its_own(cluster, same_bits):
    array = submit(cluster, "array")
    over(cluster, array)
    over(cluster, (cluster.work / f"out.h5.merge-{array}").read_text().strip())
    same_bits()
    assert log(cluster).count("sweep: complete") == 4
