"""Risks, solutions in closed form, mini-batches, units of the step and regression on classes against their formulas."""

import math

import numpy as np
import pytest

from conftest import Sweep
from reference_kernels import infinite_kernels
from reference_linear import regression
from reference_theory import least_squares_limit, least_squares_risk, ridgeless_random_features
from reference_training import Model

RISK = """
[grid]
width = {width}
samples = {samples}
step_size = 0.5
[model]
activation = {activation}
depth = {depth}
train = "output"
initialization = "zero_output"
sigma_w = 1.2
init_scale = 1.1
[data]
input_dim = {inputs}
outputs = {outputs}
label_noise = 0.25
test_samples = 50
[training]
method = "min_norm"
[statistics]
also = ["risk", "predictions"]
"""

BATCHES = """
[grid]
width = 7
samples = 6
step_size = 0.2
[model]
activation = "tanh"
depth = 1
[data]
input_dim = 4
seed_data = 0
[training]
batch = [0, 4, 9]
seed_batch = [1, 2]
momentum = [0, 0.5]
max_steps = 6
tolerance = 1e-30
step_unit = "absolute"
"""

EPOCHS = """
[grid]
width = 1
samples = 5
step_size = 1e-6
[model]
depth = 0
[data]
input_dim = 8
[training]
batch = {batch}
max_steps = {steps}
seed_batch = {seed}
tolerance = 1e-30
step_unit = "absolute"
"""

CLASSES = """
[grid]
width = 20
samples = 12
step_size = 0.5
[model]
activation = "relu"
[data]
source = "digits"
classes = [{classes}]
label_noise = 0.2
test_samples = 30
[training]
max_steps = 5
tolerance = 1e-30
step_unit = "critical_infinite"
[statistics]
kernel = "{kernel}"
spectrum = "full"
ridge = 1e-3
also = ["regression", "infinite"]
"""


def close(found, expected, tolerance=1e-9, floor=0.0):
    np.testing.assert_allclose(found, expected, rtol=tolerance, atol=floor)


def risk_cells(folder, **changes):
    plain = dict(activation='"relu"', depth=1, outputs="[1, 2]", width="[10, 60]", samples=25, inputs=20)
    return list(Sweep(folder, RISK.format(**{**plain, **changes})).cells())


def predictions(cell):
    """On the test set; NaN beyond the cell's own outputs."""
    outputs = cell.settings["outputs"]
    assert np.isnan(cell.result["test_predictions"][:, outputs:]).all()
    return cell.result["test_predictions"][:, :outputs]


def test_risk_of_least_squares(tmp_path):
    for cell in risk_cells(tmp_path, depth=0, width=1, samples="[12, 40]", inputs="[20, 26]"):
        n, p, outputs = (cell.settings[key] for key in ("samples", "input_dim", "outputs"))
        close(cell.result["risk_least_squares"], outputs * least_squares_risk(n, p, 1, 0.25))
        close(cell.result["risk_least_squares_limit"], outputs * least_squares_limit(p / n, 1, 0.25))
        close(cell.result["excess_risk"], 2 * cell.result["test_loss"][-1])
        y = cell.arrays["test_targets"]
        found = predictions(cell)
        slopes = np.linalg.pinv(cell.arrays["inputs"]) @ cell.arrays["targets"]
        close(found, cell.arrays["test_inputs"] @ slopes, 1e-8, 1e-10)
        close(cell.result["excess_risk"], ((found - y) ** 2).sum() / len(y))
        assert np.isnan(cell.result["risk_random_features_limit"])


def test_risk_of_random_features_and_their_minimum_norm_solution(tmp_path):
    for cell in risk_cells(tmp_path, activation='["relu", "tanh", "erf", "gelu", "leaky_relu"]'):
        s = cell.settings
        risk = ridgeless_random_features(s["input_dim"], s["width"], s["samples"], 1, 0.25, s["activation"],
                                         s["leaky_slope"], s["sigma_w"] * s["init_scale"])
        close(cell.result["risk_random_features_limit"], s["outputs"] * risk, 1e-6)
        assert np.isnan(cell.result["risk_least_squares"])
        model = Model(cell)
        phi, phi_test = model.features()[0], hidden(cell)
        expected = phi_test @ np.linalg.pinv(phi) @ cell.arrays["targets"]
        close(predictions(cell), expected, 1e-7, 1e-8)


def hidden(cell):
    model = Model(cell)
    model.x = model.x_test
    return model.features()[0]


def test_mini_batches_depend_on_their_seed_alone_and_all_samples_are_gradient_descent(tmp_path):
    ends = {}
    for cell in Sweep(tmp_path, BATCHES).cells():
        s = cell.settings
        ends[s["batch"], s["seed_batch"], s["momentum"]] = cell
    for momentum in (0, 0.5):
        model = Model(ends[0, 1, momentum])
        for _ in range(6):
            model.step(0.2)
        expected = model.network.arrays()[0]
        for batch in (0, 9):
            for seed in (1, 2):
                close(ends[batch, seed, momentum].network("end").arrays()[0], expected, 1e-11)
        first, second = (ends[4, seed, momentum].network("end").arrays()[0] for seed in (1, 2))
        assert np.abs(first - second).max() > 1e-6 and np.abs(first - expected).max() > 1e-6


@pytest.mark.parametrize("batch, steps", [(1, 5), (2, 3), (3, 2), (4, 2)])
def test_an_epoch_visits_every_sample_once(tmp_path, batch, steps):
    # With small steps on a linear model and n < d the movement is a sum over samples, each with its residual over the
    # size of its batch: its coefficients tell how often each sample was seen, and in which batch.
    for seed in (0, 1):
        folder = tmp_path / str(seed)
        folder.mkdir()
        (cell,) = Sweep(folder, EPOCHS.format(batch=batch, steps=steps, seed=seed)).cells()
        moved = cell.arrays["layer_1/weights_end"] - cell.arrays["layer_1/weights_initial"]
        residual = cell.arrays["targets"] - cell.arrays["predictions_initial"]
        scale = cell.settings["sigma_w"] / math.sqrt(8)
        share = np.linalg.lstsq(cell.arrays["inputs"].T, moved.T, rcond=None)[0] / residual / (scale * 1e-6)
        last = 5 - batch * (steps - 1)
        expected = sorted([1 / batch] * (5 - last) + [1 / last] * last)
        close(sorted(share.ravel()), expected, 1e-4)


def share_wrong(output, y):
    return (output * y <= 0).mean() if y.shape[1] == 1 else (output.argmax(axis=1) != y.argmax(axis=1)).mean()


@pytest.mark.parametrize("classes", ["3, 8", "1, 4, 7"])
@pytest.mark.parametrize("kernel", ["trace", "full"])
def test_errors_of_kernel_regression_on_classes(tmp_path, classes, kernel):
    (cell,) = Sweep(tmp_path, CLASSES.format(classes=classes, kernel=kernel)).cells()
    y, y_test = cell.arrays["targets"], cell.arrays["test_targets"]
    inputs = np.vstack([cell.arrays["inputs"], cell.arrays["test_inputs"]])
    cell.settings["input_dim"] = 64
    ntk, nngp = (k[:, :12] for k in infinite_kernels(cell.settings, inputs))
    for name, limit in (("infinite", ntk), ("nngp", nngp)):
        train, test, _ = regression(limit[:12], limit[12:], y, 1e-3)
        result = {what: cell.result[f"regression_{name}_{what}"] for what in (
            "train_error", "test_error", "train_loss", "test_loss")}
        assert result["train_error"] == share_wrong(train, y)
        assert result["test_error"] == share_wrong(test, y_test)
        close([result["train_loss"], result["test_loss"]],
              [((train - y) ** 2).sum() / 24, ((test - y_test) ** 2).sum() / 60])
    close(cell.result["step_size_absolute"], 0.5 * 2 * 12 / np.linalg.eigvalsh(ntk[:12])[-1])
    clean = cell.arrays["targets_clean"]
    output = cell.arrays["predictions_end"]
    assert cell.result["train_error_clean"][-1] == share_wrong(output, clean)
    close(cell.result["train_loss_clean"][-1], ((output - clean) ** 2).sum() / 24)
