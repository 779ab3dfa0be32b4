"""The fields that a Jira has, by id and name, as ``GET field`` lists them, and which of them a name means. Pure.

A field is known by its id: ``priority``, ``customfield_10042``. People write names, and several fields may bear one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from auditlib.records.names import FIELD, Called, called_by, folded

SYSTEM_NAMES: Final[Mapping[str, str]] = MappingProxyType({
    "issuetype": "Type", "priority": "Priority", "resolution": "Resolution", "labels": "Labels", "versions": "Affects versions",
    "fixVersions": "Fix versions", "components": "Components", "security": "Security level", "parent": "Parent",
    "assignee": "Assignee", "reporter": "Reporter", "creator": "Creator", "created": "Created", "updated": "Updated",
    "resolutiondate": "Resolved", "duedate": "Due date", "timeoriginalestimate": "Original estimate",
    "timeestimate": "Remaining estimate", "timespent": "Time spent", "description": "Description", "environment": "Environment",
    "summary": "Summary", "status": "Status", "project": "Project", "attachment": "Attachment", "comment": "Comment",
    "issuelinks": "Linked issues", "subtasks": "Sub-tasks", "votes": "Votes", "watches": "Watchers", "worklog": "Work log",
})  # fmt: skip
"""What Jira calls its own fields, for answers that do not say it."""

_CUSTOM: Final = re.compile(r"customfield_[0-9]{1,18}")


@dataclass(frozen=True, slots=True)
class FieldName:
    """A field: its id, and its name for people."""

    id: str
    name: str


def read_field_list(answer: Any) -> tuple[FieldName, ...]:
    """Read which fields there are; a record without an id names none that could be asked for."""
    records = answer if isinstance(answer, list) else ()
    found = {
        str(one["id"]): FieldName(str(one["id"]), str(one.get("name") or one["id"]))
        for one in records
        if isinstance(one, Mapping) and one.get("id")
    }
    return tuple(found.values())


def fields_meant(wanted: Iterable[str], known: Sequence[FieldName] | None) -> dict[str, tuple[str, ...]]:
    """Return the ids that names mean: the field of that id, else all of that name; none where there is no such field.

    Parameters
    ----------
    wanted : iterable of str
        Names or ids, as in the parameters.
    known : sequence of FieldName or None
        The fields of this Jira; None where it did not tell them: then ids and the names of Jira's own fields are understood.

    Examples
    --------
    >>> fields_meant(["Severity", "priority"], [FieldName("priority", "Priority"), FieldName("customfield_1", "Severity")])
    {'Severity': ('customfield_1',), 'priority': ('priority',)}
    >>> fields_meant(["Severity", "Priority", "customfield_1"], None)
    {'Severity': (), 'Priority': ('priority',), 'customfield_1': ('customfield_1',)}
    """
    if known is None:
        own = [FieldName(one, name) for one, name in SYSTEM_NAMES.items()]
        return {one: (one,) if _CUSTOM.fullmatch(one) else _meant(one, own) for one in wanted}
    return {one: _meant(one, known) for one in wanted}


def _meant(wanted: str, known: Sequence[FieldName]) -> tuple[str, ...]:
    if any(one.id == wanted for one in known):
        return (wanted,)
    return tuple(sorted(one.id for one in known if folded(one.name) == folded(wanted)))


def names_of_fields(known: Iterable[FieldName]) -> Called:
    """Return the names by which fields are known, for whoever looks for one by name."""
    return called_by((FIELD, one.id, one.name) for one in known)
