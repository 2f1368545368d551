"""The jobs of jobs/ at sizes of a moment, run by the program, for the tests of the published pictures."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

ROOT = Path(__file__).resolve().parents[2]
BINARY = os.environ.get("NTKSWEEP", "")

SMALLER = {
    "quickstart": "--grid.width=4,14,40,100 --grid.samples=40 --training.max_steps=300 --grid.seed=3",
    "double_descent": "--grid.width=16,32,64,128 --grid.samples=32,64 --grid.seed=3",
    "digits_label_noise": "--grid.width=20,60,200 --grid.samples=60 --grid.seed=3",
    "least_squares_risk": "--grid.samples=20 --data.input_dim=5,10,18,22,40 --grid.seed=30 --data.test_samples=200",
    "random_features_peak": "--grid.samples=40 --data.input_dim=20 --grid.width=10,20,40,80 --grid.seed=9",
    "triple_descent": "--data.input_dim=8 --grid.width=20,40 --grid.samples=4,8,20,40,60 --grid.seed=3",
    "width_scaling": "--grid.width=32,64,128,256 --grid.samples=6 --training.max_steps=100 --grid.seed=4",
    "lazy_rich": "--grid.width=32,64 --model.output_scale=0.25,4,64 --grid.samples=6 --training.max_steps=300",
    "finite_step": "--grid.width=16,64 --grid.samples=10 --grid.step_size=0.25,0.5,0.9,1.25,1.75,3 --grid.seed=3"
    " --model.activation=linear,relu --training.max_steps=200",
    "catapult": "--grid.width=16,64 --grid.step_size=0.6,1.1,1.5,1.9,2.4 --grid.seed=5",
    "edge_of_stability": "--training.max_steps=300 --statistics.checkpoints=20 --grid.seed=2 --grid.step_size=0.05,0.1",
    "xu2023_figure1": "--grid.seed=2 --training.max_steps=20 --statistics.checkpoints=8",
    "general_initialization": "--grid.width=16,64 --grid.samples=4 --data.outputs=2 --data.input_dim=12"
    " --grid.step_size=0.1,0.5 --training.tolerance=1e-4 --training.max_steps=800 --grid.seed=3",
}


@dataclass(frozen=True)
class PublishedRun:
    """The result file of a job, all of it in memory, and its picture."""

    path: Path
    ds: xr.Dataset
    figure: Figure


def run_smaller(name: str, path: Path, *more: str) -> Path:
    """Runs jobs/NAME.toml with its smaller sizes and further settings from the top folder, and returns the file."""
    command = [BINARY, "run", f"jobs/{name}.toml", "-o", str(path), *SMALLER[name].split(), *more]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return path


def drawn(ax: Axes, label: str | None = None) -> list[np.ndarray]:
    """x and y of the lines of a panel in the order of drawing; label: only of those of this name."""
    return [line.get_xydata().T for line in ax.get_lines() if label is None or line.get_label() == label]
