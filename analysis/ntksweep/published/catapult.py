"""Lewkowycz et al. 2020: the phases of large steps in the exactly solvable model."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from ntksweep.cells import setting, tidy
from ntksweep.figures import page
from ntksweep.figures.families import colours, draw_line, family
from ntksweep.figures.groups import setting_text
from ntksweep.measures import at_end, curve
from ntksweep.published.conditions import experiment
from ntksweep.published.layout import (
    MARK, PLACE, complete, line_entries, logarithmic, mark, numbers_of, panels, seeds_of,
)  # fmt: skip

_AXIS = "eta_lambda"
_SOLVED = ("solved_peak", "solved_curvature")


@experiment(
    "train_loss", "loss_peak", "ntk_lambda_max", "step_size_absolute", several=("step_size",), samples=1, depth=1,
    activation="linear", parametrization="ntk", sigma_w=1.0, biases="none", path="one_point.csv", loss="squared",
    method="gd", step_rule="constant", step_unit="critical", momentum=0.0, weight_decay=0.0, batch=0, output_scale=1.0,
)  # fmt: skip
def catapult(ds: xr.Dataset) -> Figure:
    """Largest loss over the width, curvature eta lambda at the end [1], and share of diverged cells [%], against
    eta lambda_0 [1]; a line for each width.

    The paper has a loss of order m on the way of a catapult: those lines fall together. Dotted: eta lambda_0 = 2
    and 4, where the phases meet, and eta lambda = 2, below which training ends. Crosses: the paper's two equations
    (`solve`) iterated from each cell's own f_0 and lambda_0, up to 4 (at 4 itself rounding decides). Medians and bands
    over the seeds; the first two panels leave diverged cells out.
    Lewkowycz, Bahri, Dyer, Sohl-Dickstein, Gur-Ari 2020, arXiv:2003.02218.
    """
    cells = _solved(ds)
    widths = np.unique(cells["width"].values).tolist()
    rows = {name: family(cells, name, _AXIS, "width", widths) for name in ("largest", "curvature", *_SOLVED)}
    reach = cells[_AXIS].values
    with plt.rc_context(page.RC):
        figure, axes = panels(3)
        peak, curvature, diverged = axes[0]
        for ax, name, solved in zip(axes[0], ("largest", "curvature"), _SOLVED):
            for line in rows[name]:
                draw_line(ax, line, markersize=0, linewidth=1.0)
            for line in rows[solved]:
                few = np.flatnonzero(line.curve.width < 3.99)[:: max(1, line.curve.width.size // 10)]
                ax.plot(line.curve.width[few], line.curve.median[few], **MARK, label="solved")
        logarithmic(peak, None, numbers_of(rows["largest"]))
        curvature.axhline(2, **PLACE)
        curvature.set_ylim(0, 2.3)
        _shares(diverged, cells, widths)
        for ax, text in zip(axes[0], (r"largest loss / $m$", r"$\eta\lambda$ at the end", "diverged [%]")):
            for place in (2, 4):
                ax.axvline(place, **PLACE)
            ax.set(xlabel=r"$\eta\lambda_0$", ylabel=text, xlim=(reach.min() - 0.1, reach.max() + 0.1))
            ax.xaxis.set_major_locator(MaxNLocator(6, integer=True))
        entries = line_entries(rows["largest"], marker="")
        entries |= mark("the two equations of Lewkowycz et al. 2020", MARK)
        entries |= mark(r"their limits $\eta\lambda$ = 2 and 4", PLACE)
        complete(figure, axes, ["", "", ""], ds, seeds_of(rows["largest"]), entries)
    return figure


def solve(
    loss: np.ndarray, curvature: np.ndarray, step: np.ndarray, width: np.ndarray, tolerance: float, most: int
) -> tuple[np.ndarray, np.ndarray]:
    """Largest loss and eta lambda at the end, by the paper's equations, of each cell (N,).

        f' = f (1 - eta lambda + eta^2 f^2 / m),  lambda' = lambda + (eta f^2 / m) (eta lambda - 4),  L = f^2 / 2

    loss, curvature: L_0 and lambda_0. A cell ends at L <= tolerance, after `most` steps, or above 1e12 L_0 (NaN).
    """
    first, loss, curvature = loss, loss.copy(), curvature.astype(float)
    peak = loss.copy()
    going = np.flatnonzero(loss > tolerance)
    with np.errstate(over="ignore", invalid="ignore"):
        for _ in range(most):
            if not going.size:
                break
            eta, bent, square = step[going], curvature[going], 2 * loss[going] / width[going]
            loss[going] *= (1 - eta * bent + eta**2 * square) ** 2
            curvature[going] += eta * square * (eta * bent - 4)
            peak[going] = np.fmax(peak[going], loss[going])
            going = going[(loss[going] > tolerance) & (loss[going] <= 1e12 * first[going])]
    ended = loss <= 1e12 * first
    return np.where(ended, peak, np.nan), np.where(ended, step * curvature, np.nan)


def _solved(ds: xr.Dataset) -> xr.Dataset:
    """The cells, with eta lambda_0 as an axis, eta lambda at the end, and what the equations give."""
    cells = tidy(ds, "train_loss", "loss_peak", "ntk_lambda_max", "step_size_absolute")
    step, start = cells["step_size_absolute"].values, cells.isel(checkpoint=0)
    found = solve(
        start["train_loss"].values, start["ntk_lambda_max"].values, step, cells["width"].values,
        float(setting(ds, "tolerance")), int(setting(ds, "max_steps")),
    )  # fmt: skip
    peak = cells["loss_peak"].values * start["train_loss"].values
    new = {
        "largest": peak / cells["width"].values,
        "curvature": step * at_end(cells, "ntk_lambda_max"),
        _SOLVED[0]: found[0] / cells["width"].values,
        _SOLVED[1]: found[1],
    }
    cells = cells.assign({name: ("cell", values) for name, values in new.items()})
    return cells.assign_coords({_AXIS: ("cell", 2 * cells["step_size"].values)})


def _shares(ax: Axes, cells: xr.Dataset, widths: list[int]) -> None:
    """Share of diverged cells [%], a line for each width."""
    for width, colour in zip(widths, colours(len(widths))):
        own = cells.isel(cell=np.flatnonzero(cells["width"].values == width))
        line = curve(own, np.zeros(own.sizes["cell"]), diverged_is_infinite=True, along=_AXIS)
        ax.plot(line.width, 100 * line.diverged, color=colour, linewidth=1.0, label=setting_text("width", width))
    ax.set_ylim(-4, 104)
