"""Jira's audit log as rows: what it records, which deletions of issues it shows, how far back it reaches. Pure.

Whether a Jira writes the deletion of an issue into its log is not told by Atlassian in any text that we know. So what would
be such a record stands in a table (`DELETION_FORMS`), and a reader is told whether this site's log shows any at all:
only then does the silence about a number mean something.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

import pandas as pd

from auditlib.csv_cells import writable_text
from auditlib.errors import AnswerError
from auditlib.records.issues import json_object, person_name
from auditlib.records.transitions import instant_or_none
from auditlib.times import format_utc

LOG_COLUMNS = (
    "id",
    "at",
    "actor",
    "category",
    "summary",
    "action_key",
    "object_type",
    "object_id",
    "object_name",
    "changes",
    "remote_address",
    "actor_id",
    "others",
    "category_key",
    "actor_key",
    "changed_values",
)
_TUPLES = ("others", "changed_values")

Thing = tuple[str | None, str | None, str | None]
"""What a record is about: type, id and name."""

Value = tuple[str | None, str | None, str | None]
"""What a record changed: the name of a value (Data Center: its key, where it has one), before and after."""


@dataclass(frozen=True)
class DeletionForm:
    """One way in which a log may record that issues were deleted.

    Attributes
    ----------
    deployment : str
        ``cloud`` or ``data-center``.
    value : str
        The record's ``summary`` (Cloud, upper and lower case alike) or ``type.actionI18nKey`` (Data Center, whose summary
        is in the language of whoever reads it).
    source : str
        Where the form comes from.
    invented : bool
        True if nobody is known to have seen it; none of the others has been confirmed by Atlassian either.
    """

    deployment: str
    value: str
    source: str
    invented: bool


DELETION_FORMS: tuple[DeletionForm, ...] = (
    DeletionForm("cloud", "issue deleted", "an importer of a third party expects it; its data are made up", False),
    DeletionForm("cloud", "issues deleted", "invented: the same of several issues", True),
    DeletionForm("cloud", "bulk issue deletion", "invented: a bulk operation", True),
    DeletionForm("cloud", "work item deleted", "invented: Atlassian's newer word for an issue", True),
    DeletionForm("cloud", "work items deleted", "invented: Atlassian's newer word for issues", True),
    DeletionForm("data-center", "jira.auditing.issue.deleted", "in data that a generator made up", False),
    DeletionForm("data-center", "jira.auditing.issues.deleted", "invented: the same of several issues", True),
    DeletionForm("data-center", "jira.auditing.issue.bulk.deleted", "invented: a bulk operation", True),
)
"""The recognised forms. A deleted comment, sprint, filter, version or project has another summary or action key."""

SUMMARIES = frozenset(form.value for form in DELETION_FORMS if form.deployment == "cloud")
_NOBODY: Mapping[str, str] = MappingProxyType({})


def names_by_account(persons: Iterable[Mapping[str, Any] | None]) -> dict[str, str]:
    """Return names by account id or user key, for Cloud's log, which names people by their ids only.

    Parameters
    ----------
    persons : iterable of mapping or None
        Jira's user records, as issues and histories carry them; the first that names an id counts.
    """
    names: dict[str, str] = {}
    for person in persons:
        record = json_object(person)
        for field in ("accountId", "key"):
            account = record.get(field)
            if isinstance(account, str) and account not in names and (name := person_name(record)) is not None:
                names[account] = name
    return names


def log_frame(
    records: Iterable[Mapping[str, Any]], deployment: str, people: Mapping[str, str] = _NOBODY
) -> pd.DataFrame:
    """Make one row of each record of the log, in the order received; a record with an id that comes again counts once.

    One that says something else under the same id is another record: none is left out for the id alone.

    Parameters
    ----------
    records : iterable of mapping
        Cloud's ``records`` or Data Center's ``entities``, of all pages.
    deployment : str
        ``cloud`` or ``data-center``.
    people : mapping of str to str, optional
        Names by account id, from `names_by_account`; an unknown account is shown by its id.

    Returns
    -------
    DataFrame, shape (n, 16)
        id (text; a record without, as of Data Center, is named by its instant in UTC), at (UTC; missing where it can't be
        read), actor (None where Jira names nobody), category, summary (in whatever language), action_key (Data Center only),
        object_type, object_id, object_name, changes (text), remote_address, actor_id, others (a tuple of (type, id, name) of
        the further objects), category_key (Data Center only), actor_key (Cloud's ``authorKey``), changed_values (a tuple of
        (name, before, after)).

    Raises
    ------
    AnswerError
        If a record is no JSON object.
    """
    read = _read_event if deployment == "data-center" else _read_record
    rows: list[tuple[Any, ...]] = []
    seen: set[tuple[Any, ...]] = set()
    for record in records:
        if not isinstance(record, Mapping):
            raise AnswerError("a record of the log is not a JSON object", expected="object", found=str(record)[:80])
        row = read(record, people)
        if record.get("id") is None or row not in seen:
            seen.add(row)
            rows.append(row)
    return log_rows(rows)


def log_rows(rows: Sequence[Sequence[Any]]) -> pd.DataFrame:
    """Make the frame of a log from its rows, cells in the order of `LOG_COLUMNS`."""
    columns = dict(zip(LOG_COLUMNS, zip(*rows, strict=True), strict=True)) if rows else dict.fromkeys(LOG_COLUMNS, ())
    everything = {
        name: pd.Series(values, dtype="str") for name, values in columns.items() if name not in {"at", *_TUPLES}
    }
    everything["at"] = pd.Series(pd.DatetimeIndex(list(columns["at"]), dtype="datetime64[us, UTC]"))
    for name in _TUPLES:
        everything[name] = pd.Series([None] * len(rows), dtype="object")
        everything[name][:] = list(columns[name])
    return pd.DataFrame({name: everything[name] for name in LOG_COLUMNS})


# Cloud


def _read_record(record: Mapping[str, Any], people: Mapping[str, str]) -> tuple[Any, ...]:
    account = _text(record.get("authorAccountId")) or _text(record.get("authorKey"))
    first, *others = [_thing(record.get("objectItem")), *map(_thing, _list(record.get("associatedItems")))]
    changes = [
        (change.get("fieldName"), change.get("changedFrom"), change.get("changedTo"))
        for change in _list(record.get("changedValues"))
    ]
    at = instant_or_none(record.get("created"))
    return (
        _identity(record, at),
        at,
        people.get(account, account) if account is not None else None,
        _text(record.get("category")),
        _text(record.get("summary")),
        None,
        *first,
        _changes(changes),
        _text(record.get("remoteAddress")),
        account,
        tuple(others),
        None,
        _text(record.get("authorKey")),
        _values(changes),
    )


# Data Center


def _read_event(record: Mapping[str, Any], people: Mapping[str, str]) -> tuple[Any, ...]:
    author, kind = json_object(record.get("author")), json_object(record.get("type"))
    at = instant_or_none(record.get("timestamp"))
    account = _text(author.get("id"))
    name = _text(author.get("name")) or (people.get(account, account) if account is not None else None)
    first, *others = [_thing(item) for item in _list(record.get("affectedObjects"))] or [(None, None, None)]
    changed = _list(record.get("changedValues"))
    changes = [(one.get("key") or one.get("i18nKey"), one.get("from"), one.get("to")) for one in changed]
    return (
        _identity(record, at),
        at,
        name,
        _text(kind.get("category")),
        _text(kind.get("action")),
        _text(kind.get("actionI18nKey")),
        *first,
        _changes(changes),
        _text(record.get("source")),
        account,
        tuple(others),
        _text(kind.get("categoryI18nKey")),
        None,
        _values(
            (change.get("i18nKey") or change.get("key"), change.get("from"), change.get("to")) for change in changed
        ),
    )


# Both


def _identity(record: Mapping[str, Any], at: datetime | None) -> str:
    """Return the id of a record; one without is named by its instant."""
    return _text(record.get("id")) or ("without time" if at is None else format_utc(at))


def _list(value: Any) -> list[Mapping[str, Any]]:
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []


def _text(value: Any) -> str | None:
    return None if value is None or value == "" else writable_text(str(value))


def text_or_none(value: Any) -> str | None:
    """Return a text; None for everything else."""
    return value if isinstance(value, str) else None


def _thing(item: Any) -> Thing:
    known = json_object(item)
    return _text(known.get("typeName", known.get("type"))), _text(known.get("id")), _text(known.get("name"))


def _values(changes: Iterable[tuple[Any, Any, Any]]) -> tuple[Value, ...]:
    return tuple((_text(field), _text(before), _text(after)) for field, before, after in changes)


def _changes(changes: Iterable[tuple[Any, Any, Any]]) -> str | None:
    """Write what a record changed: ``Name: before → after; Type: → Group``."""
    parts = []
    for field, before, after in changes:
        sides = " ".join(part for part in (_text(before) or "", "→", _text(after) or "") if part)
        parts.append(f"{_text(field) or 'value'}: {sides}")
    return "; ".join(parts) or None
