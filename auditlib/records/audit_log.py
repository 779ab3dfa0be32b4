"""Jira's audit log as rows: what it records, which deletions of issues it shows, how far back it reaches. Pure.

Whether a Jira writes the deletion of an issue into its log is not told by Atlassian in any text that we know. So what would
be such a record stands in a table (`DELETION_FORMS`), and a reader is told whether this site's log shows any at all:
only then does the silence about a number mean something.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

import pandas as pd

from auditlib.errors import AnswerError
from auditlib.keys import FormerKeys, is_key, listed_number, renames
from auditlib.phrases import counted
from auditlib.records.issues import json_object, person_name
from auditlib.records.mentions import mention_frame
from auditlib.records.transitions import instant_or_none
from auditlib.tables import writable_text
from auditlib.times import Period, format_instant, format_utc

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
)

Thing = tuple[str | None, str | None, str | None]
"""What a record is about: type, id and name."""


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

_SUMMARIES = frozenset(form.value for form in DELETION_FORMS if form.deployment == "cloud")
_ACTION_KEYS = frozenset(form.value for form in DELETION_FORMS if form.deployment == "data-center")
_ISSUE_TYPES = frozenset({"ISSUE", "ISSUES", "WORK_ITEM"})
_OTHER_TYPES = frozenset(
    {
        *("ATTACHMENT", "BOARD", "COMMENT", "CUSTOM_FIELD", "FILTER", "GROUP", "PERMISSIONS", "PROJECT"),
        *("PROJECT_CATEGORY", "PROJECT_COMPONENT", "PROJECT_ROLE", "SCHEME", "SPRINT", "STATUS", "USER"),
        *("VERSION", "WORKFLOW", "WORKLOG"),
    }
)
_SEPARATORS = re.compile(r"[,;\s]+")
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
    DataFrame, shape (n, 13)
        id (text; a Data Center event has none and is named by its instant in UTC), at (UTC; missing where it can't be read),
        actor (None where Jira names
        nobody), category, summary (in whatever language), action_key (Data Center only), object_type, object_id,
        object_name, changes (text), remote_address, actor_id, others (a tuple of (type, id, name) of the further objects).

    Raises
    ------
    AnswerError
        If a record is no JSON object.
    """
    read = _read_event if deployment == "data-center" else _read_record
    rows: list[tuple[Any, ...]] = []
    seen: set[str] = set()
    for record in records:
        if not isinstance(record, Mapping):
            raise AnswerError("a record of the log is not a JSON object", expected="object", found=str(record)[:80])
        row = read(record, people)
        if record.get("id") is None or row[0] not in seen:
            seen.add(row[0])
            rows.append(row)
    columns = dict(zip(LOG_COLUMNS, zip(*rows, strict=True), strict=True)) if rows else dict.fromkeys(LOG_COLUMNS, ())
    frame = {name: pd.Series(values, dtype="str") for name, values in columns.items() if name not in {"at", "others"}}
    at = pd.Series(pd.DatetimeIndex(list(columns["at"]), dtype="datetime64[us, UTC]"))
    others = pd.Series([None] * len(rows), dtype="object")
    others[:] = list(columns["others"])
    everything = frame | {"at": at, "others": others}
    return pd.DataFrame({name: everything[name] for name in LOG_COLUMNS})


def issue_deletions(log: pd.DataFrame, former: FormerKeys | None) -> pd.DataFrame:
    """Find the records that say that issues were deleted.

    A record counts if it has a form of `DELETION_FORMS`, and what it is about is an issue: the object's type says so, or
    its name is an issue key and its type is none that is known to be something else (names are free text). On Cloud the
    further objects count only where the object itself is no issue, as in a bulk operation: else one may be the parent.

    Parameters
    ----------
    log : DataFrame
        From `log_frame`.
    former : mapping or None
        The listed projects with their former keys; None for the deletions of any project, which have no project and number.

    Returns
    -------
    DataFrame, shape (n, 7)
        One row per deleted issue: key (today's project key; None where the record names only an id), project, number
        (Int64), issue_id (Int64, missing where none is given), at (UTC), actor, source (``log 4711``). Sorted by at,
        source and key. Of issues named by a key only those of the listed projects.
    """
    known = renames(former) if former is not None else {}
    rows = []
    for record in _of_deletion_form(log).itertuples(index=False):
        for _, issue_id, name in _deleted_things(record):
            number = listed_number(name, former, known) if former is not None else None
            numeric = int(issue_id) if issue_id and issue_id.isascii() and issue_id.isdigit() else None
            if former is not None and number is None and (is_key(name) or numeric is None):
                continue
            project, count = number or (None, None)
            key = f"{project}-{count}" if number else name if is_key(name) else None
            rows.append((key, project, count, numeric, record.at, _none(record.actor), f"log {record.id}"))
    columns = list(zip(*rows, strict=True)) or [()] * 7
    frame = pd.DataFrame(
        {
            "key": pd.Series(columns[0], dtype="str"),
            "project": pd.Series(columns[1], dtype="str"),
            "number": pd.Series(columns[2], dtype="Int64"),
            "issue_id": pd.Series(columns[3], dtype="Int64"),
            "at": pd.Series(pd.DatetimeIndex(list(columns[4]), dtype="datetime64[us, UTC]")),
            "actor": pd.Series(columns[5], dtype="str"),
            "source": pd.Series(columns[6], dtype="str"),
        }
    )
    frame = frame.sort_values(["at", "source", "key", "issue_id"], kind="stable", ignore_index=True)
    return frame.drop_duplicates(ignore_index=True)


def log_mentions(log: pd.DataFrame, former: FormerKeys) -> pd.DataFrame:
    """List the numbers that records about issues name, of whatever action: who is named in the log was given out.

    Returns
    -------
    DataFrame, shape (n, 6)
        As `mentions.mentions`, of kind ``log``.
    """
    known = renames(former)
    rows: dict[tuple[str, int, str], datetime] = {}
    about = log[log["object_type"].str.upper().isin(_ISSUE_TYPES) | log["others"].map(bool)]
    for record in about.itertuples(index=False):
        for kind, _, name in (part for thing in (_object_of(record), *record.others) for part in _parts(thing)):
            number = listed_number(name, former, known)
            if number is not None and _is_issue(kind):
                rows.setdefault((*number, f"log {record.id}"), record.at)
    return mention_frame((project, number, evidence, at, "log") for (project, number, evidence), at in rows.items())


@dataclass(frozen=True)
class LogReach:
    """How far a log reaches, and whether its silence means anything.

    Attributes
    ----------
    oldest, newest : datetime or None
        Instants of its first and last record that were read, UTC.
    records : int
        How many were read.
    names_deletions : bool
        At least one of them says that an issue was deleted, in whatever project.
    readable : bool
        The account may read it.
    why_not : str
        Why not, in Jira's words; empty if it may.
    begins : datetime or None
        From here on every record that the log holds was read; None if that is not known.
    unnamed : int
        Records of a deletion that name no issue by its key.
    undated : int
        Records whose time can't be read.
    """

    oldest: datetime | None
    newest: datetime | None
    records: int
    names_deletions: bool
    readable: bool
    why_not: str = ""
    begins: datetime | None = None
    unnamed: int = 0
    undated: int = 0

    def covers(self, instant: datetime | None) -> bool:
        """Say whether all that happened from an instant on stands among the records read; None is the beginning of time."""
        return instant is not None and self.begins is not None and self.begins <= instant


def log_reach(
    log: pd.DataFrame | None,
    asked_from: datetime | None = None,
    *,
    complete: bool = True,
    older: bool = False,
    why_not: str = "",
) -> LogReach:
    """Say how far the log reaches.

    Parameters
    ----------
    log : DataFrame or None
        From `log_frame`; None if it could not be read.
    asked_from : datetime or None
        The instant from which the records were asked for; None for all.
    complete : bool
        The answer was read to its end.
    older : bool
        Jira showed that the log holds a record older than `asked_from`.
    why_not : str
        Why the log could not be read.
    """
    if log is None:
        return LogReach(None, None, 0, names_deletions=False, readable=False, why_not=why_not)
    dated = log["at"].dropna()
    oldest = dated.min().to_pydatetime() if len(dated) else None
    newest = dated.max().to_pydatetime() if len(dated) else None
    begins = (asked_from if older and asked_from is not None else oldest) if complete else None
    found = issue_deletions(log, None)
    return LogReach(
        oldest,
        newest,
        len(log),
        names_deletions=len(found) > 0,
        readable=True,
        begins=begins,
        unnamed=found.loc[found["key"].isna(), "source"].nunique(),
        undated=len(log) - len(dated),
    )


def describe_log(reach: LogReach, period: Period) -> tuple[str, ...]:
    """Say in sentences what the log can and can't prove.

    Parameters
    ----------
    reach : LogReach
        From `log_reach`.
    period : Period
        The audit's period; its zone is that of the times told.

    Returns
    -------
    tuple of str
        For findings; at least one.
    """
    if not reach.readable:
        why = f" ({reach.why_not})" if reach.why_not else ""
        return (f"Jira's audit log could not be read{why}: no missing number can be shown to be deleted by it.",)
    if reach.records == 0:
        return ("Jira's audit log holds no record that this account can read: its silence proves nothing.",)
    said = []
    if reach.begins is None:
        said.append(f"{reach.records:,} records of Jira's audit log were read, but not all of it.")
    elif reach.begins <= period.begins:
        said.append(
            f"Jira's audit log was read from {format_instant(reach.begins, period.zone)} on, which covers the period: "
            f"{reach.records:,} records."
        )
    elif reach.begins < period.ends:
        said.append(
            f"Jira's audit log reaches back to {format_instant(reach.begins, period.zone)} only, so deletions in the "
            f"period before that instant are not in it: {reach.records:,} records."
        )
    else:
        said.append(
            f"Jira's audit log reaches back to {format_instant(reach.begins, period.zone)} only, which is after the "
            f"period: it shows no deletion made in the period; {reach.records:,} records."
        )
    if reach.names_deletions:
        said.append(
            "It records deletions of issues, so within its reach the lack of a record says something, though not that "
            "every deletion is recorded."
        )
    else:
        said.append(
            "None of its records says that an issue was deleted. Whether this Jira records that at all is not known: "
            "no record does not mean no deletion."
        )
    if reach.unnamed:
        records, verb = ("record", "names") if reach.unnamed == 1 else ("records", "name")
        said.append(f"{reach.unnamed:,} {records} of a deletion {verb} no issue key.")
    if reach.undated:
        said.append(f"The time of {counted(reach.undated, 'record')} can't be read.")
    return tuple(said)


# Cloud


def _read_record(record: Mapping[str, Any], people: Mapping[str, str]) -> tuple[Any, ...]:
    account = _text(record.get("authorAccountId")) or _text(record.get("authorKey"))
    first, *others = [_thing(record.get("objectItem")), *map(_thing, _list(record.get("associatedItems")))]
    changes = [
        (change.get("fieldName"), change.get("changedFrom"), change.get("changedTo"))
        for change in _list(record.get("changedValues"))
    ]
    return (
        str(record.get("id")),
        instant_or_none(record.get("created")),
        people.get(account, account) if account is not None else None,
        _text(record.get("category")),
        _text(record.get("summary")),
        None,
        *first,
        _changes(changes),
        _text(record.get("remoteAddress")),
        account,
        tuple(others),
    )


# Data Center


def _read_event(record: Mapping[str, Any], people: Mapping[str, str]) -> tuple[Any, ...]:
    author, kind = json_object(record.get("author")), json_object(record.get("type"))
    at = instant_or_none(record.get("timestamp"))
    account = _text(author.get("id"))
    name = _text(author.get("name")) or (people.get(account, account) if account is not None else None)
    first, *others = [_thing(item) for item in _list(record.get("affectedObjects"))] or [(None, None, None)]
    changes = [
        (change.get("key") or change.get("i18nKey"), change.get("from"), change.get("to"))
        for change in _list(record.get("changedValues"))
    ]
    return (
        _text(record.get("id")) or ("without time" if at is None else format_utc(at)),
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
    )


# Both


def _list(value: Any) -> list[Mapping[str, Any]]:
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []


def _text(value: Any) -> str | None:
    return None if value is None or value == "" else writable_text(str(value))


def _none(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _thing(item: Any) -> Thing:
    known = json_object(item)
    return _text(known.get("typeName", known.get("type"))), _text(known.get("id")), _text(known.get("name"))


def _changes(changes: Iterable[tuple[Any, Any, Any]]) -> str | None:
    """Write what a record changed: ``Name: before → after; Type: → Group``."""
    parts = []
    for field, before, after in changes:
        sides = " ".join(part for part in (_text(before) or "", "→", _text(after) or "") if part)
        parts.append(f"{_text(field) or 'value'}: {sides}")
    return "; ".join(parts) or None


def _of_deletion_form(log: pd.DataFrame) -> pd.DataFrame:
    """Return the records that have a form of a deletion; an action key, where there is one, decides alone."""
    by_key = log["action_key"].isin(_ACTION_KEYS)
    by_summary = log["action_key"].isna() & log["summary"].str.strip().str.lower().isin(_SUMMARIES)
    return log[by_key | by_summary]


def _parts(thing: Thing) -> list[Thing]:
    """Return what a record is about; a name that lists several keys is several things."""
    kind, number, name = thing
    keys = [part for part in _SEPARATORS.split(name or "") if part]
    if len(keys) > 1 and all(is_key(part) for part in keys):
        return [(kind, None, part) for part in keys]
    return [(kind, number, (name or "").strip() or None)]


def _object_of(record: Any) -> Thing:
    return _none(record.object_type), _none(record.object_id), _none(record.object_name)


def _is_issue(kind: str | None) -> bool:
    return kind is not None and kind.upper() in _ISSUE_TYPES


def _deleted_things(record: Any) -> list[Thing]:
    """Return the issues that a record of a deletion is about."""
    own = [thing for thing in _parts(_object_of(record)) if _may_be_issue(thing)]
    further = [thing for other in record.others for thing in _parts(other) if _may_be_issue(thing)]
    if isinstance(record.action_key, str):
        return own + further  # Data Center lists all that an event is about as equals
    return own or further


def _may_be_issue(thing: Thing) -> bool:
    """Say whether what the record of a deletion names is an issue; the name of anything else may look like a key."""
    kind, _, name = thing
    return _is_issue(kind) or (is_key(name) and (kind is None or kind.upper() not in _OTHER_TYPES))
