"""Where along an axis the cells change their behaviour, and the stability limits that the file holds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import xarray as xr

from ntksweep.bootstrap import Resampling, interval
from ntksweep.cells import axes, cell_dimensions, tidy
from ntksweep.errors import SweepError, check_dataset
from ntksweep.grouped import by_factor
from ntksweep.rates import extreme_eigenvalues, linear_descent
from ntksweep.replicates import in_each_cell
from ntksweep.status import Status, has_result

_NAMES = {
    "boundary": "where half of the cells change, between two values of the sweep",
    "lower": "last value with less than half of the cells beyond",
    "upper": "the value after it",
    "low": "lower end of the 95 % interval of the lower neighbour",
    "high": "upper end of the 95 % interval of the upper neighbour",
    "crossings": "how often the share crosses one half",
}
_FLAGS = {
    "above_grid": "nothing in the sweep is large enough to tell",
    "below_grid": "nothing in the sweep is small enough to tell",
    "incomplete": "values that decide have no result yet",
}

#: What `of` may be, besides the name of a variable.
Condition = Callable[[xr.Dataset], Any]


def phase_boundary(
    ds: xr.Dataset, along: str = "step_size", of: str | Condition = "diverged", threshold: float | None = None,
    direction: str = "rising", over: str | Sequence[str] | None = None, resamples: int = 2000, seed: int = 0,
) -> xr.Dataset:  # fmt: skip
    """Where along an axis the share of the cells (over seeds) that are beyond a boundary crosses one half.

    of: "diverged"; the name of a variable, whose value at the end of training is above `threshold` (a diverged cell is
        beyond, a missing number does not count); or a function of the dataset that gives true and false for each cell,
        in the shape of ds["status"]: of=lambda ds: ds["catapult"] == 1.
    direction: "rising" where cells are beyond at large values of the axis, "falling" where at small ones.
    over, resamples, seed: as in `bootstrap_average`. Cells without a result do not count.

    Variables over the axes that are left (a list file: `cell`), in the unit of the axis: lower and upper, the
    neighbours in the sweep between which the share crosses one half (the last such pair on the way beyond);
    boundary, their geometric mean (of axes that are not positive the mean). These are NaN where a flag is set:
    above_grid, the boundary lies above the values of the sweep, below_grid, below them; incomplete, a value that
    decides has no result.
    low, high: 95 % interval over seeds, from the lower neighbour's low end to the upper neighbour's high end, so never
    narrower than the spacing of the grid; infinite towards a side where resamples leave the grid (0 or -inf below); NaN
    with fewer than three replicates. crossings: 1 for a clean boundary. The shares of the cells.
    Lewkowycz et al. 2020, arXiv:2003.02218; boundaries need not be smooth: Sohl-Dickstein 2024, arXiv:2402.06184.
    """
    check_dataset(ds)
    if direction not in ("rising", "falling"):
        raise SweepError(f"direction is rising or falling, not {direction}")
    resampling = Resampling(resamples, seed, "mean")
    found = by_factor(_with_condition(ds, of, threshold), _BEYOND, (along,), over, diverged="kept")
    x = np.array([level[0] for level in found.table.levels[0]])
    if x.dtype.kind not in "iuf":
        raise SweepError(f"a boundary needs an axis of numbers; {along} has {', '.join(map(str, x))}")
    order = np.argsort(x if direction == "rising" else -x)
    rows = [_row(group[order], positions[order], x[order].astype(float), found.table.levels[1], resampling)
            for group, positions in zip(found.values, found.table.positions)]  # fmt: skip
    columns = np.array(rows, dtype=float).reshape(-1, len(_NAMES) + len(_FLAGS))
    if direction == "falling":
        columns = columns[:, [0, 2, 1, 4, 3, 5, 7, 6, 8]]
    unit = ds[along].attrs.get("units", "1")
    result = found.result(_NAMES, columns[:, : len(_NAMES)], dict.fromkeys(_NAMES, unit))
    for (name, text), column in zip(_FLAGS.items(), columns[:, len(_NAMES) :].T):
        result[name] = found.table.variable(column.astype(bool), text)
    return result


def stability_limits(ds: xr.Dataset, over: str | Sequence[str] | None = None) -> xr.Dataset:
    """The limits of stability at initialization in the unit of grid.step_size, to set beside `phase_boundary`.

    Medians over step sizes and seeds, so over the same dimensions as `phase_boundary(ds)`; what the file does not hold
    is left out. All in the unit of the axis `step_size`, by each cell's own step_size_absolute / step_size:

    kernel_limit = step_size_critical = 2 (1 + momentum) / (lambda_max(K_0) / n + decay), of the linearised model
        (losses other than the squared one: of its curvature); where the file lacks it, 2 n / ntk_lambda_max for plain
        descent.
    sharpness_limit = 2 (1 + momentum) / sharpness at the first checkpoint: the former, and what residuals do to the
        curvature. NaN where the sharpness is not above zero.
    unit: the absolute size of 1 on that axis; absolute = value times unit.
    Lewkowycz et al. 2020, arXiv:2003.02218; Cohen et al. 2021, arXiv:2103.00065.
    """
    check_dataset(ds)
    for name in ("step_size_absolute", "step_size"):
        if name not in ds:
            raise SweepError(f"the dataset has no {name}, so the unit of its steps is not known: open the whole file")
    unit = ds["step_size_absolute"] / ds["step_size"]
    limits = {"kernel_limit": _kernel_limit(ds), "sharpness_limit": _sharpness_limit(ds)}
    values = {name: limit / unit for name, limit in limits.items() if limit is not None} | {"unit": unit}
    texts = {
        "kernel_limit": "largest stable step of the linearised model",
        "sharpness_limit": "largest stable step by the sharpness at initialization",
        "unit": "absolute size of 1 on the axis step_size",
    }
    along = ("step_size",) if "step_size" in axes(ds) else ()
    result = xr.Dataset()
    for name, value in values.items():
        one = ds[["status"]].assign({name: value.transpose(*cell_dimensions(ds))})
        found = by_factor(one, name, along, over, diverged="kept")
        rows = [[np.nanmedian(group) if np.isfinite(group).any() else np.nan] for group in found.values]
        result = result.merge(found.result({name: texts[name]}, rows, {name: "1"}), compat="override")
    return result


_BEYOND = "beyond_boundary"


def _with_condition(ds: xr.Dataset, of: str | Condition, threshold: float | None) -> xr.Dataset:
    """Status and, for each cell, 1 beyond the boundary, 0 before it, NaN where that is not known."""
    status = ds["status"]
    diverged = status.values == Status.DIVERGED
    if of == "diverged":
        beyond = diverged.astype(float)
    elif callable(of):
        beyond = _asked(ds, of)
    elif not isinstance(of, str) or of not in ds:
        raise SweepError(f"of is 'diverged', a variable of the file, or a function of the dataset, not {of!r}")
    elif not isinstance(threshold, (int, float, np.integer, np.floating)):
        raise SweepError(f"say which {of} is beyond the boundary: threshold=... (a number)")
    else:
        values = ds[of].isel(checkpoint=-1) if "checkpoint" in ds[of].dims else ds[of]
        if set(values.dims) != set(status.dims):
            raise SweepError(f"{of} is not one number of each cell: choose with isel, or give a function as of")
        numbers = values.transpose(*status.dims).values
        missing = numbers == -1 if numbers.dtype.kind == "i" else np.isnan(numbers)
        beyond = np.where(diverged, 1.0, np.where(missing, np.nan, numbers > threshold))
    flags = xr.Variable(status.dims, np.where(has_result(status.values), beyond, np.nan))
    return ds[["status"]].assign({_BEYOND: flags})


def _asked(ds: xr.Dataset, of: Condition) -> np.ndarray:
    """What a function says of each cell, 0 or 1, in the shape of the status."""
    status = ds["status"]
    answer = of(ds)
    if isinstance(answer, xr.DataArray) and set(answer.dims) == set(status.dims):
        answer = answer.transpose(*status.dims)
    values = np.asarray(answer)
    if values.shape != status.shape or values.dtype.kind != "b":
        raise SweepError(
            f"the function is to give true or false for each cell, in the shape {status.shape} of ds['status'], "
            f"not {values.dtype} in the shape {values.shape}"
        )
    return values.astype(float)


def _row(
    flags: np.ndarray, positions: np.ndarray, x: np.ndarray, seeds: list[tuple], resampling: Resampling
) -> tuple[float, ...]:
    """The numbers of `_NAMES` and `_FLAGS` for one group, in the order in which cells go beyond the boundary.

    flags, positions: levels x seeds. Levels without any cell are not in the grid of this group (list files).
    """
    here = (positions >= 0).any(axis=1)
    x, averages = x[here], resampling.of(flags[here], seeds)
    known = ~np.isnan(averages.plain)
    last = float(_last_before(averages.plain[np.newaxis])[0])
    crossings = int(np.count_nonzero(np.diff(averages.plain[known] < 0.5)))
    ends = (np.nan, np.nan)
    if not np.isnan(last) and averages.enough[known].all():
        low, high = (float(end[0]) for end in interval(_last_before(averages.drawn)[:, np.newaxis]))
        ends = (_value(x, low), _value(x, high + 1))
    if np.isnan(last) or last < 0 or last == len(x) - 1:
        return (np.nan,) * 3 + (*ends, crossings, last == len(x) - 1, last < 0, bool(np.isnan(last)))
    pair = x[int(last)], x[int(last) + 1]
    return (_middle(*pair), *pair, *ends, crossings, False, False, False)


def _last_before(shares: np.ndarray) -> np.ndarray:
    """Place of the last level with a share below one half, -1 where there is none; NaN where an unknown one decides.

    shares: ... x L, NaN where unknown.
    """
    before, size = shares < 0.5, shares.shape[-1]
    last = np.where(before.any(axis=-1), size - 1 - np.argmax(before[..., ::-1], axis=-1), -1)
    unknown = np.isnan(shares) & (np.arange(size) > last[..., np.newaxis])
    return np.where(unknown.any(axis=-1), np.nan, last)


def _value(x: np.ndarray, place: float) -> float:
    """The value at a place, and beyond the grid 0 (of positive axes; else -inf) or inf. x: in either order."""
    if np.isnan(place) or 0 <= place < len(x):
        return np.nan if np.isnan(place) else float(x[int(place)])
    small = 0.0 if (x > 0).all() else -np.inf
    rising = len(x) < 2 or x[1] > x[0]
    return small if (place < 0) == rising else np.inf


def _middle(a: float, b: float) -> float:
    return float(np.sqrt(a * b)) if a > 0 and b > 0 else (a + b) / 2


def _kernel_limit(ds: xr.Dataset) -> xr.DataArray | None:
    """Absolute, by cell: the critical step, or what lambda_max of the recorded kernel makes of it."""
    if "step_size_critical" in ds:
        return ds["step_size_critical"]
    largest = extreme_eigenvalues(ds)[1]
    if largest is None:
        return None
    dims = cell_dimensions(ds)
    cells = tidy(ds, "step_size_absolute")
    samples = in_each_cell(ds, cells, "samples").astype(float).reshape(largest.shape)
    plain = linear_descent(ds, cells).reshape(largest.shape)
    return xr.DataArray(np.where(plain, 2 * samples / largest, np.nan), dims=dims)


def _sharpness_limit(ds: xr.Dataset) -> xr.DataArray | None:
    if "sharpness" not in ds:
        return None
    sharpness = ds["sharpness"].isel(checkpoint=0, drop=True)
    cells = tidy(ds, "step_size_absolute")
    momentum = in_each_cell(ds, cells, "momentum").astype(float).reshape(ds["status"].shape)
    return xr.DataArray(2 * (1 + momentum), dims=cell_dimensions(ds)) / sharpness.where(sharpness > 0)
