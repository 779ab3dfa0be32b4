"""What a page and a sheet of paper show of an issue alike: in which order, under which names, in which colour. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from auditlib.deep_json import as_text
from auditlib.dossier.fields import Field
from auditlib.dossier.record import Dossier
from auditlib.records.actors import ACTOR_KINDS, ON_BEHALF, account_kind
from auditlib.records.field_names import SYSTEM_NAMES
from auditlib.records.history import Change
from auditlib.records.issues import json_object, person_id, person_name

DETAILS: Final = (
    "issuetype", "priority", "resolution", "labels", "versions", "fixVersions", "components", "security", "parent",
)  # fmt: skip
PEOPLE: Final = ("assignee", "reporter", "creator")
DATES: Final = ("created", "updated", "resolutiondate", "duedate")

CATEGORIES: Final[Mapping[str, str]] = {"new": "to do", "indeterminate": "in progress", "done": "done"}
"""Kinds of statuses by Jira's keys, which decide the colour, and what they are called where Jira does not say it."""


def category_of(status: object) -> str:
    """Return the key of the kind of a status as received; empty if it is none that is known."""
    key = as_text(json_object(json_object(status).get("statusCategory")).get("key"))
    return key if key in CATEGORIES else ""


def people_of_record(dossier: Dossier) -> list[tuple[str, str]]:
    """Return every person whom a record names, with the id by which Jira tells people of one name apart."""
    raw = (one.raw for one in dossier.fields.values() if is_person(one))
    found = {(person_name(one) or "", person_id(one)) for one in raw}
    for acts in (dossier.comments, dossier.worklogs, dossier.changes):
        found |= {(one.author, one.author_id) for one in acts}
    return sorted(one for one in found if any(one))


def kinds_of_people(dossier: Dossier) -> dict[tuple[str, str], str]:
    """Return as what kinds of actors each person of `people_of_record` stands there, ``person, on behalf``."""
    raw = (one.raw for one in dossier.fields.values() if is_person(one))
    found = {((person_name(one) or "", person_id(one)), account_kind(one)) for one in raw}
    for acts in (dossier.comments, dossier.worklogs, dossier.changes):
        found |= {((one.author, one.author_id), one.kind) for one in acts}
    kinds: dict[tuple[str, str], list[str]] = {}
    for who, kind in sorted(found, key=lambda one: (one[0], ACTOR_KINDS.index(one[1]))):
        kinds.setdefault(who, []).append(kind)
    return {who: ", ".join(its) for who, its in kinds.items()}


def kind_in_words(change: Change) -> str:
    """Return the kind of who made a change, with the person for whom it was made: ``on behalf of 5f2``."""
    whom = change.on_behalf_of
    if change.kind == ON_BEHALF and whom == change.author_id:
        return "by a program, under this account"
    if change.kind == ON_BEHALF and whom:
        return f"{ON_BEHALF} of {whom}"
    return f"{change.kind}, {ON_BEHALF} of {whom}" if whom else change.kind


def is_person(field: Field) -> bool:
    """Say whether a field holds a person; old exports name the people of Jira's own fields by plain text."""
    if holds_people(field):
        return bool(field.raw)
    return isinstance(field.raw, dict) and bool(field.raw.get("displayName"))


def holds_people(field: Field) -> bool:
    """Say whether a field is one of Jira's own for people, or of their kind."""
    return field.id in PEOPLE or field.kind == "user"


def offset_of(moment: datetime) -> str:
    """Return the offset of an instant from UTC, ``-04:00``; with seconds where a zone of long ago has them."""
    return moment.isoformat(timespec="milliseconds")[23:]


def label_of(field: Field) -> str:
    """Return a field's name for people."""
    return SYSTEM_NAMES.get(field.id, field.name) if field.name == field.id else field.name


def duration(seconds: int | None) -> str:
    """Write a duration in hours, minutes and seconds; days are left to nobody's working time.

    >>> duration(5400), duration(0), duration(None)
    ('1h 30m', '0m', 'no readable time')
    """
    if seconds is None:
        return "no readable time"
    hours, rest = divmod(seconds, 3600)
    parts = [(hours, "h"), (rest // 60, "m"), (rest % 60, "s")]
    return " ".join(f"{count}{unit}" for count, unit in parts if count) or "0m"
