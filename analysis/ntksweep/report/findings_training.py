"""Findings over training: the sharpness at late times, and the rate at which the loss falls."""

from __future__ import annotations

import numpy as np
import xarray as xr

from ntksweep.bootstrap import bootstrap_average
from ntksweep.cells import tidy
from ntksweep.rates import convergence_rate
from ntksweep.report.finding import Finding, against, at, cells_text, finding, grouped, interval, median_of
from ntksweep.report.words import count
from ntksweep.status import Status, has_result

#: Checkpoints in the second half of the steps below which its mean says nothing.
_FEWEST_LATE = 4

#: A ratio from here on counts as having reached the edge.
_REACHED = 0.98

#: A predicted factor closer to 1 is 1 up to rounding, as at exactly the critical step.
_ROUNDING = 1e-9

_RATES = {
    "spectral_rate": "that of the slowest mode of K_0",
    "linearised_rate": "that of the linearised network",
}


def edge(ds: xr.Dataset) -> Finding | None:
    """The mean of sharpness eta / 2 over the second half of training, against 1."""
    if not {"sharpness_ratio", "checkpoint_step"} <= set(ds):
        return None
    lines, told = [], grouped(ds, (), "sharpness_ratio", "checkpoint_step")
    for where, cells in told:
        ratio = cells["sharpness_ratio"].transpose("cell", "checkpoint").values
        steps = cells["checkpoint_step"].transpose("cell", "checkpoint").values
        late = (steps >= steps[:, -1:] / 2) & (steps >= 0) & np.isfinite(ratio)
        mean = np.where(late.sum(axis=1) >= _FEWEST_LATE, _mean(ratio, late), np.nan)
        one = cells[["status"]].assign(late_ratio=("cell", mean))
        found = bootstrap_average(one, "late_ratio", average="mean", resamples=1000).isel(cell=0)
        value, low, high = (found[name].item() for name in ("average", "low", "high"))
        if np.isfinite(value):
            reached = int((np.where(np.isfinite(ratio), ratio, 0.0) >= _REACHED).any(axis=1).sum())
            results = count(int(has_result(cells["status"].values).sum()), "cell")
            lines.append(at(
                where, f"mean {value:.4g}{interval(low, high)}; {reached} of {results} reach {_REACHED:g} at some "
                f"checkpoint ({cells_text(cells)}){against(1.0, low, high, '1')}.",
            ))  # fmt: skip
    theory = (
        "Full-batch descent drives the sharpness up to 2 / eta and holds it there: eta sharpness / 2 is 1 once the "
        "edge is reached. Told is its mean over the checkpoints in the second half of the steps."
    )
    call = 'ds["sharpness_ratio"] at late checkpoints, bootstrap_average(..., average="mean")'
    return finding("Sharpness at late times", lines, theory, "Cohen et al. 2021, arXiv:2103.00065.", call, told.choice)


def rates(ds: xr.Dataset) -> Finding | None:
    """Fitted rates of convergence over predicted ones."""
    found = convergence_rate(ds)
    cells = tidy(found, "rate", *(name for name in (*_RATES, "xu_rate") if name in found))
    status, rate = cells["status"].values, cells["rate"].values
    decays = has_result(status) & (status != Status.DIVERGED) & (rate > 0) & (rate < 1)
    lines = []
    for name, text in _RATES.items():
        if name in cells:
            lines += _ratio_lines(cells, decays, name, text)
    if "xu_rate" in cells:
        bound = cells["xu_rate"].values
        both = decays & np.isfinite(bound)
        if both.any():
            above = int((rate > bound * (1 + 1e-9))[both].sum())
            lines.append(
                f"The fitted factor is above the bound of Xu et al. for the first step in {above:,} of "
                f"{count(int(both.sum()), 'cell')}."
            )
    theory = (
        "The loss of a lazy network falls at late times by the factor (1 - eta lambda_min / n)^2 per step, that of the "
        "slowest mode. Told is the fitted decay -ln(rate) over the predicted one, cell by cell: median and quartiles."
    )
    source = "Lee et al. 2019, arXiv:1902.06720; Xu et al. 2023, AISTATS (PMLR 206)."
    return finding("Rate of convergence", lines, theory, source, "convergence_rate(ds)")


def _ratio_lines(cells: xr.Dataset, decays: np.ndarray, name: str, text: str) -> list[str]:
    """The ratio of all cells and, of several widths, of the largest."""
    predicted = cells[name].values
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.log(cells["rate"].values) / np.log(predicted)
    ratio = np.where(decays & (predicted > 0) & (predicted < 1 - _ROUNDING), ratio, np.nan)
    lines = []
    widths = cells["width"].values if "width" in cells.coords else np.zeros(ratio.size)
    parts = [("", np.ones(ratio.size, dtype=bool))]
    if np.unique(widths).size > 1:
        parts.append((f"at the largest width, {widths.max()}, ", widths == widths.max()))
    for where, here in parts:
        middle, low, high = median_of(ratio[here])
        if np.isfinite(middle):
            inside = "between" if low <= 1 <= high else "not between"
            lines.append(
                f"{where}decay {middle:.3g} times {text} (quartiles {low:.3g} and {high:.3g}, 1 is {inside} them; "
                f"{int(np.isfinite(ratio[here]).sum()):,} of {count(int(here.sum()), 'cell')})."
            )
    return [line[0].upper() + line[1:] for line in lines]


def _mean(values: np.ndarray, use: np.ndarray) -> np.ndarray:
    """Mean over the checkpoints that count, of each cell."""
    return np.where(use, values, 0.0).sum(axis=1) / np.maximum(use.sum(axis=1), 1)
