"""Section: efficiency of several ranks on a heterogeneous grid, and cells per second into the file."""

import re
import statistics
import tempfile

from compare.results import Section
from compare.text import percent, table
from compare.workers import BENCH, captured

EFFICIENCY_JOB = BENCH / "compare" / "ranks.toml"  # 8 s, of which starting takes some per cent
LONGER_JOB = BENCH.parent / "jobs" / "quickstart.toml"


def output(*command, **variables):
    """What a script prints; and its last words where it fails."""
    code, out, err = captured(command, **variables)
    return out if code == 0 else f"{out}failed: {err[-300:]}"


def efficiency(bench):
    bench.say("efficiency at 2 ranks")
    job = EFFICIENCY_JOB if bench.short else LONGER_JOB
    text = output(BENCH / "efficiency.sh", job, 2, PROGRAM=bench.program, ROUNDS=1 if bench.short else 3)
    found = re.search(r"median efficiency: ([\d.]+) %", text)
    idle = [float(value) for value in re.findall(r"([\d.]+) % idle on 2 ranks", text)]
    figures = {"ranks/efficiency": float(found[1]) / 100} if found else {}
    if idle:
        figures["ranks/idle"] = statistics.median(idle) / 100
    return text, figures


def store(bench):
    bench.say("store")
    text = output(bench.build / "store_commit", tempfile.gettempdir())
    rate = re.search(r"every 10000 cells +(\d+)", text)
    return text, {"store/rate": float(rate[1])} if rate else {}


def run(bench):
    text, found = efficiency(bench)
    store_text, stored = store(bench)
    rows = [["efficiency at 2 ranks", percent(found.get("ranks/efficiency"))],
            ["idle at 2 ranks", percent(found.get("ranks/idle"))]]
    job = "bench/compare/ranks.toml" if bench.short else "jobs/quickstart.toml"
    body = [table([f"bench/efficiency.sh {job}", ""], rows), "", "```", text.strip(), "",
            store_text.strip(), "```"]
    return Section("Several ranks, and the store", "\n".join(body), found | stored)
