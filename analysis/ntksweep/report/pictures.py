"""The figures of a report, as pictures that stand in the page itself."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import matplotlib.pyplot as plt
import xarray as xr
from matplotlib.figure import Figure

from ntksweep import published
from ntksweep.cells import unique
from ntksweep.errors import SweepError
from ntksweep.figures import FIGURES, style
from ntksweep.report.captions import about, call, title
from ntksweep.report.choose import chosen
from ntksweep.report.words import choice_text

#: Bytes: a vector picture above the first becomes pixels, and the largest ones do while all together exceed the second.
LARGEST_VECTOR, LARGEST_SUM = 300_000, 1_500_000

#: Figures that can be drawn of one value of an axis, but show nothing then.
_AGAINST = {"double_descent": "width", "kernel_drift": "width", "double_descent_samples": "samples"}

#: The name of the picture in the axes of the paper that a job reproduces.
PUBLISHED = "published"

Draw = Callable[[xr.Dataset], Figure]


@dataclass(frozen=True)
class Picture:
    """A figure as a file. kind: "svg" or "png"; size: of the figure, in inches; call: the Python that draws it."""

    name: str
    title: str
    caption: str
    sources: str
    chosen: str
    call: str
    kind: str
    data: bytes
    size: tuple[float, float]
    figure: Figure

    @property
    def uri(self) -> str:
        """The picture as the address of an <img>."""
        types = {"svg": "image/svg+xml", "png": "image/png"}
        return f"data:{types[self.kind]};base64,{base64.b64encode(self.data).decode()}"


@dataclass(frozen=True)
class Missing:
    """A figure that was not drawn, and why. failed: whether that is a fault and no lack of numbers."""

    name: str
    reason: str
    failed: bool


def pictures(ds: xr.Dataset, names: Sequence[str] | None = None) -> tuple[list[Picture], list[Missing]]:
    """The figures that the file allows, of all or of those named, and the others with the reason.

    A figure that fails, in whatever way, costs the report that figure only.
    """
    found: list[Picture] = []
    missing: list[Missing] = []
    for name, figure in _offered(ds).items():
        if names is not None and name not in names:
            continue
        try:
            _check_axis(name, ds)
            found.append(picture(name, figure, ds))
        except SweepError as error:
            missing.append(Missing(name, str(error), False))
        except Exception as error:  # noqa: BLE001
            missing.append(Missing(name, f"{type(error).__name__}: {error}".partition("\n")[0], True))
    return within(found, LARGEST_SUM), missing


def _offered(ds: xr.Dataset) -> dict[str, Draw]:
    """All figures by name; first the published picture, where the sweep is of a job that has one."""
    job = published.job_name(ds)
    return ({PUBLISHED: published.PICTURES[job]} if job else {}) | FIGURES


def picture(name: str, figure: Draw, ds: xr.Dataset) -> Picture:
    """One figure of a sweep, of a choice of its cells where it has too many. Throws SweepError as the figure does."""
    drawn = chosen(figure, ds)
    plt.close(drawn.result)
    caption, sources = about(figure)
    data = rendered(drawn.result, "svg")
    width, height = drawn.result.get_size_inches()
    kind = "svg" if len(data) <= LARGEST_VECTOR else "png"
    code = "published.picture(ds)" if name == PUBLISHED else call(name, drawn.taken)
    return Picture(
        name, title(name), caption, sources, choice_text(drawn.taken), code, kind,
        data if kind == "svg" else rendered(drawn.result, "png"), (float(width), float(height)), drawn.result,
    )  # fmt: skip


def _check_axis(name: str, ds: xr.Dataset) -> None:
    """Throws SweepError where a figure against an axis would show a single point."""
    axis = _AGAINST.get(name)
    if axis is not None and unique(ds[axis].values)[1:] == []:
        raise SweepError(f"{name} needs several values of {axis}: the sweep has one")


def within(found: list[Picture], limit: int) -> list[Picture]:
    """The same, the largest vector pictures as pixels until all together have at most `limit` bytes, if that helps."""
    result = list(found)
    vector = [index for index, one in enumerate(result) if one.kind == "svg"]
    for index in sorted(vector, key=lambda index: -len(result[index].data)):
        if sum(len(one.data) for one in result) <= limit:
            break
        pixels = rendered(result[index].figure, "png")
        if len(pixels) < len(result[index].data):
            result[index] = replace(result[index], kind="png", data=pixels)
    return result


def rendered(figure: Figure, kind: str) -> bytes:
    """The file of a figure: "svg" (letters as outlines, so that it looks the same everywhere), "png" or "pdf"."""
    buffer = io.BytesIO()
    with plt.rc_context({"svg.fonttype": "path", "svg.hashsalt": "ntksweep"}):
        style.write(figure, buffer, kind)
    return buffer.getvalue()
