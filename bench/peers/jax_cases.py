"""What JAX and neural-tangents are asked for: steps under jit, kernels in their three implementations."""

import functools
import math
import os
import sys
import time
import types

os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
# The experimental part needs TensorFlow, and nothing here needs it.
sys.modules["neural_tangents.experimental"] = types.ModuleType("neural_tangents.experimental")

import jax
import jax.numpy as jnp
import numpy as np

from peers.timing import cpu_time

jax.config.update("jax_enable_x64", True)
TYPES = {"f32": jnp.float32, "f64": jnp.float64}


def version():
    import neural_tangents

    return f"JAX {jax.__version__}, neural-tangents {neural_tangents.__version__}"


def problem(width, samples, inputs, kind="f64"):
    rng = np.random.default_rng(0)
    draw = lambda *shape: jnp.asarray(rng.normal(size=shape), TYPES[kind])
    return draw(samples, inputs), draw(samples, 1), (draw(inputs, width), draw(width, 1))


def network(parameters, x):
    w, a = parameters
    return (jax.nn.relu((x @ w) * math.sqrt(2 / w.shape[0])) @ a) * math.sqrt(2 / w.shape[1])


def loss(parameters, x, y):
    return 0.5 / x.shape[0] * jnp.sum((network(parameters, x) - y) ** 2)


def moved(parameters, x, y, eta):
    return jax.tree_util.tree_map(lambda p, g: p - eta * g, parameters, jax.grad(loss)(parameters, x, y))


@functools.lru_cache(maxsize=4)
def steps_in_a_loop(width, samples, inputs, kind, count):
    """`count` steps in one compiled loop, so that the call of a step costs nothing; parameters given away."""
    x, y, parameters = problem(width, samples, inputs, kind)
    x, y = x, y

    @functools.partial(jax.jit, donate_argnums=0)
    def run(parameters, x, y):
        return jax.lax.fori_loop(0, count, lambda _, p: moved(p, x, y, jnp.asarray(1e-3, x.dtype)), parameters)

    state = [parameters]

    def call():
        state[0] = run(state[0], x, y)
        jax.block_until_ready(state[0])

    return call


def step(how, size, kind, budget_s):
    width, samples, inputs = size
    count = max(1, round(2e9 / (4 * width * samples * inputs * 20)))
    return {"seconds": cpu_time(steps_in_a_loop(width, samples, inputs, kind, count), budget_s) / count,
            "note": f"jit, loop of {count}"}


def kernel_function(how):
    import neural_tangents as nt

    name, _, axes = how.partition("/")
    implementation = {"structured": nt.NtkImplementation.STRUCTURED_DERIVATIVES,
                      "jacobian": nt.NtkImplementation.JACOBIAN_CONTRACTION}[name]
    # Samples do not see each other (vmap_axes = 0): 100 times faster than without the hint.
    return jax.jit(nt.empirical_ntk_fn(network, trace_axes=(-1,), vmap_axes=None if axes == "default" else 0,
                                       implementation=implementation))


def ntk(how, size, budget_s):
    """Time of a call, and of the first call for this shape, which compiles (wall time)."""
    x, _, parameters = problem(*size)
    jax.clear_caches()
    kernel = kernel_function(how)
    start = time.process_time()
    jax.block_until_ready(kernel(x, None, parameters))
    first = time.process_time() - start
    seconds = cpu_time(lambda: jax.block_until_ready(kernel(x, None, parameters)), budget_s)
    return {"seconds": seconds, "first": first}


def spectrum(samples, budget_s):
    factor = np.random.default_rng(0).normal(size=(samples, 2 * samples))
    kernel = jnp.asarray(factor @ factor.T / samples)
    solve = jax.jit(jnp.linalg.eigvalsh)
    return {"seconds": cpu_time(lambda: jax.block_until_ready(solve(kernel)), budget_s)}
