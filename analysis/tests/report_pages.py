"""What the tests of the report read back from a page, by the standard library's parser alone."""

from __future__ import annotations

import json
from html.parser import HTMLParser

import numpy as np


class Page(HTMLParser):
    """elements: (name, attributes) of all start tags; texts: what stands between tags, scripts and styles left out."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict]] = []
        self.texts: list[str] = []
        self.scripts: list[str] = []
        self._inside: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag in ("script", "style"):
            self._inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._inside and tag == self._inside[-1]:
            self._inside.pop()

    def handle_data(self, data: str) -> None:
        if self._inside[-1:] == ["script"]:
            self.scripts.append(data)
        elif not self._inside:
            self.texts.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.texts).split())

    def of(self, name: str) -> list[dict]:
        return [attributes for tag, attributes in self.elements if tag == name]

    def cells(self) -> dict:
        """The table of cells: column name -> values of all rows (JSON as it stands in the page)."""
        table = json.loads(self.scripts[0])
        return {column["name"]: values_of(column) for column in table["columns"]}


def values_of(column: dict) -> list:
    if "codes" in column:
        return [column["values"][code] for code in column["codes"]]
    return column["numbers"]


def run_facts(cells: int, ranks: int, attempts: list[dict]) -> tuple[dict, dict]:
    """Variables about the run, cells going round the ranks of attempt 0, and the tables of text."""
    numbers = np.arange(cells)
    variables = {
        "host": np.zeros(cells, "i4"), "rank": (numbers % ranks).astype("i4"), "attempt": np.zeros(cells, "i4"),
        "message": np.full(cells, -1, "i4"), "wall_time": 1.0 + numbers % 7,
        "training_time": 0.5 * (1.0 + numbers % 7),
    }  # fmt: skip
    texts = {"host_names": ["node <1>"], "attempts": [json.dumps(one) for one in attempts]}
    return variables, texts


def attempt(start: str = "2026-01-02T03:04:05Z", end: str | None = "2026-01-02T03:05:05Z", ranks: int = 2) -> dict:
    """A row of the table of attempts; the last commit is some seconds before the end."""
    last = "2026-01-02T03:05:00Z"
    return {"start": start, "end": end, "last_commit": last, "ranks": ranks, "host": "node <1>", "job": None}
