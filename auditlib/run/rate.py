"""How fast a stage of long work gets on, and how long it will still take."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from typing import Final

from auditlib.phrases import counted

_SETTLED: Final = 2.0
"""Seconds of a stage after which its rate says something."""


@dataclass(frozen=True)
class Pace:
    """How a stage stands.

    Attributes
    ----------
    stage : str
    done : int
    total : int or None
        None: not known.
    per_second : float or None
        None until it can be told.
    seconds_left : float or None
        None where rate or total are not known.
    """

    stage: str
    done: int
    total: int | None
    per_second: float | None
    seconds_left: float | None

    @property
    def words(self) -> str:
        """How it stands, in words, without the stage.

        >>> Pace("issues", 1240, 4000, 35.2, 78.4).words
        '1,240 of 4,000, 35 a second, about 2 minutes left'
        >>> Pace("tables", 0, None, None, None).words
        ''
        """
        parts = []
        if self.total is not None:
            parts.append(f"{self.done:,} of {self.total:,}")
        elif self.done:
            parts.append(f"{self.done:,}")
        if self.per_second and self.done:
            parts.append(_rate(self.per_second))
        if self.seconds_left:
            parts.append(f"{_left(self.seconds_left)} left")
        return ", ".join(parts)


class Rate:
    """Tells the pace of each stage as it is reported.

    Parameters
    ----------
    clock : callable, optional
        Returns seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._stage: str | None = None
        self._from = (0.0, 0)

    def told(self, stage: str, done: int, total: int | None) -> Pace:
        """Take a report of progress, and return how the stage stands."""
        now = self._clock()
        if stage != self._stage or done < self._from[1]:
            self._stage, self._from = stage, (now, done)
        began, before = self._from
        elapsed, gained = now - began, done - before
        if elapsed < _SETTLED or not gained:
            return Pace(stage, done, total, None, None)
        per_second = gained / elapsed
        left = None if total is None else max(0, total - done) / per_second
        return Pace(stage, done, total, per_second, left)


def _rate(per_second: float) -> str:
    if per_second >= 1:
        return f"{per_second:,.0f} a second"
    return f"{per_second * 60:,.0f} a minute" if per_second * 60 >= 1 else "less than one a minute"


def _left(seconds: float) -> str:
    if seconds < 60:
        return f"about {counted(ceil(seconds), 'second')}"
    if seconds < 5400:
        return f"about {counted(ceil(seconds / 60), 'minute')}"
    return f"about {counted(ceil(seconds / 3600), 'hour')}"
