#!/usr/bin/env python3
"""bench/heap.py [--cells 100000] [--program build/release/ntksweep] [--folder DIR]

Heap memory of rank zero over a run of many small cells on two ranks, by heaptrack: the bytes that it holds in each tenth
of the run. What is kept per cell is laid down at the start; after that the heap must not grow with the cells that come
in. The largest holds the cells that wait for the next commit, as many as come in its interval; the smallest is what is
left after one. Exit code 1 if the smallest of the ninth tenth is more than 256 KiB above that of the
third (in the last one all is given back).
"""

import argparse
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

from extend import JOB

ALLOWED_GROWTH = 256 * 1024  # bytes


def options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cells", type=int, default=100_000)
    parser.add_argument("--program", default="build/release/ntksweep", type=pathlib.Path)
    parser.add_argument("--folder")
    return parser.parse_args()


def record(program, folder, cells):
    """Runs the job with rank zero under heaptrack; the recording's path."""
    (folder / "job.toml").write_text(JOB.format(seeds=cells // 16) + "commit_interval = 0.2\n")
    run = [program, "run", "job.toml", "-o", "out.h5"]
    root = {"OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"} if os.geteuid() == 0 else {}
    subprocess.run(["mpirun", "--oversubscribe", "--bind-to", "none", "-n", "1", "heaptrack", "-o", "heap", *run,
                    ":", "-n", "1", *run], cwd=folder, env={**os.environ, **root}, check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return next(folder.glob("heap.*"))


def snapshots(recording, folder):
    """(seconds, bytes on the heap) along the run."""
    subprocess.run(["heaptrack_print", "-f", recording, "-M", folder / "massif", "--massif-detailed-freq", "0", "-p", "0",
                    "-a", "0", "-T", "0"], check=True, stdout=subprocess.DEVNULL)
    text = (folder / "massif").read_text()
    found = re.findall(r"^time=([\d.e+-]+)\nmem_heap_B=(\d+)", text, re.MULTILINE)
    return [(float(time), int(heap)) for time, heap in found]


def main():
    chosen = options()
    if shutil.which("heaptrack") is None:
        sys.exit("heap.py: heaptrack is not there: scripts/install.sh bench, or the package of that name")
    with tempfile.TemporaryDirectory(dir=chosen.folder) as name:
        folder = pathlib.Path(name)
        taken = snapshots(record(chosen.program.resolve(), folder, chosen.cells), folder)
    end = taken[-1][0]
    tenths = [[heap for time, heap in taken if tenth / 10 * end <= time <= (tenth + 1) / 10 * end] for tenth in range(10)]
    print(f"{chosen.cells // 16 * 16} cells, {end:.1f} s under heaptrack")
    print("| tenth of the run | smallest heap, MB | largest, MB |\n|---|---|---|")
    for number, heaps in enumerate(tenths, 1):
        print(f"| {number} | {min(heaps) / 1e6:.2f} | {max(heaps) / 1e6:.2f} |")
    growth = min(tenths[8]) - min(tenths[2])
    print(f"growth from the third tenth to the ninth: {growth / 1024:.0f} KiB")
    return growth > ALLOWED_GROWTH


if __name__ == "__main__":
    sys.exit(main())
