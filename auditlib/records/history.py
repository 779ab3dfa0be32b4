"""The changes in a history, as rows: one for each change of a field. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeAlias
from zoneinfo import ZoneInfo

from auditlib.deep_json import as_text
from auditlib.errors import AnswerError
from auditlib.records.actors import UNKNOWN, Actor, actor_of_entry
from auditlib.records.issues import number_of
from auditlib.times import history_instant

Time: TypeAlias = datetime | str
"""An instant in the audit's zone or, where what Jira sent can't be read as one, that text; empty if it sent none."""

CLOSES: Final = "closes"
BREAKS: Final = "does not close"
NOTHING: Final = "nothing to compare"

HISTORY_WORDS: Final[Mapping[str, str]] = {
    CLOSES: "leads from the creation to today",
    BREAKS: "does not close",
    NOTHING: "holds nothing to compare with today",
}
"""What the replay of a whole history can show, and how it is said behind "the history"."""


@dataclass(frozen=True)
class Change:
    """One change of a field, an item of the history; ``before``/``after`` are Jira's from/to, with their texts.

    Attributes
    ----------
    history_id : int or None
        None where the entry's id can't be read.
    at : datetime or str
        In the audit's zone; as sent where it can't be read.
    nobody : bool
        Whether the author is nobody in particular, as `issues.is_nobody` says.
    kind : str
        What kind of actor the author is, of `actors.ACTOR_KINDS`.
    on_behalf_of : str
        For whom an app acted, where the entry says so; empty else.
    custom : bool
        Whether it is a custom field's, whose name may be that of one of Jira's own.
    """

    history_id: int | None
    at: Time
    author: str
    author_id: str
    field: str
    field_id: str
    before: str
    before_text: str
    after: str
    after_text: str
    nobody: bool = False
    kind: str = UNKNOWN
    on_behalf_of: str = ""
    custom: bool = False


@dataclass(frozen=True)
class _Entry:
    """A history entry with its id and time, as far as they can be read, and who made it."""

    number: int | None
    at: Time
    record: Mapping[str, Any]
    actor: Actor


def read_changes(history: Iterable[Mapping[str, Any]], zone: ZoneInfo) -> tuple[Change, ...]:
    """Read the changes from history entries, oldest first; an entry that came twice counts once, as it came last.

    An entry whose time can't be read stands behind the entry with the next smaller id, since Jira counts them in order.
    """
    return tuple(
        Change(
            history_id=entry.number,
            at=entry.at,
            author=entry.actor.name,
            author_id=entry.actor.id,
            field=as_text(item.get("field")),
            field_id=as_text(item.get("fieldId")),
            before=as_text(item.get("from")),
            before_text=as_text(item.get("fromString")),
            after=as_text(item.get("to")),
            after_text=as_text(item.get("toString")),
            nobody=entry.actor.nobody,
            kind=entry.actor.kind,
            on_behalf_of=entry.actor.on_behalf_of,
            custom=item.get("fieldtype") == "custom",
        )
        for entry in _in_order(history, zone)
        for item in items_of(entry.record)
    )


def items_of(entry: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """Return the items of a history entry; what is no record has no place in a history."""
    items = entry.get("items")
    return [one for one in items if isinstance(one, Mapping)] if isinstance(items, list | tuple) else ()


def _in_order(history: Iterable[Mapping[str, Any]], zone: ZoneInfo) -> list[_Entry]:
    """Return history entries, each once, oldest first."""
    entries: dict[object, _Entry] = {}
    for place, record in enumerate(history):
        number = readable_id(record.get("id"))
        entries[("without id", place) if number is None else number] = _Entry(
            number, time_of(record.get("created"), zone), record, actor_of_entry(record)
        )
    ordered = sorted(
        (one for one in entries.values() if isinstance(one.at, datetime)),
        key=_instant_and_number,
    )
    for entry in entries.values():
        if not isinstance(entry.at, datetime):
            older = (place for place, one in enumerate(ordered) if _is_older(one, entry))
            ordered.insert(max(older, default=-1 if entry.number is not None else len(ordered) - 1) + 1, entry)
    return ordered


def _instant_and_number(entry: _Entry) -> tuple[float, int]:
    """Order by the instant, not by the clock on the wall: of two times of one zone Python compares what the clocks show."""
    at = entry.at.timestamp() if isinstance(entry.at, datetime) else 0.0
    return at, -1 if entry.number is None else entry.number


def _is_older(one: _Entry, other: _Entry) -> bool:
    return one.number is not None and other.number is not None and one.number < other.number


def readable_id(value: Any) -> int | None:
    """Return an id that Jira wrote, None if it can't be read."""
    try:
        return number_of(value, "")
    except AnswerError:
        return None


def time_of(value: Any, zone: ZoneInfo) -> Time:
    """Return an instant that Jira wrote, as text or as a number, in a zone; as sent where that can't be read.

    >>> time_of("20226-03-06T09:00:00.000+0000", ZoneInfo("UTC")), time_of(None, ZoneInfo("UTC"))
    ('20226-03-06T09:00:00.000+0000', '')
    """
    try:
        return instant_of(value, "", zone)
    except AnswerError:
        return as_text(value)


def instant_of(value: Any, whose: str, zone: ZoneInfo) -> datetime:
    """Read an instant that Jira wrote, as text or as a number, and return it in a zone.

    Raises
    ------
    AnswerError
        If it can't be read; `whose` says whose it should have been.
    """
    try:
        return history_instant(value).astimezone(zone)
    except (ValueError, OverflowError) as error:
        raise AnswerError(f"{whose}: {error}", expected="an instant", found=repr(value)) from None
