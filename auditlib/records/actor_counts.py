"""Who made how many entries of histories, counted while they stream by. Pure.

Of each issue and actor one number is kept, 16 bytes, so that the histories of a million issues pass through one by one. Which
issues count is known later: the population is cut when their histories are read already.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from auditlib.records.actors import Actor, actor_of_entry

_TELLS: Final = ("accountId", "key", "name", "displayName", "accountType", "appType")
"""What of a user record tells who it is, and of which kind."""

_Histories = Iterable[tuple[int, Sequence[Mapping[str, Any]]]]


class ActorCounts:
    """Counts of history entries by issue and actor."""

    def __init__(self) -> None:
        self._actors: dict[Actor, int] = {}
        self._read: dict[tuple[Any, ...], int] = {}
        self._issues, self._codes, self._counts = array("q"), array("i"), array("i")

    def watching(self, histories: _Histories) -> Iterator[tuple[int, Sequence[Mapping[str, Any]]]]:
        """Yield histories as they come, and count who made their entries; an entry that came twice counts once.

        Parameters
        ----------
        histories : iterable of (int, sequence of mapping)
            Issue id and history entries as received, each issue once.
        """
        for issue, entries in histories:
            codes: dict[int, int] = {}
            for entry in _each_once(entries):
                code = self._code(entry)
                codes[code] = codes.get(code, 0) + 1
            for code, count in codes.items():
                self._issues.append(issue)
                self._codes.append(code)
                self._counts.append(count)
            yield issue, entries

    def within(self, issues: ArrayLike) -> list[tuple[Actor, int]]:
        """Return the actors of some issues (ids), each with how many entries there are of it in them, in no order that counts."""
        here: NDArray[np.bool_] = np.isin(np.asarray(self._issues), np.asarray(issues, np.int64))
        codes, counts = np.asarray(self._codes)[here], np.asarray(self._counts)[here]
        totals = np.bincount(codes, weights=counts, minlength=len(self._actors)).astype(np.int64).tolist()
        return [(actor, totals[code]) for actor, code in self._actors.items() if totals[code]]

    def _code(self, entry: Mapping[str, Any]) -> int:
        """Return the number of who made an entry; the same record of the same account is looked at once."""
        author = entry.get("author")
        if entry.get("historyMetadata") or not isinstance(author, dict):
            return self._number(actor_of_entry(entry))
        try:
            told = tuple(map(author.get, _TELLS))
            known = self._read.get(told)
        except TypeError:  # something in it is a list or an object
            return self._number(actor_of_entry(entry))
        if known is None:
            known = self._read[told] = self._number(actor_of_entry(entry))
        return known

    def _number(self, actor: Actor) -> int:
        return self._actors.setdefault(actor, len(self._actors))


def _each_once(entries: Sequence[Mapping[str, Any]]) -> Iterable[Mapping[str, Any]]:
    """Return history entries, each once, as it came last; one without an id is none of the others."""
    if len({str(one.get("id")) for one in entries}) == len(entries):
        return entries
    return {str(one["id"]) if "id" in one else ("", place): one for place, one in enumerate(entries)}.values()
