"""One step of gradient descent on a two-layer ReLU network with one output, in PyTorch; f = s2 a . relu(s1 W x)."""

import functools
import math

import torch

from peers.timing import cpu_time, fastest

TYPES = {"f32": torch.float32, "f64": torch.float64}
ETA = 1e-3
ENSEMBLES = (1, 2, 4, 8, 16, 32, 64, 128)


def problem(width, samples, inputs, kind):
    torch.manual_seed(0)
    draw = functools.partial(torch.randn, dtype=TYPES[kind])
    return draw(samples, inputs), draw(samples, 1), draw(width, inputs), draw(1, width)


def eager(width, samples, inputs, kind):
    """Plain tensors with autograd, the parameters moved in place without a record."""
    x, y, w, a = problem(width, samples, inputs, kind)
    w.requires_grad_(), a.requires_grad_()
    s1, s2 = math.sqrt(2 / inputs), math.sqrt(2 / width)

    def step():
        f = (torch.relu((x @ w.T) * s1) @ a.T) * s2
        loss = ((f - y) ** 2).sum() * (0.5 / samples)
        dw, da = torch.autograd.grad(loss, (w, a))
        with torch.no_grad():
            w.sub_(dw, alpha=ETA)
            a.sub_(da, alpha=ETA)
        return loss

    return step


def nn_sgd(width, samples, inputs, kind):
    """torch.nn modules and torch.optim.SGD, as the tutorials have it."""
    x, y, *_ = problem(width, samples, inputs, kind)
    model = torch.nn.Sequential(torch.nn.Linear(inputs, width, bias=False), torch.nn.ReLU(),
                                torch.nn.Linear(width, 1, bias=False)).to(TYPES[kind])
    optimizer = torch.optim.SGD(model.parameters(), lr=ETA)

    def step():
        optimizer.zero_grad(set_to_none=True)
        loss = 0.5 * torch.nn.functional.mse_loss(model(x), y)
        loss.backward()
        optimizer.step()
        return loss

    return step


def ensemble_of_hand(count, width, samples, inputs, kind):
    """`count` networks at once, derivatives written out, products into buffers allocated once; count 1 is one net.

    The update of the first layer is part of its product (baddbmm_ with beta = 1).
    """
    x, y, w, a = problem(width, samples, inputs, kind)
    w, a = w.T.repeat(count, 1, 1), a.T.repeat(count, 1, 1)  # count x d x m, count x m x 1
    x = x.expand(count, -1, -1).contiguous()
    xt = x.transpose(1, 2)
    s1, s2 = math.sqrt(2 / inputs), math.sqrt(2 / width)
    z, mask, back = (torch.empty(count, samples, width, dtype=w.dtype) for _ in range(3))
    f = torch.empty(count, samples, 1, dtype=w.dtype)
    da = torch.empty_like(a)

    def step():
        torch.bmm(x, w, out=z)
        torch.gt(z, 0, out=mask)
        z.mul_(mask)
        torch.bmm(z, a, out=f)
        f.mul_(s1 * s2).sub_(y)
        torch.bmm(z.transpose(1, 2), f, out=da)
        torch.bmm(f, a.transpose(1, 2), out=back)
        back.mul_(mask)
        w.baddbmm_(xt, back, alpha=-ETA * s1 * s2 / samples)
        a.sub_(da, alpha=ETA * s1 * s2 / samples)
        return f

    return without_grad(step)


def hand(width, samples, inputs, kind):
    """One network, derivatives written out, no autograd, nothing allocated."""
    x, y, w, a = problem(width, samples, inputs, kind)
    wt, at = w.T.contiguous(), a.T.contiguous()
    xt = x.T
    c = math.sqrt(2 / inputs) * math.sqrt(2 / width)
    z, mask, back = (torch.empty(samples, width, dtype=w.dtype) for _ in range(3))
    f = torch.empty(samples, 1, dtype=w.dtype)
    da = torch.empty_like(at)

    def step():
        torch.mm(x, wt, out=z)
        torch.gt(z, 0, out=mask)
        z.mul_(mask)
        torch.mm(z, at, out=f)
        f.mul_(c).sub_(y)
        torch.mm(z.T, f, out=da)
        torch.mul(mask, at.T, out=back)
        back.mul_(f)
        wt.addmm_(xt, back, alpha=-ETA * c / samples)
        at.sub_(da, alpha=ETA * c / samples)
        return f

    return without_grad(step)


def functional(width, samples, inputs, kind, count):
    """Gradients of `count` networks at once by torch.func.vmap over grad."""
    x, y, w, a = problem(width, samples, inputs, kind)
    s1, s2 = math.sqrt(2 / inputs), math.sqrt(2 / width)

    def loss(w, a):
        return (((torch.relu((x @ w.T) * s1) @ a.T) * s2 - y) ** 2).sum() * (0.5 / samples)

    gradient = torch.func.vmap(torch.func.grad(loss, argnums=(0, 1)))
    w, a = w.repeat(count, 1, 1), a.repeat(count, 1, 1)

    def step():
        dw, da = gradient(w, a)
        w.sub_(dw, alpha=ETA)
        a.sub_(da, alpha=ETA)

    return without_grad(step)


def compiled(width, samples, inputs, kind):
    """The step with autograd as one torch.compile graph: forward, loss and derivatives, then the moves."""
    x, y, w, a = problem(width, samples, inputs, kind)
    c = math.sqrt(2 / inputs) * math.sqrt(2 / width)

    @torch.compile(fullgraph=True, dynamic=False)
    def step(w, a):
        z = x @ w.T
        h = torch.relu(z)
        r = (h @ a.T) * c - y
        back = (r @ a) * (z > 0)
        w.add_(back.T @ x, alpha=-ETA * c / samples)
        a.add_(r.T @ h, alpha=-ETA * c / samples)

    return without_grad(lambda: step(w, a))


def without_grad(step):
    def run():
        with torch.no_grad():
            return step()

    return run


@functools.lru_cache(maxsize=4)
def prepared(build, *arguments):
    return build(*arguments)


@functools.lru_cache(maxsize=None)
def best_ensemble(width, samples, inputs, kind):
    """(builder name, size) with the least time per network; no larger than 200 MB, far beyond any cache."""
    bytes_each = 8 * (3 * samples * width + 2 * width * inputs)
    counts = [count for count in ENSEMBLES if count * bytes_each < 2e8 or count == 1]
    choices = {("bmm", count): (ensemble_of_hand(count, width, samples, inputs, kind), count) for count in counts}
    if hasattr(torch, "func"):
        choices |= {("vmap", count): (functional(width, samples, inputs, kind, count), count) for count in counts[-3:]}
    return fastest(choices, 0.05)


def ensemble_time(width, samples, inputs, kind, budget_s):
    how, count = best_ensemble(width, samples, inputs, kind)
    if how == "bmm":
        step = prepared(ensemble_of_hand, count, width, samples, inputs, kind)
    else:
        step = prepared(functional, width, samples, inputs, kind, count)
    return {"seconds": cpu_time(step, budget_s) / count, "note": f"{how} of {count}"}
