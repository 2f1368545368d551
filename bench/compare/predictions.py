"""Section: plans, and predictions held against what happens: time left, memory, scale."""

import os
import pathlib
import re
import subprocess
import tempfile

from compare.ranks import EFFICIENCY_JOB, output
from compare.results import Section
from compare.small_grid import JOB as SMALL_GRID
from compare.small_grid import program
from compare.text import percent, table
from compare.workers import BENCH, environment

# Scripts of their own -> the numbers to take from what they print; a script that is not there is left out.
SCRIPTS = {"planning.sh": {"plan/seconds": r"plan of a million cells, each a task +([\d.]+) s",
                           "resume/seconds": r"finished cells, nothing to do +([\d.]+) s"},
           "simulate.sh": {}}
MEMORY_JOBS = {"(4096, 1024, 784)": ["--grid.width=4096", "--grid.samples=1024", "--data.input_dim=784"],
               "(1024, 3000, 64)": ["--grid.width=1024", "--grid.samples=3000", "--data.input_dim=64"],
               "(8192, 2048, 256) f32": ["--grid.width=8192", "--grid.samples=2048", "--data.input_dim=256",
                                         "--training.precision=float32"]}
MANY_TASKS = ["--grid.width=linspace(1,100,100)", "--grid.samples=linspace(10,100,10)", "--grid.step_size=0.5"]


def scripts(bench):
    body, found = [], {}
    for name, patterns in SCRIPTS.items():
        if bench.short or not (BENCH / name).exists():
            continue
        bench.say(name)
        text = output(BENCH / name, NTKSWEEP=bench.program, BUILD=bench.build)
        hits = {figure: re.search(pattern, text) for figure, pattern in patterns.items()}
        found |= {figure: float(hit[1]) for figure, hit in hits.items() if hit}
        body.append(f"`bench/{name}`\n\n```\n{text.strip()}\n```")
    return body, found


def peak_memory(bench, *arguments):
    """Largest resident set [bytes] of one run of the program, and its standard output."""
    process = subprocess.Popen([str(bench.program), *map(str, arguments)], stdout=subprocess.PIPE,
                               stderr=subprocess.DEVNULL, text=True, env=environment())
    text = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return usage.ru_maxrss * 1024, text


def bytes_per_task(bench, folder):
    """What a million tasks of one cell add to the memory of a plan of a thousand."""
    job = folder / "empty.toml"
    job.write_text("")
    few, many = (peak_memory(bench, "plan", job, *MANY_TASKS, f"--grid.seed={seeds}")[0] for seeds in (1, 1000))
    return (many - few) / 999000


def memory_errors(bench, folder):
    """{cell: (predicted, measured)} in bytes, one rank."""
    job = folder / "large.toml"
    job.write_text("[training]\nmax_steps = 2\n")
    found = {}
    for name, options in MEMORY_JOBS.items():
        bench.say(f"memory {name}")
        _, plan = peak_memory(bench, "plan", job, *options)
        predicted = re.search(r"memory +up to ([\d.]+) (KiB|MiB|GiB)", plan)
        measured, _ = peak_memory(bench, "run", job, "-o", folder / f"memory{len(found)}.h5", *options)
        if predicted:
            found[name] = (float(predicted[1]) * {"K": 2**10, "M": 2**20, "G": 2**30}[predicted[2][0]], measured)
    return found


def time_left(bench, folder):
    """What bench/eta says of two recorded runs, and its largest error at a quarter of the work."""
    if not (bench.build / "eta").exists():
        return "", {}
    files = []
    for job in (EFFICIENCY_JOB, SMALL_GRID):
        bench.say(f"time left: {job.name}")
        files.append(folder / f"{job.stem}.h5")
        program(bench, "run", job, "-o", files[-1])
    text = output(bench.build / "eta", 2, *files)
    errors = [abs(float(line.split("|")[1].split()[1])) for line in text.splitlines() if re.match(r"\S+\.h5 ", line)]
    return text, {"eta/error": max(errors) / 100} if errors else {}


def run(bench):
    body, found = scripts(bench)
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        found["plan/bytes"] = bytes_per_task(bench, folder)
        text, errors = time_left(bench, folder)
        memory = memory_errors(bench, folder)
    found |= errors
    if memory:
        found["memory/error"] = max(abs(predicted / measured - 1) for predicted, measured in memory.values())
    rows = [[cell, f"{predicted / 2**20:.0f} MiB", f"{measured / 2**20:.0f} MiB", percent(predicted / measured - 1)]
            for cell, (predicted, measured) in memory.items()]
    body.append(table(["cell", "predicted memory", "measured", "error"], rows))
    if text:
        body.append(f"`eta`, the scheduler over recorded runs\n\n```\n{text.strip()}\n```")
    return Section("Plans and predictions", "\n\n".join(body), found)
