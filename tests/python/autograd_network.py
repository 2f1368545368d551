"""The network of the documentation, in torch: z_l = s_l W_l h_(l-1) + beta_l b_l, h_l = phi(z_l), h_0 = x.

Nothing of the program is used but the weights that `ntksweep replay --export` writes: scales and learning-rate
factors come from the formulas below, gradients and Jacobians from torch's automatic differentiation.
"""

import math

import torch

ACTIVATIONS = {
    "linear": lambda z, leak: z,
    "relu": lambda z, leak: torch.relu(z),
    "leaky_relu": lambda z, leak: torch.where(z > 0, z, leak * z),
    "tanh": lambda z, leak: torch.tanh(z),
    "erf": lambda z, leak: torch.erf(z),
    "gelu": lambda z, leak: torch.nn.functional.gelu(z),
}


def layer_rule(settings, fan_in, is_output):
    """(s, beta, c) of a layer: scale, bias scale and learning-rate factor of its parametrization."""
    root = math.sqrt(settings["width"])
    name = settings["parametrization"] if settings["depth"] > 0 else settings["parametrization"].replace("mup", "ntk")
    scale, bias_scale, rate = settings["sigma_w"] / math.sqrt(fan_in), settings["sigma_b"], 1.0
    if name == "standard":
        scale, bias_scale = 1.0, 1.0
    if name in ("mup", "mean_field"):
        rate = settings["width"]
        if is_output:
            scale, bias_scale = scale / root, bias_scale / root
    if settings["train"] == "output" and not is_output:
        rate = 0.0
    return scale, bias_scale, rate


class Network:
    """Parameters in the order weights, biases, layer by layer; `weights` and `biases` are numpy arrays, None for
    a layer without biases."""

    def __init__(self, settings, weights, biases):
        self.settings = settings
        self.parameters, self.rates, self.layers = [], [], []
        for position, (w, b) in enumerate(zip(weights, biases)):
            scale, bias_scale, rate = layer_rule(settings, w.shape[1], position + 1 == len(weights))
            self.layers.append((scale, bias_scale, len(self.parameters), b is not None))
            for array in (w,) if b is None else (w, b):
                self.parameters.append(torch.tensor(array, dtype=torch.float64, requires_grad=True))
                self.rates.append(rate)

    def __call__(self, x):
        """n x d -> n x C."""
        h = x
        phi = ACTIVATIONS[self.settings["activation"]]
        for number, (scale, bias_scale, first, has_bias) in enumerate(self.layers):
            z = scale * h @ self.parameters[first].T
            if has_bias:
                z = z + bias_scale * self.parameters[first + 1]
            h = z if number + 1 == len(self.layers) else phi(z, self.settings["leaky_slope"])
        return h

    def kernel(self, x):
        """J C J^T with one automatic differentiation per sample and output; row i C + c."""
        rows = []
        for value in self(x).reshape(-1):
            gradients = torch.autograd.grad(value, self.parameters, retain_graph=True)
            rows.append(torch.cat([math.sqrt(c) * g.reshape(-1) for c, g in zip(self.rates, gradients)]))
        j = torch.stack(rows)
        return (j @ j.T).numpy()

    def loss(self, x, y):
        return ((self(x) - y) ** 2).sum() / (2 * len(x))

    def step(self, x, y, step_size):
        gradients = torch.autograd.grad(self.loss(x, y), self.parameters)
        with torch.no_grad():
            for parameter, rate, gradient in zip(self.parameters, self.rates, gradients):
                parameter -= step_size * rate * gradient

    def arrays(self):
        return [parameter.detach().numpy() for parameter in self.parameters]
