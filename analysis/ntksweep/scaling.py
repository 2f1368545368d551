"""Power laws along an axis of the sweep: y = prefactor * x^exponent.

Fitted by least squares to the logarithms of the averages over the seeds, each value of the axis with the same weight.
The interval of the exponent comes from the same fit to resampled averages (`bootstrap`), at the same values of the
axis. So it tells what other seeds would have given, not whether the law is one: r2 and the curve itself do.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import xarray as xr

from ntksweep.bootstrap import Averages, Resampling, interval
from ntksweep.cells import axes, unique
from ntksweep.errors import SweepError
from ntksweep.grouped import Grouped, by_factor, pair_of_numbers
from ntksweep.measures import curve, large_widths

#: Values of the axis below which there is no fit.
FEWEST_POINTS = 3

_NAMES = {
    "exponent": "exponent of the power law",
    "exponent_low": "lower end of its 95 % interval",
    "exponent_high": "upper end of its 95 % interval",
    "prefactor": "value of the power law at 1",
    "r2": "share of the variance of the logarithms that the power law explains",
    "first": "smallest value of the axis that was used",
    "last": "largest value of the axis that was used",
    "points": "values of the axis that were used",
}
_UNITS = {name: "1" for name in _NAMES if name != "prefactor"}


def scaling_exponent(
    ds: xr.Dataset, name: str, along: str = "width", within: tuple[float, float] | None = None,
    average: str = "median", diverged: str = "left_out", checkpoint: int = -1,
    over: str | Sequence[str] | None = None, resamples: int = 2000, seed: int = 0,
) -> xr.Dataset:  # fmt: skip
    """The exponent of y = c x^a, y the average of variable `name` over the seeds, x the axis `along`.

    within: the values (low, high) of the axis that count, ends included. By default all, but along the width those
        that `measures.large_widths` names: twice the interpolation limit or more (all, where the sweep begins there),
        else the upper half.
    diverged: a diverged cell is "left_out" of its average (the default, as in the figure of the kernel's drift), or
        counts as "infinite". average, checkpoint, over, resamples, seed: as in `bootstrap_average`.

    A value of the axis counts where the average is finite and above zero; with fewer than three of them all is NaN.
    Variables over the axes that are left (a list file: `cell`): exponent [1]; exponent_low, exponent_high, NaN where a
    point has fewer than three replicates; prefactor [unit of the variable]; r2, NaN for a flat line; first, last,
    points; the shares of the cells, over all values of the axis.
    Kernel drift, exponent -1 for smooth activations: Huang, Yau 2020, arXiv:1909.08156.
    """
    resampling = Resampling(resamples, seed, average)
    found = _along(ds, name, along, within, over, checkpoint, diverged)
    return found.result(_NAMES, [_law(found, group, along, within, resampling)[0] for group in _groups(found)], _UNITS)


def learning_curve(
    ds: xr.Dataset, name: str = "test_loss", along: str = "samples", within: tuple[float, float] | None = None,
    average: str = "median", diverged: str = "infinite", checkpoint: int = -1,
    over: str | Sequence[str] | None = None, resamples: int = 2000, seed: int = 0,
) -> xr.Dataset:  # fmt: skip
    """A variable against the number of samples, with its power law: `scaling_exponent` and the curve itself.

    Arguments and variables as there, but a diverged cell counts as infinitely wrong; and along the dimension `along`,
    ascending: average [unit of the variable], low, high (95 % interval over seeds, NaN with fewer than three),
    replicates. NaN where no cell has a result. Throws SweepError where the axis has fewer than three values.
    Hestness et al. 2017, arXiv:1712.00409; Spigler, Geiger, Wyart 2020, arXiv:1905.10843.
    """
    resampling = Resampling(resamples, seed, average)
    if along in axes(ds) and len(unique(ds[along].values)) < FEWEST_POINTS:
        have = ", ".join(map(str, unique(ds[along].values)))
        text = f"a learning curve needs three values of {along} or more for its power law"
        raise SweepError(f"{text}; the sweep has {have}")
    return curve_and_law(ds, name, along, within, resampling, diverged, checkpoint, over)


def curve_and_law(
    ds: xr.Dataset, name: str, along: str, within: tuple[float, float] | None, resampling: Resampling,
    diverged: str = "infinite", checkpoint: int = -1, over: str | Sequence[str] | None = None,
) -> xr.Dataset:  # fmt: skip
    """What `learning_curve` gives, also of one or two values of the axis: then the law is NaN."""
    found = _along(ds, name, along, within, over, checkpoint, diverged)
    laws, curves = zip(*(_law(found, group, along, within, resampling) for group in _groups(found)))
    x = _values_along(found)
    order = np.argsort(x)
    result = found.result(_NAMES, laws, _UNITS).assign_coords({along: x[order]})
    for index, (part, text) in enumerate(_CURVE.items()):
        values = np.array([rows[index][order] for rows in curves])
        units = "1" if part == "replicates" else found.units
        result[part] = found.table.variable(values, text.format(resampling.average, name), (along,))
        result[part].attrs["units"] = units
    return result


_CURVE = {
    "average": "{} of {} over the seeds",
    "low": "lower end of its 95 % interval",
    "high": "upper end of its 95 % interval",
    "replicates": "seeds averaged over",
}


def fit_line(u: np.ndarray, v: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Least squares v = slope u + intercept: slope, intercept, r2. u: L; v: ... x L; NaN in v gives NaN."""
    centred = u - u.mean()
    mean = v.mean(axis=-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        slope = (v - mean[..., np.newaxis]) @ centred / np.sum(centred**2)
        intercept = mean - slope * u.mean()
        residual = v - slope[..., np.newaxis] * u - intercept[..., np.newaxis]
        r2 = 1 - np.sum(residual**2, axis=-1) / np.sum((v - mean[..., np.newaxis]) ** 2, axis=-1)
    return slope, intercept, np.where(np.isfinite(r2), r2, np.nan)


def _along(
    ds: xr.Dataset, name: str, along: str, within: Any, over: str | Sequence[str] | None, checkpoint: int, diverged: str
) -> Grouped:
    found = by_factor(ds, name, (along,), over, checkpoint, diverged, further=("parameters_per_target",))
    x = _values_along(found)
    if x.dtype.kind not in "iuf" or not (x > 0).all():
        raise SweepError(f"a power law needs an axis with values above zero; {along} has {', '.join(map(str, x))}")
    if within is not None:
        if pair_of_numbers(within) is None:
            raise SweepError(f"within is a pair (low, high), not {within}")
        if not ((x >= within[0]) & (x <= within[1])).any():
            there = ", ".join(map(str, x))
            raise SweepError(f"no {along} lies within {within[0]:g} to {within[1]:g}; there are {there}")
    return found


def _values_along(found: Grouped) -> np.ndarray:
    return np.array([level[0] for level in found.table.levels[0]])


def _groups(found: Grouped) -> range:
    return range(len(found.values))


def _law(
    found: Grouped, group: int, along: str, within: tuple[float, float] | None, resampling: Resampling
) -> tuple[tuple[float, ...], tuple[np.ndarray, ...]]:
    """The numbers of `_NAMES`, and those of `_CURVE` at each value of the axis, in the order of the table."""
    x = _values_along(found).astype(float)
    averages = resampling.of(found.values[group], found.table.levels[1])
    use = np.isfinite(averages.plain) & (averages.plain > 0) & _asked_for(found, group, along, within)
    missing = np.where(averages.enough, 0.0, np.nan)
    low, high = interval(averages.drawn)
    return _fit(x, averages, use), (averages.plain, low + missing, high + missing, averages.count)


def _fit(x: np.ndarray, averages: Averages, use: np.ndarray) -> tuple[float, ...]:
    points = int(use.sum())
    if points < FEWEST_POINTS:
        return (*(np.nan,) * (len(_NAMES) - 1), points)
    u = np.log(x[use])
    slope, intercept, r2 = fit_line(u, np.log(averages.plain[use]))
    ends = (np.nan, np.nan)
    if averages.enough[use].all():
        drawn = averages.drawn[:, use]
        with np.errstate(divide="ignore", invalid="ignore"):
            logs = np.where(np.isfinite(drawn) & (drawn > 0), np.log(drawn), np.nan)
        low, high = interval(fit_line(u, logs)[0])
        ends = (float(low), float(high))
    return (float(slope), *ends, float(np.exp(intercept)), float(r2), x[use].min(), x[use].max(), points)


def _asked_for(found: Grouped, group: int, along: str, within: tuple[float, float] | None) -> np.ndarray:
    """Which values of the axis may count, bool."""
    x = _values_along(found)
    if within is not None:
        return (x >= within[0]) & (x <= within[1])
    if along != "width":
        return np.ones(len(x), dtype=bool)
    members = found.table.members(group)
    cells = found.table.cells.isel(cell=members)
    line = curve(cells, found.cell_values[members], diverged_is_infinite=bool(np.isinf(found.cell_values).any()))
    return np.isin(x, line.width[large_widths(cells, line)]) if line.width.size else np.zeros(len(x), dtype=bool)
