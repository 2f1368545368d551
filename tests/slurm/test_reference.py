"""What all topics compare with is computed once: the tests' job, by one process alone."""

import json
import subprocess

from jobs import CELLS, PROGRAM


def test_one_process_alone_computes_the_whole_job(whole):
    said = subprocess.run([PROGRAM, "status", "--json", whole], capture_output=True, text=True, check=True)
    assert json.loads(said.stdout)["max_steps"] == CELLS
