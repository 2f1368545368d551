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
from compare.workers import BENCH, environment

# Scripts of their own -> the numbers to take from what they print; a script that is not there is left out.
SCRIPTS = {"planning.sh": {"plan/seconds": r"plan of a million cells, each a task +([\d.]+) s",
                           "resume/seconds": r"finished cells, nothing to do +([\d.]+) s"},
           "simulate.sh": {}}
FEW_CELLS = ("small", "wide", "float32")
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
    """Largest resident set [bytes] of one run of the program."""
    process = subprocess.Popen([str(bench.program), *map(str, arguments)], stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL, env=environment())
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return usage.ru_maxrss * 1024


def bytes_per_task(bench, folder):
    """What a million tasks of one cell add to the memory of a plan of a thousand."""
    bench.say("memory per task")
    job = folder / "empty.toml"
    job.write_text("")
    few, many = (peak_memory(bench, "plan", job, *MANY_TASKS, f"--grid.seed={seeds}") for seeds in (1, 1000))
    return (many - few) / 999000


def memory(bench):
    """What bench/memory.py prints, and the largest error of the predictions."""
    bench.say("memory.py")
    text = output("/usr/bin/python3", BENCH / "memory.py", bench.program, *(FEW_CELLS if bench.short else ()))
    errors = [abs(float(ratio) - 1) for ratio in re.findall(r"\| ([\d.]+) \| [\d.]+ s \|$", text, re.MULTILINE)]
    return text.removesuffix("failed: ").strip(), {"memory/error": max(errors)} if errors else {}


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
    memory_text, memory_errors = memory(bench)
    body.append(f"`bench/memory.py`\n\n{memory_text}")
    if text:
        body.append(f"`eta`, the scheduler over recorded runs\n\n```\n{text.strip()}\n```")
    return Section("Plans and predictions", "\n\n".join(body), found | errors | memory_errors)
