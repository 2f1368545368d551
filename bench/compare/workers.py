"""Peers as processes that wait for requests (bench/peers/worker.py), so that rounds of all can alternate."""

import json
import os
import pathlib
import statistics
import subprocess

from compare.results import Measured

BENCH = pathlib.Path(__file__).resolve().parents[1]

ONE_THREAD = {name: "1" for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")}


def environment():
    return {**os.environ, **ONE_THREAD, "PYTHONPATH": str(BENCH), "PYTHONDONTWRITEBYTECODE": "1"}


class Worker:
    """One peer. What it cannot do, or that it is not there, is an answer with an error, never an exception."""

    def __init__(self, python, module):
        self.name, self.version = module, ""
        self._process = None
        try:
            self._process = subprocess.Popen([python, "-m", "peers.worker", module], stdin=subprocess.PIPE,
                                             stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
                                             env=environment())
            self.version = json.loads(self._process.stdout.readline() or "{}").get("version", "")
        except (OSError, ValueError):
            pass

    def ask(self, case, **request):
        if not self.version:
            return {"error": "not installed"}
        try:
            self._process.stdin.write(json.dumps({"case": case, **request}) + "\n")
            self._process.stdin.flush()
            return json.loads(self._process.stdout.readline())
        except (OSError, ValueError):
            self.version = ""
            return {"error": "the peer died"}

    def close(self):
        if self._process:
            self._process.stdin.close()
            self._process.wait(timeout=30)


def gather(answers):
    """Median over rounds of what a peer answered; its error where it never gave a time."""
    seconds = [a["seconds"] for a in answers if a.get("seconds")]
    last = answers[-1] if answers else {}
    if not seconds:
        return Measured(None, last.get("error", "no answer"))
    extra = {key: statistics.median(a[key] for a in answers if key in a)
             for key in last if key not in ("seconds", "note", "error")}
    return Measured(statistics.median(seconds), last.get("note", ""), extra)
