"""Hosts that are namespaces of this machine: each with its own processes, mounts, name, network, /tmp and /dev/shm.

All that a host consists of ends with its first process, and that one with this process: nothing has to be cleaned up,
and nothing is added to the machine's own network.

    python3 tests/slurm/namespaces.py      says why hosts cannot be emulated here; says nothing where they can
"""

import os
import shutil
import signal
import subprocess
import time

TOOLS = ["slurmctld", "slurmd", "sbatch", "srun", "munged", "ip", "unshare", "nsenter", "setpriv", "mpirun"]

UNSHARE = ["unshare", "--net", "--pid", "--mount", "--uts", "--fork", "--mount-proc", "--kill-child"]

# The first process of a host: it takes in what others leave behind, as init does. The last argument is a file that says
# that the host is there.
INIT = 'hostname "$1"; mount --bind "$2" /etc/hosts; {mounts} : >"$3"; while :; do sleep 1000 & wait; done'
OWN_FOLDERS = "for own in /tmp /dev/shm; do mount -t tmpfs -o mode=1777 tmpfs $own; done;"


def why_not():
    """Why hosts cannot be emulated here, or ""."""
    if os.geteuid() != 0:
        return "only root can make network namespaces"
    missing = [tool for tool in TOOLS if shutil.which(tool) is None]
    if missing:
        return f"not installed: {' '.join(missing)} (scripts/install.sh tests)"
    trial = "mount -t tmpfs tmpfs /mnt && ip link add bridge type bridge && ip link add here type veth peer name there"
    tried = subprocess.run([*UNSHARE, "sh", "-c", trial], capture_output=True, text=True, check=False)
    return f"no namespaces here: {tried.stderr.strip()}" if tried.returncode else ""


def only_child(pid):
    """The process that PID has started; waits for it to be there."""
    for _ in range(200):
        with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
            children = file.read().split()
        if children:
            return int(children[0])
        time.sleep(0.01)
    raise RuntimeError(f"process {pid} started no other")


class Host:
    """One emulated host, inside another one where OUTER is given (it ends with that one)."""

    def __init__(self, name, folder, outer=None):
        self.name, self.folder = name, folder
        ready = folder / "run" / f"{name}.ready"
        ready.unlink(missing_ok=True)
        init = INIT.format(mounts=OWN_FOLDERS if outer else "")
        command = [*(outer.inside() if outer else []), "setpriv", "--pdeathsig", "KILL", *UNSHARE, "bash", "-c", init,
                   "init", name, str(folder / "etc/hosts"), str(ready)]
        with open(folder / "log" / f"host-{name}.log", "a", encoding="utf-8") as log:
            self._starter = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                             start_new_session=True)
        unshare = only_child(self._starter.pid) if outer else self._starter.pid
        self.pid = only_child(unshare)
        wait_for(ready.exists, 10, f"host {name} to start")

    def inside(self, namespaces=("mount", "uts", "net", "pid")):
        """The beginning of a command that is to run on this host."""
        return ["nsenter", "--target", str(self.pid), *(f"--{kind}" for kind in namespaces), "--"]

    def run(self, *command, check=True, **options):
        command = [*self.inside(), *map(str, command)]
        return subprocess.run(command, check=check, text=True, capture_output=True, **options)

    def network(self, *command):
        """Runs `ip` in this host's network, with process ids as they are outside."""
        subprocess.run([*self.inside(["net"]), "ip", *map(str, command)], check=True)

    def crash(self):
        """All its processes are gone at once."""
        os.kill(self.pid, signal.SIGKILL)
        self._starter.wait()


def wait_for(condition, seconds, what):
    """Waits until CONDITION() is true and returns its value."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.1)
    raise TimeoutError(f"waited {seconds} s for {what() if callable(what) else what}")


if __name__ == "__main__":
    print(why_not())
