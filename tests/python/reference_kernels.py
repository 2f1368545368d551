"""Kernels of infinite width by their recursion, with moments in closed form or by the trapezoidal rule.

Everything follows from the settings of a cell; nothing of the program is used.
"""

import math

import numpy as np
from scipy.special import erf

from autograd_network import layer_rule


def gaussian_cdf(z):
    return 0.5 * (1 + erf(z / math.sqrt(2)))


def gaussian_density(z):
    return np.exp(-z * z / 2) / math.sqrt(2 * math.pi)


def with_derivative(name, leak):
    """(phi, phi') of an activation."""
    return {
        "linear": (lambda z: z, np.ones_like),
        "relu": (lambda z: np.maximum(z, 0), lambda z: (z > 0) * 1.0),
        "leaky_relu": (lambda z: np.where(z > 0, z, leak * z), lambda z: np.where(z > 0, 1.0, leak)),
        "tanh": (np.tanh, lambda z: 1 / np.cosh(z) ** 2),
        "erf": (erf, lambda z: 2 / math.sqrt(math.pi) * np.exp(-z * z)),
        "gelu": (lambda z: z * gaussian_cdf(z), lambda z: gaussian_cdf(z) + z * gaussian_density(z)),
    }[name]


def quadrature(function, a, b, c):
    """E[g(u) g(v)], (u, v) normal with variances a, b and covariance c, for analytic g. The trapezoidal rule
    converges like exp(-2 pi (distance of the nearest pole) / h)."""
    h = 0.1
    z = np.arange(-90, 91) * h
    weight = h * gaussian_density(z)
    root = math.sqrt(a)
    u = root * z
    v = (c / root) * z[:, None] + math.sqrt(max(b - c * c / a, 0)) * z[None, :]
    return weight @ ((function(u)[:, None] * function(v)) @ weight)


def angle(a, b, c):
    """Between two directions; exactly 0 where rounding hides the difference."""
    sine_squared = 1 - c * c / (a * b)
    return np.where((sine_squared < 1e-14) & (c > 0), 0.0, np.arctan2(np.sqrt(np.maximum(sine_squared, 0)),
                                                                     c / np.sqrt(a * b)))


def moments(name, leak, a, b, c):
    """E[phi phi'] and E[dphi dphi'] for arrays of variances a, b and covariances c."""
    if name in ("tanh", "gelu"):
        functions = with_derivative(name, leak)
        return [np.vectorize(lambda *pair: quadrature(function, *pair))(a, b, c) for function in functions]
    if name == "erf":
        product = (1 + 2 * a) * (1 + 2 * b)
        return 2 / math.pi * np.arcsin(2 * c / np.sqrt(product)), 4 / math.pi / np.sqrt(product - 4 * c * c)
    leak = {"linear": 1.0, "relu": 0.0, "leaky_relu": leak}[name]
    t = angle(a, b, c)
    rectified = np.sqrt(a * b) * (np.sin(t) + (math.pi - t) * np.cos(t)) / (2 * math.pi)
    # phi(z) = leak z + (1 - leak) max(z, 0), and E[z max(z', 0)] = c / 2.
    return (leak ** 2 * c + leak * (1 - leak) * c + (1 - leak) ** 2 * rectified,
            leak ** 2 + leak * (1 - leak) + (1 - leak) ** 2 * (math.pi - t) / (2 * math.pi))


def initial_variance(settings, fan_in, is_output, position):
    """(v, v_b): variances of the initial weights and biases of a layer."""
    standard = settings["parametrization"] == "standard"
    v = settings["init_scale"] ** 2 * (settings["sigma_w"] ** 2 / fan_in if standard else 1)
    v_b = settings["bias_init_scale"] ** 2 * (settings["sigma_b"] ** 2 if standard else 1)
    if position == 0:
        v *= settings["imbalance"] ** 2
    if is_output:
        v /= settings["imbalance"] ** 2
        v *= settings["initialization"] != "zero_output"
        v_b *= settings["initialization"] != "zero_output"
    return v, v_b


def layers(settings):
    """One (fan_in, s, beta, c, v, v_b) for each layer; beta = 0 where there is no bias."""
    for position in range(settings["depth"] + 1):
        is_output = position == settings["depth"]
        fan_in = settings["input_dim"] if position == 0 else settings["width"]
        s, beta, c = layer_rule(settings, fan_in, is_output)
        v, v_b = initial_variance(settings, fan_in, is_output, position)
        if settings["biases"] == "none" or (settings["biases"] == "hidden" and is_output):
            beta = 0.0
        yield fan_in, s, beta, c, v, v_b


def symmetric(upper, size):
    """From the numbers on and above the diagonal, row by row."""
    whole = np.zeros((size, size))
    whole[np.triu_indices(size)] = upper
    return np.triu(whole) + np.triu(whole, 1).T


def infinite_kernels(settings, x):
    """(ntk, nngp) of all pairs of rows of x, of one output:
    S_l = s^2 v G_(l-1) + beta^2 v_b,  T_l = c (s^2 G_(l-1) + beta^2) + T_(l-1) s^2 v fan_in E[dphi dphi'],
    G_l = fan_in E[phi phi']."""
    gram, ntk, derivative = x @ x.T, np.zeros((len(x), len(x))), np.zeros((len(x), len(x)))
    for position, (fan_in, s, beta, c, v, v_b) in enumerate(layers(settings)):
        if position > 0:
            variance, (i, j) = np.diag(nngp), np.triu_indices(len(x))
            gram, derivative = (symmetric(values, len(x)) for values in moments(
                settings["activation"], settings["leaky_slope"], variance[i], variance[j], nngp[i, j]))
            gram = fan_in * gram
        nngp = s ** 2 * v * gram + beta ** 2 * v_b
        ntk = c * (s ** 2 * gram + beta ** 2) + ntk * s ** 2 * v * fan_in * derivative
    return ntk, nngp
