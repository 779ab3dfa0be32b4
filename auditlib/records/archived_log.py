"""Records of Jira's audit log out of the archive, joined with those that Jira still gives. Pure.

Jira deletes its log after some time. What the archive kept of it is read as if Jira had given it; a record that both have
counts once.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

Record = Mapping[str, Any]


@dataclass(frozen=True)
class Hole:
    """A time of which the archive has no record, because it was not read before Jira had deleted what was there.

    Attributes
    ----------
    after, before : datetime or None
        The last record before it and the first one after it, UTC; None where there is none.
    """

    after: datetime | None
    before: datetime | None


@dataclass(frozen=True)
class ArchiveReach:
    """How far the archive's part of a log reaches.

    Attributes
    ----------
    begins : datetime or None
        From when on it has the log, but for its holes; None if it has none.
    holes : sequence of Hole
        In the order of time.
    records : int
        How many records only the archive has.
    missed : int
        How many of these are of a time that Jira's answer covers.
    ends : datetime or None
        When the log was archived last, to its end: what was recorded until then is there.
    """

    begins: datetime | None
    holes: Sequence[Hole] = ()
    records: int = 0
    missed: int = 0
    ends: datetime | None = None

    def joined(self, jira_begins: datetime | None) -> ArchiveReach:
        """Return it with the hole between the last archive and what Jira still has, if there is one."""
        if self.ends is None or jira_begins is None or jira_begins <= self.ends:
            return self
        return replace(self, holes=(*self.holes, Hole(self.ends, jira_begins)))


@dataclass(frozen=True)
class JoinedLog:
    """The log of Jira and of the archive as one.

    Attributes
    ----------
    records : sequence of mapping
        Those of Jira as they came, then those that only the archive has, newest first.
    only_archived : int
        How many only the archive has.
    missed : int
        How many of these are of a time that Jira's answer covers: they were in the log, and are no more.
    """

    records: Sequence[Record]
    only_archived: int = 0
    missed: int = 0


def join_log(
    given: Sequence[Record],
    archived: Iterable[Record],
    time_of: Callable[[Record], datetime | None],
    *,
    since: datetime | None = None,
    jira_from: datetime | None = None,
) -> JoinedLog:
    """Put what the archive kept below what Jira gives.

    Parameters
    ----------
    given : sequence of mapping
        Records as Jira gives them, newest first.
    archived : iterable of mapping
        Records as the archive kept them.
    time_of : callable
        Tells when a record was made; None where that can't be read.
    since : datetime, optional
        Older records of the archive are not wanted.
    jira_from : datetime, optional
        From when on Jira gave all that it has.

    Notes
    -----
    A record is known again by its id; Data Center's have none (JRASERVER-78785), so there by its instant, its action and
    what it is about. Of several that are alike in all that, as many count as the richer side has.
    """
    left = Counter(map(_identity, given))
    more: list[tuple[datetime | None, str, Record]] = []
    for record in archived:
        name, at = _identity(record), time_of(record)
        if left[name] > 0:
            left[name] -= 1
        elif since is None or at is None or at >= since:
            more.append((at, name, record))
    more.sort(key=lambda one: (one[0] is not None, one[0].timestamp() if one[0] else 0.0, one[1]), reverse=True)
    missed = sum(1 for at, _, _ in more if at is not None and jira_from is not None and at > jira_from)
    return JoinedLog([*given, *(record for _, _, record in more)], len(more), missed)


def _identity(record: Record) -> str:
    """Return by what a record is known again: names of people and words of a language may have changed meanwhile."""
    number = record.get("id")
    if number is not None:
        return f"id {number}"
    kind, about = record.get("type"), record.get("affectedObjects")
    named = (
        record.get("timestamp"),
        (kind.get("actionI18nKey") or kind.get("action")) if isinstance(kind, Mapping) else kind,
        [one.get("id") if isinstance(one, Mapping) else one for one in about] if isinstance(about, list) else about,
        record.get("changedValues"),
    )
    return hashlib.sha256(json.dumps(named, sort_keys=True, default=str).encode()).hexdigest()


def continuous_from(archive: ArchiveReach, until: datetime | None) -> datetime | None:
    """Return from when on archive and Jira have the log without a hole, up to an instant from which Jira has it all.

    Parameters
    ----------
    archive : ArchiveReach
    until : datetime or None
        From when on Jira gave all that it has; None if that is not known, or it gave nothing.
    """
    if archive.begins is None or until is None:
        return until
    before = (hole for hole in archive.holes if hole.after is None or hole.after < until)
    return min(max([archive.begins, *(hole.before or until for hole in before)]), until)
