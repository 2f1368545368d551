"""ntksweep's own rows, from bench_numerics (Google Benchmark)."""

import json
import os
import statistics
import subprocess
import tempfile

from compare.results import Measured
from compare.workers import ONE_THREAD

SCALE = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1}
COUNTERS = ("of_gemm", "executed_of_gemm", "flops")


class Numerics:
    """The benchmark program; a row is named as Google Benchmark does, "step/f32/64/128/32"."""

    def __init__(self, program):
        self.program = program
        listing = self._run("--benchmark_list_tests=true")
        self.rows = set(listing.stdout.split())

    def has(self, row):
        return row in self.rows

    def ask(self, row, budget_s):
        """One row once: {"seconds": ..., counters}, an error where there is no such row."""
        if not self.has(row):
            return {"error": f"bench_numerics has no row {row}"}
        with tempfile.NamedTemporaryFile(suffix=".json") as out:
            self._run(f"--benchmark_filter=^{row}$", f"--benchmark_min_time={budget_s}",
                      f"--benchmark_out={out.name}", "--benchmark_out_format=json")
            run = json.load(out)["benchmarks"][0]
        if run.get("error_occurred"):
            return {"error": run["error_message"]}
        found = {name: run[name] for name in COUNTERS if name in run}
        return {"seconds": run["cpu_time"] * SCALE[run["time_unit"]], **found}

    def _run(self, *options):
        return subprocess.run([str(self.program), *options], capture_output=True, text=True, check=True,
                              env={**os.environ, **ONE_THREAD})


def alternate(rounds, ours, peers):
    """Asks ours and every peer in turn, `rounds` times; {name: list of answers}.

    ours, peers: name -> function without arguments. A peer that fails is not asked again.
    """
    answers = {name: [] for name in (*ours, *peers)}
    for _ in range(rounds):
        for name, ask in (*ours.items(), *peers.items()):
            if not (answers[name] and "error" in answers[name][-1]):
                answers[name].append(ask())
    return answers


def median_of(values):
    return Measured(statistics.median(values)) if values else Measured(None, "not measured")
