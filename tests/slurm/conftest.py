"""A cluster for each test, and what its results are compared with.

Where root or namespaces are missing, tests that need a cluster are skipped.
"""

import importlib.util
import os
import pathlib
import subprocess

import pytest
from cluster import Cluster
from jobs import PROGRAM, ROOT, log, write_job
from namespaces import why_not

SKIPPED = 77  # the exit code that ctest takes for "skipped"


def load_program_tests():
    """tests/program/conftest.py, under another name than this file's."""
    spec = importlib.util.spec_from_file_location("program_tests", ROOT / "tests/program/conftest.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def pytest_collection_modifyitems(items):
    reason = why_not()
    for item in items:
        if reason and {"cluster", "whole"} & set(item.fixturenames):
            item.add_marker(pytest.mark.skip(reason=reason))


def pytest_sessionfinish(session, exitstatus):
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if exitstatus == 0 and not reporter.stats.get("passed"):
        session.exitstatus = SKIPPED


@pytest.fixture
def cluster(request):
    with Cluster() as emulated:
        yield emulated
        if request.node.stash.get(FAILED, False):
            print(log(emulated))
            lines = (emulated.folder / "log/slurmctld.log").read_text(errors="replace").splitlines()
            print("\n".join([line for line in lines if "state file" not in line][-40:]))


FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    report = (yield).get_result()
    if call.when == "call":
        item.stash[FAILED] = report.failed


@pytest.fixture(scope="session")
def whole(request, tmp_path_factory):
    """The tests' job, run by one process alone: its file. ctest computes it once for all topics (SLURM_REFERENCE)."""
    place = os.environ.get("SLURM_REFERENCE", "")
    folder = pathlib.Path(place) if place else tmp_path_factory.mktemp("whole")
    folder.mkdir(exist_ok=True)
    output = folder / "whole.h5"
    is_topic = pathlib.Path(request.node.items[0].fspath).stem == "test_reference"
    if is_topic or not output.exists():
        output.unlink(missing_ok=True)
        subprocess.run([PROGRAM, "run", write_job(folder), "-o", output], check=True)
    return output


@pytest.fixture
def same_bits(cluster, whole):
    """Checks that a file of the cluster has the bits of one process alone."""
    def check(output="out.h5"):
        load_program_tests().assert_same_bits(whole, cluster.work / output)
    return check
