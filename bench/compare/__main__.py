"""python -m compare [--short] [--build FOLDER] [--peers FOLDER] [--list] [SECTION ...]: see bench/run_all.sh."""

import argparse
import importlib
import pathlib
import sys
import time

from compare import machine, targets
from compare.numerics import Numerics
from compare.workers import BENCH, Worker

SECTIONS = ("steps", "kernels", "spectra", "sharing", "small_grid", "scheduling", "ranks", "predictions")


class Bench:
    """What the sections share: programs, peers (started when first asked for), and how long to measure."""

    def __init__(self, options):
        self.short, self.sections = options.short, options.sections
        self.rounds = 2 if options.short else 3
        self.build = pathlib.Path(options.build).resolve()
        self.program = self.build / "ntksweep"
        self.python = str(pathlib.Path(options.peers).absolute() / "bin" / "python")
        self.numerics = Numerics(self.build / "bench_numerics")
        self.workers = {}

    def worker(self, module, system=False):
        """The peer; `system`: with the system's Python, whose PyTorch uses the same OpenBLAS as ntksweep."""
        key = (module, system)
        if key not in self.workers:
            self.workers[key] = Worker("/usr/bin/python3" if system else self.python, module)
        return self.workers[key]

    def say(self, what):
        print(f"{time.strftime('%H:%M:%S')} {what}", file=sys.stderr, flush=True)

    def close(self):
        for worker in self.workers.values():
            worker.close()


def main():
    parser = argparse.ArgumentParser(prog="bench/run_all.sh")
    parser.add_argument("sections", nargs="*", metavar="SECTION", help=f"one of {', '.join(SECTIONS)}; none: all")
    parser.add_argument("--short", action="store_true", help="fewer rounds and smaller jobs, about 3 minutes")
    parser.add_argument("--build", default=BENCH.parent / "build" / "bench", help="build folder (preset bench)")
    parser.add_argument("--peers", default=BENCH.parent / "build" / "peers-env", help="environment of the peers")
    options = parser.parse_args()
    unknown = [name for name in options.sections if name not in SECTIONS]
    if unknown:
        parser.error(f"unknown section {unknown[0]} (known: {', '.join(SECTIONS)})")
    bench = Bench(options)
    figures, start = {}, time.perf_counter()
    sections = []
    for name in options.sections or SECTIONS:
        sections.append(importlib.import_module(f"compare.{name}").run(bench))
        figures |= sections[-1].figures
    print(machine.facts(bench) + "\n")
    for section in sections:
        print(f"### {section.title}\n\n{section.text}\n")
    met, missed, unknown = targets.counts(figures)
    print(f"### Targets\n\n{met} met, {missed} missed, {unknown} not measured in this run.\n")
    print(targets.verdicts(figures))
    bench.close()
    bench.say(f"done in {time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main()
