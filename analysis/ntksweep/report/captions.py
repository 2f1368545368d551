"""Titles of the figures, and what stands under them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

#: Title of each figure; one that is not here is called by its name.
TITLES = {
    "published": "In the paper's axes",
    "double_descent": "Loss against width",
    "double_descent_samples": "Test loss against samples",
    "double_descent_map": "Test loss over width and samples",
    "kernel_drift": "Drift of the kernel against width",
    "phase_diagram": "How training ends, over width and step size",
    "loss_curves": "Training loss against step",
    "spectra": "Spectra of the kernel",
    "edge_of_stability": "Sharpness over training",
    "alignment": "Alignment of the kernel over training",
    "lazy_rich": "From lazy to rich",
    "learning_curves": "Learning curves",
    "convergence_rates": "Rates of convergence, fitted against predicted",
    "kernel_distance": "Kernel against infinite width",
}


def title(name: str) -> str:
    """ "Loss against width"."""
    return TITLES.get(name, name.replace("_", " ").capitalize())


def about(figure: Callable[..., Any]) -> tuple[str, str]:
    """What a figure shows and who did so first: the first paragraph of its documentation, the sources at its end."""
    paragraphs = (figure.__doc__ or "").strip().split("\n\n")
    lines = [line.strip() for line in paragraphs[-1].splitlines()]
    start = len(lines) - 1
    while start > 0 and not lines[start - 1].endswith("."):  # a list of sources may go over several lines
        start -= 1
    sources = " ".join(lines[start:])
    if not re.search(r"\b(19|20)\d\d\b", sources):
        sources, start = "", len(lines)
    first = lines[:start] if len(paragraphs) == 1 else [line.strip() for line in paragraphs[0].splitlines()]
    return _plain(" ".join(first)), _plain(sources)


def call(name: str, taken: dict[str, list[Any]]) -> str:
    """The Python that draws the same figure: figures.loss_curves(select(ds, width=[16, 256]))."""
    if not taken:
        return f"figures.{name}(ds)"
    choice = ", ".join(f"{axis}={values!r}" for axis, values in taken.items())
    return f"figures.{name}(select(ds, {choice}))"


def _plain(text: str) -> str:
    """Without pointers to functions."""
    return re.sub(r"\s*\(`[^`]*`\)", "", text).replace("`", "")
