"""Recomputes an exported cell (tanh, any depth) from its weights with NumPy; prints "ok" when all agrees."""

import sys

import h5py
import numpy as np


def layers(file, moment):
    for number in range(1, file.attrs["depth"] + 2):
        group = file[f"layer_{number}"]
        bias = group[f"biases_{moment}"][()] if f"biases_{moment}" in group else None
        yield dict(group.attrs), group[f"weights_{moment}"][()], bias


def forward(network, inputs):
    """Outputs (n x C), and the input of every layer."""
    hidden, inputs_of_layers = inputs, []
    for number, (rule, weights, bias) in enumerate(network):
        inputs_of_layers.append(hidden)
        z = rule["scale"] * hidden @ weights.T
        if bias is not None:
            z = z + rule["bias_scale"] * bias
        hidden = np.tanh(z) if number + 1 < len(network) else z
    return hidden, inputs_of_layers


def jacobians(network, sample):
    """For each layer: df_c/dW and df_c/db, weighted by the square root of the learning-rate factors."""
    outputs, inputs_of_layers = forward(network, sample[None, :])
    signal = np.eye(outputs.shape[1])
    parts = []
    for number in reversed(range(len(network))):
        rule, weights, bias = network[number]
        hidden = inputs_of_layers[number][0]
        jacobian = np.einsum("ci,j->cij", rule["scale"] * signal, hidden)
        parts.append(np.sqrt(rule["weight_rate"]) * jacobian.reshape(len(signal), -1))
        if bias is not None:
            parts.append(np.sqrt(rule["bias_rate"]) * rule["bias_scale"] * signal)
        if number > 0:
            signal = (rule["scale"] * signal @ weights) * (1 - hidden**2)
    return np.concatenate(parts, axis=1)


def kernel(network, inputs, kind):
    samples = [jacobians(network, sample) for sample in inputs]
    outputs = samples[0].shape[0]
    stacked = np.concatenate(samples)
    full = stacked @ stacked.T
    if kind == "full":
        return full
    return sum(full[c::outputs, c::outputs] for c in range(outputs)) / outputs


def same(a, b):
    assert a.shape == b.shape, (a.shape, b.shape)
    assert np.abs(a - b).max() < 1e-12 * max(1.0, np.abs(b).max()), np.abs(a - b).max()


with h5py.File(sys.argv[1], "r") as file:
    assert file.attrs["file_type"] == "ntksweep export"
    assert len(file.attrs["key"]) == 16
    assert file.attrs["activation"] == "tanh" and file.attrs["width"] == 5 and file.attrs["samples"] == 6
    inputs, targets = file["inputs"][()], file["targets"][()]
    assert inputs.shape == (6, 3) and targets.shape == (6, 2) and file["test_inputs"].shape == (4, 3)
    assert file["test_targets"].shape == (4, 2)
    assert not np.array_equal(targets, file["targets_clean"][()])
    assert "biases_initial" in file["layer_2"] and "biases_initial" not in file["layer_3"]
    for moment in ("initial", "end"):
        network = list(layers(file, moment))
        same(file[f"predictions_{moment}"][()], forward(network, inputs)[0])
        same(file[f"test_predictions_{moment}"][()], forward(network, file["test_inputs"][()])[0])
        stored = file[f"kernel_{moment}"]
        same(stored[()], kernel(network, inputs, stored.attrs["kind"]))
    network = list(layers(file, "initial"))
    critical = 2 * len(inputs) / np.linalg.eigvalsh(kernel(network, inputs, "full"))[-1]
    assert abs(file.attrs["step_size_critical"] / critical - 1) < 1e-10
    eta = file.attrs["step_size_absolute"]
    assert abs(eta / (file.attrs["step_size"] * critical) - 1) < 1e-10
    residual = file["predictions_initial"][()] - targets
    output_rule, output_weights, _ = network[-1]
    features = forward(network, inputs)[1][-1]
    step = output_rule["weight_rate"] * output_rule["scale"] * residual.T @ features / len(inputs)
    same(file["layer_3/weights_end"][()], output_weights - eta * step)
print("ok")
