"""Findings over width: what shrinks as networks grow wide or lazy."""

from __future__ import annotations

import numpy as np
import xarray as xr

from ntksweep.cells import values_of
from ntksweep.measures import Curve, at_end, curve
from ntksweep.report.finding import Finding, against, at, cells_text, finding, grouped, interval, several
from ntksweep.scaling import scaling_exponent
from ntksweep.status import Status

_SMOOTH = ("linear", "tanh", "erf", "gelu")
_RESAMPLES = 1000
_STEPS = ("step_size_absolute", "step_size_critical")
#: A median drift below this is small enough to be called lazy.
_LAZY = 0.1


def drift(ds: xr.Dataset) -> Finding | None:
    """The exponent of the kernel's drift in the width."""
    if "ntk_drift" not in ds or not several(ds, "width", 3):
        return None
    lines, told = [], grouped(ds, ("width",), "ntk_drift", "parameters_per_target", *_STEPS)
    for where, cells in told:
        lines += _exponent(where, cells, "ntk_drift", -1.0 if _predicts_drift(cells) else None)
    theory = (
        "Under the NTK parametrization the kernel of a smooth network moves by O(1/m) while it trains: exponent -1. "
        f"It is set beside lazy cells (drift below {_LAZY:g} at every width of the fit) with steps up to the "
        "critical one; of activations with a kink and other parametrizations nothing is predicted here."
    )
    source = "Jacot, Gabriel, Hongler 2018, arXiv:1806.07572; Huang, Yau 2020, arXiv:1909.08156."
    call = 'scaling_exponent(ds, "ntk_drift")'
    return finding("Drift of the kernel against width", lines, theory, source, call, told.choice)


def infinite_width(ds: xr.Dataset) -> Finding | None:
    """The exponent of |K_0 - K_inf| in the width."""
    if "infinite_distance" not in ds or not several(ds, "width", 3):
        return None
    lines, told = [], grouped(ds, ("width",), "infinite_distance", "parameters_per_target")
    for where, cells in told:
        lines += _exponent(where, cells, "infinite_distance", -0.5, checkpoint=0, diverged="kept")
    theory = "At finite width the kernel at initialization differs from its limit by O(m^-1/2): exponent -1/2."
    source = "Jacot, Gabriel, Hongler 2018, arXiv:1806.07572; Huang, Yau 2020, arXiv:1909.08156."
    call = 'scaling_exponent(ds, "infinite_distance", checkpoint=0)'
    return finding("Kernel at initialization against infinite width", lines, theory, source, call, told.choice)


def linearisation(ds: xr.Dataset) -> Finding | None:
    """How the largest distance of the network from its linearisation falls with the width."""
    name = "linearised_train_distance"
    if name not in ds or not several(ds, "width", 3):
        return None
    stable = ds["status"] != Status.DIVERGED
    if "linearised_status" in ds:
        stable = stable & (ds["linearised_status"] != Status.DIVERGED)
    largest = ds.assign({name: ds[name].max("checkpoint").where(stable)})
    lines, told = [], grouped(largest, ("width",), name, "parameters_per_target")
    for where, cells in told:
        lines += _exponent(where, cells, name, None)
    theory = (
        "The network's distance from its linearisation at the same step (here the largest over training, on the "
        "training set, of cells that are stable) is at most of order m^-1/2; smooth networks are seen to follow 1/m."
    )
    source = "Lee et al. 2019, arXiv:1902.06720."
    call = f'scaling_exponent(ds.assign(d=ds["{name}"].max("checkpoint")), "d")'
    return finding("Distance from the linearised network", lines, theory, source, call, told.choice)


def lazy_drift(ds: xr.Dataset) -> Finding | None:
    """The exponent of the drift in the scale of the output, where it is lazy."""
    if "ntk_drift" not in ds or not several(ds, "output_scale", 3):
        return None
    lines, told = [], grouped(ds, ("output_scale",), "ntk_drift")
    for where, cells in told:
        line = curve(cells, at_end(cells, "ntk_drift"), along="output_scale")
        rich = np.flatnonzero(~(line.median < _LAZY))
        lazy = line.width[(rich[-1] + 1 if rich.size else 0) :]
        if lazy.size >= 3:
            within = (float(lazy[0]), float(lazy[-1]))
            law = _exponent(where, cells, "ntk_drift", None, along="output_scale", within=within)
            lines += [text.removesuffix(".") + _last_slope(line) for text in law]
    theory = (
        "A model alpha f needs to move its parameters by O(1 / alpha) only: the drift of the kernel tends to fall as "
        f"1 / alpha as alpha grows. The fit takes the scales from which on the median drift is below {_LAZY:g}, where "
        "it still falls faster; how far this limit is reached the slope between the last two scales says."
    )
    source = "Chizat, Oyallon, Bach 2019, arXiv:1812.07956; Geiger et al. 2020, arXiv:1906.08034."
    call = 'scaling_exponent(ds, "ntk_drift", along="output_scale", within=...)'
    return finding("Drift of the kernel against output scale", lines, theory, source, call, told.choice)


def _last_slope(line: Curve) -> str:
    """Of log drift on log scale between the largest two scales; the drift may be zero there."""
    if not (line.median[-2:] > 0).all():
        return "."
    slope = np.diff(np.log(line.median[-2:])) / np.diff(np.log(line.width[-2:]))
    return f"; between the last two scales {slope.item():.3f}."


def _predicts_drift(cells: xr.Dataset) -> bool:
    """Whether theory has an exponent: smooth activation, NTK parametrization, no step above the critical one."""
    smooth = values_of(cells, "activation")[0] in _SMOOTH
    eta, critical = (cells[name].values if name in cells else np.zeros(1) for name in _STEPS)
    return smooth and values_of(cells, "parametrization")[0] == "ntk" and not (eta > critical * (1 + 1e-9)).any()


def _exponent(where: str, cells: xr.Dataset, name: str, prediction: float | None, **options: object) -> list[str]:
    """A line on the power law of a variable, none where there is no law."""
    law = scaling_exponent(cells, name, resamples=_RESAMPLES, **options).isel(cell=0)  # type: ignore[arg-type]
    exponent, low, high = (law[part].item() for part in ("exponent", "exponent_low", "exponent_high"))
    if not np.isfinite(exponent):
        return []
    start = law["prefactor"].item() * law["first"].item() ** exponent
    if name == "ntk_drift" and start > _LAZY:
        prediction = None
    along = str(options.get("along", "width"))
    used = (cells[along].values >= law["first"].item()) & (cells[along].values <= law["last"].item())
    symbol = "alpha" if along == "output_scale" else "m"
    verdict = "" if prediction is None else against(prediction, low, high, f"{prediction:g}")
    return [at(
        where, f"exponent {exponent:.3f}{interval(low, high, '.3f')} over {law['points'].item()} values, {symbol} = "
        f"{law['first'].item():g} to {law['last'].item():g} ({cells_text(cells.isel(cell=used))}){verdict}.",
    )]  # fmt: skip
