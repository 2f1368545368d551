"""What was measured against what theory predicts, in sentences."""

from __future__ import annotations

from collections.abc import Callable

import xarray as xr

from ntksweep.errors import SweepError
from ntksweep.report import (
    findings_bounds,
    findings_peak,
    findings_risk,
    findings_steps,
    findings_training,
    findings_width,
)
from ntksweep.report.finding import Finding
from ntksweep.status import has_result

#: In the order of the page. Each gives None where the file lacks what it needs.
FINDINGS: tuple[Callable[[xr.Dataset], Finding | None], ...] = (
    findings_peak.peak_over_width,
    findings_peak.peak_over_samples,
    findings_peak.interpolation,
    findings_risk.risk,
    findings_width.drift,
    findings_width.infinite_width,
    findings_width.linearisation,
    findings_width.lazy_drift,
    findings_steps.boundary,
    findings_steps.above_critical,
    findings_training.edge,
    findings_training.rates,
    findings_bounds.bounds,
)


def findings(ds: xr.Dataset) -> list[Finding]:
    """All findings that a sweep allows; none before a cell has a result."""
    if not has_result(ds["status"].values).any():
        return []
    found = []
    for make in FINDINGS:
        try:
            one = make(ds)
        except SweepError:
            continue  # the file lacks what the functions of this finding need
        if one is not None:
            found.append(one)
    return found
