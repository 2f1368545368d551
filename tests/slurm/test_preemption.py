"""Jobs that have to make room for more urgent ones."""

import pytest
from jobs import computing, log, over, submit_pair


@pytest.mark.parametrize("partition", ["low", "grace"])
def test_a_job_that_makes_room_goes_on_with_the_same_bits(cluster, same_bits, partition):
    jobs = submit_pair(cluster, f"--partition={partition}")
    for launcher in jobs:
        computing(cluster, output=f"{launcher}.h5")
    urgent = cluster.run("sbatch", "--parsable", "--partition=high", "--nodes=4", "--exclusive", "--output=/dev/null",
                         "--wrap=sleep 1")
    over(cluster, urgent)
    for launcher, job in jobs.items():
        end = over(cluster, job)
        assert (end["JobState"], end["Restarts"]) == ("COMPLETED", "1"), log(cluster, job)
        if partition == "grace":  # time enough to save everything
            assert "stopped early after" in log(cluster, job)
        same_bits(f"{launcher}.h5")
