"""Models that are linear in their parameters, by dense linear algebra: gradient descent step by step, gradient flow
by the exponential of a matrix, regression by eigenvalues. Vectors of n C numbers are sample-major."""

import numpy as np
from scipy.linalg import expm

EPSILON = np.finfo(float).eps


class Linearised:
    """u_(t+1) = (1 - eta w) u_t - (eta / n) K (r_0 + u_t) for the change u of all outputs, training ones first."""

    def __init__(self, cell, model):
        settings = cell.settings
        self.n, self.w = len(model.x), settings["weight_decay"]
        j, j_test = model.jacobian(model.x), model.jacobian(model.x_test)
        self.kernel = np.vstack([j @ j.T, j_test @ j.T])
        self.start = np.concatenate([model(x).detach().numpy().ravel() for x in (model.x, model.x_test)])
        self.targets = np.concatenate([model.y.numpy().ravel(), model.y_test.numpy().ravel()])
        self.size = len(j)
        self.change = np.zeros(len(self.start))

    def step(self, eta):
        residual = (self.start + self.change - self.targets)[: self.size]
        self.change = (1 - eta * self.w) * self.change - eta / self.n * self.kernel @ residual

    def flow(self, time):
        """The change of all outputs after that time, from zero: d u = A u + b as one exponential."""
        size = len(self.start)
        generator = np.zeros((size + 1, size + 1))
        generator[:size, : self.size] = -self.kernel / self.n
        generator[:size, :size] -= self.w * np.eye(size)
        generator[:size, size] = -self.kernel @ (self.start - self.targets)[: self.size] / self.n
        self.change = expm(generator * time)[:size, size]

    def outputs(self):
        values = self.start + self.change
        return values[: self.size], values[self.size:]

    def losses(self):
        train, test = self.outputs()
        outputs = self.size // self.n
        return (((train - self.targets[: self.size]) ** 2).sum() / (2 * self.n),
                ((test - self.targets[self.size:]) ** 2).sum() / (2 * len(test) / outputs))

    def ending(self, eta, tolerance, max_steps):
        """(status, step): converged 1, max_steps 2, diverged 3."""
        first = self.losses()[0]
        bound = 1e12 * max(first, (self.targets[: self.size] ** 2).sum() / (2 * self.n))
        for t in range(max_steps + 1):
            loss = self.losses()[0]
            if not loss <= bound:
                return 3, t
            if loss <= tolerance:
                return 1, t
            if t < max_steps:
                self.step(eta)
        return 2, max_steps


def per_output(kernel, values):
    """The kernel as it acts on n x C values: whole where it has n C rows, else on every output apart."""
    outputs = values.shape[1]
    return kernel if len(kernel) == values.size else np.kron(kernel, np.eye(outputs))


def regression(kernel, test_kernel, targets, ridge):
    """(train outputs, test outputs, rank) of f = K (K + n ridge)^-1 y, the pseudo-inverse where ridge = 0."""
    values, vectors = np.linalg.eigh(kernel)
    kept = values > len(values) * EPSILON * values[-1]
    shape = (-1, targets.shape[1])
    inverse = np.zeros_like(values)
    if ridge > 0:
        inverse = 1 / (values + len(targets) * ridge)
    else:
        inverse[kept] = 1 / values[kept]
    apart = len(kernel) != targets.size
    y = targets if apart else targets.reshape(-1, 1)
    weights = vectors @ (inverse[:, None] * (vectors.T @ y))
    return (kernel @ weights).reshape(shape), (test_kernel @ weights).reshape(shape), kept.sum()


def traced(kernel, outputs):
    rows, columns = len(kernel) // outputs, kernel.shape[1] // outputs
    return np.einsum("icjc->ij", kernel.reshape(rows, outputs, columns, outputs)) / outputs


def leading(kernel, count):
    values, vectors = np.linalg.eigh(kernel)
    return vectors[:, ::-1][:, :count]


def rotation(kernel, initial, count):
    count = min(count, len(kernel))
    return 1 - np.linalg.norm(leading(kernel, count).T @ leading(initial, count)) ** 2 / count


def label_energy(kernel, targets, count):
    whole = len(kernel) == targets.size
    y = targets.reshape(-1, 1) if whole else targets
    return np.linalg.norm(leading(kernel, min(count, len(kernel))).T @ y) ** 2 / np.linalg.norm(y) ** 2


def label_complexity(kernel, targets):
    values, vectors = np.linalg.eigh(kernel)
    whole = len(kernel) == targets.size
    squares = ((vectors.T @ (targets.reshape(-1, 1) if whole else targets)) ** 2).sum(axis=1)
    kept = values > len(values) * EPSILON * values[-1]
    return (squares[kept] / values[kept]).sum() / len(targets)
