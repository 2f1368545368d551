"""Statistics of infinite width against the recursion of reference_kernels.py."""

import numpy as np
import pytest

from conftest import Sweep, known_activations, relative
from reference_kernels import infinite_kernels
from reference_linear import regression

EVERY_NETWORK = """
[grid]
width = 8
samples = 5
step_size = 0.3
where = "parametrization != 'mean_field' or depth == 1"
[model]
activation = [{activations}]
parametrization = ["ntk", "standard", "mup", "mean_field"]
depth = [0, 1, 2, 3]
biases = "all"
sigma_w = 1.2
sigma_b = 0.5
leaky_slope = 0.3
init_scale = 1.1
[data]
input_dim = 4
outputs = 2
test_samples = 4
[training]
max_steps = 3
tolerance = 1e-30
[statistics]
kernel = "{kernel}"
spectrum = "full"
ridge = {ridge}
also = ["infinite", "regression"]
"""

VARIANTS = """
[grid]
width = 8
samples = 5
step_size = 0.3
[model]
activation = ["relu", "erf"]
parametrization = ["ntk", "mup"]
depth = 2
biases = ["none", "hidden", "all"]
sigma_b = 0.7
train = ["all", "output"]
bias_init_scale = [0, 0.8]
imbalance = 1.3
initialization = ["gaussian", "zero_output"]
[data]
input_dim = 4
outputs = 1
test_samples = 4
[training]
max_steps = 3
tolerance = 1e-30
[statistics]
kernel = "full"
spectrum = "full"
ridge = 0.01
also = ["infinite", "regression"]
"""

INITIALIZATIONS = """
[grid]
width = 8
samples = 5
step_size = 0.3
[model]
activation = "linear"
initialization = ["gaussian", "orthogonal", "symmetric", "uniform", "balanced", "spectral"]
biases = "none"
[data]
input_dim = 4
outputs = 2
test_samples = 4
[training]
max_steps = 3
tolerance = 1e-30
[statistics]
kernel = "full"
spectrum = "full"
also = ["infinite", "regression"]
"""


def sweep_cells(factory, name, text):
    return list(Sweep(factory.mktemp(name), text).cells())


@pytest.fixture(scope="module")
def full(tmp_path_factory):
    names = ", ".join(f'"{name}"' for name in known_activations())
    return sweep_cells(tmp_path_factory, "full", EVERY_NETWORK.format(activations=names, kernel="full", ridge=0.02))


@pytest.fixture(scope="module")
def trace(tmp_path_factory):
    names = '"relu", "erf", "tanh"'
    return sweep_cells(tmp_path_factory, "trace", EVERY_NETWORK.format(activations=names, kernel="trace", ridge=0))


@pytest.fixture(scope="module")
def variants(tmp_path_factory):
    return sweep_cells(tmp_path_factory, "variants", VARIANTS)


def limits(cell):
    """ntk and nngp of the training inputs, then of test inputs with training inputs."""
    inputs = np.vstack([cell.arrays["inputs"], cell.arrays["test_inputs"]])
    n = len(cell.arrays["inputs"])
    ntk, nngp = infinite_kernels(cell.settings, inputs)
    return ntk[:n, :n], nngp[:n, :n], ntk[n:, :n], nngp[n:, :n]


def close(cell, found, expected, tolerance=1e-9, floor=0.0):
    what = {key: cell.settings[key] for key in ("activation", "parametrization", "depth", "biases", "train",
                                                "initialization", "bias_init_scale")}
    np.testing.assert_allclose(found, expected, rtol=tolerance, atol=floor, err_msg=str(what))


def check_spectrum(cells):
    for cell in cells:
        ntk, nngp, _, _ = limits(cell)
        values = np.linalg.eigvalsh(ntk)
        floor = 1e-12 * values[-1]
        close(cell, cell.result["infinite_lambda_max"], values[-1])
        close(cell, cell.result["infinite_lambda_min"], values[0], floor=floor)
        close(cell, cell.result["infinite_trace"], np.trace(ntk))
        close(cell, cell.result["nngp_variance"], np.trace(nngp) / len(nngp))


def check_distance(cells):
    for cell in cells:
        ntk = limits(cell)[0]
        outputs = len(cell.arrays["kernel_initial"]) // len(ntk)
        whole = np.kron(ntk, np.eye(outputs))
        for slot, moment in ((0, "initial"), (-1, "end")):
            kernel = cell.arrays["kernel_" + moment]
            close(cell, cell.result["infinite_distance"][slot], relative(kernel, whole), floor=1e-14)
            close(cell, cell.result["infinite_alignment"][slot],
                  (kernel * whole).sum() / np.linalg.norm(kernel) / np.linalg.norm(whole))


def half_mean_square(a, b):
    return ((a - b) ** 2).sum() / (2 * len(a))


def check_regression(cells):
    for cell in cells:
        ntk, nngp, ntk_test, nngp_test = limits(cell)
        y, y_test = cell.arrays["targets"], cell.arrays["test_targets"]
        for name, kernel, test_kernel in (("infinite", ntk, ntk_test), ("nngp", nngp, nngp_test)):
            train, test, rank = regression(kernel, test_kernel, y, cell.ridge)
            outputs = len(cell.arrays["kernel_initial"]) // len(ntk)
            found = [cell.result[f"regression_{name}_{what}"] for what in ("train_loss", "test_loss", "rank")]
            assert found[2] in (rank, rank * y.shape[1]), (found[2], rank, outputs)
            tolerance = 1e-9 + 1e-14 * np.linalg.cond(kernel) if cell.ridge == 0 and rank == len(kernel) else 1e-9
            close(cell, found[:2], [half_mean_square(train, y), half_mean_square(test, y_test)], tolerance, floor=1e-18)


def with_ridge(cells, ridge):
    for cell in cells:
        cell.ridge = ridge
    return cells


def test_every_network_in_the_full_kernel(full):
    assert len(full) == 6 * (3 * 4 + 1)
    check_spectrum(full)
    check_distance(full)
    check_regression(with_ridge(full, 0.02))


def test_traced_kernels(trace):
    check_spectrum(trace)
    check_distance(trace)
    check_regression(with_ridge(trace, 0.0))


def test_biases_frozen_layers_and_a_zero_output_layer(variants):
    assert len(variants) == 2 ** 5 * 3
    check_spectrum(variants)
    check_distance(variants)
    check_regression(with_ridge(variants, 0.01))


def test_initializations_that_tie_the_weights_have_no_limit_and_the_others_share_one(tmp_path):
    cells = {cell.settings["initialization"]: cell for cell in Sweep(tmp_path, INITIALIZATIONS).cells()}
    for name in ("uniform", "balanced", "spectral"):
        for statistic in ("infinite_distance", "infinite_lambda_max", "nngp_variance", "regression_infinite_test_loss"):
            assert np.isnan(cells[name].result[statistic]).all(), (name, statistic)
    check_spectrum([cells["gaussian"], cells["orthogonal"]])
    check_distance([cells["gaussian"], cells["orthogonal"], cells["symmetric"]])


def test_known_values_of_the_recursion():
    x = np.array([[2.0, 0.0], [1.0, 1.0]])
    x = x / np.linalg.norm(x, axis=1, keepdims=True) * np.sqrt(2)
    known = {("relu", 2.0): (2.571478501638, 3.570974085918, 4.466647438598),
             ("erf", 1.5): (1.131145796553, 1.303872023725, 1.514984484021)}
    for (activation, variance), values in known.items():
        for depth, value in enumerate(values, start=1):
            settings = {"activation": activation, "sigma_w": np.sqrt(variance), "depth": depth, "leaky_slope": 0,
                        "parametrization": "ntk", "biases": "none", "train": "all", "width": 7, "input_dim": 2,
                        "sigma_b": 0, "init_scale": 1, "bias_init_scale": 1, "imbalance": 1,
                        "initialization": "gaussian"}
            assert abs(infinite_kernels(settings, x)[0][0, 1] - value) < 1e-11
