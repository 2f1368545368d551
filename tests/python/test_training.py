"""Losses, optimizers, gradient flow, curvature and features against training by automatic differentiation."""

import math

import numpy as np
import pytest

from conftest import Sweep
from reference_training import Model, output_curvature

JOB = """
[grid]
width = 7
samples = 6
step_size = {step_size}
[model]
activation = {activation}
parametrization = {parametrization}
depth = {depth}
train = {train}
biases = "hidden"
leaky_slope = 0.2
output_scale = {alpha}
output_center = {center}
[data]
{data}
test_samples = 9
[training]
method = "{method}"
loss = "{loss}"
step_unit = "{unit}"
momentum = {momentum}
weight_decay = {decay}
decay_toward = {toward}
max_steps = {max_steps}
tolerance = 1e-30
flow_tolerance = 1e-12
[statistics]
kernel = "full"
checkpoints = 100
also = ["sharpness", "features", "predictions"]
"""

SYNTHETIC = 'input_dim = 4\noutputs = {}\nlabel_noise = 0.1'
DIGITS = 'source = "digits"\nclasses = [{}]\nscale = "unit_rms"'

PLAIN = dict(step_size=0.6, activation='"tanh"', parametrization='["ntk", "mup"]', depth=2, train='"all"', alpha=1,
             center='"none"', data=SYNTHETIC.format(2), method="gd", loss="squared", unit="critical",
             momentum=0, decay=0, toward='"zero"', max_steps=6)

RUNS = {
    "activations": dict(activation='["linear", "relu", "leaky_relu", "tanh", "erf", "gelu"]', parametrization='"mup"'),
    "momentum": dict(momentum="[0.5, 0.9]", center='["none", "initial"]', alpha=2),
    "decay": dict(decay=0.3, toward='["zero", "initial"]', momentum="[0, 0.4]", alpha=0.7),
    "frozen": dict(train='"output"', parametrization='["ntk", "standard", "mup"]', depth="[0, 3]", decay="[0, 0.2]",
                   momentum=0.5),
    "logistic": dict(loss="logistic", data=DIGITS.format("3, 8"), depth=1, decay="[0, 0.1]", alpha=2, step_size=0.3),
    "cross_entropy": dict(loss="cross_entropy", data=DIGITS.format("1, 4, 7"), decay="[0, 0.1]", momentum="[0, 0.5]",
                          parametrization='"ntk"', depth=1, step_size=0.3),
    "flow": dict(method="flow", alpha="[1, 3]", decay="[0, 0.2]", max_steps=4),
    "flow_logistic": dict(method="flow", loss="logistic", data=DIGITS.format("3, 8"), max_steps=4),
}


@pytest.fixture(scope="module", params=RUNS)
def cells(request, tmp_path_factory):
    text = JOB.format(**{**PLAIN, **RUNS[request.param]})
    found = list(Sweep(tmp_path_factory.mktemp(request.param), text).cells())
    assert all(cell.result["status"] == 2 for cell in found)
    return found


def close(cell, found, expected, tolerance=1e-9, floor=0.0):
    keys = ("activation", "parametrization", "method", "loss", "momentum", "weight_decay", "decay_toward",
            "output_scale", "output_center")
    np.testing.assert_allclose(found, expected, rtol=tolerance, atol=floor,
                               err_msg=str({key: cell.settings[key] for key in keys}))


def course(cell):
    """The model at every step, trained again."""
    model, eta = Model(cell), cell.result["step_size_absolute"]
    for t in range(cell.settings["max_steps"] + 1):
        yield t, model
        if t == cell.settings["max_steps"]:
            return
        if cell.settings["method"] == "flow":
            model.flow(eta)
        else:
            model.step(eta)


def wrong(output, y):
    """Share of samples in the wrong class."""
    if y.shape[1] == 1:
        return (output * y <= 0).mean()
    return (output.argmax(axis=1) != y.argmax(axis=1)).mean()


def test_losses_errors_and_weights_along_the_run(cells):
    for cell in cells:
        result = cell.result
        tolerance = 1e-9 if cell.settings["method"] == "gd" else 1e-7
        for t, model in course(cell):
            losses = model.losses(model.x_test, model.y_test).detach().numpy()
            train, test = model.loss().item(), losses.mean()
            close(cell, [result["train_loss"][t], result["test_loss"][t]], [train, test], tolerance)
            close(cell, result["generalization_gap"][t], test - train, tolerance, tolerance * (train + test))
            close(cell, result["test_loss_error"][t], losses.std(ddof=1) / math.sqrt(len(losses)), tolerance)
            if cell.settings["source"] == "digits":
                assert result["train_error"][t] == wrong(model(model.x).detach().numpy(), model.y.numpy())
                assert result["test_error"][t] == wrong(model(model.x_test).detach().numpy(), model.y_test.numpy())
            else:
                assert np.isnan(result["test_error"][t])
        for found, expected in zip(cell.network("end").arrays(), model.network.arrays()):
            close(cell, found, expected, tolerance, tolerance * np.abs(expected).max())
        close(cell, result["test_predictions"], model(model.x_test).detach().numpy().reshape(
            result["test_predictions"].shape), tolerance, tolerance)


def test_critical_steps_of_every_rule(cells):
    for cell in cells:
        model, settings = Model(cell), cell.settings
        j = model.jacobian(model.x)
        curvature = output_curvature(settings["loss"], model(model.x).detach())
        largest = np.linalg.eigvals(curvature @ j @ j.T).real.max()
        limit = 2 * (1 + settings["momentum"]) / (largest / len(model.x) + settings["weight_decay"])
        close(cell, cell.result["step_size_critical"], limit)
        close(cell, cell.result["step_size_absolute"], settings["step_size"] * limit)


def test_sharpness_is_the_largest_eigenvalue_of_the_dense_hessian(cells):
    for cell in cells:
        for slot, moment in ((0, "initial"), (-1, "end")):
            sharpness = Model(cell, moment).sharpness()
            close(cell, cell.result["sharpness"][slot], sharpness, 1e-7)
            if cell.settings["method"] == "gd":
                ratio = sharpness * cell.result["step_size_absolute"] / (2 * (1 + cell.settings["momentum"]))
                close(cell, cell.result["sharpness_ratio"][slot], ratio, 1e-7)


def test_movement_of_features(cells):
    for cell in cells:
        initial, end = (Model(cell, moment).features() for moment in ("initial", "end"))
        expected = [np.linalg.norm(b - a) / np.linalg.norm(a) if np.any(a) else math.nan
                    for a, b in zip(initial, end)]
        initial, end = (cell.result["feature_movement"][slot] for slot in (0, -1))  # the output layer is the last one
        close(cell, end[-len(expected):], expected, 1e-8)
        assert (initial[-len(expected):-1] == 0).all() and np.isnan(end[:-len(expected)]).all()


def summary(losses):
    """(peak over the start, its step, catapult) of all losses of a run."""
    peak = int(np.argmax(losses))
    return losses[peak] / losses[0], peak, float(losses[peak] > losses[0] > losses[-1])


def test_peaks_best_moments_and_rates_of_convergence(tmp_path):
    text = JOB.format(**{**PLAIN, "step_size": "[0.5, 1.4]", "activation": '["relu", "linear"]', "depth": 1,
                         "data": SYNTHETIC.format(1), "max_steps": 30}).replace("width = 7", "width = 200")
    cells = list(Sweep(tmp_path, text.replace("samples = 6", "samples = 3")).cells())
    seen = set()
    for cell in cells:
        if cell.result["status"] == 3:
            continue
        losses, tests = (cell.result[name] for name in ("train_loss", "test_loss"))
        assert len(losses) == 31 and np.isfinite(losses).all()
        peak, step, catapult = summary(losses)
        close(cell, [cell.result[name] for name in ("loss_peak", "loss_peak_step", "catapult", "best_test_loss")],
              [peak, step, catapult, tests.min()])
        steps = np.arange(31)
        late = steps >= 30 / 4
        slope = np.polyfit(steps[late], np.log(losses[late]), 1)[0]
        close(cell, cell.result["convergence_rate"], -slope, 1e-8)
        seen.add(catapult)
    assert seen == {0.0, 1.0}
