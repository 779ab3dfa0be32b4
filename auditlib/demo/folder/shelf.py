"""What has been read of a folder so far: issues, where each stood, and what was ignored with its reason."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from auditlib.demo.world.records import Issue


@dataclass(frozen=True)
class Place:
    """Where a record stood: ``text`` and a ``position`` (line or item, from 1; None for the whole file)."""

    text: str
    position: int | None = None

    def __str__(self) -> str:
        return self.text if self.position is None else f"{self.text}{self.position}"


@dataclass
class Shelf:
    """What has been read so far: issues, and what was left out with its reason.

    ``cut`` holds, by kind of record, of each list that is shorter than its own count how many it holds, and of how many;
    ``without_history`` the ids of issues whose record brings no history.
    """

    issues: dict[int, tuple[Issue, Place]] = field(default_factory=dict)
    keys: dict[str, int] = field(default_factory=dict)
    ignored: list[tuple[Place, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    cut: dict[str, list[tuple[int, int]]] = field(default_factory=dict)
    without_history: set[int] = field(default_factory=set)
    names: dict[str, str] = field(default_factory=dict)

    def ignore(self, place: Place, reason: str) -> None:
        """Note that something was left out, and why."""
        self.ignored.append((place, reason))

    def put(self, issue: Issue, place: Place) -> None:
        """Keep an issue; of two with the same id or the same key the one updated later, of equals the first."""
        holders = {
            holder: self.issues[holder] for holder in (issue.id, self.keys.get(issue.key)) if holder in self.issues
        }
        for other, where in holders.values():
            if other.updated >= issue.updated:
                self.ignore(place, _again(issue, other, where))
                return
        for other, where in holders.values():
            self.ignore(where, _again(other, issue, place))
            del self.issues[other.id]
            self.keys.pop(other.key, None)
        self.issues[issue.id] = (issue, place)
        self.keys[issue.key] = issue.id


def _again(loser: Issue, winner: Issue, where: Place) -> str:
    same = f"id {loser.id}" if loser.id == winner.id else f"key {loser.key}"
    return f"{loser.key} has the same {same} as {winner.key} at {where}, which was updated later or read first"


def merge_ignored(ignored: Iterable[tuple[Place, str]]) -> tuple[str, ...]:
    """Put neighbours with the same reason on one line: ``file:1-279: reason``."""
    runs: list[tuple[str, int | None, int | None, str]] = []
    for place, reason in ignored:
        if runs and place.position is not None:
            text, first, last, known = runs[-1]
            if (text, known) == (place.text, reason) and last is not None and last + 1 == place.position:
                runs[-1] = (text, first, place.position, known)
                continue
        runs.append((place.text, place.position, place.position, reason))
    lines = []
    for text, first, last, reason in runs:
        where = "" if first is None else str(first) if first == last else f"{first}-{last}"
        lines.append(f"{text}{where}: {reason}")
    return tuple(lines)
