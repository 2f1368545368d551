#!/usr/bin/env python3
"""Writes the small data files of the jobs, next to itself: python3 jobs/data/make_data.py (needs numpy)."""

import pathlib

import numpy as np


def write(path, comment, rows):
    np.savetxt(path, rows, fmt="%.17g", delimiter=",", header=comment)


def orthogonal_inputs(n):
    """Orthonormal rows and columns, so that condition number and all singular values are 1: the cosine transform."""
    row, column = np.arange(n)[:, None], np.arange(n)[None, :]
    return np.sqrt(np.where(column == 0, 1, 2) / n) * np.cos(np.pi * (2 * row + 1) * column / (2 * n))


def chebyshev_points(n, degree):
    """The n zeros of T_n, and T_degree there."""
    angle = np.pi * (2 * np.arange(n) + 1) / (2 * n)
    return np.column_stack([np.cos(angle), np.cos(degree * angle)])


def write_all(folder):
    write(folder / "orthogonal_inputs.csv", "20 samples of 20 inputs: orthonormal rows and columns (cosine transform)",
          orthogonal_inputs(20))
    write(folder / "gaussian_targets.csv", "20 samples of 20 targets: N(0, 1), numpy.random.default_rng(0)",
          np.random.default_rng(0).standard_normal((20, 20)))
    write(folder / "chebyshev.csv", "x, T_5(x) at the 20 zeros of T_20", chebyshev_points(20, 5))
    write(folder / "one_point.csv", "x = 1, y = 0", [[1, 0]])


if __name__ == "__main__":
    write_all(pathlib.Path(__file__).parent)
