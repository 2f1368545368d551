"""Section: many independent tasks on two workers, through schedulers; and what a cell costs on its way in ntksweep."""

import json
import re
import subprocess
import tempfile

from compare.results import Section
from compare.text import percent, table
from compare.workers import environment

PEERS = {"gnu_parallel": "GNU parallel (a process per task)", "hyperqueue": "HyperQueue (a process per task)",
         "dask": "Dask distributed", "schwimmbad": "schwimmbad MPIPool", "mpi4py_futures": "mpi4py.futures, chunks",
         "joblib": "joblib, loky, batches"}
SLOW = {"gnu_parallel", "hyperqueue", "dask"}


def peer(bench, name, count, milliseconds):
    """Seconds for count tasks, or None and why."""
    command = [bench.python, "-m", "peers.schedulers", name, str(count), str(milliseconds)]
    try:
        result = subprocess.run(command, capture_output=True, text=True, env=environment(), timeout=120)
        answer = json.loads([line for line in result.stdout.splitlines() if line.startswith("{")][-1])
    except (OSError, IndexError, ValueError, subprocess.TimeoutExpired):
        answer = {"error": "not installed, or it took over two minutes"}
    return answer.get("seconds"), answer.get("error", "")


def mpirun(bench, ranks, *command):
    """Standard output of an MPI program on two ranks; empty where it is not there or fails."""
    try:
        launcher = ["mpirun", "-n", str(ranks), "--bind-to", "none", "--oversubscribe"]
        result = subprocess.run([*launcher, *map(str, command)], capture_output=True, text=True, env=environment(),
                                timeout=300)
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"{command[0]}: {error}"
    return result.stdout if result.returncode == 0 else result.stderr[-500:]


def number(pattern, text):
    found = re.search(pattern, text)
    return float(found[1]) if found else None


def dispatch(bench):
    """Figures of bench/dispatch on two ranks, and what it printed."""
    with tempfile.TemporaryDirectory() as folder:
        text = mpirun(bench, 2, bench.build / "dispatch", folder) if (bench.build / "dispatch").exists() else ""
    rates = [float(rate) for rate in re.findall(r"empty cells.*?: *(\d+) per second", text)]
    overhead = number(r"together ([\d.]+) %", text)
    found = {"dispatch/rate": max(rates)} if rates else {}
    return text, found if overhead is None else found | {"dispatch/overhead": overhead / 100}


def run(bench):
    rows, found = [], {}
    for name, label in PEERS.items():
        bench.say(f"scheduling: {name}")
        empty, full = (1000 if name in SLOW or bench.short else 10000), (200 if bench.short else 400)
        seconds, why = peer(bench, name, empty, 0)
        long, _ = peer(bench, name, full, 10) if seconds else (None, "")
        if seconds:
            found[f"dispatch/{name}"] = empty / seconds
        rows.append([label, f"{empty / seconds:.0f}" if seconds else why,
                     percent(long / (full * 0.01 / 2) - 1) if long else "-"])
    bench.say("scheduling: ntksweep")
    text, own = dispatch(bench)
    rows.append(["ntksweep", f"{own['dispatch/rate']:.0f}" if "dispatch/rate" in own else "not measured",
                 percent(own.get("dispatch/overhead"))])
    body = table(["two workers", "empty tasks per second", "overhead on tasks of 10 ms"], rows)
    return Section("Many small tasks", f"{body}\n\n```\n{text.strip()}\n```", found | own)
