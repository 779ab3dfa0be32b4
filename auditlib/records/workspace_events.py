"""Workspace Events of a Cloud site as rows, and which of the actions that a site records is the deletion of an issue. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from auditlib.csv_cells import writable_text
from auditlib.records.audit_log import Thing, log_rows
from auditlib.records.issues import json_object
from auditlib.records.transitions import instant_or_none

_WORD: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_ISSUE: Final = frozenset({"issue", "issues", "workitem", "workitems"})
_DELETED: Final = frozenset({"delete", "deleted", "deletes", "deletion", "deletions"})
_BESIDE: Final = frozenset({"jira", "bulk", "work", "item", "items", "of", "an", "a", "was", "were"})
_NAMES: Final = ("key", "name", "displayName", "title", "summary")


@dataclass(frozen=True)
class EventAction:
    """An action that a site records: its id, its name for people, and the group that it belongs to; empty where not told."""

    id: str
    name: str
    group: str

    @property
    def shown(self) -> str:
        """Name and id."""
        return f"{self.name} ({self.id})" if self.name else self.id

    @property
    def deletes_issues(self) -> bool:
        """Whether its id or its name says that an issue was deleted, and nothing else: no link, type or comment of one."""
        return any(_names_deletion(text) for text in (self.id, self.name))


def _names_deletion(text: str) -> bool:
    words = {word.lower() for word in _WORD.findall(text)}
    about_issue = bool(words & _ISSUE) or {"work", "item"} <= words or {"work", "items"} <= words
    return about_issue and bool(words & _DELETED) and words <= _ISSUE | _DELETED | _BESIDE


def read_actions(records: Iterable[Mapping[str, Any]]) -> tuple[EventAction, ...]:
    """Return the actions that a site records, by id; what has no id is none."""
    found = {}
    for record in records:
        attributes, known = json_object(record.get("attributes")), _text(record.get("id"))
        groups = attributes.get("groupDisplayNames")
        group = ", ".join(filter(None, map(_text, groups))) if isinstance(groups, list) else ""
        if known:
            found[known] = EventAction(known, _text(attributes.get("displayName")) or "", group)
    return tuple(found[name] for name in sorted(found))


def event_frame(
    records: Iterable[Mapping[str, Any]], actions: Iterable[EventAction], people: Mapping[str, str]
) -> pd.DataFrame:
    """Make one row of each event, in the order received; one with an id that comes again counts once.

    Parameters
    ----------
    records : iterable of mapping
        ``data`` of all pages.
    actions : iterable of EventAction
        What the site's catalogue calls them.
    people : mapping of str to str
        Names by account id.

    Returns
    -------
    DataFrame
        As `audit_log.log_frame`: action_key is the id of the action; summary and category are the catalogue's names of it.
    """
    known = {one.id: one for one in actions}
    rows, seen = [], set()
    for record in records:
        row = _read(record, known, people)
        if row[0] is None or row[0] not in seen:
            seen.add(row[0])
            rows.append(row)
    return log_rows(rows)


def _read(record: Mapping[str, Any], known: Mapping[str, EventAction], people: Mapping[str, str]) -> tuple[Any, ...]:
    told = json_object(record.get("attributes")) or record
    actor, message = json_object(told.get("actor")), json_object(record.get("message"))
    account, action = _text(actor.get("id")), _text(told.get("action"))
    names = known.get(action or "", EventAction(action or "", "", ""))
    name = _text(actor.get("name")) or _text(actor.get("displayName"))
    first, *others = [*map(_thing, _many(told.get("context"))), *map(_thing, _many(told.get("container")))] or [
        (None, None, None)
    ]
    return (
        _text(record.get("id")),
        instant_or_none(told.get("time")),
        name or (people.get(account, account) if account is not None else None),
        names.group or None,
        names.name or _text(message.get("content")) or action,
        action,
        *first,
        None,
        _text(json_object(told.get("location")).get("ip")),
        account,
        tuple(others),
        None,
        None,
        (),
    )


def _many(value: Any) -> list[Mapping[str, Any]]:
    """Return the objects of what is one or several."""
    return [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, Mapping)]


def _thing(item: Mapping[str, Any]) -> Thing:
    attributes = json_object(item.get("attributes"))
    name = next((_text(attributes[one]) for one in _NAMES if attributes.get(one)), None)
    return _text(item.get("type")), _text(item.get("id")), name


def _text(value: Any) -> str | None:
    return writable_text(str(value)) if isinstance(value, str | int) and value != "" else None
