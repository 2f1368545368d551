"""What PyTorch is asked for: steps, kernels, spectra."""

import math

import torch

from peers import torch_steps
from peers.timing import cpu_time

torch.set_num_threads(1)

STEPS = {"eager": torch_steps.eager, "sgd": torch_steps.nn_sgd, "hand": torch_steps.hand,
         "compiled": torch_steps.compiled}


def version():
    blas = "MKL" if torch.backends.mkl.is_available() else "OpenBLAS"
    return f"PyTorch {torch.__version__.split('+')[0]} ({blas})"


def step(how, size, kind, budget_s):
    if how == "ensemble":
        return torch_steps.ensemble_time(*size, kind, budget_s)
    if how == "compiled" and not hasattr(torch, "compile"):
        return {"error": "torch.compile needs PyTorch 2"}
    return {"seconds": cpu_time(torch_steps.prepared(STEPS[how], *size, kind), budget_s)}


def layerwise(x, w, a, s1, s2):
    """K = s1^2 x x^T o (B B^T) + s2^2 H H^T, float64, without a Jacobian."""
    z = x @ w.T
    z.mul_(s1)
    mask = (z > 0).to(z.dtype)
    z.mul_(mask)
    kernel = torch.mm(z, z.T).mul_(s2 * s2)
    mask.mul_(a)
    return kernel.addcmul_(torch.mm(mask, mask.T), torch.mm(x, x.T), value=(s1 * s2) ** 2)


def jacobian_contraction(x, w, a, s1, s2):
    """functorch's way: one gradient per sample by vmap(grad), then one product per layer."""

    def f(w, a, xi):
        return s2 * torch.dot(torch.relu(s1 * (w @ xi)), a[0])

    from functorch import grad, vmap

    def kernel():
        jw, ja = vmap(grad(f, argnums=(0, 1)), (None, None, 0))(w, a, x)
        jw, ja = jw.flatten(1), ja.flatten(1)
        return jw @ jw.T + ja @ ja.T

    return kernel


def ntk(how, size, budget_s):
    width, samples, inputs = size
    x, _, w, a = torch_steps.problem(width, samples, inputs, "f64")
    s1, s2 = math.sqrt(2 / inputs), math.sqrt(2 / width)
    if how == "jacobian":
        gigabytes = 8e-9 * samples * width * (inputs + 1)
        if gigabytes > 8:
            return {"error": f"does not fit: the Jacobian takes {gigabytes:.0f} GB"}
        return {"seconds": cpu_time(jacobian_contraction(x, w, a, s1, s2), budget_s)}
    return {"seconds": cpu_time(lambda: layerwise(x, w, a, s1, s2), budget_s)}


def spectrum(samples, budget_s, vectors=False):
    torch.manual_seed(0)
    factor = torch.randn(samples, 2 * samples, dtype=torch.float64)
    kernel = factor @ factor.T / samples
    solve = torch.linalg.eigh if vectors else torch.linalg.eigvalsh
    return {"seconds": cpu_time(lambda: solve(kernel), budget_s)}


def gemm(kind):
    a, b = (torch.randn(768, 768, dtype=torch_steps.TYPES[kind]) for _ in range(2))
    return {"seconds": cpu_time(lambda: a @ b, 0.3) / (2 * 768**3)}
