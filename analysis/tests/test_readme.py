"""The ten lines of the README, and those of the README of the Python side."""

import re
from pathlib import Path

import numpy as np
from matplotlib import pyplot

from conftest import SAMPLES, SEEDS, WIDTHS, list_sweep, sweep_of

README = Path(__file__).parents[2] / "README.md"


def test_the_ten_lines_draw_the_medians_over_the_seeds(tmp_path, monkeypatch):
    (code,) = re.findall(r"```python\n(.*?)```", README.read_text(), flags=re.DOTALL)
    assert len(code.splitlines()) == 10
    sweep = list_sweep()
    sweep.values["status"] = np.ones(48, "u1")
    sweep.values["status"][:3] = 3
    (tmp_path / "out").mkdir()
    sweep.write(tmp_path / "out" / "quickstart.h5")
    monkeypatch.chdir(tmp_path)
    exec(code, {})
    drift = sweep.values["ntk_drift"][:24, -1].reshape(len(WIDTHS), len(SEEDS))
    (line,) = pyplot.gca().get_lines()
    np.testing.assert_allclose(line.get_xdata(), WIDTHS[1:])
    np.testing.assert_allclose(line.get_ydata(), np.median(drift, axis=1)[1:])
    assert (tmp_path / "drift.pdf").read_bytes().startswith(b"%PDF")


def quickstart_of(path: Path) -> None:
    """A list of the axes, widths and models that the file of jobs/quickstart.toml has."""
    cells = [
        {"width": m, "samples": SAMPLES, "step_size": 0.5, "train": train, "method": method, "seed": seed}
        for train, method in (("all", "gd"), ("output", "min_norm"))
        for m in (8, 64, 512, 1024)
        for seed in SEEDS
    ]
    path.parent.mkdir()
    sweep_of(cells, {name: [cell[name] for cell in cells] for name in cells[0]}, layout="list").write(path)


def test_the_lines_of_the_python_side_run_and_select_what_they_say(tmp_path, monkeypatch):
    text = (README.parent / "analysis/README.md").read_text()
    (code,) = re.findall(r"```python\n(.*?)```", text, flags=re.DOTALL)
    quickstart_of(tmp_path / "out" / "quickstart.h5")
    monkeypatch.chdir(tmp_path)
    names: dict = {}
    exec(code, names)
    assert set(names["cells"].data_vars) == {"status", "test_loss", "steps"}
    assert set(names["trained"]["train"].values) == {"all"}
    assert set(names["trained"]["width"].values) == set(names["ds"]["width"].values)
    assert (tmp_path / "out" / "trained.png").exists() and (tmp_path / "out" / "trained.pdf").exists()
    (choice,) = [line for line in code.splitlines() if "method=" in line]
    assert set(eval(choice, names)["method"].values) == {"gd"}
