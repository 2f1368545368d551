#!/usr/bin/env python3
"""bench/kills_of_ranks.py PROGRAM [RUNS [RANKS]]: kills a tenth of the workers at random moments, RUNS times.

Each run is one `mpirun --enable-recovery` of 80 cells; none is started again. Prints, for each, when who was killed, how long
the run took beside an undisturbed one, and whether the file has the same bits. Exit code 1 unless every run has
every cell with the bits of the undisturbed run.
"""

import os
import pathlib
import random
import signal
import subprocess
import sys
import tempfile
import time

import h5py

RUN_DEPENDENT = {"wall_time", "training_time", "rank", "host", "attempt", "row_checksum", "host_names", "attempts"}
JOB = """
[grid]
width = [1, 3, 8, 24, 64]
samples = [12, 20]
step_size = [0.4, 1.3]
seed = 2
[model]
activation = ["relu", "tanh"]
[data]
input_dim = 6
label_noise = 0.1
[training]
max_steps = 15000
tolerance = 0
[statistics]
spectrum = "full"
kernel_every = 8
[output]
silence_limit = 1
"""


def ranks_of(launcher):
    """Pids by rank."""
    pids = {}
    try:
        children = pathlib.Path(f"/proc/{launcher.pid}/task/{launcher.pid}/children").read_text().split()
        for child in children:
            variables = pathlib.Path(f"/proc/{child}/environ").read_bytes().split(b"\0")
            pids |= {int(v.split(b"=")[1]): int(child) for v in variables if v.startswith(b"OMPI_COMM_WORLD_RANK=")}
    except OSError:
        pass
    return pids


def numbers(path):
    with h5py.File(path, "r") as file:
        return {name: file[name][()].tobytes() for name in file
                if name not in RUN_DEPENDENT and file[name].dtype != object}


def run(program, folder, name, ranks, victims, moment_s):
    """Returns seconds and who was killed."""
    environment = {**os.environ, "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
                   "OMPI_MCA_mpi_yield_when_idle": "1"}
    start_s = time.monotonic()
    with open(folder / f"{name}.log", "w") as log:
        launcher = subprocess.Popen(["mpirun", "--enable-recovery", "-n", str(ranks), "--oversubscribe", "--bind-to",
                                     "none", program, "run", folder / "job.toml", "-o", folder / f"{name}.h5"],
                                    env=environment, stdout=log, stderr=log)
        killed = []
        if victims > 0:
            # A rank that dies within MPI_Init leaves the others there: see docs/decisions/0015-lost-ranks.md.
            while not (folder / f"{name}.h5.lock").exists() and launcher.poll() is None:
                time.sleep(0.05)
            time.sleep(moment_s)
            pids = ranks_of(launcher)
            workers = sorted(rank for rank in pids if rank > 0)
            killed = random.sample(workers, min(victims, len(workers)))
            for rank in killed:
                os.kill(pids[rank], signal.SIGKILL)
        launcher.wait(timeout=300)
    return time.monotonic() - start_s, killed


def main():
    program = pathlib.Path(sys.argv[1]).resolve()
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 20
    ranks = int(sys.argv[3]) if len(sys.argv) > 3 else 10
    random.seed(1)
    bad = 0
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        (folder / "job.toml").write_text(JOB)
        undisturbed_s, _ = run(program, folder, "whole", ranks, 0, 0)
        whole = numbers(folder / "whole.h5")
        print(f"undisturbed: {undisturbed_s:.1f} s on {ranks} ranks")
        for number in range(runs):
            moment_s = random.uniform(0.2, 0.8 * undisturbed_s)
            seconds, killed = run(program, folder, str(number), ranks, max(1, ranks // 10), moment_s)
            same = numbers(folder / f"{number}.h5") == whole
            bad += not same
            print(f"run {number}: ranks {killed} killed after {moment_s:.1f} s, done after {seconds:.1f} s, "
                  f"{'the same bits' if same else 'NOT THE SAME'}", flush=True)
    print(f"{runs - bad} of {runs} runs have every cell and the same bits")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
