"""A Slurm cluster on one machine: a real slurmctld and munged, and nodes that are namespaces of this machine.

    python3 tests/slurm/cluster.py [--nodes N] COMMAND...      starts one, runs COMMAND where it can be reached, ends it

Needs root and what scripts/install.sh tests installs. Every cluster has a folder of its own, which all its nodes see,
and a network of its own: several can live at a time. A node claims to have two cores, and has its own /tmp and /dev/shm;
all other folders are seen by all.
"""

import argparse
import os
import pathlib
import secrets
import shutil
import subprocess
import sys
import tempfile
import time

from namespaces import Host, wait_for, why_not
from slurm_conf import CONTROLLER_ADDRESS, address, write_configuration

# Not below /tmp, of which every node has one of its own.
PLACE = "/var/tmp"


class Cluster:
    """Its nodes are called n1, n2, ...; `work` is the folder in which jobs are submitted, by root unless `act_as` was
    called. Use it with `with`."""

    def __init__(self, nodes=4):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="ntksweep-slurm-", dir=PLACE))
        self.folder.chmod(0o755)
        for name in ("etc", "run", "log", "state", "spool", "work"):
            (self.folder / name).mkdir()
        self.work = self.folder / "work"
        self.become = []
        self.names = [f"n{i + 1}" for i in range(nodes)]
        self.nodes = {}
        # Nothing of a cluster on which this may run, and nothing that the scripts of slurm/ look at.
        kept = {name: value for name, value in os.environ.items() if not name.startswith("SLURM_")}
        for name in ("NTKSWEEP", "LAUNCHER"):
            kept.pop(name, None)
        self.environment = {**kept, "SLURM_CONF": str(self.folder / "etc/slurm.conf"), "OMPI_ALLOW_RUN_AS_ROOT": "1",
                            "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"}

    def __enter__(self):
        try:
            self._start()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(self, *_):
        if hasattr(self, "control"):
            self.control.crash()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _start(self):
        write_configuration(self.folder, self.names)
        self.control = Host("ctl", self.folder)
        self.control.network("link", "set", "lo", "up")
        self.control.network("link", "add", "bridge", "type", "bridge")
        self.control.network("addr", "add", f"{CONTROLLER_ADDRESS}/24", "dev", "bridge")
        self.control.network("link", "set", "bridge", "up")
        self._start_munged()
        self.start_controller()
        for name in self.names:
            self.start_node(name)
        wait_for(self.all_idle, 30, f"the nodes of the cluster; logs in {self.folder}/log")

    def _start_munged(self):
        key = self.folder / "etc/munge.key"
        key.touch(mode=0o600)
        key.write_bytes(secrets.token_bytes(128))
        files = {"key-file": key, "socket": self.folder / "run/munge.sock", "pid-file": self.folder / "run/munged.pid",
                 "log-file": self.folder / "log/munged.log", "seed-file": self.folder / "run/munged.seed"}
        self.control.run("munged", *(f"--{name}={path}" for name, path in files.items()))

    def start_controller(self):
        self.control.run("slurmctld", env=self.environment)

    def start_node(self, name):
        """Switches a node on, as a new one: its memory, /tmp and processes are empty."""
        node = Host(name, self.folder, self.control)
        self.control.run("ip", "link", "del", f"to-{name}", check=False)  # the cable of its earlier life
        self.control.network("link", "add", f"to-{name}", "type", "veth", "peer", "name", "eth0", "netns", node.pid)
        self.control.network("link", "set", f"to-{name}", "master", "bridge", "up")
        node.network("addr", "add", f"{address(name)}/24", "dev", "eth0")
        node.network("link", "set", "eth0", "up")
        node.network("link", "set", "lo", "up")
        self.nodes[name] = node
        self.start_slurmd(name)

    def start_slurmd(self, name):
        (self.folder / "spool" / name).mkdir(exist_ok=True)
        self.nodes[name].run("slurmd", "-N", name, env=self.environment)

    def kill_slurmd(self, name):
        """slurmd alone: what it has started lives on."""
        pid = (self.folder / f"run/slurmd-{name}.pid").read_text(encoding="ascii").strip()
        self.nodes[name].run("kill", "-KILL", pid)

    def cut(self, name):
        """Takes the node's cable out; its processes live on, and nobody is told."""
        self.control.network("link", "set", f"to-{name}", "down")

    def mend(self, name):
        self.control.network("link", "set", f"to-{name}", "up")

    def run(self, *command, check=True, env=None):
        """Runs a command (sbatch, scontrol, ...) where the cluster can be reached; returns what it prints."""
        at_work = [*self.control.inside(), *self.become, "env", "-C", self.work]
        result = subprocess.run([*map(str, [*at_work, *command])], text=True, stdout=subprocess.PIPE,
                                stderr=subprocess.STDOUT, env={**self.environment, **(env or {})}, timeout=60,
                                check=False)
        if check and result.returncode != 0:
            raise RuntimeError(f"{' '.join(map(str, command))}: {result.stdout}")
        return result.stdout.strip()

    def act_as(self, user):
        """From now on `run` is typed by this user (a number), who owns `work` and is not allowed what root is."""
        os.chown(self.work, user, user)
        self.become = ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups", "env", "-u",
                       "OMPI_ALLOW_RUN_AS_ROOT", "-u", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM"]

    def all_idle(self):
        states = self.run("sinfo", "--noheader", "--Node", "--partition=low", "--format=%t", check=False).split()
        return states == ["idle"] * len(self.names)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--nodes", type=int, default=4)
    parser.add_argument("command", nargs=argparse.REMAINDER)
    arguments = parser.parse_args()
    reason = why_not()
    if reason:
        sys.exit(f"cluster: {reason}")
    start_s = time.monotonic()
    with Cluster(arguments.nodes) as cluster:
        print(f"cluster: {arguments.nodes} nodes after {time.monotonic() - start_s:.1f} s", file=sys.stderr)
        inside = [*cluster.control.inside(), "env", "-C", os.getcwd(), *arguments.command]
        return subprocess.run(inside, env=cluster.environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
