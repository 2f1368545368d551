"""Ranks and nodes that are lost in the middle."""

import pytest
from jobs import computing, log, over, submit_pair, submit


def test_a_killed_rank_costs_a_restart_and_no_bit(cluster, same_bits):
    jobs = submit_pair(cluster)
    for (launcher, job), node in zip(jobs.items(), ("n2", "n4")):
        computing(cluster, output=f"{launcher}.h5")
        cluster.nodes[node].run("sh", "-c", "kill -KILL $(pidof -s ntksweep)")
    for launcher, job in jobs.items():
        end = over(cluster, job)
        assert (end["JobState"], end["Restarts"]) == ("COMPLETED", "1"), log(cluster, job)
        same_bits(f"{launcher}.h5")


@pytest.mark.parametrize("launcher", ["srun", "mpirun"])
@pytest.mark.parametrize("lost", ["n1", "n2"])  # the batch script runs on n1
def test_a_crashed_node_costs_a_restart_and_no_bit(cluster, same_bits, launcher, lost):
    job = submit(cluster, "sweep", "--nodes=2", "--ntasks-per-node=2", LAUNCHER=launcher)
    computing(cluster)
    cluster.nodes[lost].crash()
    assert over(cluster, job)["JobState"] == "COMPLETED", log(cluster, job)
    assert log(cluster, job).count("sweep: start ") > 1
    same_bits()
