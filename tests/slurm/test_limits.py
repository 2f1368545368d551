"""Jobs whose time ends in the middle: they save, go back into the queue, and end with the same bits."""

from jobs import hold, log, over, running, says, signal_ranks, submit_pair


def ends_with_the_same_bits(cluster, jobs, same_bits):
    for launcher, job in jobs.items():
        end = over(cluster, job)
        assert (end["JobState"], end["Restarts"]) == ("COMPLETED", "1"), log(cluster, job)
        assert "goes on: " in log(cluster, job)
        same_bits(f"{launcher}.h5")


def test_a_signal_before_the_limit_saves_everything(cluster, same_bits):
    jobs = submit_pair(cluster)
    for launcher, job in jobs.items():
        hold(cluster, job, f"{launcher}.h5")
        cluster.run("scontrol", "update", f"JobId={job}", "EndTime=now+110")  # Slurm looks every 30 s
    for job in jobs.values():
        says(cluster, job, "sweep: told to stop; saving")
        signal_ranks(cluster, job, "CONT")
        says(cluster, job, "sweep: ended with code 75")
        running(cluster, job, start=1)
        cluster.run("scontrol", "update", f"JobId={job}", "TimeLimit=10")
    ends_with_the_same_bits(cluster, jobs, same_bits)


def test_a_job_whose_time_is_up_goes_back_into_the_queue(cluster, same_bits):
    jobs = submit_pair(cluster)
    for launcher, job in jobs.items():
        hold(cluster, job, f"{launcher}.h5")
        cluster.run("scontrol", "update", f"JobId={job}", "EndTime=now+1")
    for job in jobs.values():
        says(cluster, job, "DUE TO TIME LIMIT")
        says(cluster, job, "sweep: the time was up")
        running(cluster, job, start=1)
        cluster.run("scontrol", "update", f"JobId={job}", "TimeLimit=10")
    ends_with_the_same_bits(cluster, jobs, same_bits)
