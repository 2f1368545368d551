"""Xu et al. 2023: what size and imbalance of the initialization do to speed and step of a two-layer linear network."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ntksweep.cells import axes as axes_of
from ntksweep.cells import tidy, values_of
from ntksweep.errors import NothingFinished, SweepError
from ntksweep.figures import page
from ntksweep.figures.families import Line, draw_line, family, values_along
from ntksweep.figures.groups import groups
from ntksweep.grouped import at_checkpoint
from ntksweep.published.conditions import experiment
from ntksweep.published.layout import (
    CURVE, MARK, complete, line_entries, logarithmic, mark, numbers_of, panels, seeds_of,
)  # fmt: skip
from ntksweep.rates import convergence_rate
from ntksweep.status import Status, has_result

_AXIS = "imbalance_factor"
_COLUMNS = {
    "lambda_min": r"$\lambda_{\min}(K_0)$",
    "speed": r"rate per time, $-\ln\rho\,/\,\eta$",
    "largest_step": r"largest step  [$\eta_\mathrm{crit}$]",
}


@experiment(
    "ntk_lambda_min", "train_loss", "checkpoint_step", "step_size_absolute",
    several=("layer_init_scale", "step_size"), activation="linear", depth=1, method="gd", loss="squared",
    parametrization="ntk", step_unit="critical",
)  # fmt: skip
def general_initialization(ds: xr.Dataset) -> Figure:
    """Smallest eigenvalue of K_0 [1], rate of convergence per unit of time eta t [1] at the smallest step size of the
    sweep, and the largest step size up to which it does not diverge [critical steps], against the factor s of the first
    layer, that of the second being 1/s; a line for each width, a row for each size of the initialization.

    Broken: the law of wide networks, K_0 = (s^2 + 1/s^2) / 2 times that at s = 1, through the widest network. Crosses:
    the rate of the slowest mode of K_0, `spectral_rate` of `convergence_rate`. The largest step is the sweep's last
    value before the first at which a network diverges. Medians and bands over the seeds; networks that diverge at the
    smallest step size are left out.
    Xu, Min, Tarmoun, Mallada, Vidal 2023, AISTATS (PMLR 206).
    """
    cells = _cells(ds)
    widths = values_along(cells, "width")
    found = groups(cells, ("width", "step_size", "layer_init_scale", _AXIS), most=4)
    rows = [{name: family(group.cells, name, _AXIS, "width", widths) for name in (*_COLUMNS, "predicted")}
            for group in found]  # fmt: skip
    everything = [line for row in rows for lines in row.values() for line in lines]
    if not everything:
        raise NothingFinished()
    with plt.rc_context(page.RC):
        figure, axes = panels(3, len(found), height=1.9, share=False)
        for group, row, panel in zip(found, rows, axes):
            for ax, (name, text) in zip(panel, _COLUMNS.items()):
                for line in row[name]:
                    draw_line(ax, line, markersize=2.5)
                shown = row[name] + (row["predicted"] if name == "speed" else [])
                steps: list[float] = ds["step_size"].values.tolist() if name == "largest_step" else []
                logarithmic(ax, cells[_AXIS].values, np.concatenate([numbers_of(shown), steps]) if shown else None)
                page.octaves(ax.xaxis, cells[_AXIS].values.min(), cells[_AXIS].values.max())
                ax.set_ylabel(text if name != "lambda_min" else f"{group.label}\n{text}" if group.label else text)
            for line in row["predicted"]:
                panel[1].plot(line.curve.width, line.curve.median, **{**MARK, "color": line.colour}, label="predicted")
            _law(panel[0], row["lambda_min"])
        for ax in axes[-1]:
            ax.set_xlabel("factor $s$ of the first layer")
        entries = line_entries(everything) | mark(r"wide: $\propto s^2 + s^{-2}$", CURVE)
        entries |= mark(r"slowest mode of $K_0$ (Xu et al. 2023: linear convergence)", MARK)
        complete(figure, axes, [""] * axes.size, ds, seeds_of(everything), entries)
    return figure


def _cells(ds: xr.Dataset) -> xr.Dataset:
    """The cells with the smallest step size, one for each network, with s as an axis and what is drawn."""
    rates = convergence_rate(ds)
    names = ("ntk_lambda_min", "step_size_absolute")
    cells = tidy(ds.assign({name: rates[name] for name in ("rate", "spectral_rate")}), *names, "rate", "spectral_rate")
    factor = np.array([_factor(text) for text in values_of(cells, "layer_init_scale")])
    new = {"lambda_min": at_checkpoint(cells, "ntk_lambda_min", 0), "largest_step": _largest_steps(cells)}
    for name, source in (("speed", "rate"), ("predicted", "spectral_rate")):
        with np.errstate(divide="ignore", invalid="ignore"):
            per_time = -np.log(cells[source].values) / cells["step_size_absolute"].values
        new[name] = np.where(per_time > 0, per_time, np.nan)
    cells = cells.assign({name: ("cell", values) for name, values in new.items()})
    cells = cells.assign_coords({_AXIS: ("cell", factor)})
    steps = cells["step_size"].values
    return cells.isel(cell=np.flatnonzero(steps == steps.min()))


def _factor(text: object) -> float:
    """s of layer_init_scale = [s, 1/s]."""
    parts = [float(part) for part in str(text).split(",")]
    if len(parts) != 2 or not np.isclose(parts[0] * parts[1], 1, rtol=1e-6):
        raise SweepError(
            f"general_initialization needs factors [s, 1/s] of the two layers, not layer_init_scale = {text}"
        )
    return parts[0]


def _largest_steps(cells: xr.Dataset) -> np.ndarray:
    """In each cell the last step size of its network before the first at which that diverges.

    NaN where the smallest diverges, and where a step size of the network has no result.
    """
    names = [name for name in axes_of(cells) if name != "step_size"]
    networks: dict[tuple, list[int]] = {}
    for index, values in enumerate(zip(*(cells[name].values.tolist() for name in names))):
        networks.setdefault(values, []).append(index)
    found = np.full(cells.sizes["cell"], np.nan)
    for members in networks.values():
        order = np.array(members)[np.argsort(cells["step_size"].values[members])]
        status, steps = cells["status"].values[order], cells["step_size"].values[order]
        stable = np.cumprod(status != Status.DIVERGED).sum()
        if has_result(status).all() and stable:
            found[members] = steps[stable - 1]
    return found


def _law(ax: Axes, lines: list[Line]) -> None:
    """(s^2 + 1/s^2) / 2 through the widest network at s = 1, where it is in the sweep."""
    if lines and np.any(here := np.isclose(lines[-1].curve.width, 1)):
        ends = lines[-1].curve.width[[0, -1]]
        s = np.geomspace(ends[0], ends[1], 50)
        ax.plot(s, lines[-1].curve.median[here][0] * (s**2 + s**-2) / 2, **CURVE, label="law")
