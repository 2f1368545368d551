"""How much a model can fit: effective model complexity, and the interpolation threshold.

Both ask for the last value along one axis of the sweep, towards where fitting is harder, at which the training
error at the end of training is small: its mean (or median) over the seeds is at most epsilon. The answer is NaN
unless it lies inside the grid, with a harder value beyond it that is not fitted; flags say why.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr

from ntksweep.cells import setting
from ntksweep.errors import SweepError, check_dataset
from ntksweep.measures import at_end
from ntksweep.replicates import Table, arrange, seeds_of
from ntksweep.status import Status

_REDUCE: dict[str, Callable[..., Any]] = {"mean": np.mean, "median": np.median}
_WORST = {"train_error": 1.0, "train_loss": np.inf}
_INSIDE, _ALL_FIT, _NONE_FITS, _INCOMPLETE = range(4)


def effective_model_complexity(
    ds: xr.Dataset, epsilon: float | None = None, measure: str | None = None, average: str = "mean"
) -> xr.Dataset:
    """The largest number of samples that training fits: EMC = max { n : E error(n) <= epsilon }.

    measure: "train_error" (classification, against the labels that were trained on) or "train_loss"; by default
        the error where the file has it, else the loss.
    epsilon: [1]; by default 0.1 for the error (the paper's value, which it calls a heuristic choice), the job's
        training.tolerance for the loss.
    average: over the seeds, "mean" (the definition, an expectation over training sets) or "median".

    A diverged cell counts with the error 1, or an infinite loss; cells without a result do not count. The other
    axes (width, max_steps, label_noise, ...) are the dimensions of the result (a list file: `cell`). Variables:

    emc: one of the sweep's n, so a lower bound to within the spacing of the grid; NaN where a flag is set;
    above_grid: the largest n is fitted; below_grid: no n is; incomplete: an n above the largest one that is fitted
    has no result; share_used, share_diverged, share_failed, share_pending of the cells.

    Nakkiran et al. 2020, arXiv:1912.02292, definition 1.
    """
    check_dataset(ds)
    found = _hardest_fitted(ds, "samples", 0.1, epsilon, measure, average)
    return _result(found, "emc", "largest number of samples that is fitted", above=_ALL_FIT, below=_NONE_FITS)


def interpolation_threshold(
    ds: xr.Dataset, epsilon: float | None = None, measure: str | None = None, average: str = "mean"
) -> xr.Dataset:
    """The smallest width at which the training error vanishes, for each number of samples and the other axes.

    min { m : E error(m) <= epsilon }. Arguments and shares as in `effective_model_complexity`, but epsilon is 0 by
    default for the error. Variables:

    threshold: one of the sweep's widths, an upper bound to within the spacing of the grid; NaN where a flag is set;
    above_grid: no width fits; below_grid: the smallest one does; incomplete: a width below the smallest one that
    fits has no result.

    Belkin et al. 2019, arXiv:1812.11118 (random features, C outputs: n; all layers: about n C parameters).
    """
    check_dataset(ds)
    found = _hardest_fitted(ds, "width", 0.0, epsilon, measure, average)
    return _result(found, "threshold", "smallest width that fits", above=_NONE_FITS, below=_ALL_FIT)


@dataclass(frozen=True)
class _Found:
    """Per group the hardest value that is fitted (any value where there is none), and how the search ended.

    errors: of each cell of the table, NaN where it does not count.
    """

    table: Table
    value: np.ndarray
    outcome: np.ndarray
    errors: np.ndarray


def _hardest_fitted(
    ds: xr.Dataset, axis: str, default: float, epsilon: float | None, measure: str | None, average: str
) -> _Found:
    """The search along `axis`, large n and small width being hard. default: epsilon of train_error."""
    if average not in _REDUCE:
        raise SweepError(f"average is mean or median, not {average}")
    measure = _measure(ds, measure)
    limit = _limit(ds, measure, default) if epsilon is None else epsilon
    table = arrange(ds, [measure], [(axis,), seeds_of(ds)])
    values = np.array([level[0] for level in table.levels[0]])
    order = np.argsort(values if axis == "samples" else -values)
    errors = _errors(table, measure)
    found = [_search(group[order], errors, _REDUCE[average], limit) for group in table.positions]
    place, outcome = np.array(found, dtype=int).reshape(-1, 2).T
    return _Found(table, values[order][place], outcome, errors)


def _search(positions: np.ndarray, errors: np.ndarray, average: Callable, limit: float) -> tuple[int, int]:
    """Place of the last value that fits, and how the search ended.

    positions: values from easy to hard x replicates, cells or -1. errors: of each cell, NaN without a result.
    Values without any cell are not in the grid of this group (list files).
    """
    place, outcome = 0, _NONE_FITS
    for index in np.flatnonzero((positions >= 0).any(axis=1)):
        known = errors[positions[index][positions[index] >= 0]]
        known = known[~np.isnan(known)]
        if known.size == 0:
            outcome = _INCOMPLETE
        elif average(known) <= limit * (1 + 1e-12):  # a mean of equal errors is rounded
            place, outcome = int(index), _ALL_FIT
        elif outcome == _ALL_FIT:
            outcome = _INSIDE
    return place, outcome


def _errors(table: Table, measure: str) -> np.ndarray:
    """The measure at the end for each cell; the worst where it diverged, NaN without a result."""
    status = table.cells["status"].values
    return np.where(status == Status.DIVERGED, _WORST[measure], at_end(table.cells, measure))


def _measure(ds: xr.Dataset, wanted: str | None) -> str:
    if wanted is None:
        has_errors = "train_error" in ds and bool(np.isfinite(ds["train_error"].isel(checkpoint=-1).values).any())
        return "train_error" if has_errors else "train_loss"
    if wanted not in _WORST:
        raise SweepError(f"measure is {' or '.join(_WORST)}, not {wanted}")
    return wanted


def _limit(ds: xr.Dataset, measure: str, default: float) -> float:
    if measure == "train_error":
        return default
    tolerance = setting(ds, "training.tolerance")
    if not isinstance(tolerance, (int, float)):
        raise SweepError("the cells have no training.tolerance in common: say which loss counts as fitted (epsilon)")
    return float(tolerance)


def _result(found: _Found, name: str, long_name: str, above: int, below: int) -> xr.Dataset:
    """above, below: the outcomes that mean that the answer is not inside the grid, on either side."""
    table, outcome = found.table, found.outcome
    values = np.where(outcome == _INSIDE, found.value, np.nan)
    variables = {
        name: table.variable(values, long_name),
        "above_grid": table.variable(outcome == above, "nothing in the sweep is large enough to tell"),
        "below_grid": table.variable(outcome == below, "nothing in the sweep is small enough to tell"),
        "incomplete": table.variable(outcome == _INCOMPLETE, "values that decide have no result yet"),
    }
    return xr.Dataset({**variables, **table.shares(~np.isnan(found.errors))}, table.coords)
