"""python -m peers.jax_grid FOLDER: the small grid with JAX and neural-tangents, compilation included.

Between two checkpoints the steps are one compiled loop; the step sizes of a group are trained at once by vmap; kernels
by empirical_ntk_fn (structured derivatives, vmap_axes = 0) under jit. Each shape is compiled once and used for all of
its seeds, step sizes and checkpoints.
"""

from peers import grid
from peers import jax_cases as cases

import jax
import jax.numpy as jnp

KERNEL = cases.kernel_function("structured")


@jax.jit
def advance(parameters, x, y, etas, count):
    """`count` steps of every network, each with its own eta."""
    one = lambda p, eta: jax.lax.fori_loop(0, count, lambda _, q: cases.moved(q, x, y, eta), p)
    return jax.vmap(one)(parameters, etas)


@jax.jit
def losses(parameters, x, y, x_test, y_test):
    return jax.vmap(lambda p: (cases.loss(p, x, y), cases.loss(p, x_test, y_test)))(parameters)


@jax.jit
def measure(kernel, initial):
    return jnp.linalg.eigvalsh(kernel), jnp.linalg.norm(kernel - initial) / jnp.linalg.norm(initial)


def run_group(group, sweep):
    x, y, x_test, y_test = (jnp.asarray(v) for v in (group.x, group.y, group.x_test, group.y_test))
    start = (jnp.asarray(group.w.T), jnp.asarray(group.a.T))
    initial = KERNEL(x, None, start)
    values = measure(initial, initial)[0]
    etas = jnp.asarray(sweep.step_sizes) * (2 * len(x) / values[-1])
    count = len(sweep.step_sizes)
    parameters = jax.tree_util.tree_map(lambda p: jnp.stack([p] * count), start)
    found = [{"loss": [], "test_loss": [], "lambda_max": []} for _ in sweep.step_sizes]
    here = 0
    for step in sweep.checkpoints:
        if step > here:
            parameters = advance(parameters, x, y, etas, step - here)
        here = step
        train, test = losses(parameters, x, y, x_test, y_test)
        for i, cell in enumerate(found):
            cell["loss"].append(float(train[i]))
            cell["test_loss"].append(float(test[i]))
            if step in sweep.kernel_steps:
                own = jax.tree_util.tree_map(lambda p: p[i], parameters)
                spectrum = measure(KERNEL(x, None, own), initial)[0] if step else values
                cell["lambda_max"].append(float(spectrum[-1]))
    return found


if __name__ == "__main__":
    grid.main(run_group)
