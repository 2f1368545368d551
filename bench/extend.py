"""Times what a sweep of many small cells costs beside computing them; see extend.sh."""

import os
import pathlib
import platform
import sys
import tempfile
import time

JOB = """
[grid]
width = [2, 3, 4, 5]
samples = [2, 3]
step_size = [0.25, 0.5]
seed = {seeds}
[data]
input_dim = 2
[model]
activation = "tanh"
[training]
max_steps = 3
[statistics]
checkpoints = 2
spectrum = "none"
[output]
progress_interval = 1000
"""


def measured(program: str, folder: pathlib.Path, *arguments: str) -> tuple[float, float, int]:
    """Seconds, MiB and exit code of one command."""
    start = time.perf_counter()
    pid = os.fork()
    if pid == 0:
        os.chdir(folder)
        silence = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silence, 1)
        os.dup2(silence, 2)
        os.execv(program, [program, *arguments])
    _, status, usage = os.wait4(pid, 0)
    return time.perf_counter() - start, usage.ru_maxrss / 1024, os.waitstatus_to_exitcode(status)


def main(program: str, cells: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "job.toml").write_text(JOB.format(seeds=cells // 16))
        shards = [["run", "job.toml", "-o", f"part{i}.h5", "--shard", f"{i}/4"] for i in (1, 2, 3, 4)]
        commands = [
            ("run", ["run", "job.toml", "-o", "out.h5"], "out.h5"),
            ("run again: nothing to do", ["run", "job.toml", "-o", "out.h5"], "out.h5"),
            ("status", ["status", "out.h5"], "out.h5"),
            ("run with a fifth width", ["run", "job.toml", "-o", "out.h5", "--grid.width=2,3,4,5,6"], "out.h5"),
            ("verify", ["verify", "out.h5"], "out.h5"),
            ("pack", ["pack", "out.h5", "-o", "packed.h5"], "packed.h5"),
            ("verify the packed copy", ["verify", "packed.h5"], "packed.h5"),
            *((f"shard {i + 1} of 4", shard, shard[3]) for i, shard in enumerate(shards)),
            ("merge the shards", ["merge", *(shard[3] for shard in shards), "-o", "all.h5"], "all.h5"),
            ("unpack by merge", ["merge", "packed.h5", "-o", "again.h5"], "again.h5"),
        ]
        print(f"{cells // 16 * 16} cells, {platform.machine()}, {os.cpu_count()} cores")
        print("| command | s | MiB resident | exit code | file, MB |\n|---|---|---|---|---|")
        for title, arguments, file in commands:
            seconds, memory, code = measured(program, folder, *arguments)
            size = (folder / file).stat().st_size / 1e6
            print(f"| {title} | {seconds:.2f} | {memory:.0f} | {code} | {size:.1f} |", flush=True)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
