"""Section: what further step sizes of a network cost beside the first."""

import pathlib
import statistics
import tempfile

from compare.results import Section
from compare.small_grid import program
from compare.text import percent, readable, table

JOB = """
[grid]
width = 1024
samples = 1024
step_size = [{steps}]
[data]
input_dim = 64
test_samples = 16
[training]
max_steps = 1
tolerance = 1e-30
[statistics]
{statistics} = ["linearised"]
"""
COUNT = 8
# What a job records: the linearised network alone, or beside the usual statistics, which take the kernel at the end of
# every cell and its spectrum.
KINDS = {"only": "the linearised network", "also": "the usual statistics as well"}


def measured(bench, statistics_key):
    """Median processor seconds of a run with one and with COUNT step sizes."""
    seconds = {1: [], COUNT: []}
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for number in range(bench.rounds):
            for steps in seconds:
                bench.say(f"sharing: {statistics_key}, {steps} step sizes")
                text = ", ".join(f"{0.1 + 0.1 * i:.1f}" for i in range(steps))
                (folder / "job.toml").write_text(JOB.format(steps=text, statistics=statistics_key))
                _, processor = program(bench, "run", folder / "job.toml", "-o", folder / f"{steps}_{number}.h5")
                seconds[steps].append(processor)
    return statistics.median(seconds[1]), statistics.median(seconds[COUNT])


def run(bench):
    rows, found = [], {}
    for key, what in KINDS.items():
        one, many = measured(bench, key)
        further = (many - one) / (COUNT - 1)
        rows.append([what, readable(one), readable(many), readable(further), percent(further / one)])
        found.setdefault("sharing/further", further / one)
    head = ["m = n = 1024, d = 64, one step; recorded", "1 step size", f"{COUNT} step sizes", "each further one",
            "of the first"]
    return Section("Step sizes share the initial kernel", table(head, rows), found)
