"""Section: many independent tasks on two workers, through schedulers; and what a cell costs on its way in ntksweep."""

import json
import re
import tempfile

from compare.results import Section
from compare.text import percent, table
from compare.workers import captured

PEERS = {"gnu_parallel": "GNU parallel (a process per task)", "hyperqueue": "HyperQueue (a process per task)",
         "dask": "Dask distributed", "schwimmbad": "schwimmbad MPIPool", "mpi4py_futures": "mpi4py.futures, chunks",
         "joblib": "joblib, loky, batches"}
SLOW = {"gnu_parallel", "hyperqueue", "dask"}


def peer(bench, name, count, milliseconds):
    """Seconds for count tasks, or None and why."""
    _, out, _ = captured([bench.python, "-m", "peers.schedulers", name, count, milliseconds], limit_s=120)
    answers = [line for line in out.splitlines() if line.startswith("{")]
    answer = json.loads(answers[-1]) if answers else {"error": "not installed, or it took over two minutes"}
    return answer.get("seconds"), answer.get("error", "")


def mpirun(ranks, *command):
    """Standard output of an MPI program, or its last words."""
    launcher = ["mpirun", "-n", ranks, "--bind-to", "none", "--oversubscribe"]
    code, out, err = captured([*launcher, *command])
    return out if code == 0 else f"{out}failed: {err[-300:]}"


def number(pattern, text):
    found = re.search(pattern, text)
    return float(found[1]) if found else None


def dispatch(bench):
    """Figures of bench/dispatch on two ranks, and what it printed."""
    with tempfile.TemporaryDirectory() as folder:
        text = mpirun(2, bench.build / "dispatch", folder) if (bench.build / "dispatch").exists() else ""
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
