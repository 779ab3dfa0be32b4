"""Histories as they are told: one row for each change of a field. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from auditlib.errors import AnswerError
from auditlib.issues import number_of, person_name
from auditlib.times import history_instant, parse_instant


@dataclass(frozen=True)
class Change:
    """One item of the history; ``at`` is in the audit's zone. ``before``/``after`` are Jira's from/to, with their texts."""

    history_id: int
    at: datetime
    author: str
    author_id: str
    field: str
    field_id: str
    before: str
    before_text: str
    after: str
    after_text: str


def read_changes(history: Iterable[Mapping[str, Any]], whose: str, zone: ZoneInfo) -> tuple[Change, ...]:
    """Return the items of history entries, oldest first; an entry that came twice counts once.

    Raises
    ------
    AnswerError
        If an entry has no readable id or time.
    """
    entries: dict[int, tuple[datetime, Mapping[str, Any]]] = {}
    for entry in history:
        number = number_of(entry.get("id"), f"a history entry of {whose}")
        entries[number] = (instant_of(entry.get("created"), f"history {number} of {whose}", zone), entry)
    return tuple(
        Change(
            history_id=number,
            at=at,
            author=person_name(entry.get("author")) or "",
            author_id=person_id(entry.get("author")),
            field=str(item.get("field", "")),
            field_id=str(item.get("fieldId") or ""),
            before=_plain(item.get("from")),
            before_text=_plain(item.get("fromString")),
            after=_plain(item.get("to")),
            after_text=_plain(item.get("toString")),
        )
        for number, (at, entry) in sorted(entries.items(), key=lambda pair: (pair[1][0], pair[0]))
        for item in entry.get("items") or ()
    )


def person_id(person: Mapping[str, Any] | None) -> str:
    """Return by what Jira tells people apart: account id, or user key on Data Center; empty for nobody."""
    return next((str(person[name]) for name in ("accountId", "key", "name") if person and person.get(name)), "")


def instant_of(value: Any, whose: str, zone: ZoneInfo) -> datetime:
    """Read an instant that Jira wrote, as text or as a number, and return it in a zone.

    Raises
    ------
    AnswerError
        If it can't be read; `whose` says whose it should have been.
    """
    try:
        found = history_instant(value) if isinstance(value, int) else parse_instant(str(value))
    except ValueError as error:
        raise AnswerError(f"{whose}: {error}", expected="an instant", found=repr(value)) from None
    return found.astimezone(zone)


def _plain(value: Any) -> str:
    return "" if value is None else str(value)
