"""Sweeps on an emulated cluster: the job that all tests run, submitting the scripts in slurm/, and waiting for them."""

import json
import os
import pathlib
import re
import subprocess

from namespaces import wait_for

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get("NTKSWEEP", str(ROOT / "build/release/ntksweep"))

# 24 cells of 0.1 to 1.3 seconds on one core. States are saved every second, so that what was
# lost and what goes on shows within a short test.
JOB = """
[grid]
width = [96, 320]
samples = [60, 80]
step_size = [0.3, 0.5]
seed = 3
[training]
max_steps = 8000
tolerance = 0.0
[output]
state_interval = 1
commit_interval = 0.2
silence_limit = 20
"""
CELLS = 24


def write_job(folder):
    path = folder / "job.toml"
    path.write_text(JOB)
    return path


def program_on(cluster):
    """The program, where all nodes see it."""
    program = cluster.work / "ntksweep"
    if not program.exists():
        program.write_bytes(pathlib.Path(PROGRAM).read_bytes())
        program.chmod(0o755)
    return program


def submit(cluster, script, *options, output="out.h5", **environment):
    """Submits slurm/SCRIPT.sbatch for the tests' job; returns the job's number."""
    write_job(cluster.work)
    program_on(cluster)
    return cluster.run("sbatch", "--parsable", "--mem-per-cpu=500", "--time=10", *options,
                       ROOT / f"slurm/{script}.sbatch", "job.toml", output,
                       env={"NTKSWEEP": "./ntksweep", **environment})


def submit_sweep(cluster, *options, launcher="auto", **environment):
    return submit(cluster, "sweep", "--nodes=4", "--ntasks-per-node=2", *options, LAUNCHER=launcher, **environment)


def shown(cluster, job):
    """What Slurm says of a job (or of one task of an array): {"JobState": "RUNNING", "Restarts": "0", ...}."""
    return dict(re.findall(r"(\w+)=(\S*)", cluster.run("scontrol", "--oneliner", "show", "job", job)))


def over(cluster, job, seconds=240):
    """Waits until nothing of the job is in the queue; returns what Slurm says of it then."""
    wait_for(lambda: cluster.run("squeue", "--noheader", "--jobs", job, check=False) == "", seconds,
             lambda: f"job {job}:\n{cluster.run('squeue')}\n{log(cluster)}")
    return shown(cluster, job)


def merged(cluster, array):
    """Waits for the array and for the job that merges its parts; returns what Slurm says of that one then."""
    over(cluster, array)
    return over(cluster, re.search(r"job (\d+) will merge the parts", log(cluster)).group(1))


def running(cluster, job, start=0, seconds=90):
    """Waits until this start of the job runs."""
    def runs():
        now = shown(cluster, job)
        return now["JobState"] == "RUNNING" and now["Restarts"] == str(start) and now
    return wait_for(runs, seconds, lambda: f"start {start} of job {job}: {shown(cluster, job)}\n{log(cluster)}")


def status(cluster, output="out.h5"):
    """What `ntksweep status --json` says, or {} where there is no file yet."""
    command = [PROGRAM, "status", "--json", cluster.work / output]
    asked = subprocess.run(command, capture_output=True, text=True, check=False)
    return json.loads(asked.stdout) if asked.stdout else {}


def finished(cluster, output="out.h5"):
    now = status(cluster, output)
    return now["cells"] - now["pending"] if now else 0


def computing(cluster, cells=3, output="out.h5"):
    """Waits until so many cells are finished, so that what comes now comes in the middle."""
    wait_for(lambda: finished(cluster, output) >= cells, 120, lambda: f"{cells} cells in {output}:\n{log(cluster)}")
    assert status(cluster, output)["pending"] > 0, "the job is too short for this test"


def nodes_of(cluster, job):
    return cluster.run("scontrol", "show", "hostnames", shown(cluster, job)["NodeList"]).split()


def signal_ranks(cluster, job, signal):
    """To all ranks of the job; STOP holds it in the middle, for as long as Slurm takes to do what a test is about."""
    for name in nodes_of(cluster, job):
        signal_node(cluster, name, signal)


def ranks_on(cluster, name):
    """Their process ids, as that node counts."""
    return cluster.nodes[name].run("pidof", "ntksweep", check=False).stdout.split()


def signal_node(cluster, name, signal):
    cluster.nodes[name].run("kill", f"-{signal}", *ranks_on(cluster, name))


def hold(cluster, job, output="out.h5"):
    computing(cluster, output=output)
    signal_ranks(cluster, job, "STOP")


def submit_pair(cluster, *options, nodes=2):
    """The tests' job twice beside each other, each on its own nodes: {"srun": its job, "mpirun": its job}."""
    return {launcher: submit(cluster, "sweep", f"--nodes={nodes}", "--ntasks-per-node=2", *options,
                             output=f"{launcher}.h5", LAUNCHER=launcher) for launcher in ("srun", "mpirun")}


def log(cluster, job="*"):
    """The logs of the jobs."""
    paths = sorted(cluster.work.glob(f"ntksweep-{job}.log"))
    return "".join(f"--- {path.name}\n{path.read_text(errors='replace')}" for path in paths)


def says(cluster, job, words, seconds=120):
    """Waits until the job's log has these words."""
    wait_for(lambda: words in log(cluster, job), seconds, lambda: f"'{words}' in:\n{log(cluster)}")
