#!/usr/bin/env python3
"""Peak memory of one cell per process beside what `ntksweep plan` says, as a Markdown table.

    bench/memory.py PROGRAM [NAME...] [--big]

PROGRAM is a built ntksweep, NAME picks cells from the table below, --big adds a cell of (m, n) = (16384, 8192),
which takes 4 GiB and some minutes. The exit code is 1 where a prediction is off by more than 20 %.
"""

import json
import os
import subprocess
import sys
import tempfile
import time

TOLERANCE = 0.2
SMALL_STEPS = ["--training.max_steps=3", "--grid.step_size=0.5", "--data.source=gaussian"]
CELLS = {
    "tiny": ["--grid.width=8", "--grid.samples=16"],
    "small": ["--grid.width=64", "--grid.samples=128", "--data.input_dim=32"],
    "wide": ["--grid.width=8192", "--grid.samples=512", "--data.input_dim=64"],
    "many samples": ["--grid.width=64", "--grid.samples=4000", "--data.input_dim=32"],
    "many inputs": ["--grid.width=512", "--grid.samples=2048", "--data.input_dim=784"],
    "deep": ["--grid.width=1024", "--grid.samples=1024", "--model.depth=4"],
    "full kernel": ["--grid.width=256", "--grid.samples=300", "--data.outputs=10", "--statistics.kernel=full"],
    "traced outputs": ["--grid.width=512", "--grid.samples=2000", "--data.outputs=10", "--model.depth=2"],
    "float32": ["--grid.width=4096", "--grid.samples=1024", "--data.input_dim=784", "--training.precision=float32"],
    "no kernels": ["--grid.width=4096", "--grid.samples=4096", "--statistics.kernel=none"],
    "every group": ["--grid.width=512", "--grid.samples=1000", "--statistics.checkpoints=5", "--statistics.kernel_every=1",
                    '--statistics.also=["eigenvectors", "infinite", "linearised", "regression", "sharpness", "features"]'],
    "minimum norm": ["--grid.width=2000", "--grid.samples=2000", "--model.train=output", "--training.method=min_norm",
                     "--statistics.kernel=none"],
    "extremes": ["--grid.width=256", "--grid.samples=20000", "--data.input_dim=50", "--statistics.spectrum=extremes"],
}
BIG = ["--grid.width=16384", "--grid.samples=8192", "--data.input_dim=64", "--statistics.spectrum=full"]


def predicted_bytes(program, job, settings):
    answer = subprocess.run([program, "plan", job, "--json", *settings], capture_output=True, text=True, check=True)
    return json.loads(answer.stdout)["memory_per_rank_bytes"]


def measured_bytes(program, job, settings, out):
    """Peak resident memory of a run in a process of its own, and its wall time."""
    begin = time.monotonic()
    process = subprocess.Popen([program, "run", job, "-o", out, *settings], stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL,
                               env={**os.environ, "OPENBLAS_NUM_THREADS": "1"})
    _, status, usage = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status) != 0:
        sys.exit(f"memory.py: the run of {settings} failed")
    return 1024.0 * usage.ru_maxrss, time.monotonic() - begin


def rows(program, cells):
    with tempfile.TemporaryDirectory() as folder:
        job = os.path.join(folder, "empty.toml")
        open(job, "w").close()
        for number, (name, settings) in enumerate(cells.items()):
            settings = SMALL_STEPS + settings
            predicted = predicted_bytes(program, job, settings)
            measured, seconds = measured_bytes(program, job, settings, os.path.join(folder, f"{number}.h5"))
            yield name, predicted, measured, seconds


def main(arguments):
    program = os.path.abspath(arguments[0])
    chosen = [name for name in arguments[1:] if name != "--big"]
    cells = {name: CELLS[name] for name in chosen or CELLS}
    if "--big" in arguments:
        cells["big"] = BIG
    good = True
    print("| cell | predicted | peak | predicted / peak | wall time |\n| --- | --- | --- | --- | --- |")
    for name, predicted, measured, seconds in rows(program, cells):
        ratio = predicted / measured
        good &= abs(ratio - 1) <= TOLERANCE
        print(f"| {name} | {predicted / 1e6:.0f} MB | {measured / 1e6:.0f} MB | {ratio:.2f} | {seconds:.1f} s |", flush=True)
    return 0 if good else 1


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1:]))
