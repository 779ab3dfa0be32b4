"""The trail of an issue: its history counted in entries, the changes of each field apart, and how they are said. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple, Protocol

from auditlib.records.history import Change, Time

END: Final = 1 << 60
"""Place behind the last entry of any history."""


class Entry(Protocol):
    """What an entry of a history shows, a change or a gate."""

    @property
    def history_id(self) -> int | None:
        """Its id; None where it has none."""


class Mark(NamedTuple):
    """A change of a field, and which entry of the history it belongs to, counted from 0 in the order of the history."""

    place: int
    step: Change


class Trail:
    """The history of one issue, read once for all tests of it.

    Entries follow each other in time, and by their ids where their times are equal; changes of one entry happened at once.
    """

    __slots__ = ("fields",)

    def __init__(self, steps: Sequence[Change]) -> None:
        self.fields: dict[str, list[Mark]] = {}
        place, last = -1, object()
        for step in steps:
            entry = (step.at, step.author_id) if step.history_id is None else step.history_id
            if entry != last:
                place, last = place + 1, entry
            name = step.field_id or (f"custom {step.field}" if step.custom else step.field)
            if name in self.fields:
                self.fields[name].append(Mark(place, step))
            else:
                self.fields[name] = [Mark(place, step)]

    def of(self, field: str) -> Sequence[Mark]:
        """Return the changes of one of Jira's own fields, oldest first.

        Notes
        -----
        Data Center leaves out the id of a field of its own, whose name in histories is the id (``status``, ``reporter``).
        Of a custom field it gives nothing but the name, which may be the same.
        """
        return self.fields.get(field, ())

    @property
    def marks(self) -> list[Mark]:
        """Every change, in the order of the history as far as it tells one."""
        return sorted((mark for chain in self.fields.values() for mark in chain), key=lambda mark: mark.place)

    @property
    def times(self) -> list[tuple[int, float | None]]:
        """The entries of the history in order, each with its instant."""
        found: dict[int, float | None] = {}
        for marks in self.fields.values():
            for place, step in marks:
                found.setdefault(place, timestamp(step.at))
        return sorted(found.items())


def timestamp(at: Time | None) -> float | None:
    """Return an instant as seconds since 1970, by which instants are compared; None where there is none or it can't be read.

    Notes
    -----
    Python compares and subtracts two instants of one zone by the clock on the wall, which is wrong on the day that it changes.
    """
    try:
        return at.timestamp()  # type: ignore[union-attr] # a text has none
    except AttributeError:
        return None


def instant(at: Time) -> float:
    """Return an instant that can be read, as seconds since 1970.

    Raises
    ------
    ValueError
        If it can't be read.
    """
    if isinstance(at, datetime):
        return at.timestamp()
    raise ValueError(moment(at))


def moment(at: Time) -> str:
    """Write an instant in its own zone; as sent where it can't be read."""
    if isinstance(at, datetime):
        return at.isoformat(timespec="milliseconds")
    return f"{at or 'at no time that Jira tells'} (not readable)"


def later(at: Time, length: timedelta) -> Time:
    """Return the instant that is so much later, a day having 24 hours, in its zone; as sent where it can't be read."""
    return (at.astimezone(UTC) + length).astimezone(at.tzinfo) if isinstance(at, datetime) else at


def told(step: Change, what: str) -> str:
    """Say what a history entry shows: ``history 11: Approved 2026-04-03T12:00:00.000+00:00 by Bob``."""
    number = "without id" if step.history_id is None else step.history_id
    return f"history {number}: {what} {moment(step.at)} by {step.author or 'nobody'}"


def numbers(*entries: Entry | None) -> tuple[int, ...]:
    """Return the ids of history entries that are known, each once, in the order given."""
    ids: list[int] = []
    for one in entries:
        number = None if one is None else one.history_id
        if number is not None and number not in ids:
            ids.append(number)
    return tuple(ids)
