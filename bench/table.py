"""Prints the medians of a Google Benchmark JSON file as a Markdown table: python3 bench/table.py FILE."""

import json
import sys

from compare.numerics import SCALE
from compare.text import percent, readable, size_text, table

HEAD = ["size", "what", "type", "time", "Gflop/s", "of GEMM", "executed"]


def row(run):
    what, kind, *size = run["run_name"].split("/")
    flops = run.get("flops")
    return [size_text(size), what, kind, readable(run["cpu_time"] * SCALE[run["time_unit"]]),
            f"{flops / 1e9:.1f}" if flops else "-", percent(run.get("of_gemm")), percent(run.get("executed_of_gemm"))]


def main(path):
    with open(path, encoding="utf-8") as file:
        runs = json.load(file)["benchmarks"]
    print(table(HEAD, [row(run) for run in runs if run.get("aggregate_name") == "median"]))


if __name__ == "__main__":
    main(sys.argv[1])
