"""The scripts of slurm/ in the hands of a user without root."""

from jobs import computing, log, over, submit, submit_pair
from namespaces import wait_for

USER = 65534  # "nobody", whom Slurm takes as any other user


def holds_nothing(node):
    return node.run("ls", "-A", "/tmp", "/dev/shm").stdout.split() == ["/dev/shm:", "/tmp:"]


def test_a_user_without_root_is_cut_short_and_goes_on_with_the_same_bits(cluster, same_bits):
    cluster.act_as(USER)
    jobs = submit_pair(cluster)
    for launcher, job in jobs.items():
        computing(cluster, output=f"{launcher}.h5")
        cluster.run("scancel", "--batch", "--signal=USR1", job)  # as before its limit
    for launcher, job in jobs.items():
        end = over(cluster, job)
        assert end["UserId"] == f"nobody({USER})"
        assert (end["JobState"], end["Restarts"]) == ("COMPLETED", "1"), log(cluster, job)
        assert [path.name for path in cluster.work.glob(f"{launcher}.h5*")] == [f"{launcher}.h5"]
        assert (cluster.work / f"{launcher}.h5").stat().st_uid == USER
        same_bits(f"{launcher}.h5")
    wait_for(lambda: all(holds_nothing(node) for node in cluster.nodes.values()), 10, "Open MPI to remove its files")


def test_a_folder_that_is_not_the_users_ends_the_job_at_once(cluster):
    cluster.act_as(USER)
    job = submit(cluster, "sweep", output="/out.h5")
    end = over(cluster, job)
    assert (end["JobState"], end["Restarts"], end["ExitCode"]) == ("FAILED", "0", "2:0"), log(cluster)
    assert "sweep: /: nothing can be written there from n1; give a result file in another folder" in log(cluster)
