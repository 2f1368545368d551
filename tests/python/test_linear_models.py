"""The linearised network, gradient flow, kernel regression and eigenvectors against dense linear algebra."""

import numpy as np
import pytest

from conftest import Sweep, relative
from reference_linear import Linearised, label_complexity, label_energy, regression, rotation, traced
from reference_training import Model

NETWORKS = """
[grid]
width = 8
samples = 5
step_size = [0.4, 1.1]
[model]
activation = {activation}
parametrization = ["ntk", "mup"]
depth = {depth}
biases = "hidden"
train = {train}
output_scale = {scale}
output_center = {center}
[data]
input_dim = 4
outputs = {outputs}
label_noise = 0.1
test_samples = 4
[training]
max_steps = 6
tolerance = {tolerance}
weight_decay = {decay}
decay_toward = "initial"
[statistics]
kernel = "{kernel}"
kernel_every = 2
spectrum = "full"
ridge = {ridge}
top = {top}
also = ["linearised", "regression", "eigenvectors"]
"""

PLAIN = dict(activation='["tanh", "relu"]', depth=2, train='["all", "output"]', scale=1, center='"none"',
             outputs="[1, 3]", tolerance=1e-30, decay=0, kernel="trace", ridge=0, top=2)


def run(factory, name, **changes):
    cells = list(Sweep(factory.mktemp(name), NETWORKS.format(**{**PLAIN, **changes})).cells())
    for cell in cells:
        cell.options = {**PLAIN, **changes}
        cell.model = Model(cell)
    return cells


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    return run(tmp_path_factory, "plain")


@pytest.fixture(scope="module")
def scaled(tmp_path_factory):
    return run(tmp_path_factory, "scaled", activation='"gelu"', depth=1, train='"all"', scale="[0.5, 3]",
               center='["none", "initial"]', decay="[0, 0.2]", outputs=2, kernel="full", ridge=0.03, top=3)


def describe(cell):
    return str({key: cell.settings[key] for key in (
        "activation", "parametrization", "depth", "train", "outputs", "output_scale", "output_center", "weight_decay",
        "step_size")})


def close(cell, found, expected, tolerance=1e-9, floor=0.0):
    np.testing.assert_allclose(found, expected, rtol=tolerance, atol=floor, err_msg=describe(cell))


def rms(values, samples):
    return np.sqrt((values ** 2).sum() / samples)


def moments(cell):
    """Slot by step of the moments at which the run was looked at; the end of a diverged run is in the last slot."""
    return {step: slot for slot, step in enumerate(cell.result["checkpoint_step"]) if step >= 0}


def ends(cell):
    """Slots and names of the moments whose kernel is taken."""
    return ((0, "initial"), (-1, "end"))[: 1 if cell.result["status"] == 3 else 2]


def check_steps(cell):
    eta, result = cell.result["step_size_absolute"], cell.result
    model, linear = Model(cell), Linearised(cell, cell.model)
    scale = np.nanmax(result["linearised_train_loss"])
    for slot in moments(cell).values():
        train, test = linear.losses()
        close(cell, [result["linearised_train_loss"][slot], result["linearised_test_loss"][slot]], [train, test],
              floor=1e-13 * scale)
        for name, x, output in zip(("train", "test"), (model.x, model.x_test), linear.outputs()):
            true = model(x).detach().numpy().ravel()
            close(cell, result[f"linearised_{name}_distance"][slot], rms(true - output, len(x)), 1e-9,
                  1e-12 * (1 + rms(output, len(x))))
        linear.step(eta)
        model.step(eta)


def check_flow(cell):
    linear = Linearised(cell, cell.model)
    for t, slot in moments(cell).items():
        linear.flow(cell.result["step_size_absolute"] * t)
        found = [cell.result["flow_train_loss"][slot], cell.result["flow_test_loss"][slot]]
        close(cell, found, linear.losses(), floor=1e-13)


def check_endings(cell):
    linear = Linearised(cell, cell.model)
    expected = linear.ending(cell.result["step_size_absolute"], cell.settings["tolerance"], cell.settings["max_steps"])
    found = cell.result["linearised_status"], cell.result["linearised_steps"]
    if found[0] < 0:
        # No prediction: with decay, and a mode that changes its sign at every step, the loss need not be convex.
        largest = np.linalg.eigvalsh(linear.kernel[: linear.size])[-1] / linear.n + linear.w
        assert linear.w > 0 and cell.result["step_size_absolute"] * largest > 1, describe(cell)
    else:
        assert found == expected, describe(cell)


def of_kind(cell, kernel):
    return kernel if cell.settings["kind"] == "full" else traced(kernel, cell.settings["outputs"])


def check_regression(cell):
    y, y_test = cell.arrays["targets"], cell.arrays["test_targets"]
    for _, moment in ends(cell):
        model = Model(cell, moment)
        j, j_test = model.jacobian(model.x), model.jacobian(model.x_test)
        kernel = of_kind(cell, j @ j.T)
        train, test, rank = regression(kernel, of_kind(cell, j_test @ j.T), y, cell.options["ridge"])
        found = {what: cell.result[f"regression_{moment}_{what}"] for what in ("train_loss", "test_loss", "rank")}
        assert found["rank"] == rank, describe(cell)
        close(cell, found["train_loss"], ((train - y) ** 2).sum() / (2 * len(y)), 1e-8, floor=1e-16)
        close(cell, found["test_loss"], ((test - y_test) ** 2).sum() / (2 * len(y_test)), 1e-8)


def check_eigenvectors(cell):
    initial, top = cell.arrays["kernel_initial"], cell.options["top"]
    for slot, moment in ends(cell):
        kernel, y = cell.arrays["kernel_" + moment], cell.arrays["targets"]
        close(cell, cell.result["ntk_rotation"][slot], rotation(kernel, initial, top), floor=1e-11)
        close(cell, cell.result["ntk_label_energy"][slot], label_energy(kernel, y, top))
        close(cell, cell.result["ntk_label_complexity"][slot], label_complexity(kernel, y), 1e-8)


CHECKS = [check_steps, check_flow, check_endings, check_regression, check_eigenvectors]


@pytest.mark.parametrize("check", CHECKS)
def test_one_and_three_outputs_and_frozen_layers(plain, check):
    assert len(plain) == 2 ** 5
    for cell in plain:
        check(cell)


@pytest.mark.parametrize("check", CHECKS)
def test_scaled_and_centred_outputs_with_decay_toward_the_start(scaled, check):
    assert len(scaled) == 2 ** 5
    for cell in scaled:
        check(cell)


@pytest.mark.parametrize("step_size, ending", [(0.9, 1), (1.1, 3)])
def test_the_linearised_network_ends_as_its_iteration_does(tmp_path_factory, step_size, ending):
    text = NETWORKS.format(**{**PLAIN, "depth": 1, "tolerance": 0.05, "outputs": 2, "train": '"all"'})
    text = text.replace("[0.4, 1.1]", str(step_size)).replace("max_steps = 6", "max_steps = 400")
    cells = list(Sweep(tmp_path_factory.mktemp("ending"), text).cells())
    assert {cell.result["linearised_status"] for cell in cells} == {ending}
    for cell in cells:
        cell.model = Model(cell)
        check_endings(cell)


@pytest.mark.parametrize("rules", ['decay_toward = "zero"\nweight_decay = 0.1', "momentum = 0.5", "batch = 2",
                                   'step_rule = "cosine"'])
def test_other_training_has_no_prediction(tmp_path, rules):
    text = NETWORKS.format(**PLAIN).replace('weight_decay = 0\ndecay_toward = "initial"', rules)
    sweep = Sweep(tmp_path, text)
    for name in ("linearised_train_loss", "linearised_test_loss", "flow_test_loss", "linearised_train_distance"):
        assert np.isnan(sweep.values[name]).all(), name
    assert (sweep.values["linearised_status"] == -1).all()


def test_gradient_flow_is_compared_with_the_flow_of_the_linearisation(tmp_path):
    text = NETWORKS.format(**{**PLAIN, "activation": '"tanh"', "train": '"all"', "outputs": 2})
    text = text.replace("tolerance = 1e-30", 'tolerance = 1e-30\nmethod = "flow"\nflow_tolerance = 1e-12')
    for cell in Sweep(tmp_path, text).cells():
        model, eta = Model(cell), cell.result["step_size_absolute"]
        linear = Linearised(cell, model)
        for t, slot in moments(cell).items():
            linear.flow(eta * t)
            for name, x, output in zip(("train", "test"), (model.x, model.x_test), linear.outputs()):
                true = model(x).detach().numpy().ravel()
                close(cell, cell.result[f"linearised_{name}_distance"][slot], rms(true - output, len(x)), 1e-7, 1e-9)
            model.flow(eta)


def test_duplicated_samples_take_the_pseudo_inverse(tmp_path):
    rows = np.random.default_rng(3).normal(size=(6, 4))
    np.savetxt(tmp_path / "twice.csv", np.vstack([rows, rows]), delimiter=",", fmt="%.17g")
    text = f"""
[grid]
width = 200
samples = 8
step_size = 0.5
[model]
activation = "erf"
[data]
source = "csv"
path = "{tmp_path / 'twice.csv'}"
targets = "value"
pool = 8
test_samples = 4
[training]
max_steps = 4
tolerance = 1e-30
[statistics]
kernel = "full"
spectrum = "full"
also = ["linearised", "regression", "infinite", "eigenvectors"]
"""
    (cell,) = Sweep(tmp_path, text).cells()
    different = len(np.unique(cell.arrays["inputs"], axis=0))
    assert different < 8
    assert cell.result["regression_initial_rank"] == cell.result["regression_infinite_rank"] == different
    cell.options, cell.model = {**PLAIN, "top": 10}, Model(cell)
    for check in CHECKS:
        check(cell)
    assert relative(cell.arrays["kernel_initial"], cell.model.network.kernel(cell.model.x)) < 1e-12
