"""The models that a sweep compares: its cells, grouped by everything but width and replicates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import xarray as xr

from ntksweep.cells import REPLICATES, axes, unique, values_of
from ntksweep.errors import TooMany

_TRAINED = {"all": "all layers", "output": "random features"}
_METHOD = {"gd": "gradient descent", "min_norm": "minimum norm"}
_SYMBOLS = {"samples": "n", "depth": "L", "step_size": "step size", "label_noise": "label noise"}


@dataclass(frozen=True)
class Model:
    """Cells that differ in width and replicate only.

    label: what tells it from the other models in the file.
    cells: tidy, one dimension `cell` (and those of its variables).
    """

    label: str
    train: str
    method: str
    cells: xr.Dataset

    @property
    def kind(self) -> str:
        """What is trained, and how."""
        return _kind(self.train, self.method)


def models(cells: xr.Dataset, most: int = 8) -> list[Model]:
    """The models of a tidy dataset, in the order of their first cells.

    Throws TooMany when there are more than `most`.
    """
    names = ["train", "method", *_further_axes(cells)]
    columns = [values_of(cells, name).tolist() for name in names]
    members: dict[tuple[Any, ...], list[int]] = {}
    for index, values in enumerate(zip(*columns)):
        members.setdefault(values, []).append(index)
    if len(members) > most:
        varying = {name: column[0] for name, column in zip(names, columns) if len(set(column)) > 1}
        last, value = list(varying.items())[-1]
        raise TooMany(
            f"{len(members)} combinations of {', '.join(varying)} do not fit in one figure; "
            f"choose some: ntksweep.select(ds, {last}={value!r})",
            list(varying),
        )
    labels = _labels(names, list(members))
    return [
        Model(label, str(values[0]), str(values[1]), cells.isel(cell=members[values]))
        for label, values in zip(labels, members)
    ]


def limit_text(model: Model, limit: float) -> str:
    """What happens at the width `limit` (`measures.interpolation_width`), as mathematics."""
    samples = values_of(model.cells, "samples")[0]
    if model.train == "output" and abs(limit - samples) < 0.5:
        return f"$m = n = {samples}$"
    return f"$p = nC$  ($m = {limit:.0f}$)"


def _kind(train: str, method: str) -> str:
    return f"{_TRAINED.get(train, train)}, {_METHOD.get(method, method)}"


def _further_axes(cells: xr.Dataset) -> list[str]:
    """Axes with several values that are neither width, replicate, nor part of every label."""
    known = ("width", "train", "method", *REPLICATES)
    return [name for name in axes(cells) if name not in known and len(unique(cells[name].values)) > 1]


def _labels(names: Sequence[str], combinations: Sequence[tuple[Any, ...]]) -> list[str]:
    """ "all layers, gradient descent", and the further values only where that is not enough."""
    plain = [_kind(c[0], c[1]) for c in combinations]
    if len(set(plain)) == len(plain):
        return plain
    further = [", ".join(_setting(n, v) for n, v in zip(names[2:], c[2:])) for c in combinations]
    return further if len(set(plain)) == 1 else [f"{a}, {b}" for a, b in zip(plain, further)]


def _setting(name: str, value: Any) -> str:
    number = f"{value:.12g}" if isinstance(value, float) else str(value)
    return f"{_SYMBOLS.get(name, name.replace('_', ' '))} = {number}"
