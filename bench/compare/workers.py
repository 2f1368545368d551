"""Peers as processes that wait for requests (bench/peers/worker.py), so that rounds of all can alternate."""

import json
import os
import pathlib
import signal
import statistics
import subprocess

from compare.results import Measured

BENCH = pathlib.Path(__file__).resolve().parents[1]

ONE_THREAD = {name: "1" for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")}


def environment():
    return {**os.environ, **ONE_THREAD, "PYTHONPATH": str(BENCH), "PYTHONDONTWRITEBYTECODE": "1"}


def captured(command, limit_s=300, **variables):
    """(exit code, standard output, standard error) of a command in the top folder; it and its children are ended
    when the limit is over, and a program that is not there is an exit code of 127."""
    try:
        process = subprocess.Popen(list(map(str, command)), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                   cwd=BENCH.parent, start_new_session=True,
                                   env={**environment(), **{name: str(value) for name, value in variables.items()}})
    except OSError as error:
        return 127, "", str(error)
    try:
        out, err = process.communicate(timeout=limit_s)
        return process.returncode, out, err
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        out, _ = process.communicate()
        return 124, out, f"took over {limit_s} s"


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
