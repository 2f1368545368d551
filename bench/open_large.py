#!/usr/bin/env python3
"""bench/open_large.py [--program build/release/ntksweep] [--folder DIR] [--limit 60s]

How long Python takes to answer from a file of 10 GB in which nearly all cells are unfinished, and in how much memory: the
program begins a grid of 73,080 cells with full spectra at 20 checkpoints and is stopped after the limit; then one process opens the
file by `open_sweep`, and asks for one number of each cell. Needs 11 GB of disk under --folder, and Python with xarray and h5netcdf.
Exit code 1 if opening and the first answer take a second or more together, or the process more than 512 MiB.
"""

import argparse
import pathlib
import subprocess
import sys
import tempfile

JOB = """
[grid]
width = "pow2(16, 1024)"
samples = [512, 1000]
step_size = "geomspace(0.01, 1, 18)"
seed = 290
[data]
source = "gaussian"
[training]
max_steps = 20
[statistics]
spectrum = "full"
kernel_every = 1
"""

QUESTIONS = """
import resource, sys, time
import ntksweep

def clock(what, answer):
    start = time.perf_counter()
    answer()
    seconds.append(time.perf_counter() - start)
    peak.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    print(f"{what:44} {seconds[-1]:7.3f} s   at most {peak[-1]:4.0f} MiB so far")

seconds, peak = [], []
clock("open_sweep", lambda: globals().update(ds=ntksweep.open_sweep(sys.argv[1])))
clock("median test loss at the end", lambda: float(ds.test_loss.isel(checkpoint=-1).median()))
clock("status_counts", lambda: ntksweep.status_counts(ds))
clock("a variable of all cells and checkpoints", lambda: ds.train_loss.values)
clock("spectra at the end, one seed", lambda: ds.ntk_eigenvalues.isel(checkpoint=-1, seed=0).values)
clock("the whole table", lambda: ntksweep.table(ds))
sys.exit(sum(seconds[:2]) >= 1 or peak[-1] > 512)
"""


def options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default="build/release/ntksweep", type=pathlib.Path)
    parser.add_argument("--folder")
    parser.add_argument("--limit", default="60s", help="time limit of the run that begins the file")
    return parser.parse_args()


def main():
    chosen = options()
    analysis = pathlib.Path(__file__).resolve().parents[1] / "analysis"
    with tempfile.TemporaryDirectory(dir=chosen.folder) as folder:
        folder = pathlib.Path(folder)
        (folder / "job.toml").write_text(JOB)
        run = [chosen.program.resolve(), "run", "job.toml", "-o", "out.h5", f"--time-limit={chosen.limit}"]
        done = subprocess.run(run, cwd=folder, stderr=subprocess.DEVNULL)
        if done.returncode != 75:
            sys.exit(f"bench/open_large.py: the run ended with exit code {done.returncode}, not by its limit (75)")
        print(f"{(folder / 'out.h5').stat().st_size / 1e9:.1f} GB")
        command = ["/usr/bin/python3", "-c", QUESTIONS, folder / "out.h5"]
        return subprocess.run(command, env={"PYTHONPATH": str(analysis)}).returncode


if __name__ == "__main__":
    sys.exit(main())
