"""The starts of the program, and what each rank computed in them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import xarray as xr

from ntksweep.cells import setting, tidy
from ntksweep.status import Status

#: Seconds; of a shorter run the share of idle time is not told, as its start and end are stored to the second.
SHORTEST = 10.0


@dataclass(frozen=True)
class Lane:
    """What one rank computed in one run, longest cell first.

    cells: positions in the tidy sweep; seconds: what each took; statuses: how it ended.
    """

    host: str
    rank: int
    cells: np.ndarray
    seconds: np.ndarray
    statuses: np.ndarray

    @property
    def busy(self) -> float:
        """Seconds spent on cells."""
        return float(self.seconds.sum())


@dataclass(frozen=True)
class Run:
    """One start of the program.

    start, end: UTC; the end of a run that goes on or was killed is its last commit, None before the first.
    ended: whether it came to its end itself. ranks: of the start; host: of rank zero; job: Slurm's number, or "".
    """

    number: int
    start: datetime | None
    end: datetime | None
    ended: bool
    ranks: int
    host: str
    job: str
    lanes: list[Lane]

    @property
    def busy(self) -> float:
        """Seconds that all ranks together spent on cells."""
        return sum(lane.busy for lane in self.lanes)

    @property
    def duration(self) -> float:
        """Seconds from the start to the end, NaN where one of them is not known."""
        return float("nan") if self.start is None or self.end is None else (self.end - self.start).total_seconds()


def runs_of(ds: xr.Dataset) -> list[Run]:
    """All starts of the program that computed cells or are described in the file, in their order."""
    texts = ds["attempts"].values.tolist() if "attempts" in ds else []
    names = [name for name in ("wall_time", "host", "rank", "attempt") if name in ds]
    cells = tidy(ds, *names)
    ended = cells["status"].values != Status.PENDING
    attempt = np.where(ended, _column(cells, "attempt", -1), -1).astype(int)
    hosts = ds["host_names"].values.tolist() if "host_names" in ds else []
    return [
        _run(number, texts[number] if number < len(texts) else "", cells, np.flatnonzero(attempt == number), hosts)
        for number in range(max(len(texts), int(attempt.max(initial=-1)) + 1))
    ]


def idle_share(ds: xr.Dataset, run: Run) -> float:
    """Share of the ranks' time in a run that went into no cell, 0 to 1.

    NaN where it is not known: for runs shorter than `SHORTEST`, and where a cell may have taken several ranks (cells of
    several threads). What an earlier run had spent on a cell that this one finished counts as spent here.
    """
    threads = setting(ds, "training.threads", 1)
    single = threads == 1 and "threads" not in ds.coords
    if not single or not run.duration >= SHORTEST or run.ranks < 1:
        return float("nan")
    return float(np.clip(1 - run.busy / (run.ranks * run.duration), 0, 1))


def _run(number: int, text: str, cells: xr.Dataset, members: np.ndarray, hosts: list[str]) -> Run:
    facts = _facts(text)
    end, last = _time(facts.get("end")), _time(facts.get("last_commit"))
    host, rank = (_column(cells, name, -1)[members].astype(int) for name in ("host", "rank"))
    lanes = []
    for place in sorted(set(zip(host.tolist(), rank.tolist()))):
        own = members[(host == place[0]) & (rank == place[1])]
        seconds = np.nan_to_num(_column(cells, "wall_time", np.nan)[own].astype(float))
        own = own[np.argsort(-seconds, kind="stable")]
        name = hosts[place[0]] if 0 <= place[0] < len(hosts) else "?"
        lanes.append(Lane(name, place[1], own, np.sort(seconds)[::-1], cells["status"].values[own]))
    ranks = max(int(facts.get("ranks") or 0), len(lanes))
    return Run(
        number, _time(facts.get("start")), end or last, end is not None, ranks,
        str(facts.get("host") or ""), str(facts.get("job") or ""), lanes,
    )  # fmt: skip


def _column(cells: xr.Dataset, name: str, missing: float) -> np.ndarray:
    return cells[name].values if name in cells else np.full(cells.sizes["cell"], missing)


def _facts(text: str) -> dict:
    """The row of the table as an object; empty for one that a power failure left half written."""
    try:
        facts = json.loads(text)
    except ValueError:
        return {}
    return facts if isinstance(facts, dict) else {}


def _time(text: object) -> datetime | None:
    try:
        return datetime.fromisoformat(str(text).replace("Z", "+00:00")) if text else None
    except ValueError:
        return None
