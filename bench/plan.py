#!/usr/bin/env python3
"""bench/plan.py PROGRAM: what `plan` predicts beside what a cell takes, for cells that take all of their steps.

Needs h5py (scripts/install.sh tests). One cell at a time on one core; use a quiet machine. Prints seconds of training and
of the rest (data, kernels, statistics), each measured, predicted by plan, and as a ratio.
"""

import json
import pathlib
import subprocess
import sys
import tempfile

import h5py

JOB = """[grid]
width = [{width}]
samples = [{samples}]
step_size = [0.01]
[model]
activation = "{activation}"
depth = {depth}
[data]
input_dim = {inputs}
test_samples = 64
[training]
max_steps = {steps}
tolerance = 0.0
"""
NAMES = ("activation", "depth", "width", "samples", "inputs", "steps")
CELLS = [
    ("relu", 1, 8, 32, 16, 200000),
    ("relu", 1, 64, 128, 32, 20000),
    ("relu", 1, 256, 64, 16, 10000),
    ("relu", 1, 1024, 32, 16, 10000),
    ("relu", 1, 1024, 512, 64, 200),
    ("relu", 1, 32, 512, 16, 10000),
    ("tanh", 1, 64, 128, 32, 4000),
    ("erf", 1, 64, 128, 32, 4000),
    ("relu", 3, 64, 128, 32, 4000),
    ("relu", 3, 256, 256, 32, 400),
    ("linear", 1, 256, 128, 16, 10000),
]


def ask(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def measure(program, folder, cell):
    job, output = folder / "cell.toml", folder / "cell.h5"
    job.write_text(JOB.format(**dict(zip(NAMES, cell))))
    output.unlink(missing_ok=True)
    plan = json.loads(ask(program, "plan", job, "--json"))
    ask(program, "run", job, "-o", output)
    with h5py.File(output) as file:
        training, whole = (float(file[name][()].item()) for name in ("training_time", "wall_time"))
    predicted = {name: 3600 * plan["core_hours"] * share for name, share in plan["work_shares"].items()}
    return (training, predicted["training"]), (whole - training, predicted["kernels"])


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    print("| cell: " + ", ".join(NAMES) + " | training, s | plan | ratio | the rest, s | plan | ratio |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    with tempfile.TemporaryDirectory() as name:
        for cell in CELLS:
            parts = measure(sys.argv[1], pathlib.Path(name), cell)
            numbers = [f"{took:.4f} | {planned:.4f} | {took / planned:.2f}" for took, planned in parts]
            print(f"| {', '.join(map(str, cell))} | {' | '.join(numbers)} |", flush=True)


if __name__ == "__main__":
    main()
