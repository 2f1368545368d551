#!/usr/bin/env python3
"""bench/slurm_waiting.py [SECONDS]: what waiting costs with 8 ranks on 4 nodes of an emulated cluster (as root).

First a job of one long cell, so that seven ranks have nothing to do: the share of a core that every rank's main thread
takes, over SECONDS (30); it is the one that speaks MPI, and rank zero's also hands out the work. Target: under 2 %.

Then a job of many small cells, 8 ranks of 4 nodes against 2 ranks of one node. The emulated nodes share the cores of this
machine, which Open MPI cannot see: its own waiting would take them from the ranks that compute. Target: at least 80 % of
the throughput of 2 ranks, on a machine of two cores with nothing else to do. The middle one of three pairs counts.

NTKSWEEP: the program (build/release/ntksweep). Exit code 1 where a target is missed.
"""

import os
import pathlib
import statistics
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
os.environ.setdefault("NTKSWEEP", str(ROOT / "build/release/ntksweep"))
sys.path.insert(0, str(ROOT / "tests/slurm"))

from cluster import Cluster  # noqa: E402
from jobs import program_on, ranks_on  # noqa: E402
from namespaces import wait_for  # noqa: E402

LONG = "[grid]\nwidth = 2000\nsamples = 400\n[training]\nmax_steps = 10000000\ntolerance = 0.0\n"
SMALL = "[grid]\nwidth = [64, 96]\nsamples = [60, 80]\nseed = 30\n[training]\nmax_steps = 5000\ntolerance = 0.0\n"
HERTZ = os.sysconf("SC_CLK_TCK")


def main_threads(cluster):
    """{rank: processor seconds of its main thread so far}."""
    seconds = {}
    for name, node in cluster.nodes.items():
        for pid in ranks_on(cluster, name):
            read = node.run("sh", "-c", f"tr '\\0' '\\n' </proc/{pid}/environ | sed -n 's/^PMIX_RANK=//p'; "
                                        f"cat /proc/{pid}/task/{pid}/stat", check=False).stdout
            if read.count("\n") == 2:
                rank, stat = read.splitlines()
                fields = stat.rpartition(")")[2].split()  # from the third field on: proc(5)
                seconds[int(rank)] = (int(fields[11]) + int(fields[12])) / HERTZ
    return seconds


def start(cluster, job, output, nodes, ranks):
    (cluster.work / "job.toml").write_text(job)
    return cluster.run("sbatch", "--parsable", f"--nodes={nodes}", f"--ntasks={ranks}", "--output=log", "--wrap",
                       f"SLURM_PMIX_FENCE=ring exec srun --mpi=pmix ./ntksweep run job.toml -o {output}")


def waiting(cluster, seconds):
    job = start(cluster, LONG, "long.h5", nodes=4, ranks=8)
    wait_for(lambda: len(main_threads(cluster)) == 8, 60, lambda: (cluster.work / "log").read_text())
    time.sleep(5)  # what is done once, at the start
    begin, start_s = main_threads(cluster), time.monotonic()
    time.sleep(seconds)
    end, passed = main_threads(cluster), time.monotonic() - start_s
    cluster.run("scancel", "--signal=KILL", job)
    wait_for(cluster.all_idle, 60, "the end of the job")
    share = {rank: (end[rank] - begin[rank]) / passed for rank in sorted(end)}
    print(f"main threads over {passed:.0f} s, one long cell: rank zero {share[0]:.2%} of a core (target: under 2 %), others "
          f"{min(list(share.values())[1:]):.2%} to {max(list(share.values())[1:]):.2%}")
    return share[0] < 0.02


def makespan(cluster, output, nodes, ranks):
    job = start(cluster, SMALL, output, nodes, ranks)
    wait_for(lambda: cluster.run("squeue", "--noheader", "--jobs", job, check=False) == "", 300, "the small cells")
    said = (cluster.work / "log").read_text()
    (cluster.work / "log").unlink()
    words = said.partition("cells computed in ")[2].split()
    if not words or f"on {ranks} ranks" not in said:
        raise RuntimeError(said)
    return float(words[0])


def overloaded(cluster):
    ratios = []
    for i in range(3):
        two, eight = makespan(cluster, f"two{i}.h5", 1, 2), makespan(cluster, f"eight{i}.h5", 4, 8)
        ratios.append(two / eight)
        print(f"120 small cells: {two:.1f} s on 2 ranks of one node, {eight:.1f} s on 8 ranks of 4: {ratios[-1]:.0%}")
    middle = statistics.median(ratios)
    print(f"throughput of 8 ranks that share {os.cpu_count()} cores: {middle:.0%} of that of 2 (target: at least 80 %)")
    return middle >= 0.8


def main():
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 30
    with Cluster() as cluster:
        program_on(cluster)
        met = [waiting(cluster, seconds), overloaded(cluster)]
    return 0 if all(met) else 1


if __name__ == "__main__":
    sys.exit(main())
