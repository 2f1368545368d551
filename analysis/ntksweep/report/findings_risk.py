"""Findings on the models whose risk is known: least squares and random features."""

from __future__ import annotations

import numpy as np
import xarray as xr

from ntksweep.bootstrap import bootstrap_average
from ntksweep.cells import REPLICATES, axes, tidy
from ntksweep.grouped import spread_out
from ntksweep.replicates import arrange, seeds_of
from ntksweep.report.finding import Finding, finding
from ntksweep.report.words import count, setting

#: Prediction -> its name, and the average over the seeds that it is set beside.
_PREDICTIONS = {
    "risk_least_squares": ("the exact risk of least squares", "mean"),
    "risk_random_features_limit": ("the limit of random features", "median"),
}


#: A risk below this is zero up to rounding.
_ROUNDING = 1e-12


def risk(ds: xr.Dataset) -> Finding | None:
    """Measured excess risk against the predicted one, setting by setting."""
    if "excess_risk" not in ds:
        return None
    lines = [line for name in _PREDICTIONS if name in ds for line in _compared(ds, name)]
    theory = (
        "For a linear teacher, Gaussian inputs and the minimum-norm solution the risk of least squares is known "
        "exactly (beside it: the mean over seeds), that of random features in the limit of large sizes (beside it: the "
        "median, as the distribution has a heavy tail near the peak)."
    )
    source = "Hastie et al. 2022, arXiv:1903.08560; Mei, Montanari 2022, arXiv:1908.05355."
    return finding("Risk against its prediction", lines, theory, source, 'bootstrap_average(ds, "excess_risk")')


def _compared(ds: xr.Dataset, name: str) -> list[str]:
    text, average = _PREDICTIONS[name]
    found = bootstrap_average(ds, "excess_risk", average=average, resamples=1000)
    measured, low, high = (found[part].values.ravel() for part in ("average", "low", "high"))
    predicted = _of_groups(ds, name)
    known = np.isfinite(measured) & np.isfinite(predicted)
    if not known.any():
        return []
    with np.errstate(divide="ignore", invalid="ignore"):
        off = np.where(known & (predicted > _ROUNDING), np.abs(np.log(measured / predicted)), np.nan)
    ends = known & np.isfinite(low) & np.isfinite(high)
    slack = 1e-9 * predicted + _ROUNDING
    inside = ends & (low <= predicted + slack) & (predicted <= high + slack)
    lines = [
        f"{text[0].upper()}{text[1:]}: the prediction lies inside the interval of the {average} in "
        f"{int(inside.sum())} of {count(int(ends.sum()), 'setting')} with a finite prediction and an interval."
    ]
    finite = np.flatnonzero(np.isfinite(off))
    if finite.size:
        worst = finite[np.argmax(off[finite])]
        lines.append(
            f"Measured over predicted is {np.median(measured[finite] / predicted[finite]):.3g} (median); furthest off "
            f"at {_where(ds, worst)}: {measured[worst]:.3g} against {predicted[worst]:.3g}."
        )
    return lines


def _of_groups(ds: xr.Dataset, name: str) -> np.ndarray:
    """The prediction of each setting: the median over its seeds, which hardly differ."""
    table = arrange(ds, [name], [(), seeds_of(ds)])
    values = spread_out(table, table.cells[name].values).reshape(len(table.positions), -1)
    some = np.isfinite(values).any(axis=1)
    return np.array([np.nanmedian(row) if there else np.nan for row, there in zip(values, some)])


def _where(ds: xr.Dataset, group: int) -> str:
    """The settings of a group, in words."""
    table = arrange(ds, [], [(), seeds_of(ds)])
    cells = tidy(ds, "status").isel(cell=table.members(group)[0])
    names = [name for name in axes(ds) if name not in REPLICATES and np.unique(ds[name].values.astype(str)).size > 1]
    return ", ".join(setting(name, cells[name].values.item()) for name in names)
