"""The trained model F = alpha (f - b), its losses, its training and its curvature, by automatic differentiation."""

import math

import numpy as np
import torch
from scipy.integrate import solve_ivp

from autograd_network import ACTIVATIONS


def loss_of_outputs(name, f, y):
    """One number per sample."""
    if name == "squared":
        return ((f - y) ** 2).sum(dim=1) / 2
    if name == "logistic":
        return torch.nn.functional.softplus(-f * y).sum(dim=1)
    return torch.logsumexp(f, dim=1) - (f * y).sum(dim=1)


def output_curvature(name, f):
    """nC x nC, second derivatives of n times the loss, sample-major."""
    samples, outputs = f.shape
    curvature = np.zeros((samples, outputs, samples, outputs))
    for i, row in enumerate(f.numpy()):
        p = np.exp(row - np.logaddexp.reduce(row)) if name == "cross_entropy" else 1 / (1 + np.exp(-row))
        curvature[i, :, i, :] = {"squared": np.eye(outputs), "logistic": np.diag(p * (1 - p)),
                                 "cross_entropy": np.diag(p) - np.outer(p, p)}[name]
    return curvature.reshape(samples * outputs, -1)


class Model:
    """The network of a cell at initialization, with the rules of its training."""

    def __init__(self, cell, moment="initial"):
        self.settings = cell.settings
        self.network = cell.network(moment)
        self.start = cell.network("initial")
        self.x, self.y = cell.tensor("inputs"), cell.tensor("targets")
        self.x_test, self.y_test = cell.tensor("test_inputs"), cell.tensor("test_targets")
        self.rates = self.network.rates
        self.velocity = [torch.zeros_like(p) for p in self.network.parameters]

    def __call__(self, x):
        f = self.network(x)
        if self.settings["output_center"] == "initial":
            f = f - self.start(x).detach()
        return self.settings["output_scale"] * f

    def losses(self, x, y):
        return loss_of_outputs(self.settings["loss"], self(x), y)

    def loss(self):
        return self.losses(self.x, self.y).mean()

    def test_loss(self):
        return self.losses(self.x_test, self.y_test).mean()

    def reference(self, k):
        if self.settings["decay_toward"] == "initial":
            return self.start.parameters[k].detach()
        return torch.zeros_like(self.network.parameters[k])

    def direction(self):
        """c g + w (theta - reference), g the gradient of loss / alpha^2; zero for what is not trained."""
        objective = self.loss() / self.settings["output_scale"] ** 2
        gradients = torch.autograd.grad(objective, self.network.parameters)
        return [(c * g + self.settings["weight_decay"] * (p.detach() - self.reference(k))) * (c != 0)
                for k, (p, c, g) in enumerate(zip(self.network.parameters, self.rates, gradients))]

    def step(self, eta):
        for k, d in enumerate(self.direction()):
            self.velocity[k] = self.settings["momentum"] * self.velocity[k] - eta * d
            self.network.parameters[k].data += self.velocity[k]

    def flat(self):
        return torch.cat([p.detach().reshape(-1) for p in self.network.parameters])

    def load(self, theta):
        """theta: all parameters, one after the other."""
        for p, part in zip(self.network.parameters, torch.split(theta, [p.numel() for p in self.network.parameters])):
            p.data = part.reshape(p.shape).clone()

    def flow(self, time):
        """Gradient flow for that long, by the eighth-order method of Dormand and Prince."""
        def velocity(_, theta):
            self.load(torch.tensor(theta))
            return -torch.cat([d.reshape(-1) for d in self.direction()]).numpy()
        if time > 0:
            end = solve_ivp(velocity, (0, time), self.flat().numpy(), method="DOP853", rtol=1e-12, atol=1e-13).y[:, -1]
            self.load(torch.tensor(end))

    def jacobian(self, x):
        """N C x P of the network f, columns times sqrt(c)."""
        rows = []
        for value in self.network(x).reshape(-1):
            gradients = torch.autograd.grad(value, self.network.parameters, retain_graph=True)
            rows.append(torch.cat([math.sqrt(c) * g.reshape(-1) for c, g in zip(self.rates, gradients)]))
        return torch.stack(rows).numpy()

    def sharpness(self):
        """Largest eigenvalue of C^(1/2) H C^(1/2) + w on the trained parameters, H dense."""
        split = [p.numel() for p in self.network.parameters]
        shapes = [p.shape for p in self.network.parameters]
        kept, theta = self.network.parameters, self.flat()

        def objective(flat):
            self.network.parameters = [part.reshape(s) for part, s in zip(torch.split(flat, split), shapes)]
            return self.loss() / self.settings["output_scale"] ** 2

        hessian = torch.autograd.functional.hessian(objective, theta).numpy()
        self.network.parameters = kept
        rate = np.repeat(np.array(self.rates, dtype=float), split)
        trained = rate > 0
        root = np.sqrt(rate[trained])
        hessian = root[:, None] * hessian[np.ix_(trained, trained)] * root
        return np.linalg.eigvalsh(hessian)[-1] + self.settings["weight_decay"]

    def features(self):
        """Outputs of every hidden layer and of the model on the training inputs."""
        h, found = self.x, []
        for scale, bias_scale, first, has_bias in self.network.layers[:-1]:
            z = scale * h @ self.network.parameters[first].T
            if has_bias:
                z = z + bias_scale * self.network.parameters[first + 1]
            h = ACTIVATIONS[self.settings["activation"]](z, self.settings["leaky_slope"])
            found.append(h.detach().numpy())
        return found + [self(self.x).detach().numpy()]
