"""LAPACK as numpy and scipy bring it along (their own OpenBLAS)."""

import numpy as np
import scipy.linalg

from peers.timing import cpu_time


def version():
    return f"numpy {np.__version__}, scipy {scipy.__version__}"


def spectrum(samples, budget_s, vectors=False):
    factor = np.random.default_rng(0).normal(size=(samples, 2 * samples))
    kernel = factor @ factor.T / samples
    solve = lambda: scipy.linalg.eigh(kernel, driver="evd", eigvals_only=not vectors, check_finite=False)
    return {"seconds": cpu_time(solve, budget_s)}
