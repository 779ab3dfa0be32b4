"""Jira's issue JSON becomes rows. Pure.

Cloud and Data Center, versions 2 and 3 of the interface, give these fields in one form; what differs is how a person is
named. What Jira left out stays empty; only what a row can't be without (id, key, creation) is insisted on.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

from auditlib.csv_cells import writable_text
from auditlib.deep_json import as_text, written
from auditlib.errors import AnswerError
from auditlib.keys import parts
from auditlib.text import shorten
from auditlib.times import parse_instant, parse_instants

_DIGITS = 19
"""Digits from which a number is no id of a Jira, which counts in 63 bits."""
_SHOWN = 80

_ERASED = frozenset({"former user", "unknown"})
_ANONYMISED = re.compile(r"jirauser[0-9]+")

INTERNAL_COLUMNS = ("status_id", "resolution_id", "issue_type_id", "unread_times")
"""Columns that no table shows: by what statuses, resolutions and types are told apart, and which times can't be read."""

_AT_ONCE = 2_000  # issues whose texts are held at once before they become columns

_TEXTS = (
    "issue_type",
    "summary",
    "status",
    "status_category",
    "resolution",
    "reporter",
    "assignee",
    "status_id",
    "resolution_id",
    "issue_type_id",
)


def split_key(key: object) -> tuple[str, int]:
    """Split an issue key into project and number: ``AB-12`` into ``("AB", 12)``.

    Raises
    ------
    AnswerError
        If it is no issue key.
    """
    found = parts(key)
    if found is None:
        raise AnswerError(
            f"Jira answered with {key!r} where an issue key stands", expected="an issue key like AB-12", found=repr(key)
        )
    return found[0], int(found[1])


def number_of(value: object, what: str) -> int:
    """Read an id, which Jira writes as text.

    Raises
    ------
    AnswerError
        If it is no whole number; `what` says whose it should have been.
    """
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < _DIGITS:
        return int(value)
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10 ** (_DIGITS - 1):
        return value
    found = shorten(repr(value) if isinstance(value, str) else written(value), _SHOWN)
    raise AnswerError(f"{what}: {found} is not an id", expected="a whole number", found=found)


def person_name(person: Any) -> str | None:
    """Return how a person is called: the display name or, of people who left, whatever name Jira kept.

    Parameters
    ----------
    person : JSON
        Jira's user record, Cloud's or Data Center's; old exports name people by plain text.

    Returns
    -------
    str or None
        None if Jira gives no person, or no name.
    """
    if isinstance(person, str):
        return writable_text(person) or None
    if not isinstance(person, dict):
        return None
    for field in ("displayName", "name", "key", "accountId"):
        if person.get(field):
            return writable_text(as_text(person[field]))
    return None


def person_id(person: Any) -> str:
    """Return by what Jira tells people apart: account id, or user key on Data Center; empty for nobody, and for plain text."""
    for field in ("accountId", "key", "name") if isinstance(person, dict) else ():
        if person.get(field):
            return writable_text(as_text(person[field]))
    return ""


def is_nobody(person: Any) -> bool:
    """Say whether a user record stands for nobody in particular: erased, deleted, or without a name.

    Whoever compares people asks here: two records of nobody may be one person or two.

    Notes
    -----
    Cloud answers with the account ``unknown`` for a deleted account and calls erased people "Former user"; Data Center
    gives an anonymised person the user name ``jirauserNNNNN`` (the key ``JIRAUSERNNNNN`` is an ordinary one).
    """
    if not isinstance(person, dict):
        return not person
    shown, name = str(person.get("displayName") or ""), str(person.get("name") or "")
    if person.get("accountId") == "unknown" or not (shown.strip() or name.strip()):
        return True
    low = shown.strip().casefold()
    return low in _ERASED or any(_ANONYMISED.fullmatch(one) is not None for one in (name, low))


def issues_frame(issues: Iterable[Mapping[str, Any]], zone: ZoneInfo) -> pd.DataFrame:
    """Make one row of each issue.

    Parameters
    ----------
    issues : iterable of mapping
        Issues as received. Of several with one id the first is kept.
    zone : ZoneInfo
        The audit's time zone.

    Returns
    -------
    DataFrame, shape (n, 19)
        key, project, number, id, issue_type, summary, status, status_category (Jira's key), resolution, created (in
        `zone`), created_utc, updated, resolved, reporter, assignee, status_id, resolution_id, issue_type_id,
        unread_times (which of ``updated`` and ``resolutiondate`` Jira sent in a form that can't be read; the row has none
        there); in the order received. Text is ``str``, numbers ``int64``, instants ``datetime64[us, …]``.

    Raises
    ------
    AnswerError
        Naming the issue, if an id or key is missing or malformed, ``fields.created`` is missing or can't be read, or two ids
        answer under one key.
    """
    seen: set[int] = set()
    waiting: list[tuple[str, str, int, int, Mapping[str, Any]]] = []
    parts: list[dict[str, pd.Series]] = []
    for issue in issues:
        key = issue.get("key")
        project, number = split_key(key)
        issue_id = number_of(issue.get("id"), f"issue {key}")
        if issue_id in seen:
            continue
        seen.add(issue_id)
        waiting.append((str(key), project, number, issue_id, json_object(issue.get("fields"))))
        if len(waiting) == _AT_ONCE:
            parts.append(_rows(waiting, zone))
            waiting = []
    if waiting or not parts:
        parts.append(_rows(waiting, zone))
    # Column by column: the parts of one go before the next is put together.
    columns = {name: pd.concat([part.pop(name) for part in parts], ignore_index=True) for name in list(parts[0])}
    frame = pd.DataFrame(columns, copy=False)
    _require_distinct(frame)
    return frame


def _rows(issues: Sequence[tuple[str, str, int, int, Mapping[str, Any]]], zone: ZoneInfo) -> dict[str, pd.Series]:
    """Make the rows of some issues, as columns: key, project, number, id and fields of each."""
    keys = [issue[0] for issue in issues]
    texts: dict[str, list[str | None]] = {column: [] for column in _TEXTS}
    times: dict[str, list[Any]] = {"created": [], "updated": [], "resolutiondate": []}
    for *_, fields in issues:
        status, resolution = json_object(fields.get("status")), json_object(fields.get("resolution"))
        issue_type = json_object(fields.get("issuetype"))
        texts["issue_type"].append(_text(issue_type.get("name")))
        texts["issue_type_id"].append(_text(issue_type.get("id")))
        texts["summary"].append(_text(fields.get("summary")))
        texts["status"].append(_text(status.get("name")))
        texts["status_category"].append(_text(json_object(status.get("statusCategory")).get("key")))
        texts["resolution"].append(_text(resolution.get("name")))
        texts["reporter"].append(person_name(fields.get("reporter")))
        texts["assignee"].append(person_name(fields.get("assignee")))
        texts["status_id"].append(_text(status.get("id")))
        texts["resolution_id"].append(_text(resolution.get("id")))
        for field, column in times.items():
            column.append(fields.get(field))
    created = _created(keys, times["created"]).tz_convert(zone)
    unread: list[str | None] = [None] * len(keys)
    updated, resolved = (
        _shown_instants(times[field], field, unread).tz_convert(zone) for field in ("updated", "resolutiondate")
    )
    columns = {
        "key": pd.Series(keys, dtype="str"),
        "project": pd.Series(_shared([issue[1] for issue in issues]), dtype="str"),
        "number": pd.Series([issue[2] for issue in issues], dtype="int64"),
        "id": pd.Series([issue[3] for issue in issues], dtype="int64"),
        "created": pd.Series(created),
        "created_utc": pd.Series(created.tz_convert("UTC")),
        "updated": pd.Series(updated),
        "resolved": pd.Series(resolved),
        "unread_times": pd.Series(unread, dtype="str"),
    } | {column: pd.Series(_shared(values), dtype="str") for column, values in texts.items()}
    order = ["key", "project", "number", "id", "issue_type", "summary", "status", "status_category", "resolution"]
    order += ["created", "created_utc", "updated", "resolved", "reporter", "assignee"]
    return {column: columns[column] for column in [*order, *INTERNAL_COLUMNS]}


def _shared(texts: list[str | None]) -> list[str | None]:
    """Let equal texts be one object: each answer brings its own "In Progress", for every issue."""
    one: dict[str | None, str | None] = {}
    return [one.setdefault(text, text) for text in texts]


def json_object(value: Any) -> Mapping[str, Any]:
    """Return a JSON object, an empty one if Jira gave null or left it out."""
    return value if isinstance(value, dict) else {}


def _text(value: Any) -> str | None:
    """Return a JSON text or number as text, None if there is none."""
    return None if value is None else writable_text(as_text(value))


def _require_distinct(frame: pd.DataFrame) -> None:
    """Refuse two ids under one key: the answer contradicts itself, and the key is what is drawn and numbered."""
    repeated = frame["key"].duplicated()
    if not repeated.any():
        return
    key = frame.loc[repeated, "key"].iloc[0]
    first, second = frame.loc[frame["key"] == key, "id"].tolist()[:2]
    raise AnswerError(
        f"issue {key}: Jira answered with two ids, {first} and {second}",
        expected="one id a key",
        found=f"{first}, {second}",
    )


def _created(keys: list[str], values: list[Any]) -> pd.DatetimeIndex:
    """Read the times of creation, which must be there: by them the population is cut."""
    try:
        if None not in values:
            return parse_instants(values)
    except ValueError:
        pass  # found and named below
    found = []
    for key, value in zip(keys, values, strict=True):
        if value is None:
            raise AnswerError(f"issue {key}: Jira gave no fields.created", expected="an instant", found="nothing")
        try:
            found.append(parse_instant(value))
        except ValueError as error:
            message = f"issue {key}: fields.created: {error}"
            raise AnswerError(message, expected="an instant", found=repr(value)) from error
    return pd.DatetimeIndex(found, dtype="datetime64[us, UTC]")


def _shown_instants(values: list[Any], field: str, unread: list[str | None]) -> pd.DatetimeIndex:
    """Read times that are only shown; one that can't be read is missing, and noted in ``unread`` by its row."""
    try:
        return parse_instants(values)
    except ValueError:
        pass
    found: list[datetime | None] = []
    for row, value in enumerate(values):
        try:
            found.append(None if value is None else parse_instant(value))
        except ValueError:
            found.append(None)
            unread[row] = field if unread[row] is None else f"{unread[row]}, {field}"
    return pd.DatetimeIndex(found, dtype="datetime64[us, UTC]")
