"""Section: a whole small grid (bench/compare/grid.toml), computed by ntksweep and by scripts that do the same."""

import json
import pathlib
import resource
import subprocess
import tempfile
import time

from compare.results import Section, ratio
from compare.text import readable, table, times
from compare.workers import BENCH, captured, environment

JOB = BENCH / "compare" / "grid.toml"
PEERS = {"torch": ("peers.torch_grid",), "torch autograd": ("peers.torch_grid", "autograd"),
         "neural-tangents": ("peers.jax_grid",)}
LABELS = {"torch": "PyTorch, careful", "torch autograd": "PyTorch with autograd",
          "neural-tangents": "neural-tangents, compilation included"}


def program(bench, *arguments):
    """Runs ntksweep without a launcher; (wall, processor) seconds."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run([str(bench.program), *map(str, arguments)], check=True, capture_output=True, env=environment())
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def export(bench, folder, job):
    """cells.json and one file for each (width, samples, seed): the cell with the first step size."""
    shape = describe(bench, folder / "grid.h5")
    widths, samples, steps, seeds = shape["shape"]
    files = []
    for w in range(widths):
        for n in range(samples):
            for s in range(seeds):
                name = f"{w}_{n}_{s}.h5"
                cell = ((w * samples + n) * steps) * seeds + s
                program(bench, "replay", folder / "grid.h5", "--cell", cell, "--export", folder / name)
                files.append(name)
    plan = {name: shape[name] for name in ("checkpoints", "kernel_steps", "step_sizes")}
    (folder / "cells.json").write_text(json.dumps({**plan, "files": files}))
    return shape


READ = """
import h5py, json, numpy as np, sys
with h5py.File(sys.argv[1], "r") as f:
    kernel, steps = f["ntk_lambda_max"][()], f["checkpoint_step"][0, 0, 0, 0]
    there = ~np.isnan(kernel[0, 0, 0, 0])
    print(json.dumps({"shape": kernel.shape[:4], "checkpoints": steps.tolist(),
                      "kernel_steps": steps[there].tolist(), "step_sizes": f["step_size"][()].tolist(),
                      "loss": f["train_loss"][()].tolist(), "test_loss": f["test_loss"][()].tolist(),
                      "lambda_max": kernel[..., there].tolist()}))
"""


def describe(bench, path):
    result = subprocess.run([bench.python, "-c", READ, str(path)], capture_output=True, text=True, check=True)
    return json.loads(result.stdout)


def farthest(shape, results):
    """Largest relative difference of train loss, test loss and lambda_max over all cells and checkpoints.

    Below 1e-12 of its first value a quantity is rounding and is compared with that.
    """
    worst = {"loss": 0.0, "test_loss": 0.0, "lambda_max": 0.0}
    for name, cells in results.items():
        w, n, s = map(int, name.split("_"))
        for step, cell in enumerate(cells):
            for quantity in worst:
                worst[quantity] = max(worst[quantity], difference(cell[quantity], shape[quantity][w][n][step][s]))
    return worst


def difference(theirs, ours):
    floor = 1e-12 * abs(ours[0])
    return max(abs(a - b) / max(abs(b), floor) for a, b in zip(theirs, ours, strict=True))


def peer(bench, name, folder):
    """Answer of a peer's script, None where it cannot be had."""
    module, *options = PEERS[name]
    code, out, _ = captured([bench.python, "-m", module, folder, *options])
    return json.loads(out.splitlines()[-1]) if code == 0 else None


def run(bench):
    with tempfile.TemporaryDirectory() as folder_name:
        folder = pathlib.Path(folder_name)
        short = ["--training.max_steps=60"] if bench.short else []
        ours = []

        def once(name):
            ours.append(program(bench, "run", JOB, "-o", folder / name, *short))

        bench.say("small grid: ntksweep")
        once("grid.h5")
        try:
            shape = export(bench, folder, JOB)
        except subprocess.CalledProcessError as error:
            return Section("A whole small grid", f"not measured: {str(error.stderr)[-200:]}")
        answers = {}
        for number, name in enumerate(PEERS):
            bench.say(f"small grid: {name}")
            answers[name] = peer(bench, name, folder)
            once(f"again_{number}.h5")
        return report(shape, sorted(ours, key=lambda t: t[1])[len(ours) // 2], answers)


def report(shape, ours, answers):
    rows = [["ntksweep, 1 rank", readable(ours[0]), readable(ours[1]), "1 x", "-"]]
    found = {}
    for name, answer in answers.items():
        if answer is None:
            rows.append([LABELS[name], "-", "-", "-", "not installed, or it failed"])
            continue
        worst = farthest(shape, answer["results"])
        found[f"grid/{name}"] = ratio(answer["processor"], ours[1])
        found[f"grid/{name}/difference"] = max(worst.values())
        differences = ", ".join(f"{quantity} {value:.0e}" for quantity, value in worst.items())
        rows.append([LABELS[name], readable(answer["wall"]), readable(answer["processor"]),
                     times(found[f"grid/{name}"]), differences])
    head = ["", "wall", "processor", "ratio of processor times", "largest relative difference to ntksweep"]
    return Section("A whole small grid", table(head, rows), found)
