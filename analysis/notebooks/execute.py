"""python3 analysis/notebooks/execute.py [FOLDER]: runs every notebook here and stores its outputs in it.

Needs nbclient, nbformat and ipykernel (Debian: python3-nbclient, python3-ipykernel), and the program (NTKSWEEP, else
build/release/ntksweep). FOLDER: where the notebooks write, by default out/ at the top of the sources.
"""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

HERE = Path(__file__).resolve().parent


def executed(path: Path, folder: str | os.PathLike[str] | None = None) -> nbformat.NotebookNode:
    """The notebook with the outputs of a fresh kernel in the notebook's folder; throws what its cells throw."""
    notebook = nbformat.read(path, as_version=4)
    environment = {**os.environ, **({"NTKSWEEP_OUT": str(folder)} if folder else {})}
    environment.pop("MPLBACKEND", None)  # figures belong into the notebook
    environment["PYDEVD_DISABLE_FILE_VALIDATION"] = "1"  # else ipykernel warns of Python 3.11's frozen modules
    client = NotebookClient(notebook, timeout=300, kernel_name="python3", record_timing=False)
    asyncio.run(client.async_execute(cwd=str(path.parent), env=environment))
    for cell in notebook.cells:  # what differs from machine to machine, and is of no use to a reader
        cell.metadata.pop("execution", None)
    notebook.metadata.get("language_info", {}).pop("version", None)
    return notebook


if __name__ == "__main__":
    for notebook_path in sorted(HERE.glob("*.ipynb")):
        nbformat.write(executed(notebook_path, *sys.argv[1:2]), notebook_path)
        print(f"wrote {notebook_path.name} ({notebook_path.stat().st_size / 1000:.0f} kB)")
