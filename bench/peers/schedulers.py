"""python -m peers.schedulers NAME COUNT MILLISECONDS: gives COUNT independent tasks to two workers of a scheduler.

A task of 0 ms does nothing; any other spins, as a computation would. Prints {"seconds": ...}, wall time from the
first task to the last result; starting the workers, and one round of tasks to warm them up, are not counted.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time

WORKERS = 2


def task(milliseconds):
    end = time.perf_counter() + 1e-3 * milliseconds
    while time.perf_counter() < end:
        pass
    return milliseconds


def timed(run, count, milliseconds):
    run(4 * WORKERS, milliseconds)
    start = time.perf_counter()
    run(count, milliseconds)
    return {"seconds": time.perf_counter() - start}


def gnu_parallel(count, milliseconds):
    """One process per task; with --pipe or -X it would not be a task each. 10 ms: sleep, as perl would need 20 ms."""
    if not shutil.which("parallel"):
        return {"error": "GNU parallel is not installed"}
    command = "true" if milliseconds == 0 else f"sleep {1e-3 * milliseconds}; : "

    def run(tasks, _):
        numbers = "\n".join(map(str, range(tasks)))
        subprocess.run(["parallel", "-j", str(WORKERS), command], input=numbers, text=True, check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    return timed(run, count, milliseconds)


def joblib(count, milliseconds):
    """loky processes, batches chosen by joblib ("auto")."""
    import joblib as library

    with library.Parallel(n_jobs=WORKERS, batch_size="auto", pre_dispatch="8*n_jobs") as pool:
        return timed(lambda tasks, ms: pool(library.delayed(task)(ms) for _ in range(tasks)), count, milliseconds)


def dask(count, milliseconds):
    """One process and one thread per worker, no dashboard, tasks submitted in one batch."""
    import distributed

    with distributed.LocalCluster(n_workers=WORKERS, threads_per_worker=1, processes=True, dashboard_address=None,
                                  silence_logs=50) as cluster, distributed.Client(cluster) as client:
        run = lambda tasks, ms: client.gather(client.map(task, [ms] * tasks, pure=False, batch_size=1000))
        return timed(run, count, milliseconds)


def hyperqueue(count, milliseconds):
    """Its own local cluster; the Python interface starts a process per task, as its command line does."""
    import hyperqueue as library

    command = ["true"] if milliseconds == 0 else ["sleep", str(1e-3 * milliseconds)]
    with tempfile.TemporaryDirectory() as folder:
        with library.LocalCluster(worker_config=library.cluster.WorkerConfig(cores=WORKERS)) as cluster:
            client = cluster.client()

            def run(tasks, _):
                job = library.Job(folder, max_fails=0)
                for _ in range(tasks):
                    job.program(command, stdout=None, stderr=None)
                client.wait_for_jobs([client.submit(job)])

            return timed(run, count, milliseconds)


def mpi4py_futures(count, milliseconds):
    """Started under mpirun with one manager and two workers; chunks as long as give every worker 32."""
    from mpi4py.futures import MPICommExecutor

    with MPICommExecutor() as executor:
        if executor is None:
            return None
        run = lambda tasks, ms: list(executor.map(task, [ms] * tasks, chunksize=max(1, tasks // (32 * WORKERS)),
                                                  unordered=True))
        return timed(run, count, milliseconds)


def schwimmbad(count, milliseconds):
    """Its MPIPool under mpirun, one manager and two workers."""
    import schwimmbad as library

    with library.MPIPool() as pool:
        if not pool.is_master():
            pool.wait()
            return None
        return timed(lambda tasks, ms: list(pool.map(task, [ms] * tasks)), count, milliseconds)


UNDER_MPI = {"mpi4py_futures", "schwimmbad"}
ALL = {f.__name__: f for f in (gnu_parallel, joblib, dask, hyperqueue, mpi4py_futures, schwimmbad)}


def main():
    name, count, milliseconds = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
    if name in UNDER_MPI and "OMPI_COMM_WORLD_RANK" not in os.environ:
        os.execvp("mpirun", ["mpirun", "--allow-run-as-root", "--bind-to", "none", "--oversubscribe", "-n",
                             str(WORKERS + 1), sys.executable, "-m", "peers.schedulers", *sys.argv[1:]])
    try:
        answer = ALL[name](count, milliseconds)
    except Exception as error:  # a scheduler that is not there is a row that says so
        answer = {"error": f"{type(error).__name__}: {error}".splitlines()[0][:200]}
    if answer is not None:
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
