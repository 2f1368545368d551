"""Prints the medians of a Google Benchmark JSON file as a Markdown table."""

import json
import sys

NANOSECONDS = {"ns": 1, "us": 1e3, "ms": 1e6, "s": 1e9}


def readable(nanoseconds):
    for unit, scale in (("s", 1e9), ("ms", 1e6), ("us", 1e3)):
        if nanoseconds >= scale:
            return f"{nanoseconds / scale:.3g} {unit}"
    return f"{nanoseconds:.3g} ns"


def row(run):
    what, kind, *size = run["run_name"].split("/")
    time = run["cpu_time"] * NANOSECONDS[run["time_unit"]]
    flops, share = run.get("flops"), run.get("of_gemm")
    return [f"({', '.join(size)})", what, kind, readable(time), f"{flops / 1e9:.1f}" if flops else "-",
            f"{100 * share:.0f} %" if share else "-"]


def main(path):
    with open(path) as file:
        runs = json.load(file)["benchmarks"]
    rows = [["(m, n, d)", "what", "type", "time", "Gflop/s", "of GEMM"], ["---"] * 6]
    rows += [row(run) for run in runs if run.get("aggregate_name") == "median"]
    for cells in rows:
        print("| " + " | ".join(cells) + " |")


main(sys.argv[1])
