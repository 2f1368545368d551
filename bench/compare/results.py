"""What a section leaves: text for people, figures for the list of targets."""

from dataclasses import dataclass, field


@dataclass
class Section:
    title: str
    text: str
    figures: dict = field(default_factory=dict)


@dataclass(frozen=True)
class Measured:
    """seconds: medians of several rounds; None and a note where a peer could not do it."""

    seconds: float | None
    note: str = ""
    extra: dict = field(default_factory=dict)


def ratio(peer, ours):
    """How much longer the peer takes; None where it is not known."""
    return peer / ours if peer and ours else None


def best(measured):
    """The least time among them, None where none has one."""
    known = [m.seconds for m in measured if m is not None and m.seconds]
    return min(known) if known else None
