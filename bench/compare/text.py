"""Markdown and numbers for people."""


def readable(seconds):
    """Time with a unit, three digits: "12.3 us"; "-" where there is none."""
    if seconds is None:
        return "-"
    for unit, scale in (("s", 1), ("ms", 1e-3), ("us", 1e-6)):
        if seconds >= scale:
            return f"{seconds / scale:.3g} {unit}"
    return f"{seconds * 1e9:.3g} ns"


def times(ratio):
    """A ratio as text: "3.4 x"; "-" where there is none."""
    return "-" if ratio is None else f"{ratio:.3g} x"


def percent(share):
    return "-" if share is None else f"{100 * share:.3g} %"


def table(head, rows):
    """Markdown table of texts."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


def size_text(size):
    return f"({', '.join(map(str, size))})"
