"""The course of a command: its stages with their sizes, how much of all is done, and how long the rest may take. Pure.

What stages cost beside each other was measured, of Jira's in requests and of the machine's in seconds; how fast this Jira and
this machine are, a run finds out itself. Nothing is said of the time that is left as long as the size of a stage that may
be the longest is not known.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

_FORGOTTEN: Final = 60.0
"""Seconds in which a speed that was measured loses most of its weight."""

_WINDOW: Final = 20.0
"""Seconds over which the rate of a stage is measured."""

_SOONEST: Final = 2.0
"""Seconds before which nothing is said of a rate."""


@dataclass(frozen=True)
class Stage:
    """One stage of a command.

    Attributes
    ----------
    name : str
        As it is told.
    each : float
        What one of it costs, in seconds of a usual Jira or of a usual machine.
    fixed : float
        What it costs whatever its size.
    asks : bool
        Whether it goes at the speed of Jira; else at the machine's.
    usual : int
        The size it is taken to have as long as it has not told its own.
    like : str
        The stage whose size it is taken to have instead.
    open_ended : bool
        Whether nobody knows its size, or whether it will be long, before it tells it.
    """

    name: str
    each: float = 0.0
    fixed: float = 0.1
    asks: bool = True
    usual: int = 0
    like: str = ""
    open_ended: bool = False


RUN: Final = (
    Stage("asking who we are", fixed=1.0),
    Stage("keys", 0.0002, open_ended=True),
    Stage("issues", 0.001, open_ended=True),
    Stage("ids once more", 0.0001, like="issues"),
    Stage("histories", 0.0005, like="issues"),
    Stage("records of the audit log", 0.0005, open_ended=True),
    Stage("events of the workspace", 0.0005),
    Stage("workflows", fixed=1.0),
    Stage("neighbours of the period", 0.002, fixed=0.5),
    Stage("missing numbers", 0.005, open_ended=True),
    Stage("answers about permissions", 0.01, fixed=1.0),
    Stage("people, when they were last active", 0.01),
    Stage("dossiers", 0.2, usual=25),
    Stage("tables", 0.0002, fixed=4.0, asks=False, like="issues"),
    Stage("notebooks", 1.6, asks=False, usual=9),
    Stage("cover page", fixed=0.5, asks=False),
    Stage("sealing", 0.0002, fixed=2.5, asks=False, like="issues"),
)
"""Of ``run`` and ``demo``."""

DOSSIERS: Final = (
    Stage("asking who we are", fixed=1.0),
    Stage("dossiers", 0.2),
    Stage("pages and tables", 0.05, fixed=2.0, asks=False, like="dossiers"),
    Stage("cover page", fixed=0.5, asks=False),
    Stage("sealing", 0.01, fixed=1.0, asks=False, like="dossiers"),
)
"""Of ``dossiers``."""

RERUN: Final = (
    Stage("copying the answers", 0.0, fixed=0.2, asks=False),
    Stage("tables", fixed=4.0, asks=False),
    Stage("notebooks", 1.6, asks=False, usual=9),
    Stage("cover page", fixed=3.0, asks=False),
)
"""Of ``rerun``."""

ARCHIVE: Final = (
    Stage("asking who we are", fixed=1.0),
    Stage("records of the audit log", 0.0005, open_ended=True),
    Stage("keys", 0.0002, open_ended=True),
    Stage("issues whose comments are read", 0.005, open_ended=True),
    Stage("worklogs", 0.001),
    Stage("workflows", fixed=1.0),
    Stage("answers about permissions", 0.01, fixed=1.0),
)
"""Of ``archive``."""


@dataclass
class _Speed:
    """Seconds that a second of a usual Jira, or machine, takes here; what was long ago counts less."""

    took: float = 0.0
    was: float = 0.0

    def add(self, seconds: float, work: float) -> None:
        kept = math.exp(-seconds / _FORGOTTEN)
        self.took = self.took * kept + seconds
        self.was = self.was * kept + work

    def factor(self, default: float | None) -> float | None:
        """Return the factor, or the default as long as too little was done to know one."""
        return self.took / self.was if self.took >= _SOONEST and self.was > 0 else default


@dataclass
class _State:
    """How far a stage has come; ``size`` is None as long as it is not told."""

    done: int = 0
    size: int | None = None


@dataclass
class Rate:
    """How many of a stage are done in a second, over the last seconds."""

    seen: deque[tuple[float, int]] = field(default_factory=deque)

    def add(self, now: float, done: int) -> None:
        """Note how many are done."""
        self.seen.append((now, done))
        while len(self.seen) > 2 and now - self.seen[1][0] > _WINDOW:
            self.seen.popleft()

    @property
    def each_second(self) -> float | None:
        """The rate; None if it can't be told yet."""
        if not self.seen:
            return None
        (began, first), (now, last) = self.seen[0], self.seen[-1]
        return (last - first) / (now - began) if now - began >= _SOONEST and last > first else None


class Course:
    """How far a command has come on its stages.

    Parameters
    ----------
    stages : sequence of Stage
        In their order.
    """

    def __init__(self, stages: Sequence[Stage] = RUN) -> None:
        self._stages = stages
        self._states = [_State() for _ in stages]
        self._at = 0
        self._share = 0.0
        self._began: float | None = None
        self._last = 0.0
        self._speeds = {True: _Speed(), False: _Speed()}

    @property
    def share(self) -> float:
        """Which part of the whole is done, from 0 to 1; it never goes back."""
        return self._share

    def told(self, name: str, done: int, total: int | None, now: float) -> None:
        """Take in what was told; what is no stage of this course moves nothing.

        Parameters
        ----------
        name : str
            What is being done.
        done, total : int, int or None
            How many are done, of how many.
        now : float
            Seconds on any clock that never goes back.
        """
        place = self._place(name)
        if place is not None:
            state = self._states[place]
            state.size = state.size if total is None else max(total, done)
        before = self._rest()
        asked = self._stages[self._at].asks
        if place is not None:
            self._states[place].done = max(self._states[place].done, done)
            self._at = max(self._at, place)
        after = self._rest()
        # Of what is left, so much is done now: so the bar goes on, however much more there turns out to be.
        whole = sum(before.values())
        if whole > 0:
            more = (1 - self._share) * max(0.0, whole - sum(after.values())) / whole
            self._share = min(1.0, self._share + more)  # which rounding would pass
        if self._began is None:
            self._began = now
        else:
            self._speeds[asked].add(now - self._last, max(0.0, before[asked] - after[asked]))
        self._last = now

    def left(self, now: float) -> float | None:
        """Return how many seconds the rest may take; None as long as that can't be estimated."""
        if (
            self._began is None
            or now - self._began < _SOONEST
            or any(
                stage.open_ended and state.size is None
                for stage, state in zip(self._stages[self._at :], self._states[self._at :], strict=True)
            )
        ):
            return None
        rest, seconds = self._rest(), 0.0
        for asks, usual in ((True, None), (False, 1.0)):
            factor = self._speeds[asks].factor(usual)
            if factor is None and rest[asks] > 0:
                return None
            seconds += rest[asks] * (factor or 0.0)
        return max(0.0, seconds - (now - self._last))

    def _place(self, name: str) -> int | None:
        return next((place for place, stage in enumerate(self._stages) if name == stage.name), None)

    def _rest(self) -> dict[bool, float]:
        """Return what is left to do of both kinds, in seconds of a usual Jira and of a usual machine."""
        rest = {True: 0.0, False: 0.0}
        for place, (stage, state) in enumerate(zip(self._stages, self._states, strict=True)):
            if place >= self._at:
                done = min(1.0, state.done / state.size) if place == self._at and state.size else 0.0
                rest[stage.asks] += self._cost(stage, state) * (1 - done)
        return rest

    def _cost(self, stage: Stage, state: _State) -> float:
        known = state.size
        if known is None:
            like = next((place for place, one in enumerate(self._stages) if one.name == stage.like), None)
            known = stage.usual if like is None else self._states[like].size or 0
        return stage.fixed + stage.each * known
