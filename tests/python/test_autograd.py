"""Cells of every kind of network against an independent implementation with automatic differentiation."""

import numpy as np

from autograd_network import ACTIVATIONS, layer_rule
from conftest import relative


def describe(cell):
    return {key: cell.settings[key] for key in ("activation", "parametrization", "depth", "outputs", "biases", "train",
                                                "precision")}


def traced(kernel, outputs):
    n = len(kernel) // outputs
    blocks = kernel.reshape(n, outputs, n, outputs)
    return np.einsum("icjc->ij", blocks) / outputs


def expected_kernel(cell, moment):
    kernel = cell.network(moment).kernel(cell.tensor("inputs"))
    return kernel if cell.settings["kind"] == "full" else traced(kernel, cell.settings["outputs"])


def test_the_cells_cover_activations_parametrizations_depths_and_outputs(cells):
    seen = {tuple(cell.settings[key] for key in ("activation", "parametrization", "depth", "outputs"))
            for cell in cells}
    assert {kind[0] for kind in seen} == set(ACTIVATIONS)
    assert len(seen) == len(cells) == len(ACTIVATIONS) * (3 * 4 + 1) * 2
    assert {kind[2] for kind in seen} == {0, 1, 2, 3} and {kind[3] for kind in seen} == {1, 3}


def test_exported_scales_and_rates_are_the_documented_ones(cells):
    for cell in cells:
        for number in range(1, cell.settings["depth"] + 2):
            rule = cell.settings["rules"][f"layer_{number}"]
            fan_in = cell.arrays[f"layer_{number}/weights_initial"].shape[1]
            expected = layer_rule(cell.settings, fan_in, number == cell.settings["depth"] + 1)
            found = (rule["scale"], rule["bias_scale"], rule["weight_rate"])
            np.testing.assert_allclose(found, expected, rtol=1e-14, err_msg=str(describe(cell)))
            assert rule["bias_rate"] == rule["weight_rate"]


def check_predictions(cells):
    for cell in cells:
        for moment in ("initial", "end"):
            network = cell.network(moment)
            for data, name in (("inputs", "predictions_"), ("test_inputs", "test_predictions_")):
                expected = network(cell.tensor(data)).detach().numpy()
                assert relative(cell.arrays[name + moment], expected) < 1e-12, describe(cell)


def check_kernels(cells):
    for cell in cells:
        for moment in ("initial", "end"):
            assert relative(cell.arrays["kernel_" + moment], expected_kernel(cell, moment)) < 1e-10, describe(cell)


def check_trained_weights(cells):
    for cell in cells:
        network = cell.network("initial")
        x, y = cell.tensor("inputs"), cell.tensor("targets")
        for _ in range(cell.result["steps"]):
            network.step(x, y, cell.settings["step_size_absolute"])
        tolerance = 1e-11 if cell.settings["precision"] == "float64" else 1e-5
        for found, expected in zip(cell.network("end").arrays(), network.arrays()):
            np.testing.assert_allclose(found, expected, rtol=0, atol=tolerance * (1 + np.abs(expected).max()),
                                       err_msg=str(describe(cell)))


def check_critical_step(cells):
    for cell in cells:
        kernel = cell.network("initial").kernel(cell.tensor("inputs"))
        critical = 2 * len(cell.arrays["inputs"]) / np.linalg.eigvalsh(kernel)[-1]
        for stored in (cell.settings, cell.result):
            assert abs(stored["step_size_critical"] / critical - 1) < 1e-10, describe(cell)
            assert abs(stored["step_size_absolute"] / (cell.settings["step_size"] * critical) - 1) < 1e-10


def check_stored_statistics(cells):
    for cell in cells:
        for slot, moment in ((0, "initial"), (-1, "end")):
            network = cell.network(moment)
            found = {name: value[slot] for name, value in cell.result.items() if np.ndim(value) > 0}
            train = network.loss(cell.tensor("inputs"), cell.tensor("targets")).item()
            test = network.loss(cell.tensor("test_inputs"), cell.tensor("test_targets")).item()
            np.testing.assert_allclose([found["train_loss"], found["test_loss"]], [train, test], rtol=1e-11)
            kernel = expected_kernel(cell, moment)
            eigenvalues = np.linalg.eigvalsh(kernel)[::-1]
            stored = found["ntk_eigenvalues"][: len(eigenvalues)]
            assert np.abs(stored - eigenvalues).max() < 1e-11 * eigenvalues[0], describe(cell)
            assert np.isnan(found["ntk_eigenvalues"][len(eigenvalues):]).all()
            assert abs(found["ntk_trace"] / np.trace(kernel) - 1) < 1e-11
            assert abs(found["ntk_lambda_max"] / eigenvalues[0] - 1) < 1e-11
        initial, end = (expected_kernel(cell, moment) for moment in ("initial", "end"))
        assert abs(cell.result["ntk_drift"][-1] - relative(end, initial)) < 1e-10, describe(cell)


def check_training_moves_what_is_trained(cells):
    for cell in cells:
        for number in range(1, cell.settings["depth"] + 2):
            before, after = (cell.arrays[f"layer_{number}/weights_{moment}"] for moment in ("initial", "end"))
            frozen = cell.settings["train"] == "output" and number <= cell.settings["depth"]
            assert (before == after).all() if frozen else (before != after).any(), describe(cell)


CHECKS = (check_predictions, check_kernels, check_trained_weights, check_critical_step, check_stored_statistics,
          check_training_moves_what_is_trained)


def test_predictions(cells):
    check_predictions(cells)


def test_kernels_are_jacobian_products(cells):
    check_kernels(cells)


def test_trained_weights_are_those_of_gradient_descent_by_autograd(cells):
    check_trained_weights(cells)


def test_critical_steps_come_from_the_largest_eigenvalue(cells):
    check_critical_step(cells)


def test_stored_statistics_are_those_of_the_rebuilt_network(cells):
    check_stored_statistics(cells)


def test_training_moves_every_layer(cells):
    check_training_moves_what_is_trained(cells)


def test_output_training_fewer_biases_single_precision_and_traced_kernels(variants):
    assert len(variants) == 2 * 2 * 2 * 2 * 2
    for check in CHECKS:
        check(variants)


def test_single_precision_starts_from_rounded_weights(variants):
    for cell in variants:
        weights = cell.arrays["layer_1/weights_initial"]
        rounded = (weights.astype(np.float32).astype(np.float64) == weights).all()
        assert rounded == (cell.settings["precision"] == "float32")
