"""Sweeps with made-up predictions, whose losses follow from known targets."""

import numpy as np

from result_file import SyntheticSweep

SETTINGS = {
    "training.loss": "squared", "data.source": "gaussian", "data.seed_test": 0, "data.seed_teacher": 0,
    "model.train": "all", "training.method": "gd",
}  # fmt: skip
WIDTHS, TEST, OUTPUTS = [4, 8, 16], 7, 2
TARGETS = np.random.default_rng(5).normal(size=(TEST, OUTPUTS))


def loss(f) -> float:
    """Of outputs n x C, by the definition."""
    return sum((a - b) ** 2 for a, b in zip(f.ravel(), TARGETS.ravel())) / (2 * TEST)


def sweep_of(axes, predictions, layout="dense", settings=None, **values) -> SyntheticSweep:
    """A sweep with these outputs (cells x n x C) and their losses."""
    ends = np.array([loss(f) for f in predictions])
    return SyntheticSweep(
        axes,
        {"test_loss": np.stack([np.full(len(ends), 9.0), ends], axis=1), "test_predictions": predictions, **values},
        layout=layout,
        settings={**SETTINGS, **(settings or {})},
    )


def noisy(axes) -> np.ndarray:
    random = np.random.default_rng(1)
    cells = int(np.prod([len(values) for values in axes.values()]))
    return TARGETS + 0.3 + random.normal(size=(cells, TEST, OUTPUTS))
