"""Section: what further step sizes of a network cost beside the first."""

import pathlib
import statistics
import tempfile

from compare.results import Section
from compare.small_grid import program
from compare.text import readable, table

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
only = ["linearised"]
"""


def run(bench):
    count = 8
    seconds = {1: [], count: []}
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for number in range(bench.rounds):
            for steps in seconds:
                bench.say(f"sharing: {steps} step sizes")
                text = ", ".join(f"{0.1 + 0.1 * i:.1f}" for i in range(steps))
                (folder / "job.toml").write_text(JOB.format(steps=text))
                _, processor = program(bench, "run", folder / "job.toml", "-o", folder / f"{steps}_{number}.h5")
                seconds[steps].append(processor)
    one, many = (statistics.median(seconds[steps]) for steps in (1, count))
    further = (many - one) / (count - 1)
    rows = [["1 step size", readable(one), "-"], [f"{count} step sizes", readable(many), readable(further)]]
    text = table(["m = n = 1024, d = 64, one step", "processor time", "each further step size"], rows)
    return Section("Step sizes share the initial kernel", text, {"sharing/further": further / one})
