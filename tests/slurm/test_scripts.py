"""The batch scripts as texts; this needs no cluster."""

import subprocess

import pytest
from jobs import ROOT

SCRIPTS = [ROOT / "slurm/sweep.sbatch", ROOT / "slurm/array.sbatch"]


def test_what_both_do_is_the_same():
    """They are programs to be copied, each whole: what they share stands in both, word for word."""
    both = [script.read_text().partition("# --- From here on")[2] for script in SCRIPTS]
    assert both[0] == both[1] != ""


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_a_script_can_be_read(script):
    subprocess.run(["bash", "-n", script], check=True)
    assert [line for line in script.read_text().splitlines() if len(line) > 120] == []
