"""The sweep in a few lines of text."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr

from ntksweep.cells import tidy
from ntksweep.errors import NothingFinished
from ntksweep.measures import Curve, PowerLaw, at_end, curve, fit_power_law, large_widths, peak
from ntksweep.models import Model, models
from ntksweep.status import status_counts


@dataclass(frozen=True)
class Drift:
    """Kernel drift [1] at the first and last of the large widths, and the law between them."""

    smallest: tuple[float, float]
    largest: tuple[float, float]
    law: PowerLaw | None


@dataclass(frozen=True)
class ModelSummary:
    """(width, median test loss [1]) at the peak and at the largest width, and the drift.

    `peak` is None where the loss has no maximum inside the range of widths, `drift` where the
    kernel does not move or was not measured.
    """

    label: str
    peak: tuple[float, float] | None
    largest: tuple[float, float]
    drift: Drift | None


def summarise(ds: xr.Dataset) -> list[ModelSummary]:
    """One entry per model that has results, in the order of the file."""
    names = [name for name in ("ntk_drift", "parameters_per_target") if name in ds]
    rows = []
    for model in models(tidy(ds, "test_loss", *names), most=64):
        test = curve(model.cells, at_end(model.cells, "test_loss"), diverged_is_infinite=True)
        if test.width.size:
            rows.append(_summary(model, test))
    if not rows:
        raise NothingFinished()
    return rows


def summary_text(ds: xr.Dataset) -> str:
    """Cells by status, one line per model, and the time that all cells took together."""
    counts = ", ".join(f"{count} {name}" for name, count in status_counts(ds).items() if count)
    rows: list[tuple[str, ...]] = [
        ("model", "test-loss peak", "loss there", "at largest width", "kernel drift", "its power law")
    ]
    rows += [_cells(summary) for summary in summarise(ds)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    table = ["  ".join(text.ljust(width) for text, width in zip(row, widths)).rstrip() for row in rows]
    table.insert(1, "-" * len(max(table, key=len)))
    seconds = float(np.nansum(ds["wall_time"].values))
    return "\n".join(
        [f"{ds['status'].size} cells: {counts}", "", *table, "", f"compute time of all cells: {_time(seconds)}"]
    )


def _summary(model: Model, test: Curve) -> ModelSummary:
    top = peak(test)
    return ModelSummary(
        label=model.label,
        peak=None if top is None else (float(test.width[top]), float(test.median[top])),
        largest=(float(test.width[-1]), float(test.median[-1])),
        drift=_drift(model) if "ntk_drift" in model.cells else None,
    )


def _drift(model: Model) -> Drift | None:
    line = curve(model.cells, at_end(model.cells, "ntk_drift"))
    if not (line.median > 0).any():
        return None
    large = large_widths(model.cells, line)
    width, median = line.width[large], line.median[large]
    ends = [(float(width[i]), float(median[i])) for i in (0, -1)]
    return Drift(ends[0], ends[1], fit_power_law(width, median))


def _cells(summary: ModelSummary) -> tuple[str, ...]:
    """One row of the table."""
    width, loss = summary.largest
    ends = f"{loss:.3g} (m = {width:g})" if np.isfinite(loss) else "diverged"
    return summary.label, *_peak_cells(summary.peak, loss), ends, *_drift_cells(summary.drift)


def _peak_cells(top: tuple[float, float] | None, loss_at_end: float) -> tuple[str, str]:
    if top is None:
        return "none", "-"
    ratio = f" ({top[1] / loss_at_end:.3g} x)" if np.isfinite(loss_at_end) else ""
    return f"m = {top[0]:g}", f"{top[1]:.3g}{ratio}"


def _drift_cells(drift: Drift | None) -> tuple[str, str]:
    if drift is None:
        return "none", "-"
    ends = " .. ".join(f"{value:.2g} (m = {width:g})" for width, value in (drift.smallest, drift.largest))
    return ends, "-" if drift.law is None else f"m^({drift.law.exponent:.2f} +- {drift.law.error:.2f})"


def _time(seconds: float) -> str:
    """ "48.2 s", "12 min 5 s", "3 h 20 min"."""
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"
