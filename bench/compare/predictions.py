"""Section: scripts of bench/ that hold predictions against what happens, where they are there."""

import re

from compare.ranks import output
from compare.results import Section
from compare.workers import BENCH

# Script -> figures that it prints as `figure NAME VALUE`.
FIGURE = re.compile(r"^figure (\S+) ([\d.e+-]+)$", re.MULTILINE)
SCRIPTS = ("planning.sh", "memory.sh", "eta.sh", "simulate.sh")


def run(bench):
    body, found = [], {}
    for name in SCRIPTS:
        if not (BENCH / name).exists():
            continue
        bench.say(name)
        text = output(BENCH / name, PROGRAM=bench.program, BUILD=bench.build, SHORT=int(bench.short))
        found |= {figure: float(value) for figure, value in FIGURE.findall(text)}
        shown = re.sub(r"^figure .*\n?", "", text, flags=re.MULTILINE).strip()
        body.append(f"`bench/{name}`\n\n```\n{shown}\n```")
    return Section("Plans and predictions", "\n\n".join(body) or "no script there", found)
