"""Starts of a job that live on after Slurm has given them up, and started the job again elsewhere."""

import pytest
from jobs import computing, hold, log, nodes_of, over, ranks_on, running, says, signal_node, submit_pair
from namespaces import wait_for


@pytest.mark.parametrize("lose", ["cut", "kill_slurmd"])
def test_an_old_start_that_lives_on_never_writes_again(cluster, same_bits, lose):
    jobs = submit_pair(cluster, nodes=1)
    old = {}
    for launcher, job in jobs.items():
        hold(cluster, job, f"{launcher}.h5")
        old[job] = nodes_of(cluster, job)[0]
        getattr(cluster, lose)(old[job])
    for job in jobs.values():
        running(cluster, job, start=1)
        says(cluster, job, "is taken over from process")
        signal_node(cluster, old[job], "CONT")
    for launcher, job in jobs.items():
        says(cluster, job, "sweep: Slurm has started this job anew, or does not answer: this start leaves it alone")
        if launcher == "mpirun" or lose == "cut":  # else srun has ended, and hears no rank any more
            says(cluster, job, "has taken over; this run stops and writes nothing more")
        wait_for(lambda: not ranks_on(cluster, old[job]), 60, f"the old ranks on {old[job]} to end")
        cluster.mend(old[job])
    for launcher, job in jobs.items():
        assert over(cluster, job)["JobState"] == "COMPLETED", log(cluster, job)
        same_bits(f"{launcher}.h5")


def test_nodes_that_are_cut_off_in_the_middle_cost_no_bit(cluster, same_bits):
    jobs = submit_pair(cluster)
    for launcher, job in jobs.items():
        computing(cluster, output=f"{launcher}.h5")
        cluster.cut(nodes_of(cluster, job)[0])
    for launcher, job in jobs.items():
        assert over(cluster, job)["JobState"] == "COMPLETED", log(cluster, job)
        same_bits(f"{launcher}.h5")


def test_a_slurmd_that_is_started_again_disturbs_no_job(cluster, same_bits):
    jobs = submit_pair(cluster)
    for launcher, job in jobs.items():
        computing(cluster, output=f"{launcher}.h5")
        for name in nodes_of(cluster, job):
            cluster.kill_slurmd(name)
            cluster.start_slurmd(name)
    for launcher, job in jobs.items():
        end = over(cluster, job)
        assert (end["JobState"], end["Restarts"]) == ("COMPLETED", "0"), log(cluster, job)
        same_bits(f"{launcher}.h5")
