"""Findings on double descent: where the test loss peaks, and from where on the training set is fitted."""

from __future__ import annotations

import numpy as np
import xarray as xr

from ntksweep.cells import values_of
from ntksweep.complexity import interpolation_threshold
from ntksweep.figures.double_descent_samples import interpolating_samples
from ntksweep.measures import Curve, at_end, curve, interpolation_width, peak
from ntksweep.report.finding import Finding, at, cells_text, finding, grouped, several

_BELKIN = "Belkin et al. 2019, arXiv:1812.11118; Nakkiran et al. 2020, arXiv:1912.02292."


def peak_over_width(ds: xr.Dataset) -> Finding | None:
    """Where the test loss peaks over the width, against as many trained parameters as targets."""
    if not several(ds, "width", 4) or not {"test_loss", "parameters_per_target"} <= set(ds):
        return None
    lines, told = [], grouped(ds, ("width",), "test_loss", "parameters_per_target")
    for where, cells in told:
        limit = interpolation_width(cells)
        if limit is not None:
            line = curve(cells, at_end(cells, "test_loss"), diverged_is_infinite=True)
            lines.append(at(where, _peak(line, limit, "m") + f" ({cells_text(cells)})."))
    theory = (
        "The minimum-norm solution peaks where the trained parameters are as many as the targets, p = n C; descent "
        "that stops early shows less of it or nothing."
    )
    call = "measures.peak, measures.interpolation_width"
    return finding("Peak of the test loss over width", lines, theory, _BELKIN, call, told.choice)


def peak_over_samples(ds: xr.Dataset) -> Finding | None:
    """Where the test loss peaks over the samples, against n = p / C."""
    if not several(ds, "samples", 4) or not {"test_loss", "parameters_per_target"} <= set(ds):
        return None
    lines, told = [], grouped(ds, ("samples",), "test_loss", "parameters_per_target")
    for where, cells in told:
        limit = interpolating_samples(cells)
        line = curve(cells, at_end(cells, "test_loss"), diverged_is_infinite=True, along="samples")
        if limit is not None and line.width.size and line.width[0] <= limit <= line.width[-1]:
            lines.append(at(where, _peak(line, limit, "n") + f" ({cells_text(cells)})."))
    theory = "The test loss of the minimum-norm solution peaks over the samples where n = p / C: more data can hurt."
    source = "Nakkiran 2019, arXiv:1912.07242; d'Ascoli, Sagun, Biroli 2020, arXiv:2006.03509."
    return finding(
        "Peak of the test loss over samples", lines, theory, source, "figures.double_descent_samples(ds)", told.choice
    )


def interpolation(ds: xr.Dataset) -> Finding | None:
    """The smallest width that fits the training set, in its loss and in its error, against p = n C."""
    if not several(ds, "width", 4) or "parameters_per_target" not in ds:
        return None
    lines, told = [], grouped(ds, ("width",), "train_error", "train_loss", "parameters_per_target")
    for where, cells in told:
        limit = interpolation_width(cells)
        if limit is None:
            continue
        fits = [text for text in (_loss_fits(cells, limit), _error_fits(cells, limit)) if text]
        if fits:
            targets = f"parameters are as many as targets at m = {limit:.4g}"
            lines.append(at(where, f"{'; '.join(fits)}; {targets} ({cells_text(cells)})."))
    theory = (
        "A training set of n C targets can be fitted from about as many trained parameters on, its squared loss then "
        "vanishes; its classification error may do so before."
    )
    call = 'interpolation_threshold(ds, measure="train_loss")'
    return finding("Interpolation", lines, theory, _BELKIN, call, told.choice)


def _loss_fits(cells: xr.Dataset, limit: float) -> str:
    """From which width on the mean loss is within the tolerance; "" where none is known, or the loss is no square."""
    tolerance = values_of(cells, "tolerance")[0]
    if "train_loss" not in cells or tolerance is None or values_of(cells, "loss")[0] != "squared":
        return ""
    return _fits(cells, "train_loss", float(tolerance), limit, f"the mean training loss is at most {tolerance:g}")


def _error_fits(cells: xr.Dataset, limit: float) -> str:
    """From which width on no cell errs on the training set; "" without classes."""
    if "train_error" not in cells or not np.isfinite(at_end(cells, "train_error")).any():
        return ""
    return _fits(cells, "train_error", 0.0, limit, "the mean training error is zero")


def _fits(cells: xr.Dataset, measure: str, epsilon: float, limit: float, what: str) -> str:
    """ "... from m = 20 on, not at 16 (p = n C between the two)"; "" where the sweep does not tell."""
    found = interpolation_threshold(cells, epsilon, measure).isel(cell=0)
    width = found["threshold"].item()
    if not np.isfinite(width):
        return ""
    before = np.max(cells["width"].values, where=cells["width"].values < width, initial=0)
    verdict = "between the two" if before < limit <= width else ("below them" if limit <= before else "above them")
    return f"{what} from m = {width:g} on, not at {before:g} (p = n C is {verdict})"


def _peak(line: Curve, limit: float, symbol: str) -> str:
    """ "the median test loss peaks at m = 14, ...": where, how high, and whether the limit lies next to it."""
    top = peak(line)
    if top is None:
        none = "no peak of the median test loss stands out"
        return f"{none}; parameters are as many as targets at {symbol} = {limit:.4g}"
    before, after = line.width[top - 1], line.width[top + 1]
    verdict = "between these" if before <= limit <= after else "not between these"
    return (
        f"the median test loss peaks at {symbol} = {line.width[top]:g}, with {line.median[top]:.3g} (neighbours: "
        f"{line.median[top - 1]:.3g} at {before:g}, {line.median[top + 1]:.3g} at {after:g}); parameters are as many "
        f"as targets at {symbol} = {limit:.4g}, {verdict}"
    )
