"""Deletions of issues that Jira's audit log shows. Pure."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import pandas as pd

from auditlib.keys import FormerKeys, is_key, listed_number, renames
from auditlib.records.audit_log import DELETION_FORMS, SUMMARIES, Thing, text_or_none
from auditlib.records.mentions import mention_frame

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
            rows.append((key, project, count, numeric, record.at, text_or_none(record.actor), f"log {record.id}"))
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


def _of_deletion_form(log: pd.DataFrame) -> pd.DataFrame:
    """Return the records that have a form of a deletion; an action key, where there is one, decides alone."""
    by_key = log["action_key"].isin(_ACTION_KEYS)
    by_summary = log["action_key"].isna() & log["summary"].str.strip().str.lower().isin(SUMMARIES)
    return log[by_key | by_summary]


def _parts(thing: Thing) -> list[Thing]:
    """Return what a record is about; a name that lists several keys is several things."""
    kind, number, name = thing
    keys = [part for part in _SEPARATORS.split(name or "") if part]
    if len(keys) > 1 and all(is_key(part) for part in keys):
        return [(kind, None, part) for part in keys]
    return [(kind, number, (name or "").strip() or None)]


def _object_of(record: Any) -> Thing:
    return text_or_none(record.object_type), text_or_none(record.object_id), text_or_none(record.object_name)


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
