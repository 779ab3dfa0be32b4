"""An issue as attribute tests look at it, from its dossier or from what was pulled for the whole population. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from auditlib.attributes import Person, Subject, Value, people_of
from auditlib.changes import Time, read_changes, time_of
from auditlib.dossier.fields import Field, read_fields
from auditlib.dossier.layout import is_person
from auditlib.dossier.record import Dossier
from auditlib.issues import json_object


def subject_of_dossier(dossier: Dossier, asked_at: datetime) -> Subject:
    """Return a sampled issue with all that its record holds; what had not happened when Jira was first asked is late by then."""
    return Subject(
        key=dossier.asked,
        project=dossier.asked.rpartition("-")[0],
        issue_type=dossier.text("issuetype"),
        status=dossier.text("status"),
        created=_created(dossier.fields, dossier.place.zone),
        read_at=asked_at,
        steps=dossier.changes,
        fields=_values(dossier.fields),
        links=[
            *_link_names(dossier.fields),
            *(f"{one.type}\n{one.title}" for one in dossier.links if one.direction == "remote"),
        ],
        all_links="remote_links" not in dossier.received.refused and "issuelinks" in dossier.fields,
        attachments=[one.name for one in dossier.attachments] if "attachment" in dossier.fields else None,
        commenters=[(Person(one.author_id, one.author, one.nobody), one.id) for one in dossier.comments],
    )


def subject_of_issue(
    key: str, issue: Mapping[str, Any], history: Sequence[Mapping[str, Any]], read_at: datetime, zone: ZoneInfo
) -> Subject:
    """Return an issue of the population with what the first pass and the histories hold."""
    fields = read_fields(issue, zone)
    return Subject(
        key=key,
        project=key.rpartition("-")[0],
        issue_type=fields["issuetype"].text if "issuetype" in fields else "",
        status=fields["status"].text if "status" in fields else "",
        created=_created(fields, zone),
        read_at=read_at,
        steps=read_changes(history, zone),
        fields=_values(fields),
    )


def _created(fields: Mapping[str, Field], zone: ZoneInfo) -> Time:
    return time_of(fields["created"].raw, zone) if "created" in fields else ""


def _values(fields: Mapping[str, Field]) -> dict[str, Value]:
    return {one.id: Value(one.name, one.text, people_of(one.raw, named=is_person(one))) for one in fields.values()}


def _link_names(fields: Mapping[str, Field]) -> list[str]:
    links = fields["issuelinks"].raw if "issuelinks" in fields else None
    kinds = [json_object(one.get("type")) for one in _records(links)]
    return ["\n".join(str(kind.get(name) or "") for name in ("name", "inward", "outward")) for kind in kinds]


def _records(raw: Any) -> list[Mapping[str, Any]]:
    return [one for one in raw if isinstance(one, Mapping)] if isinstance(raw, list) else []
