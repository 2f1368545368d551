"""The ten lines of the README."""

import re
from pathlib import Path

import numpy as np
from matplotlib import pyplot

from conftest import SEEDS, WIDTHS, list_sweep

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
