"""Text that the result file keeps as rows of bytes."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import xarray as xr

#: Tables of text, rows x bytes, as docs/file-format.md describes them.
TABLES = ("host_names", "messages", "attempts")


def decode_rows(rows: np.ndarray) -> np.ndarray:
    """Strings from UTF-8 bytes padded with zeros.

    rows: uint8, R x B. Returns objects (str), one per row up to the last row that is used.
    """
    texts = [bytes(row).rstrip(b"\0").decode("utf-8", errors="replace") for row in rows]
    while texts and not texts[-1]:
        texts.pop()
    return np.array(texts, dtype=object)


def settings(ds: xr.Dataset) -> dict[str, Any]:
    """All settings of the job that decide its numbers: {"section.key": value or list of values}."""
    return json.loads(ds.attrs.get("settings", "{}"))


def attempts(ds: xr.Dataset) -> list[dict[str, Any]]:
    """One entry per start of the program: start, end, command_line, host, ranks, ..."""
    return [json.loads(row) for row in ds["attempts"].values if row]
