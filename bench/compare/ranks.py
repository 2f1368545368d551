"""Section: several ranks, planning, resuming, the store, and the scripts of bench/ that measure predictions."""

import os
import pathlib
import re
import statistics
import subprocess
import tempfile
import time

from compare.results import Section
from compare.text import percent, readable, table
from compare.workers import BENCH, environment

EFFICIENCY_JOB = BENCH / "compare" / "ranks.toml"
MILLION = ["--grid.width=linspace(1,100,100)", "--grid.samples=linspace(10,100,10)",
           "--grid.step_size=linspace(0.1,2,50)", "--grid.seed=20"]


def output(*command, **variables):
    """What a script prints; its last words where it fails."""
    result = subprocess.run(list(map(str, command)), capture_output=True, text=True, cwd=BENCH.parent,
                            env={**environment(), **{name: str(value) for name, value in variables.items()}})
    return result.stdout if result.returncode == 0 else f"{result.stdout}failed: {result.stderr[-300:]}"


def efficiency(bench):
    bench.say("efficiency at 2 ranks")
    text = output(BENCH / "efficiency.sh", EFFICIENCY_JOB, 2, PROGRAM=bench.program, ROUNDS=1 if bench.short else 3)
    found = re.search(r"median efficiency: ([\d.]+) %", text)
    idle = [float(value) for value in re.findall(r"([\d.]+) % idle on 2 ranks", text)]
    figures = {"ranks/efficiency": float(found[1]) / 100} if found else {}
    if idle:
        figures["ranks/idle"] = statistics.median(idle) / 100
    return text, figures


def store(bench):
    bench.say("store")
    text = output(bench.build / "store_commit", tempfile.gettempdir())
    rate = re.search(r"ResultFile\D*(\d+)", text)
    return text, {"store/rate": float(rate[1])} if rate else {}


def plan(bench):
    bench.say("plan of a million cells")
    with tempfile.TemporaryDirectory() as folder:
        job = pathlib.Path(folder) / "empty.toml"
        job.write_text("")
        seconds = []
        for _ in range(3):
            start = time.perf_counter()
            subprocess.run([str(bench.program), "plan", str(job), *MILLION], check=True, capture_output=True)
            seconds.append(time.perf_counter() - start)
    return {"plan/seconds": statistics.median(seconds)}


def run(bench):
    text, found = efficiency(bench)
    rows = [["efficiency at 2 ranks", percent(found.get("ranks/efficiency"))]]
    found |= plan(bench)
    rows.append(["plan of a million cells", readable(found["plan/seconds"])])
    store_text, stored = store(bench)
    body = [table(["", ""], rows), "```", text.strip(), "", store_text.strip(), "```"]
    return Section("Several ranks", "\n".join(body), found | stored)
