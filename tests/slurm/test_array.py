"""Parts of an array that are stopped and started again: the merge waits for them."""

from jobs import computing, log, merged, says, submit


def test_a_part_that_goes_back_into_the_queue_is_waited_for(cluster, same_bits):
    array = submit(cluster, "array")
    computing(cluster, 1, output="out.shard-2.h5")
    cluster.run("scancel", "--batch", "--signal=USR1", f"{array}_1")  # as before its limit
    computing(cluster, 1, output="out.shard-1.h5")
    cluster.run("scontrol", "requeue", f"{array}_0")  # the part that has submitted the merge
    says(cluster, f"{array}_1", "ended with code 75")
    assert merged(cluster, array)["JobState"] == "COMPLETED", log(cluster)
    assert log(cluster).count("will merge the parts") == 1
    starts = [log(cluster, f"{array}_{part}").count("sweep: start ") for part in range(4)]
    assert starts == [2, 2, 1, 1], log(cluster)
    same_bits()


def test_several_ranks_compute_a_part_on_one_node(cluster, same_bits):
    array = submit(cluster, "array", "--array=1-2", "--ntasks=2")
    assert merged(cluster, array)["ExitCode"] == "0:0", log(cluster)
    assert "on 2 ranks" in log(cluster, f"{array}_1")
    same_bits()
