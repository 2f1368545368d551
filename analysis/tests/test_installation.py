"""The package as pip installs it."""

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import dense_sweep

SOURCE = Path(__file__).parents[1]
OPEN = """
import sys, ntksweep, xarray
print(ntksweep.__file__, xarray.open_dataset(sys.argv[1], engine="ntksweep").sizes)
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """A folder into which pip has installed the package, from a copy: building leaves files beside the source."""
    if not all(importlib.util.find_spec(name) for name in ("pip", "setuptools", "wheel")):
        pytest.skip("pip, setuptools or wheel is not there")
    copy, folder = tmp_path_factory.mktemp("copy") / "analysis", tmp_path_factory.mktemp("installed")
    shutil.copytree(SOURCE, copy, ignore=shutil.ignore_patterns("__pycache__", "tests"))
    offline = ["--no-index", "--no-deps", "--no-build-isolation", "--disable-pip-version-check"]
    command = [sys.executable, "-m", "pip", "install", "-q", *offline, "--target", folder, copy]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return folder


def test_its_commands_are_there_and_say_how_they_are_used(installed):
    commands = sorted((installed / "bin").iterdir())
    assert "ntksweep-export" in [command.name for command in commands]
    for command in commands:
        shown = _run(installed, command, "--help")
        assert f"usage: {command.name}" in shown and "example" in shown


def test_xarray_opens_result_files_by_its_name(installed, tmp_path):
    shown = _run(installed, sys.executable, "-c", OPEN, dense_sweep().write(tmp_path / "a.h5"))
    assert str(installed) in shown and "'width': 8" in shown


def test_everything_that_is_not_python_comes_along(installed):
    for path in (SOURCE / "ntksweep").rglob("*"):
        if path.is_file() and "__pycache__" not in path.parts:
            assert (installed / path.relative_to(SOURCE)).is_file(), f"package-data in pyproject.toml lacks {path.name}"


def _run(installed: Path, *command: str | Path) -> str:
    environment = {**os.environ, "PYTHONPATH": str(installed)}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=installed, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout
