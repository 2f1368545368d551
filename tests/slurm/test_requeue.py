"""Jobs that users and administrators send back or end, and those that come no further."""

from jobs import computing, finished, log, over, shown, submit_pair, submit_sweep


def test_a_requeue_by_hand_goes_on_with_the_same_bits(cluster, same_bits):
    jobs = submit_pair(cluster)
    for launcher, job in jobs.items():
        computing(cluster, output=f"{launcher}.h5")
        cluster.run("scontrol", "requeue", job)
    for launcher, job in jobs.items():
        end = over(cluster, job)
        assert (end["JobState"], end["Restarts"]) == ("COMPLETED", "1"), log(cluster, job)
        same_bits(f"{launcher}.h5")


def test_a_cancelled_job_stays_so_and_the_same_line_goes_on(cluster, same_bits):
    jobs = submit_pair(cluster)
    for launcher, job in jobs.items():
        computing(cluster, output=f"{launcher}.h5")
        cluster.run("scancel", job)
    for job in jobs.values():
        end = over(cluster, job)
        assert (end["JobState"], end["Restarts"]) == ("CANCELLED", "0"), log(cluster, job)
    kept = {launcher: finished(cluster, f"{launcher}.h5") for launcher in jobs}
    for launcher, job in submit_pair(cluster).items():
        assert over(cluster, job)["JobState"] == "COMPLETED", log(cluster, job)
        assert f"goes on: {kept[launcher]} of" in log(cluster, job)
        same_bits(f"{launcher}.h5")


def test_three_restarts_without_progress_are_enough(cluster):
    killed = cluster.work / "killed"  # a program whose ranks are killed before they have done anything
    killed.write_text('#!/bin/sh\n[ "$1" != run ] || kill -KILL $$\nexec ./ntksweep "$@"\n')
    killed.chmod(0o755)
    job = submit_sweep(cluster, launcher="mpirun", NTKSWEEP="./killed")
    assert over(cluster, job)["JobState"] == "FAILED"
    assert shown(cluster, job)["Restarts"] == "3"
    assert "stopped: three restarts brought no new cell and no more training (ended with code 137)" in log(cluster, job)
