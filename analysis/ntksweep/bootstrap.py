"""Intervals of averages over seeds, by resampling the seeds (Efron, Ann. Stat. 7, 1979).

A resample draws as many seeds as there are, with replacement, and takes each of them with all its cells: cells of one
seed share their data and initial weights, so differences between widths or step sizes keep their correlation. Of
crossed seeds (seed_init x seed_data) each axis is drawn on its own and a pair counts the product of its draws, which
is on the safe side (Owen, Ann. Appl. Stat. 1, 2007). Values without a number (NaN) are left out of an average.

The generator is fixed, and the draws depend on the seeds of a group alone: the same file gives the same interval, and
further widths or groups in it do not change those of others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import xarray as xr

from ntksweep.errors import SweepError
from ntksweep.grouped import by_factor

#: Share of repetitions of the whole experiment whose interval is to contain the truth.
LEVEL = 0.95

#: Replicates below which there is no interval.
FEWEST = 3

_AVERAGES = ("mean", "median")


@dataclass(frozen=True)
class Resampling:
    """How seeds are drawn and averaged; the draws of a set of seeds are kept.

    resamples: their number B. seed: of the generator. average: "mean" or "median".
    """

    resamples: int = 2000
    seed: int = 0
    average: str = "median"
    _drawn: dict[Any, np.ndarray] = field(default_factory=dict, compare=False, repr=False)

    def __post_init__(self) -> None:
        if self.average not in _AVERAGES:
            raise SweepError(f"average is {' or '.join(_AVERAGES)}, not {self.average}")
        if not isinstance(self.resamples, (int, np.integer)) or self.resamples < 1:
            raise SweepError(f"an interval needs one resample or more (1000 are plenty), not {self.resamples}")
        if not isinstance(self.seed, (int, np.integer)) or self.seed < 0:
            raise SweepError(f"the seed of the resamples is a number from 0 on, not {self.seed}")

    def of(self, values: np.ndarray, seeds: Sequence[tuple]) -> Averages:
        """Averages over the seeds of one group, and what they are in each resample.

        values: L x S, NaN where missing. seeds: S of them, one value per seed axis. Seeds without any value are not
        drawn.
        """
        there = np.flatnonzero(~np.isnan(values).all(axis=0))
        values = values[:, there]
        columns = _columns([seeds[index] for index in there.tolist()])
        weights = self._weights(columns)[:, : len(there)]
        least = min((column.max() + 1 for column in columns), default=min(len(there), 1))
        count = (~np.isnan(values)).sum(axis=1)
        plain = weighted_average(values, np.ones((1, len(there)), dtype=int), self.average)[0]
        drawn = weighted_average(values, weights, self.average)
        return Averages(plain, drawn, count, (count >= FEWEST) & (least >= FEWEST))

    def _weights(self, columns: list[np.ndarray]) -> np.ndarray:
        """How often each seed comes in each resample, int, B x S."""
        key = tuple(tuple(column.tolist()) for column in columns)
        if key not in self._drawn:
            random = np.random.default_rng(self.seed)
            weights = np.ones((self.resamples, len(columns[0]) if columns else 1), dtype=int)
            for column in columns:
                size = int(column.max()) + 1
                weights *= random.multinomial(size, np.full(size, 1 / size), size=self.resamples)[:, column]
            self._drawn[key] = weights
        return self._drawn[key]


@dataclass(frozen=True)
class Averages:
    """Of one group with L levels: plain (L,), drawn (B x L), count of replicates (L,), enough for an interval (L,)."""

    plain: np.ndarray
    drawn: np.ndarray
    count: np.ndarray
    enough: np.ndarray


def weighted_average(values: np.ndarray, weights: np.ndarray, average: str) -> np.ndarray:
    """Average of values that come several times, B x L, NaN where none is left.

    values: L x S, NaN is left out, infinities count. weights: int, B x S, how often each comes.
    """
    if average == "median":
        return np.array([_median(row, weights) for row in values]).reshape(len(values), len(weights)).T
    total = weights @ (~np.isnan(values)).T
    sums = weights @ np.where(np.isfinite(values), values, 0.0).T
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = np.where(total > 0, sums / total, np.nan)
        for sign in (np.inf, -np.inf):
            if (values == sign).any():
                mean = mean + np.where(weights @ (values == sign).T > 0, sign, 0.0)
    return mean


def interval(drawn: np.ndarray, level: float = LEVEL) -> tuple[np.ndarray, np.ndarray]:
    """Percentile interval of resampled numbers (B x ...), ends taken from among them: they may be infinite.

    NaN where more than one resample in twenty has no number. For few replicates the interval is too narrow, as the
    spread of S values has (S - 1) / S of the variance: of 95 % intervals for a mean of normal values 75 % hold with
    S = 3, 83 % with 5, 91 % with 10 and 93 % with 20 (for a median 75, 93, 93 and 94 %). With fewer than three a
    resample says next to nothing (of two values it is one alone half of the time, and the interval would be their
    range), and callers give NaN.
    """
    ordered = np.sort(drawn, axis=0)
    valid = (~np.isnan(drawn)).sum(axis=0)
    tail = (1 - level) / 2
    last = np.maximum(valid - 1, 0)
    places = np.floor(tail * last).astype(int), np.ceil((1 - tail) * last).astype(int)
    ends = (np.take_along_axis(ordered, place[np.newaxis], axis=0)[0] for place in places)
    low, high = (np.where(valid >= 0.95 * len(drawn), end, np.nan) for end in ends)
    return low, high


def bootstrap_average(
    ds: xr.Dataset, name: str, average: str = "median", over: str | Sequence[str] | None = None,
    diverged: str = "left_out", checkpoint: int = -1, resamples: int = 2000, seed: int = 0,
) -> xr.Dataset:  # fmt: skip
    """Average of a variable over the seeds with its 95 % interval, for each value of the other axes.

    over: the seed axes, all of them by default. average: "median" or "mean". diverged: a diverged cell is "left_out",
    counts as "infinite", or is "kept" with its own number (of use at the first checkpoint). checkpoint: the slot, -1
    for the end of training. resamples, seed: of the bootstrap.
    Variables, in the unit of `name`: average; low, high (NaN with fewer than three replicates, see `interval`);
    replicates; the shares. Throws SweepError for a variable that has further dimensions (layer): choose with isel.
    """
    resampling = Resampling(resamples, seed, average)
    found = by_factor(ds, name, (), over, checkpoint, diverged)
    rows = []
    for values in found.values:
        averages = resampling.of(values, found.table.levels[1])
        low, high = interval(averages.drawn)
        missing = np.where(averages.enough, 0.0, np.nan)
        rows.append((averages.plain[0], (low + missing)[0], (high + missing)[0], averages.count[0]))
    names = {
        "average": f"{average} of {name} over the seeds",
        "low": "lower end of its 95 % interval",
        "high": "upper end of its 95 % interval",
        "replicates": "seeds averaged over",
    }
    return found.result(names, rows)


def _columns(seeds: list[tuple]) -> list[np.ndarray]:
    """Each seed axis as numbers 0, 1, ...; axes with one value, or that go with another one, are left out."""
    found: dict[bytes, np.ndarray] = {}
    for values in zip(*seeds):
        place = {value: index for index, value in enumerate(dict.fromkeys(values))}
        column = np.array([place[value] for value in values])
        if len(place) > 1:
            found.setdefault(column.tobytes(), column)
    return list(found.values())


def _median(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Median of `values` (S,), each as often as a row of `weights` (B x S) says; NaN values are left out."""
    order = np.argsort(values)[: np.count_nonzero(~np.isnan(values))]
    if order.size == 0:
        return np.full(len(weights), np.nan)
    ordered = values[order]
    reached = np.cumsum(weights[:, order], axis=1)
    total = reached[:, -1:]
    lower = ordered[np.argmax(2 * reached >= total, axis=1)]
    upper = ordered[np.argmax(2 * reached > total, axis=1)]
    with np.errstate(invalid="ignore"):
        middle = np.where(lower == upper, lower, lower / 2 + upper / 2)
    return np.where(total[:, 0] > 0, middle, np.nan)
