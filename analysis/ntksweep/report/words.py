"""Numbers, times and settings as a reader wants them."""

from __future__ import annotations

from typing import Any

import numpy as np

#: How a cell ended, in words and in colours that stay apart for colour-blind readers, in the order of the values.
STATUS = {
    "pending": ("pending", "#E4E4E4"),
    "converged": ("converged", "#56B4E9"),
    "max_steps": ("step limit reached", "#E6C700"),
    "diverged": ("diverged", "#8F8F8F"),
    "failed": ("failed", "#D55E00"),
    "skipped": ("skipped", "#CC79A7"),
    "quarantined": ("quarantined", "#A03000"),
}
STATUS_NAMES = list(STATUS)


def count(number: int, noun: str) -> str:
    """ "1 cell", "7,380 cells"."""
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def share(part: float, whole: float) -> str:
    """ "25.8 %"; never 0 or 100 where some are left."""
    if whole == 0:
        return "0 %"
    percent = 100 * part / whole
    if 0 < percent < 0.1:
        return "< 0.1 %"
    if 99.9 < percent < 100:
        return "> 99.9 %"
    return f"{percent:.3g} %"


def seconds(value: float) -> str:
    """ "48.2 s", "12 min 5 s", "3 h 20 min"; a time in s."""
    if not np.isfinite(value):
        return "not known"
    if value < 60:
        return f"{value:.3g} s"
    minutes, rest = divmod(round(value), 60)
    return f"{minutes} min {rest} s" if minutes < 60 else f"{minutes // 60:,} h {minutes % 60} min"


def number(value: Any, digits: int = 3) -> str:
    """A number to so many digits, a text as it is, "-" for what is missing."""
    if isinstance(value, (bool, np.bool_, str)):
        return str(value)
    if isinstance(value, (int, np.integer)):
        return str(value)
    return "-" if np.isnan(value) else f"{value:.{digits}g}"


def setting(name: str, value: Any) -> str:
    """ "width = 64", "layer init scale = (4.47, 31.6)"."""
    return f"{name.replace('_', ' ')} = {setting_value(value)}"


def setting_value(value: Any) -> str:
    """ "64", "0.333", "(4.47, 31.6)"; "none" of an empty list."""
    if isinstance(value, str) and not value:
        return "none"
    if isinstance(value, str) and "," in value:
        return "(" + ", ".join(_rounded(part) for part in value.split(",")) + ")"
    return number(value)


def choice_text(taken: dict[str, list[Any]]) -> str:
    """ "A choice: width = 16, 256 and 4096; step size = 0.5 and 2.5."; "" where nothing was cut down."""
    parts = [
        f"{axis.replace('_', ' ')} = {listed([setting_value(value) for value in values])}"
        for axis, values in taken.items()
    ]
    return f"A choice: {'; '.join(parts)}." if parts else ""


def listed(parts: list[str]) -> str:
    """ "a, b and c"."""
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def _rounded(part: str) -> str:
    try:
        return f"{float(part):.3g}"
    except ValueError:
        return part
