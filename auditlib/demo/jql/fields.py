"""The fields that JQL knows, and how each is read from an issue."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from auditlib.demo.world.lookup import names_of
from auditlib.demo.world.records import Issue, User, World

# The first name of each tuple is the field id in ``Issue.fields``.
_NAMED = {
    "issuetype": ("issuetype", "type"),
    "status": ("status",),
    "statusCategory": ("statuscategory",),
    "resolution": ("resolution",),
    "priority": ("priority",),
    "components": ("component", "components"),
    "fixVersions": ("fixversion",),
}
PEOPLE = {"reporter": ("reporter",), "assignee": ("assignee",), "creator": ("creator",)}
_DATES = {
    "created": ("created", "createddate"),
    "updated": ("updated", "updateddate"),
    "resolutiondate": ("resolved", "resolutiondate"),
}
_TEXTS = {
    "summary": ("summary",),
    "description": ("description",),
    "environment": ("environment",),
    "text": ("text",),
    "comment": ("comment",),
}
_OTHERS = {"project": ("project",), "key": ("key", "issuekey", "issue", "id"), "labels": ("labels",)}
_KINDS: dict[str, Mapping[str, tuple[str, ...]]] = {
    "named": _NAMED,
    "people": PEOPLE,
    "date": _DATES,
    "text": _TEXTS,
    "other": _OTHERS,
}
FIELDS = {
    alias: (kind, field_id)
    for kind, fields in _KINDS.items()
    for field_id, aliases in fields.items()
    for alias in aliases
}


def custom_field(world: World, name: str) -> tuple[str, str]:
    """Return kind and id of a field of this site, by its name or as ``cf[10011]``; two empty texts if there is none."""
    wanted = f"customfield_{name[3:-1]}" if name.lower().startswith("cf[") else name.casefold()
    for one in world.field_names:
        if str(one["id"]).startswith("customfield_") and wanted in {one["id"], str(one["name"]).casefold()}:
            return "named", str(one["id"])
    return "", ""


def date_of(issue: Issue, field_id: str) -> datetime | None:
    """Read a date of an issue; real data holds Jira's own text."""
    if field_id == "created":
        return issue.created
    if field_id == "updated":
        return issue.updated
    value = issue.fields.get(field_id)
    if isinstance(value, str):
        return datetime.fromisoformat(value)
    return value if isinstance(value, datetime) else None


def names_of_value(value: Any) -> tuple[str, ...]:
    """Name everything by which one value can be asked for, case-folded."""
    if isinstance(value, dict):
        return tuple(str(value[name]).casefold() for name in ("id", "name", "key", "value") if value.get(name))
    return (str(value).casefold(),) if value else ()


def names_reader(field_id: str) -> Callable[[Issue], tuple[str, ...]]:
    """Make a function that names everything by which an issue's value can be asked for, case-folded; empty if none."""
    read: dict[int, tuple[Any, tuple[str, ...]]] = {}  # by identity: issues of a made-up company share their values

    def names(issue: Issue) -> tuple[str, ...]:
        if field_id == "statusCategory":
            value = (issue.fields.get("status") or {}).get("statusCategory")
        else:
            value = issue.fields.get(field_id)
        if not value:
            return ()
        known = read.get(id(value))
        if known is None:
            found = [name for one in (value if isinstance(value, list) else [value]) for name in names_of_value(one)]
            known = read[id(value)] = (value, tuple(found))  # holding the value keeps its identity from being reused
        return known[1]

    return names


def names_of_person(value: User | dict[str, Any] | None) -> Iterable[str]:
    """Name everything by which a person can be asked for, case-folded."""
    if isinstance(value, User):
        return names_of(value)
    parts = ("accountId", "key", "name", "displayName", "emailAddress")
    return [str(value[part]).casefold() for part in parts if value.get(part)] if value else ()


def text_of(issue: Issue, field_id: str) -> str:
    """Join the words of an issue that a text field is searched in."""
    fields = {
        "text": ("summary", "description", "environment"),
        "comment": (),
    }.get(field_id, (field_id,))
    texts = [str(issue.fields.get(name) or "") for name in fields]
    if field_id in {"text", "comment"}:
        texts.extend(comment.body for comment in issue.comments if comment.visible)
    return "\n".join(texts).strip()


def sortable(issue: Issue, field_id: str) -> tuple[bool, datetime]:
    """Make a sort key; issues without the date come last in rising order."""
    value = date_of(issue, field_id)
    return value is None, value or issue.created


def shown_name(person: User | dict[str, Any] | None) -> str:
    """Return the name by which a person is sorted."""
    if isinstance(person, User):
        return person.display_name.casefold()
    return str((person or {}).get("displayName", "")).casefold()
