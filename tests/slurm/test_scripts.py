"""The batch scripts as texts, and at moments that no cluster can be made to meet; this needs no cluster."""

import os
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


@pytest.mark.parametrize("reason, requeued", [("TimeLimit", True), ("None", False)], ids=["time_is_up", "cancelled"])
def test_slurm_ends_the_job_while_the_script_asks_about_it(tmp_path, reason, requeued):
    """The launcher has lost a node, and the script's first question to Slurm is met by the TERM that Slurm sends to
    every process of the job."""
    programs = {
        "srun": "exit 1",  # no PMIx: mpirun is taken
        "mpirun": "exit 205",
        "ntksweep": "exit 0",
        "scontrol": f"""[ "$1" != requeue ] || exec echo "$@"
            if [ ! -e asked ]; then touch asked; kill -TERM 0; sleep 0.1; fi
            echo JobId=7 JobState=COMPLETING Reason={reason} Restarts=0""",
    }
    for name, text in programs.items():
        (tmp_path / name).write_text(f"#!/bin/bash\n{text}\n")
        (tmp_path / name).chmod(0o755)
    slurm = {"SLURM_JOB_ID": "7", "SLURM_JOB_NODELIST": "n1", "SLURM_NTASKS": "1", "SLURM_SUBMIT_DIR": tmp_path,
             "NTKSWEEP": "ntksweep", "PATH": f"{tmp_path}:{os.environ['PATH']}"}
    ran = subprocess.run(["bash", ROOT / "slurm/sweep.sbatch", "job.toml", "out.h5"], start_new_session=True, check=False,
                         env={**os.environ, **slurm}, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert ran.returncode == 205
    assert "sweep: told to stop; saving" in ran.stdout
    assert ("requeue 7" in ran.stdout, "sweep: ended by Slurm" in ran.stdout) == (requeued, not requeued), ran.stdout
