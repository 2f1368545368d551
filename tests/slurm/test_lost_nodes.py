"""Ranks and nodes that are lost in the middle."""

import pytest
from jobs import computing, log, over, submit_pair


def test_a_killed_rank_costs_a_restart_and_no_bit(cluster, same_bits):
    jobs = submit_pair(cluster)
    for (launcher, job), node in zip(jobs.items(), ("n2", "n4")):
        computing(cluster, output=f"{launcher}.h5")
        cluster.nodes[node].run("sh", "-c", "kill -KILL $(pidof -s ntksweep)")
    for launcher, job in jobs.items():
        end = over(cluster, job)
        assert (end["JobState"], end["Restarts"]) == ("COMPLETED", "1"), log(cluster, job)
        same_bits(f"{launcher}.h5")


@pytest.mark.parametrize("lost", [("n1", "n4"), ("n2", "n3")])  # the batch scripts run on n1 and n3
def test_a_crashed_node_costs_a_restart_and_no_bit(cluster, same_bits, lost):
    jobs = submit_pair(cluster)
    for (launcher, job), node in zip(jobs.items(), lost):
        computing(cluster, output=f"{launcher}.h5")
        cluster.nodes[node].crash()
    for launcher, job in jobs.items():
        assert over(cluster, job)["JobState"] == "COMPLETED", log(cluster, job)
        assert log(cluster, job).count("sweep: start ") > 1
        same_bits(f"{launcher}.h5")
