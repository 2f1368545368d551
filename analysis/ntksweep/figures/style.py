"""What all figures share: colours, type sizes, what a line of context says, and saving."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Sequence

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter, NullLocator

from ntksweep.cells import axes as axes_of
from ntksweep.cells import setting
from ntksweep.errors import SweepError
from ntksweep.models import Model

#: Colours that stay apart for colour-blind readers (Okabe and Ito 2008), in this order.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#F0E442")
GREY = "#6E6E6E"

WIDTH_LABEL = "width $m$  [neurons per hidden layer]"
LIMIT_LINE: dict[str, Any] = {"color": "black", "linewidth": 1.1, "linestyle": (0, (1, 1.5)), "zorder": 1.5}

RC: dict[Any, Any] = {
    "font.size": 11,
    "axes.titlesize": 12,
    "axes.labelsize": 12,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 0.9,
    "axes.grid": True,
    "axes.grid.which": "major",
    "grid.color": "#E4E4E4",
    "grid.linewidth": 0.8,
    "axes.axisbelow": True,
    "lines.linewidth": 2.0,
    "lines.markersize": 4.5,
    "legend.frameon": False,
    "legend.fontsize": 10.5,
    "mathtext.fontset": "dejavusans",
    "pdf.fonttype": 42,
    "svg.fonttype": "none",
}


def darker(colour: str) -> str:
    """The same hue at half the brightness."""
    red, green, blue = to_rgb(colour)
    return to_hex((0.5 * red, 0.5 * green, 0.5 * blue))


def width_axis(ax: Axes, low: float, high: float) -> None:
    """Logarithmic width, ticked at powers of two, with a little room at both ends."""
    ax.set_xscale("log", base=2)
    margin = (high / low) ** 0.03 if high > low else 2.0
    ax.set_xlim(low / margin, high * margin)
    octaves = np.log2(max(high / low, 2.0))
    ax.xaxis.set_major_locator(LogLocator(base=4 if octaves > 7 else 2, numticks=20))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    ax.xaxis.set_minor_locator(NullLocator())


def log_axis(ax: Axes, low: float, high: float) -> None:
    """Logarithmic y from low to high; plain numbers where few decades are shown."""
    ax.set_yscale("log")
    ax.set_ylim(low, high)
    if high / low < 200:
        ax.yaxis.set_major_locator(LogLocator(base=10, subs=(1, 2, 5)))
        ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    ax.yaxis.set_minor_formatter(NullFormatter())


def mark_limit(ax: Axes, limit: float, text: str) -> None:
    """A vertical line over the whole height at width `limit`, named above the frame."""
    ax.axvline(limit, **LIMIT_LINE, label="interpolation limit")
    ax.annotate(
        text,
        (limit, 1),
        (0, 4),
        xycoords=("data", "axes fraction"),
        textcoords="offset points",
        ha="center",
        va="bottom",
        fontsize=10,
    )


def context(ds: xr.Dataset, drawn: Sequence[Model]) -> str:
    """What the models drawn have in common: "digits, n = 300 samples, label noise 0.2, 1 hidden layer, relu".

    Their kind comes first where their labels do not tell it.
    """
    kinds = {model.kind for model in drawn}
    kind = kinds.pop() if len(kinds) == 1 and drawn[0].label != drawn[0].kind else None
    return ", ".join(part for part in (kind, context_of(ds)) if part)


def context_of(ds: xr.Dataset) -> str:
    """What all cells have in common, as `context` says it."""
    depth, noise, samples = (common(ds, name) for name in ("depth", "label_noise", "samples"))
    parts = [
        common(ds, "source"),
        f"$n = {samples}$ samples" if samples is not None else None,
        f"label noise {float(noise):g}" if noise else None,
        None if depth is None else f"{depth} hidden layer" + ("" if depth == 1 else "s"),
        None if depth == 0 else common(ds, "activation"),
    ]
    return ", ".join(str(part) for part in parts if part is not None)


def common(ds: xr.Dataset, name: str) -> Any:
    """The value that a setting has in all cells, None where it varies or is not known."""
    if name in axes_of(ds):
        values = np.unique(ds[name].values)
        return values[0] if values.size == 1 else None
    return setting(ds, name)


def quantity(ds: xr.Dataset, name: str) -> str:
    """Name of a variable as an axis has it: its long name, and its unit where it has one."""
    units = ds[name].attrs.get("units", "1")
    text = str(ds[name].attrs.get("long_name", name.replace("_", " ")))
    return text if units in ("1", "") else f"{text}  [{units}]"


def save(figure: Figure, folder: str | os.PathLike[str], name: str) -> list[Path]:
    """Writes name.png (220 dpi) and name.pdf (vector) into `folder`, made where missing, and returns their paths.

    Throws SweepError where a file has that name, OSError where the system refuses.
    """
    directory = _made(Path(folder))
    paths = [directory / f"{name}.png", directory / f"{name}.pdf"]
    for path in paths:
        write(figure, path, path.suffix[1:])
    return paths


def _made(directory: Path) -> Path:
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        raise SweepError(f"{directory}: a file stands where the folder would be made: give another folder") from None
    except OSError as error:
        raise OSError(error.errno, f"the folder cannot be made: {error.strerror}", str(directory)) from None
    return directory


def write(figure: Figure, target: Any, kind: str) -> None:
    """Writes png (220 dpi), pdf or svg to a path or a file object."""
    laid_out = figure.get_layout_engine() is not None
    fits: dict[str, Any] = {} if laid_out else {"bbox_inches": "tight", "pad_inches": 0.08}
    about: dict[str, Any] = {"metadata": {"Date": None}} if kind == "svg" else {}
    # What constrained layout has laid out keeps its column width.
    figure.savefig(target, format=kind, dpi=220, **fits, **about)
