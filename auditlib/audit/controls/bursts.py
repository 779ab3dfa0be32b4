"""Bursts: many gates or comments of one actor within a minute, over all issues. Pure.

Who approves twenty changes in a minute did not read them; a script may have. It is told, and is no exception alone. Of a million
issues only the instants are kept, eight bytes each.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import deque
from collections.abc import Iterable, Sequence
from typing import Final

from auditlib.audit.controls.trail import timestamp
from auditlib.records.history import Time

MINUTE: Final = 60.0

GATES: Final = "gates"
COMMENTS: Final = "comments"
"""The kinds of things that come in bursts, each counted apart."""

Done = tuple[str, str, Time]
"""What kind of thing, by which account, when."""


class Bursts:
    """When each actor did what, so that for each thing it can be said how many came within a minute of it."""

    def __init__(self, done: Iterable[Done]) -> None:
        found: dict[tuple[str, str], array[float]] = {}
        for kind, account, at in done:
            moment = timestamp(at)
            if account and moment is not None:
                found.setdefault((kind, account), array("d")).append(moment)
        self._at = {who: array("d", sorted(moments)) for who, moments in found.items()}
        self._fullest: dict[tuple[str, str], array[int]] = {}

    def around(self, kind: str, account: str, at: Time) -> int:
        """Return how many things of a kind an actor did in the fullest minute that holds one of them; 0 for what is unknown.

        Parameters
        ----------
        kind : str
            `GATES` or `COMMENTS`.
        account : str
            Id of the account.
        at : datetime or str
            When the one was done.
        """
        moments, moment = self._at.get((kind, account)), timestamp(at)
        if moments is None or moment is None:
            return 0
        place = bisect_left(moments, moment)
        if place == len(moments) or moments[place] != moment:
            return 0
        fullest = self._fullest.get((kind, account))
        if fullest is None:
            fullest = self._fullest[kind, account] = _fullest(moments)
        return fullest[place]


def _fullest(moments: Sequence[float]) -> array[int]:
    """Return for each of some instants, which rise, how many lie in the fullest minute that holds it and begins with one."""
    counts = array("L")
    last = 0
    for first, moment in enumerate(moments):
        while last < len(moments) and moments[last] - moment <= MINUTE:
            last += 1
        counts.append(last - first)
    found, waiting = array("L"), deque[int]()  # places of counts that fall, the largest first
    for place, moment in enumerate(moments):
        while waiting and counts[waiting[-1]] <= counts[place]:
            waiting.pop()
        waiting.append(place)
        while moment - moments[waiting[0]] > MINUTE:
            waiting.popleft()
        found.append(counts[waiting[0]])
    return found
