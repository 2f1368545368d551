"""HTML put together so that text is always escaped."""

from __future__ import annotations

import html
from collections.abc import Iterable
from typing import Any

_VOID = ("br", "img", "input", "meta")


class Markup(str):
    """HTML as it is to stand in the page; any other string is text."""


def text(value: Any) -> Markup:
    """Markup as it is, anything else escaped."""
    return value if isinstance(value, Markup) else Markup(html.escape(str(value)))


def joined(parts: Iterable[Any], between: str = "") -> Markup:
    """The parts one after the other, each as `text` gives it."""
    return Markup(html.escape(between).join(text(part) for part in parts))


def tag(name: str, *content: Any, **attributes: Any) -> Markup:
    """<name attributes>content</name>.

    attributes: class_="x" is class, data_key="y" is data-key; None and False are left out, True stands alone.
    """
    words = [name]
    for key, value in attributes.items():
        if value is None or value is False:
            continue
        key = key.rstrip("_").replace("_", "-")
        words.append(key if value is True else f'{key}="{html.escape(str(value))}"')
    start = f"<{' '.join(words)}>"
    return Markup(start if name in _VOID else f"{start}{joined(content)}</{name}>")


def table(head: Iterable[Any], rows: Iterable[Iterable[Any]], caption: str, **attributes: Any) -> Markup:
    """A table whose first row is its header. caption: said to readers of the screen, not shown."""
    top = tag("tr", *(tag("th", cell, scope="col") for cell in head))
    body = joined(tag("tr", *(tag("td", cell) for cell in row)) for row in rows)
    about = tag("caption", caption, class_="unseen")
    return tag("div", tag("table", about, tag("thead", top), tag("tbody", body), **attributes), class_="wide")
