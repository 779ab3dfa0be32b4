"""Issues as received, beside something else that comes in another order: no more of them are held than must wait."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any

Record = Mapping[str, Any]


class AsReceived:
    """The issues of a pass, each handed over once: by its id, or at the end.

    Of a million issues all at once take some gigabytes. Histories come in the order of the ids, issues project by project and
    within one in the order of creation, which is nearly that of the ids: so read as far as the one that is asked for, project
    by project, few have to wait. In whatever order they come, the result is the same.

    Parameters
    ----------
    by_project : mapping of str to iterator of mapping
        The issues as received. Of several with one id the first counts.
    keys : mapping of int to str
        Key by issue id, of those that are wanted; the others are passed over.
    """

    def __init__(self, by_project: Mapping[str, Iterator[Record]], keys: Mapping[int, str]) -> None:
        self._coming = dict(by_project)
        self._keys = keys
        self._wanted = set(keys)
        self._waiting: dict[str, dict[int, Record]] = {project: {} for project in by_project}

    def take(self, issue: int) -> Record | None:
        """Return an issue by its id; None if it is not wanted, did not come, or was handed over."""
        if issue not in self._wanted:
            return None
        mine = self._keys[issue].rpartition("-")[0]
        others = (one for one in self._coming if one != mine)
        for project in chain([mine] if mine in self._coming else (), others):
            record = self._read_until(issue, project)
            if record is not None:
                self._wanted.discard(issue)
                return record
        return None

    def _read_until(self, issue: int, project: str) -> Record | None:
        """Read a project's issues until one comes that is looked for; None if it does not."""
        waiting = self._waiting[project]
        for record in self._coming[project] if issue not in waiting else ():
            came = int(record["id"])
            if came in self._wanted:
                waiting.setdefault(came, record)
            if came == issue:
                break
        return waiting.pop(issue, None)

    def left(self) -> Iterator[tuple[int, Record]]:
        """Yield the issues that nobody took, with their ids, project by project in the order received."""
        for project, coming in self._coming.items():
            for record in chain(list(self._waiting[project].values()), coming):
                issue = int(record["id"])
                if issue in self._wanted:
                    self._wanted.discard(issue)
                    yield issue, record
