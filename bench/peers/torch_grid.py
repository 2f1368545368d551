"""python -m peers.torch_grid FOLDER [autograd]: the small grid as a careful PyTorch script computes it.

Steps written out without autograd and without allocation (or with autograd, as most would write it), kernels layer by
layer, eigvalsh; data, K_0 and its spectrum once for all step sizes.
"""

import sys

import torch

from peers import grid
from peers.torch_cases import layerwise

AUTOGRAD = "autograd" in sys.argv


class Net:
    def __init__(self, group):
        tensor = torch.from_numpy
        self.x, self.y = tensor(group.x), tensor(group.y)
        self.x_test, self.y_test = tensor(group.x_test), tensor(group.y_test)
        self.w, self.a = tensor(group.w).clone(), tensor(group.a).clone()
        self.s1, self.s2 = float(group.s1), float(group.s2)
        samples, width = len(self.x), len(self.w)
        self.z, self.mask, self.back = (torch.empty(samples, width, dtype=self.w.dtype) for _ in range(3))
        self.f = torch.empty(samples, 1, dtype=self.w.dtype)
        if AUTOGRAD:
            self.w.requires_grad_(), self.a.requires_grad_()

    def loss(self):
        """Forward pass; what step needs stays in the buffers."""
        torch.mm(self.x, self.w.T, out=self.z)
        torch.gt(self.z, 0, out=self.mask)
        self.z.mul_(self.mask)
        torch.mm(self.z, self.a.T, out=self.f)
        self.f.mul_(self.s1 * self.s2).sub_(self.y)
        return float(self.f.square().sum()) / (2 * len(self.x))

    def step(self, eta):
        rate = eta * self.s1 * self.s2 / len(self.x)
        torch.mul(self.mask, self.a, out=self.back)
        self.back.mul_(self.f)
        self.w.addmm_(self.back.T, self.x, alpha=-rate)
        self.a.addmm_(self.f.T, self.z, alpha=-rate)

    def autograd_step(self, eta):
        f = (torch.relu((self.x @ self.w.T) * self.s1) @ self.a.T) * self.s2
        loss = ((f - self.y) ** 2).sum() / (2 * len(self.x))
        dw, da = torch.autograd.grad(loss, (self.w, self.a))
        with torch.no_grad():
            self.w.sub_(dw, alpha=eta)
            self.a.sub_(da, alpha=eta)

    def test_loss(self):
        f = torch.relu(self.x_test @ self.w.T) @ self.a.T * (self.s1 * self.s2)
        return float((f - self.y_test).square().sum()) / (2 * len(self.x_test))

    def kernel(self):
        return layerwise(self.x, self.w, self.a, self.s1, self.s2)


def measure(kernel, initial):
    drift = float(torch.linalg.norm(kernel - initial) / torch.linalg.norm(initial))
    return torch.linalg.eigvalsh(kernel), drift


def train(group, sweep, eta, initial, first_spectrum):
    net = Net(group)
    found = {"loss": [], "test_loss": [], "lambda_max": []}
    marks = set(sweep.checkpoints)
    for step in range(sweep.checkpoints[-1] + 1):
        if step in marks or not AUTOGRAD:
            with torch.no_grad():
                loss = net.loss()
        if step in marks:
            with torch.no_grad():
                found["loss"].append(loss)
                found["test_loss"].append(net.test_loss())
                if step in sweep.kernel_steps:
                    values = measure(net.kernel(), initial)[0] if step else first_spectrum
                    found["lambda_max"].append(float(values[-1]))
        if step < sweep.checkpoints[-1]:
            if AUTOGRAD:
                net.autograd_step(eta)
            else:
                with torch.no_grad():
                    net.step(eta)
    return found


def run_group(group, sweep):
    with torch.no_grad():
        initial = Net(group).kernel()
        values = torch.linalg.eigvalsh(initial)
    critical = 2 * len(group.x) / float(values[-1])
    return [train(group, sweep, factor * critical, initial, values) for factor in sweep.step_sizes]


if __name__ == "__main__":
    grid.main(run_group)
