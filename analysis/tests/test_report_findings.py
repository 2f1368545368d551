"""Findings against planted sweeps: what was planted is found in the text."""

import json
import re

import numpy as np
import pytest

from conftest import dense_sweep, list_sweep
from ntksweep.report.findings import findings
from planted_sweeps import as_list, sweep_of
from result_file import TRAILING, SyntheticSweep

NTK = {
    "model.activation": "erf", "model.parametrization": "ntk", "model.depth": 1, "model.train": "all",
    "training.method": "gd", "training.momentum": 0.0, "training.loss": "squared", "training.weight_decay": 0.0,
    "training.batch": 0, "training.step_rule": "constant", "statistics.kernel": "full", "training.tolerance": 1e-6,
}  # fmt: skip
AXES = {"width": [16, 32, 64, 128, 256, 512], "samples": [8], "step_size": [0.5], "seed": [0, 1, 2, 3, 4]}


def lines_of(ds, title):
    (found,) = [one for one in findings(ds) if one.title == title]
    return found.lines


def titles(ds):
    return [one.title for one in findings(ds)]


def wobble(seed):
    return 1 + 0.02 * np.sin(7 * seed)


def numbers(text):
    return [float(part) for part in re.findall(r"-?\d+\.?\d*(?:e[+-]?\d+)?", text)]


@pytest.mark.parametrize("exponent, inside", [(-1.0, True), (-0.7, False)])
def test_a_planted_exponent_of_the_drift_is_told_with_its_interval(opened, exponent, inside):
    drift = {"ntk_drift": lambda width, seed, **_: 0.5 * width**exponent * wobble(seed + width)}
    (line,) = lines_of(opened(sweep_of(AXES, drift, settings=NTK)), "Drift of the kernel against width")
    value, low, high = numbers(line)[:3]
    assert value == pytest.approx(exponent, abs=0.02) and low <= value <= high
    assert ("-1 lies inside" in line) == inside and ("-1 lies outside" in line) != inside
    assert "m = 128 to 512 (15 of 15 cells)" in line  # the fit leaves the small widths out


@pytest.mark.parametrize("settings", [
    {"model.activation": "relu"}, {"model.parametrization": "mup"},
], ids=str)  # fmt: skip
def test_no_exponent_is_predicted_outside_the_theory(opened, settings):
    drift = {"ntk_drift": lambda width, seed, **_: 0.5 * width**-0.75 * wobble(seed)}
    (line,) = lines_of(opened(sweep_of(AXES, drift, settings={**NTK, **settings})), "Drift of the kernel against width")
    assert line.startswith("Exponent -0.750 [") and "lies" not in line


def test_steps_above_the_critical_one_and_rich_cells_have_no_predicted_exponent(opened):
    sweep = sweep_of(AXES, {"ntk_drift": lambda width, **_: 0.5 / width}, settings=NTK)
    sweep.values |= {"step_size_absolute": np.full(30, 1.5), "step_size_critical": np.full(30, 1.0)}
    assert "lies" not in lines_of(opened(sweep), "Drift of the kernel against width")[0]
    rich = sweep_of(AXES, {"ntk_drift": lambda width, **_: 500 / width}, settings=NTK)
    assert "lies" not in lines_of(opened(rich), "Drift of the kernel against width")[0]


def test_a_planted_distance_from_infinite_width_is_told(opened, monkeypatch):
    monkeypatch.setitem(TRAILING, "infinite_distance", ("checkpoint",))
    sweep = sweep_of(AXES, {"infinite_distance": lambda **_: 5.0}, settings=NTK)
    rows = [2 * cell["width"] ** -0.5 * wobble(cell["seed"] + cell["width"]) for cell in sweep.cells()]
    sweep.values["infinite_distance"][:, 0] = rows
    (line,) = lines_of(opened(sweep), "Kernel at initialization against infinite width")
    assert numbers(line)[0] == pytest.approx(-0.5, abs=0.02) and "-0.5 lies inside" in line


@pytest.mark.parametrize("make", [dense_sweep, list_sweep])
def test_a_planted_peak_and_its_limit_are_told(opened, make):
    lines = lines_of(opened(make()), "Peak of the test loss over width")
    assert len(lines) == (1 if make is dense_sweep else 2)
    for line in lines:
        assert "the median test loss peaks at m = 16".lower() in line.lower()
        assert "as many as targets at m = 16, between these (24 of 24 cells)" in line
    lines = lines_of(opened(make(settings={**NTK, "training.tolerance": 1e-6})), "Interpolation")
    assert "he mean training loss is at most 1e-06 from m = 16 on, not at 8 (p = n C is between the two)" in lines[0]
    assert "error" not in lines[0]


def test_a_peak_over_samples_is_told(opened):
    axes = {"width": [20], "samples": [5, 10, 20, 40, 80], "step_size": [0.5], "seed": [0, 1]}
    sweep = sweep_of(axes, {"test_loss": lambda samples, **_: 1 + 9 * (samples == 40)})
    sweep.values["parameters_per_target"] = np.array([20 / cell["samples"] for cell in sweep.cells()])
    (line,) = lines_of(opened(sweep), "Peak of the test loss over samples")
    assert "peaks at n = 40" in line and "targets at n = 20, between these" in line


def steps_sweep(layout="dense"):
    """Diverges at twice the limit 1 and above; a catapult between; eta lambda / n = 4 / step_size at the end."""
    axes = {"width": [8, 64], "samples": [4], "step_size": [0.5, 1.0, 1.5, 2.5, 3.0], "seed": [0, 1, 2]}
    if layout == "list":
        axes = as_list(axes)
    sweep = sweep_of(
        axes, {"ntk_lambda_max": lambda step_size, **_: 16 / step_size**2},
        lambda step_size, **_: 3 if step_size > 2 else 1, layout=layout, settings=NTK,
        attributes={"extents": '{"outputs": 1}'},
    )  # fmt: skip
    steps = np.array([cell["step_size"] for cell in sweep.cells()])
    sweep.values |= {
        "step_size_absolute": steps, "step_size_critical": np.ones_like(steps),
        "catapult": ((steps > 1) & (steps < 2)).astype(int), "linearised_status": np.where(steps > 1, 3, 1),
    }  # fmt: skip
    return sweep


@pytest.fixture
def _lambda_over_training(monkeypatch):
    monkeypatch.setitem(TRAILING, "ntk_lambda_max", ("checkpoint",))


@pytest.mark.usefixtures("_lambda_over_training")
@pytest.mark.parametrize("layout", ["dense", "list"])
def test_a_planted_boundary_and_what_happens_above_the_critical_step(opened, layout):
    ds = opened(steps_sweep(layout))
    lines = lines_of(ds, "Largest step that converges")
    assert [line.partition(":")[0] for line in lines] == ["width = 8", "width = 64"]
    assert "diverge between 1.5 and 2.5 [1.5, 2.5], 1.94 times the limit" in lines[0]
    assert "that limit, 1, lies outside the interval" in lines[0] and "15 of 15 cells, 6 diverged" in lines[0]
    lines = lines_of(ds, "Above the critical step")
    assert lines[0] == "Up to the critical step 0 of 12 cells diverged."
    assert lines[1] == "Above the critical step 12 of 18 cells diverged."
    assert "in 6 of the 6 cells above that did not diverge, and in 0 of the 12 cells" in lines[2]
    assert "as the network does in 24 of 30 cells; it diverges and the network does not in 6" in lines[3]
    assert "below 2 in 0 of the 6 cells" in lines[4] and "median is 2.67" in lines[4]


def bounds_sweep(**planted):
    axes = {"width": [8], "samples": [4], "step_size": [1.0], "seed": list(range(10))}
    sweep = sweep_of(axes, {"train_loss": lambda **_: 1e-3})
    sweep.values |= {
        "xu_violations": np.zeros(10, int), "tau_violations": np.zeros(10, int),
        "product_violations": np.zeros(10, int), "xu_largest_excess": np.full(10, -0.25), **planted,
    }  # fmt: skip
    return sweep


def test_planted_violations_are_counted(opened):
    violations = np.array([0, 3, 0, 0, 5, -1, -1, 0, 0, 0])
    excess = np.where(violations > 0, 0.5, -0.25)
    lines = lines_of(
        opened(bounds_sweep(xu_violations=violations, xu_largest_excess=excess)), "Bounds for two-layer linear networks"
    )
    assert "covers 8 of 10 cells" in lines[0]
    assert lines[1] == "In 2 of 8 cells the loss was above f(eta, L) L after a step, at 8 steps together."
    assert "In 0 of 8 cells tau left" in lines[2] and "ended 50 % above its bound" in lines[4]
    unknown = np.r_[np.full(4, -1), np.zeros(6, int)]
    lines = lines_of(opened(bounds_sweep(tau_violations=unknown)), "Bounds for two-layer linear networks")
    assert "In 0 of 6 cells tau left" in lines[2]
    lines = lines_of(opened(bounds_sweep()), "Bounds for two-layer linear networks")
    assert "In 0 of 10 cells" in lines[1] and "25 % below its bound" in lines[4]


def test_the_promised_bound_and_the_imbalance_are_set_beside_what_was_measured(opened, monkeypatch):
    for name in ("xu_bound", "imbalance_change"):
        monkeypatch.setitem(TRAILING, name, ("checkpoint",))
    bound = np.tile([7.0, 2e-3], (10, 1))
    bound[4, 1] = 1e-4
    change = np.tile([0.0, 1e-3], (10, 1))
    sweep = bounds_sweep(xu_bound=bound, imbalance_change=change, imbalance_change_bound=np.full(10, 0.01))
    lines = lines_of(opened(sweep), "Bounds for two-layer linear networks")
    assert "is 2 times the loss (median); the loss is above it in 1 of 10 cells" in lines[5]
    assert "at most 10 % of its bound" in lines[6]


def test_a_planted_late_sharpness_is_averaged_over_the_second_half(opened, monkeypatch):
    monkeypatch.setitem(TRAILING, "sharpness_ratio", ("checkpoint",))
    axes = {"width": [8], "samples": [4], "step_size": [0.1, 0.2], "seed": list(range(6))}
    sweep = SyntheticSweep(axes, {})
    steps = np.array([0, 10, 100, 500, 600, 700, 800, 1000])
    rows = []
    for cell in sweep.cells():
        level = 1.0 if cell["step_size"] == 0.1 else 0.5
        rows.append(np.where(steps < 500, 9.0 if level == 1 else 0.2, level + 0.01 * np.sin(steps + cell["seed"])))
    sweep.values = {"sharpness_ratio": np.array(rows), "checkpoint_step": np.tile(steps, (12, 1))}
    first, second = lines_of(opened(sweep), "Sharpness at late times")
    assert numbers(first)[1] == pytest.approx(1, abs=0.01) and numbers(second)[1] == pytest.approx(0.5, abs=0.01)
    assert "6 of 6 cells reach 0.98" in first and "1 lies inside" in first
    assert "0 of 6 cells reach 0.98" in second and "1 lies outside" in second


@pytest.mark.usefixtures("_lambda_over_training")
def test_a_planted_rate_is_told_over_that_of_the_slowest_mode(opened, monkeypatch):
    monkeypatch.setitem(TRAILING, "ntk_lambda_min", ("checkpoint",))
    axes = {"width": [8, 64], "samples": [4], "step_size": [0.1], "seed": [0, 1, 2, 3]}
    sweep = SyntheticSweep(axes, {}, settings=NTK, attributes={"extents": '{"outputs": 1}'})
    steps = np.arange(0, 60, 5)
    slowest = (1 - 0.1 * 2.0 / 4) ** 2
    factor = [slowest if cell["width"] == 64 else slowest**2 for cell in sweep.cells()]
    loss = np.array([one**steps for one in factor])
    nan = np.full((8, steps.size - 1), np.nan)
    sweep.values = {
        "train_loss": loss, "checkpoint_step": np.tile(steps, (8, 1)), "step_size_absolute": np.full(8, 0.1),
        "ntk_lambda_min": np.c_[np.full(8, 2.0), nan], "ntk_lambda_max": np.c_[np.full(8, 8.0), nan],
    }  # fmt: skip
    lines = lines_of(opened(sweep), "Rate of convergence")
    mode = "that of the slowest mode of K_0"
    assert f"Decay 1.5 times {mode} (quartiles 1 and 2, 1 is between them; 8 of 8 cells)." in lines
    assert any(line.startswith(f"At the largest width, 64, decay 1 times {mode}") for line in lines)


def test_a_risk_is_set_beside_its_prediction(opened):
    axes = {"width": [1], "samples": [10], "step_size": [0.5], "input_dim": [5, 20, 40], "seed": list(range(12))}
    sweep = SyntheticSweep(axes, {})
    cells = sweep.cells()
    measured = [cell["input_dim"] * (1 + 0.1 * np.sin(3 * cell["seed"])) for cell in cells]
    sweep.values = {
        "excess_risk": np.array(measured),
        "risk_least_squares": np.array([cell["input_dim"] * (2.0 if cell["input_dim"] == 40 else 1) for cell in cells]),
    }  # fmt: skip
    lines = lines_of(opened(sweep), "Risk against its prediction")
    assert "inside the interval of the mean in 2 of 3 settings" in lines[0]
    assert "furthest off at input dim = 40" in lines[1] and "against 80" in lines[1]


def test_a_lazy_drift_over_the_output_scale_is_told(opened):
    scales = [0.01, 0.1, 1, 10, 100, 1000]
    axes = {"width": [64], "samples": [8], "step_size": [0.5], "output_scale": scales, "seed": [0, 1, 2]}
    drift = {"ntk_drift": lambda output_scale, seed, **_: min(2.0, 0.05 / output_scale) * wobble(seed)}
    (line,) = lines_of(opened(sweep_of(axes, drift, settings=NTK)), "Drift of the kernel against output scale")
    assert line.startswith("Exponent -1.000 [") and "alpha = 1 to 1000 (12 of 12 cells)" in line
    assert line.endswith("between the last two scales -1.000.")
    still = {"ntk_drift": lambda output_scale, seed, **_: max(0.0, 0.05 / output_scale - 1e-4) * wobble(seed)}
    (line,) = lines_of(opened(sweep_of(axes, still, settings=NTK)), "Drift of the kernel against output scale")
    assert line.endswith("cells).")


def test_a_file_without_any_of_it_has_no_findings(opened):
    one = sweep_of({"width": [4], "samples": [3], "step_size": [0.5], "seed": [0]}, {"train_loss": lambda **_: 1.0})
    assert findings(opened(one)) == []
    pending = dense_sweep()
    pending.values["status"] = np.zeros(24, "u1")
    assert findings(opened(pending)) == []
    assert json.loads(opened(one).attrs["settings"])["model.train"] == "all"


def test_a_running_sweep_says_that_cells_which_decide_are_missing(opened, monkeypatch):
    monkeypatch.setitem(TRAILING, "ntk_lambda_max", ("checkpoint",))
    sweep = steps_sweep()
    last = [cell["step_size"] == 3.0 for cell in sweep.cells()]
    sweep.values["status"] = np.where(last, 0, sweep.values["status"]).astype("u1")
    assert "have no result yet" in lines_of(opened(sweep), "Largest step that converges")[0]
    assert "Interpolation" not in titles(opened(sweep))
