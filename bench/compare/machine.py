"""What the numbers were measured on and with."""

import datetime
import os
import subprocess

from compare.workers import BENCH


def run(*command):
    try:
        return subprocess.run(list(map(str, command)), capture_output=True, text=True).stdout.strip()
    except OSError:
        return ""


def processor():
    for line in run("lscpu").splitlines():
        if line.startswith("Model name:"):
            return line.split(":", 1)[1].strip()
    return "unknown processor"


def facts(bench):
    """A few lines of Markdown: date, machine, load, versions, command."""
    avx = "AVX-512" if "avx512f" in run("lscpu") else "AVX2" if "avx2" in run("lscpu") else "no AVX2"
    blas = run("dpkg-query", "-W", "-f=${Version}", "libopenblas0") or "see ntksweep --version"
    commit = run("git", "-C", BENCH, "rev-parse", "--short", "HEAD")
    peers = "; ".join(filter(None, (worker.version for worker in bench.workers.values())))
    mpi = (run("mpirun", "--version").split() or [""] * 4)[3]
    command = " ".join(["bench/run_all.sh", *(["--short"] if bench.short else []), *bench.sections])
    load = os.getloadavg()[0]
    lines = [f"{datetime.date.today()}, `{command}`",
             "",
             f"- machine: {processor()} ({avx}), {os.cpu_count()} cores; load average {load:.1f} at the end",
             f"- ntksweep: commit {commit}, OpenBLAS {blas}, Open MPI {mpi}",
             f"- peers: {peers or 'none'}",
             "- one thread each; times are medians of processor time unless said"]
    return "\n".join(lines)
