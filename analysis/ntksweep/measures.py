"""Numbers that figures and tables show, from the cells of one model."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr

from ntksweep.status import Status, has_result

#: From this many replicates on a band spans the quartiles; below it spans all.
QUARTILES_FROM = 8


@dataclass(frozen=True)
class Curve:
    """A quantity against width, over the replicates; all arrays have one entry per width.

    width: ascending (or the values of the axis that `curve` was asked for). median, low, high: of the quantity, in its
    unit. count: cells with a result. diverged: their share that diverged, 0 to 1.
    """

    width: np.ndarray
    median: np.ndarray
    low: np.ndarray
    high: np.ndarray
    count: np.ndarray
    diverged: np.ndarray


@dataclass(frozen=True)
class PowerLaw:
    """y = prefactor * x^exponent, with the standard error of the exponent [1]."""

    exponent: float
    prefactor: float
    error: float

    def __call__(self, x: np.ndarray) -> np.ndarray:
        return self.prefactor * np.asarray(x, dtype=float) ** self.exponent


def at_end(cells: xr.Dataset, name: str) -> np.ndarray:
    """The variable at the end of training, shape (cells,); NaN where it is missing (in integers -1)."""
    values = cells[name]
    end = (values.isel(checkpoint=-1) if "checkpoint" in values.dims else values).values
    return np.where(end == -1, np.nan, end) if end.dtype.kind == "i" else end


def curve(
    cells: xr.Dataset, values: np.ndarray, diverged_is_infinite: bool = False, along: str = "width"
) -> Curve:  # fmt: skip
    """`values` (cells,) of the cells with a result, against width (or the axis `along`); NaN values are left out.

    Of a diverged cell the value counts as infinite or, unless asked to, not at all.
    """
    status = cells["status"].values
    values = np.where(status == Status.DIVERGED, np.inf if diverged_is_infinite else np.nan, values)
    counts = has_result(status) & ~np.isnan(values)
    width = cells[along].values
    rows = []
    for m in np.unique(width[counts]):
        here = width == m
        ended = has_result(status[here]).sum()
        diverged = (status[here] == Status.DIVERGED).sum() / ended
        rows.append((m, *_spread(values[here & counts]), ended, diverged))
    columns = np.array(rows, dtype=float).reshape(-1, 6).T
    return Curve(*columns)


def _spread(values: np.ndarray) -> tuple[float, float, float]:
    """Median, and the ends of the band. Order statistics without interpolation: values may be infinite."""
    if len(values) < QUARTILES_FROM:
        return np.median(values), values.min(), values.max()
    low = np.quantile(values, 0.25, method="lower")
    high = np.quantile(values, 0.75, method="higher")
    return np.median(values), low, high


def band_name(replicates: int) -> str:
    """What the band of a curve spans, in words."""
    return "quartiles" if replicates >= QUARTILES_FROM else "min to max"


def fit_power_law(x: np.ndarray, y: np.ndarray) -> PowerLaw | None:
    """Least squares of log y on log x; None with fewer than three points. x, y > 0."""
    usable = np.isfinite(y) & (y > 0) & (x > 0)
    if usable.sum() < 3:
        return None
    u, v = np.log(x[usable]), np.log(y[usable])
    spread = np.sum((u - u.mean()) ** 2)
    exponent = np.sum((u - u.mean()) * (v - v.mean())) / spread
    residual = v - v.mean() - exponent * (u - u.mean())
    error = np.sqrt(np.sum(residual**2) / (len(u) - 2) / spread)
    return PowerLaw(float(exponent), float(np.exp(v.mean() - exponent * u.mean())), float(error))


def interpolation_width(cells: xr.Dataset) -> float | None:
    """Width at which the trained parameters are as many as the targets, p(m) = n C.

    With only the output layer trained this is m = n. Interpolated between the widths of the sweep,
    where p is linear in m (exact for up to one hidden layer); None when they do not reach it.
    """
    if "parameters_per_target" not in cells:
        return None
    ratio = curve(cells, at_end(cells, "parameters_per_target"))
    if ratio.width.size == 0 or not ratio.median[0] <= 1 <= ratio.median[-1]:
        return None
    return float(np.interp(1.0, ratio.median, ratio.width))


def _all_beyond(cells: xr.Dataset) -> bool:
    """Whether every width with results has twice as many trained parameters as targets, or more."""
    if "parameters_per_target" not in cells:
        return False
    ratio = curve(cells, at_end(cells, "parameters_per_target"))
    return bool(ratio.width.size and (ratio.median >= 2).all())


def large_widths(cells: xr.Dataset, line: Curve) -> np.ndarray:
    """Which widths of `line` count as large, bool: twice the interpolation limit or more.

    All of them where the cells say (`parameters_per_target`) that the smallest has twice as many parameters as targets.
    Where the limit is not known, or fewer than three widths lie beyond it, the upper half (at least three).
    """
    if _all_beyond(cells):
        return np.ones(line.width.size, dtype=bool)
    limit = interpolation_width(cells)
    if limit is not None and (line.width >= 2 * limit).sum() >= 3:
        return line.width >= 2 * limit
    return np.arange(line.width.size) >= min(line.width.size // 2, line.width.size - 3)


def peak(line: Curve, prominence: float = 1.3) -> int | None:
    """Index of the highest median inside the range of widths; None when nothing stands out.

    A peak stands out when it is `prominence` [1] times the lowest median on its either side.
    """
    median = np.where(np.isfinite(line.median), line.median, np.nan)
    inner = [
        index
        for index in range(1, median.size - 1)
        if median[index] > prominence * max(np.nanmin(median[: index + 1]), np.nanmin(median[index:]))
    ]
    return max(inner, key=lambda index: median[index], default=None)
