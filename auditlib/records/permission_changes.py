"""Changes of permissions, roles, groups, people, workflows and fields that Jira's audit log records. Pure.

What a change is, is read from the structure of its record: what it is about, what stands beside it, which values it changed.
Where that is not enough (Cloud says only in words whether somebody was added or removed) the English summary decides, and on
Data Center the key of the action. A record of a watched category whose change can't be told is kept as ``other``: no record of
those categories is dropped.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, replace
from typing import Any, Final

import pandas as pd

from auditlib.records.audit_log import text_or_none
from auditlib.records.log_actions import WATCHED, LogAction, action_of, category_of
from auditlib.records.log_change import NO_NAMES, UNKNOWN, Change, Names, Reading, read_changes
from auditlib.records.permission_names import ADMINISTRATORS, value_name

CHANGE_COLUMNS: Final = (
    *("id", "at", "actor", "kind", "project", "what", "before", "after"),
    *(
        "does",
        "permission",
        "holder_type",
        "holder",
        "account_id",
        "group",
        "scheme",
        "scheme_kind",
        "project_id",
        "thing",
    ),
)

ADMINISTRATOR_GROUPS: Final = frozenset(
    {"jira-administrators", "administrators", "site-admins", "system-administrators", "atlassian-addons-admin"}
)
"""Groups with Administer Jira on a new site, as a published log of Cloud records their grants."""

_MADE: Final = ("id", "at", "actor", *(one.name for one in fields(Change)))

_Row = tuple[Any, Any, str | None, int, Change]
"""The record's id, its time, its actor, its place in the log, and what it changed."""


def permission_changes(log: pd.DataFrame, names: Names = NO_NAMES) -> pd.DataFrame:
    """List the changes that the log records, the oldest first.

    Parameters
    ----------
    log : DataFrame
        From `audit_log.log_frame`.
    names : Names
        What is known of people, projects and schemes beside the log.

    Returns
    -------
    DataFrame, shape (n, 18)
        The columns of `CHANGE_COLUMNS`, all text but ``at`` (UTC). ``kind`` is one of grant added, grant removed,
        administrator made, administrator removed, role membership, group membership, group, role, scheme assigned, scheme
        swapped, scheme changed, user, workflow, field, project lead, project access, other. A record that changed several
        things makes several rows. Rows without a time come first.
    """
    accounts = _accounts(log)
    rows = [(*record, change) for *record, read in _records(log, names, accounts) for change in read_changes(read)]
    rows = _administrators(_assignments(_in_time(rows), _created(log)), names.administrators)
    cells = [(number, at, actor, *vars(change).values()) for number, at, actor, _, change in rows]
    columns = dict(zip(_MADE, zip(*cells, strict=True), strict=True)) if cells else dict.fromkeys(_MADE, ())
    frame = {name: pd.Series(columns[name], dtype="str") for name in CHANGE_COLUMNS if name != "at"}
    frame["at"] = pd.Series(pd.DatetimeIndex(list(columns["at"]), dtype="datetime64[us, UTC]"))
    return pd.DataFrame({name: frame[name] for name in CHANGE_COLUMNS})


def _records(log: pd.DataFrame, names: Names, accounts: Mapping[str, str]) -> Iterator[tuple[Any, ...]]:
    """Yield id, time, actor, place in the log and reading of each record that is of a watched category, or a known action."""
    for place, row in enumerate(log.itertuples(index=False)):
        key, summary = text_or_none(row.action_key), text_or_none(row.summary)
        action = action_of(key, summary)
        category = category_of(text_or_none(row.category_key), text_or_none(row.category))
        if action is None and category not in WATCHED:
            continue
        first = (text_or_none(row.object_type), text_or_none(row.object_id), text_or_none(row.object_name))
        values = {value_name(name): (before, after) for name, before, after in row.changed_values}
        reading = Reading(action or UNKNOWN, summary or key or category, (first, *row.others), values, names, accounts)
        actor = text_or_none(row.actor)
        yield row.id, row.at, names.people.get(actor or "", actor), place, reading


# What only the order of the records tells


def _accounts(log: pd.DataFrame) -> dict[str, str]:
    """Return account ids by user key, as the authors of the log's own records show them: Cloud names members by user key."""
    pairs = log.loc[log["actor_key"].notna() & log["actor_id"].notna(), ["actor_key", "actor_id"]].drop_duplicates()
    return dict(zip(pairs["actor_key"].tolist(), pairs["actor_id"].tolist(), strict=True))


def _in_time(rows: Sequence[_Row]) -> list[_Row]:
    """Sort by time; at one instant by the number of the record, or else backwards, since logs come newest first."""

    def place(row: _Row) -> tuple[bool, Any, int, int]:
        number, at, _, position, _ = row
        known = int(number) if str(number).isascii() and str(number).isdigit() else 0
        return (not pd.isna(at), 0 if pd.isna(at) else at, known, -position)

    return sorted(rows, key=place)


def _created(log: pd.DataFrame) -> dict[str, Any]:
    """Return when the projects were created, by id, of those whose creation the log records."""
    found = {}
    for row in log.loc[log["object_type"].str.upper() == "PROJECT"].itertuples(index=False):
        action = action_of(text_or_none(row.action_key), text_or_none(row.summary))
        if action == LogAction("project", "created") and text_or_none(row.object_id) and not pd.isna(row.at):
            found[row.object_id] = row.at
    return found


def _assignments(rows: Sequence[_Row], created: Mapping[str, Any]) -> list[_Row]:
    """Say of each scheme given to a project which one it replaced, and whether the project was new.

    A project gets its schemes just before the log records its creation.
    """
    told: list[_Row] = []
    held: dict[tuple[str | None, str | None], str | None] = {}
    for number, at, actor, place, change in rows:
        read = change
        if change.kind == "scheme swapped":
            of = (change.project_id or change.project, change.scheme_kind)
            if change.does == "added":
                born = created.get(change.project_id or "")
                new = born is not None and not at > born
                read = replace(change, kind="scheme assigned") if new else replace(change, before=held.get(of))
            held[of] = change.scheme
        told.append((number, at, actor, place, read))
    return told


def _administrators(rows: Sequence[_Row], given: frozenset[str]) -> list[_Row]:
    """Call it by its name where somebody comes into, or leaves, a group that administers Jira at that time."""
    grants = [change for *_, change in rows if change.permission in ADMINISTRATORS]
    first = {(change.holder, change.permission): change.does for change in reversed(grants)}
    held: set[tuple[str | None, str | None]] = {(group, "ADMINISTER") for group in ADMINISTRATOR_GROUPS | given}
    held |= {grant for grant, does in first.items() if does == "removed"}  # it was there before the log begins
    told = []
    for number, at, actor, place, change in rows:
        read = change
        if change.permission in ADMINISTRATORS:
            (held.add if change.does == "added" else held.discard)((change.holder, change.permission))
        elif change.kind == "group membership" and any(group == change.holder for group, _ in held):
            read = replace(change, kind=f"administrator {'made' if change.does == 'added' else 'removed'}")
        told.append((number, at, actor, place, read))
    return told
