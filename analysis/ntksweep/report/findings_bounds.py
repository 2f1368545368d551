"""Findings on two-layer linear networks: in how many cells a bound of the theorem was broken."""

from __future__ import annotations

import numpy as np
import xarray as xr

from ntksweep.cells import tidy
from ntksweep.report.finding import Finding
from ntksweep.report.words import count
from ntksweep.status import has_result

_COUNTED = {
    "xu_violations": ("the loss was above f(eta, L) L after a step", "step"),
    "tau_violations": ("tau left [alpha_0 / 2, 3 beta_0 / 2]", "checkpoint"),
    "product_violations": ("the singular values of the product left [p_1, p_2]", "checkpoint"),
}
_MORE = ("xu_largest_excess", "xu_bound", "train_loss", "imbalance_change", "imbalance_change_bound")


def bounds(ds: xr.Dataset) -> Finding | None:
    """Violations of the theorem's bounds, as the program counted them, and the slack of the bound on the loss."""
    if "xu_violations" not in ds:
        return None
    cells = tidy(ds, *(name for name in (*_COUNTED, *_MORE) if name in ds))
    result = has_result(cells["status"].values)
    covered = result & (cells["xu_violations"].values >= 0)
    lines = [
        f"The theorem covers {int(covered.sum()):,} of {count(int(result.sum()), 'cell')} with a result"
        + ("." if covered.all() else "; in the others a step was above eta_max, or an assumption does not hold.")
    ]
    if covered.any():
        lines += [_counted(cells, name, covered) for name in _COUNTED if name in cells]
        lines += _closest(cells, covered) + _slack(cells, covered) + _imbalance(cells, covered)
    theory = (
        "For steps up to eta_max the loss of a two-layer linear network obeys L(t+1) <= f(eta, L(t)) L(t), and tau, "
        "the product and the imbalance stay within bounds set by the initialization."
    )
    source = "Xu, Min, Tarmoun, Mallada, Vidal 2023, AISTATS (PMLR 206)."
    return Finding("Bounds for two-layer linear networks", lines, theory, source, 'ds["xu_violations"], ds["xu_bound"]')


def _counted(cells: xr.Dataset, name: str, covered: np.ndarray) -> str:
    text, unit = _COUNTED[name]
    values = cells[name].values[covered]
    values = values[values >= 0]
    broken = int((values > 0).sum())
    return (
        f"In {broken:,} of {count(values.size, 'cell')} {text}"
        + (f", at {count(int(values.sum()), unit)} together." if broken else f" (every {unit} was looked at).")
    )


def _closest(cells: xr.Dataset, covered: np.ndarray) -> list[str]:
    """How far the loss stayed below its bound in the step that came closest."""
    if "xu_largest_excess" not in cells:
        return []
    excess = cells["xu_largest_excess"].values[covered]
    excess = excess[np.isfinite(excess)]
    if excess.size == 0:
        return []
    where = "below" if excess.max() <= 0 else "above"
    return [f"The step that came closest ended {abs(100 * excess.max()):.3g} % {where} its bound."]


def _slack(cells: xr.Dataset, covered: np.ndarray) -> list[str]:
    """The bound that was promised before the run, over the loss at the end."""
    if not {"xu_bound", "train_loss"} <= set(cells):
        return []
    bound, loss = (cells[name].isel(checkpoint=-1).values[covered] for name in ("xu_bound", "train_loss"))
    known = np.isfinite(bound) & np.isfinite(loss) & (loss > 0)
    if not known.any():
        return []
    above = int((loss > bound * (1 + 1e-9))[known].sum())
    return [
        f"At the end the bound that was promised before the run is {np.median(bound[known] / loss[known]):.3g} "
        f"times the loss (median); the loss is above it in {above:,} of {count(int(known.sum()), 'cell')}."
    ]


def _imbalance(cells: xr.Dataset, covered: np.ndarray) -> list[str]:
    """The largest change of the imbalance over its bound."""
    if not {"imbalance_change", "imbalance_change_bound"} <= set(cells):
        return []
    change = cells["imbalance_change"].transpose("cell", "checkpoint").values[covered]
    bound = cells["imbalance_change_bound"].values[covered]
    largest = np.max(np.where(np.isfinite(change), change, 0.0), axis=1, initial=0.0)
    known = np.isfinite(bound) & (bound > 0)
    if not known.any():
        return []
    ratio = largest[known] / bound[known]
    return [
        f"The change of the imbalance reached at most {100 * ratio.max():.3g} % of its bound, in "
        f"{count(int(known.sum()), 'cell')} that have one."
    ]
