"""Findings over the step size: where training diverges, and what happens above the critical step."""

from __future__ import annotations

import numpy as np
import xarray as xr

from ntksweep.cells import tidy
from ntksweep.measures import at_end
from ntksweep.phases import phase_boundary, stability_limits
from ntksweep.rates import extreme_eigenvalues, linear_descent
from ntksweep.replicates import in_each_cell
from ntksweep.report.finding import Finding, against, at, cells_text, finding, grouped, interval, several
from ntksweep.report.words import count
from ntksweep.status import Status, has_result

_LEWKOWYCZ = "Lewkowycz et al. 2020, arXiv:2003.02218."


def boundary(ds: xr.Dataset) -> Finding | None:
    """Where half of the seeds diverge, against the limits of stability at initialization."""
    if not several(ds, "step_size", 3) or "step_size_absolute" not in ds:
        return None
    wanted = ("step_size_absolute", "step_size_critical", "ntk_lambda_max", "sharpness")
    lines, told = [], grouped(ds, ("step_size",), *wanted)
    for where, cells in told:
        found, limits = phase_boundary(cells, resamples=1000).isel(cell=0), stability_limits(cells).isel(cell=0)
        limit = limits["kernel_limit"].item() if "kernel_limit" in limits else np.nan
        if np.isfinite(limit):
            lines.append(at(where, _boundary_text(found, limit, limits) + f" ({cells_text(cells)})."))
    theory = (
        "The linearised model diverges above 2 (1 + momentum) / (lambda_max(K_0) / n + decay), in the unit of the axis "
        "step_size. A network need not: in the exactly solvable model of two linear layers and one sample, at large "
        "width, training survives up to twice this limit."
    )
    call = "phase_boundary(ds), stability_limits(ds)"
    return finding("Largest step that converges", lines, theory, _LEWKOWYCZ, call, told.choice)


def above_critical(ds: xr.Dataset) -> Finding | None:
    """What became of cells below and above the critical step: survival, catapults, and the curvature at the end."""
    if not {"step_size_absolute", "step_size_critical"} <= set(ds):
        return None
    more = [name for name in ("catapult", "linearised_status") if name in ds]
    cells = tidy(ds, "step_size_absolute", "step_size_critical", *more)
    eta, critical, status = (cells[name].values for name in ("step_size_absolute", "step_size_critical", "status"))
    known = has_result(status) & np.isfinite(eta) & np.isfinite(critical)
    above = known & (eta > critical * (1 + 1e-9))
    if not above.any():
        return None
    lines = [_survival(status, place, name) for name, place in (("Up to", known & ~above), ("Above", above))]
    if "catapult" in cells:
        lines.append(_catapults(cells, status, known, above))
    if "linearised_status" in cells:
        lines += _linearised(cells["linearised_status"].values, status, known)
    lines += _end_curvature(ds, cells, above & (status != Status.DIVERGED))
    theory = (
        "The linearised model diverges above the critical step. A wide network goes through a catapult: its loss "
        "grows, its kernel shrinks, and training ends where eta lambda_max / n is below 2."
    )
    call = 'ds["step_size_absolute"] / ds["step_size_critical"]'
    return Finding("Above the critical step", lines, theory, _LEWKOWYCZ, call)


def _boundary_text(found: xr.Dataset, limit: float, limits: xr.Dataset) -> str:
    sharpness = limits["sharpness_limit"].item() if "sharpness_limit" in limits else np.nan
    told = f"the linearised model is stable below {limit:.4g}"
    by_sharpness = f"; 2 / sharpness at initialization is {sharpness:.4g}" if np.isfinite(sharpness) else ""
    if found["incomplete"].item():
        return f"cells that decide where half of the seeds diverge have no result yet; {told}{by_sharpness}"
    for flag, text in (("above_grid", "no more than half of the seeds diverge at any step of the sweep"),
                       ("below_grid", "half of the seeds or more diverge at all steps of the sweep")):  # fmt: skip
        if found[flag].item():
            return f"{text}; {told}{by_sharpness}"
    lower, upper, low, high = (found[name].item() for name in ("lower", "upper", "low", "high"))
    text = f"half of the seeds diverge between {lower:.4g} and {upper:.4g}{interval(low, high)}, "
    text += f"{found['boundary'].item() / limit:.3g} times the limit of the linearised model"
    return text + against(limit, low, high, f"that limit, {limit:.4g},") + by_sharpness


def _survival(status: np.ndarray, place: np.ndarray, name: str) -> str:
    diverged = int((status[place] == Status.DIVERGED).sum())
    return f"{name} the critical step {diverged:,} of {count(int(place.sum()), 'cell')} diverged."


def _catapults(cells: xr.Dataset, status: np.ndarray, known: np.ndarray, above: np.ndarray) -> str:
    rose = cells["catapult"].values == 1
    survived = above & (status != Status.DIVERGED)
    return (
        f"The training loss rose above its initial value and ended below it in {int((rose & survived).sum()):,} of the "
        f"{int(survived.sum()):,} cells above that did not diverge, and in {int((rose & known & ~above).sum()):,} of "
        f"the {int((known & ~above).sum()):,} cells up to it."
    )


def _linearised(ends: np.ndarray, status: np.ndarray, known: np.ndarray) -> list[str]:
    """How often the linearised network ends as the network does."""
    both = known & (ends >= 0)
    if not both.any():
        return []
    only = both & (ends == Status.DIVERGED) & (status != Status.DIVERGED)
    return [
        f"The linearised network at the same step ends as the network does in {int((ends == status)[both].sum()):,} of "
        f"{count(int(both.sum()), 'cell')}; it diverges and the network does not in {int(only.sum()):,}."
    ]


def _end_curvature(ds: xr.Dataset, cells: xr.Dataset, survived: np.ndarray) -> list[str]:
    """In how many surviving cells eta lambda_max(K_T) / n ends below 2."""
    if extreme_eigenvalues(ds)[1] is None or "ntk_lambda_max" not in ds:
        return []
    largest = at_end(tidy(ds, "ntk_lambda_max"), "ntk_lambda_max")
    samples = in_each_cell(ds, cells, "samples").astype(float)
    ratio = cells["step_size_absolute"].values * largest / samples
    here = survived & linear_descent(ds, cells) & np.isfinite(ratio)
    if not here.any():
        return []
    return [
        f"At the end of training eta lambda_max / n is below 2 in {int((ratio[here] < 2).sum()):,} of the "
        f"{int(here.sum()):,} cells above that did not diverge; its median is {np.median(ratio[here]):.3g}."
    ]


