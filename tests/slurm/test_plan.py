"""What `ntksweep plan --sbatch` prints, submitted as it is printed."""

from jobs import log, merged, over, program_on, write_job


def submitted_as_printed(cluster, *options):
    """Prints a script for the tests' job, and submits it; returns the job's number."""
    write_job(cluster.work)
    printed = cluster.run(program_on(cluster), "plan", "job.toml", "--sbatch", "-o", "out.h5", *options)
    (cluster.work / "printed.sbatch").write_text(printed + "\n")
    return cluster.run("sbatch", "--parsable", "printed.sbatch")


def test_a_script_for_nodes_runs_as_printed(cluster, same_bits):
    job = submitted_as_printed(cluster, "--nodes", "2", "--ranks-per-node", "2")
    assert over(cluster, job)["JobState"] == "COMPLETED", log(cluster)
    assert "on 4 ranks" in log(cluster)
    same_bits()


def test_a_script_for_shards_runs_as_printed(cluster, same_bits):
    array = submitted_as_printed(cluster, "--shards", "3")
    assert merged(cluster, array)["JobState"] == "COMPLETED", log(cluster)
    same_bits()
