"""An issue as attribute tests look at it, from its dossier or from what was pulled for the whole population. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from auditlib.audit.controls.subject import Linked, Person, Remark, Subject, Value, people_of
from auditlib.deep_json import as_text
from auditlib.dossier.fields import Field, read_fields
from auditlib.dossier.layout import holds_people
from auditlib.dossier.parts import Comment
from auditlib.dossier.record import Dossier
from auditlib.records.history import Time, read_changes, time_of
from auditlib.records.issues import json_object
from auditlib.records.names import FIELD, KINDS, Sighting, names_in_changes
from auditlib.records.service_desk import Approval
from auditlib.times import Period


def subject_of_dossier(
    dossier: Dossier, asked_at: datetime, period_ends: datetime | None = None, period_begins: datetime | None = None
) -> Subject:
    """Return a sampled issue with all that its record holds; what had not happened when Jira was first asked is late by then.

    ``period_ends`` and ``period_begins`` are left out where no period is audited.
    """
    received = dossier.received
    whole = dossier.received.totals.get("history", 0) <= dossier.entries and "history" not in dossier.received.refused
    return Subject(
        key=dossier.asked,
        project=dossier.asked.rpartition("-")[0],
        issue_type=dossier.text("issuetype"),
        status=dossier.text("status"),
        issue_type_id=_state(dossier.fields, "issuetype")[0],
        status_id=_state(dossier.fields, "status")[0],
        created=_created(dossier.fields, dossier.place.zone),
        read_at=asked_at,
        steps=dossier.changes if whole else (),
        whole=whole,
        fields=_values(dossier.fields),
        links=[
            *_link_names(dossier.fields),
            *(f"{one.type}\n{one.title}" for one in dossier.links if one.direction == "remote"),
        ],
        all_links="remote_links" not in dossier.received.refused and "issuelinks" in dossier.fields,
        attachments=[one.name for one in dossier.attachments] if "attachment" in dossier.fields else None,
        commenters=[(Person(one.author_id, one.author, one.nobody), one.id) for one in dossier.comments],
        is_open=_is_open(dossier.fields),
        period_ends=period_ends,
        linked=_linked(dossier.fields),
        period_begins=period_begins,
        comments=[_remark(one) for one in dossier.comments],
        all_comments="comments" not in received.refused and received.totals.get("comments", 0) <= len(dossier.comments),
        attached_at=[one.created for one in dossier.attachments],
        approvals=None if dossier.served is None else dossier.served.approvals,
    )


def _remark(comment: Comment) -> Remark:
    """Return a comment as tests look at it."""
    return Remark(
        comment.id,
        comment.created,
        Person(comment.author_id, comment.author, comment.nobody),
        comment.updated,
        Person(comment.update_author_id, comment.update_author, comment.update_nobody),
        comment.kind,
    )


def names_in_dossier(dossier: Dossier) -> Iterator[Sighting]:
    """Yield what statuses, resolutions, types and fields are called in a record, today and in its history."""
    yield from ((FIELD, one.id, one.name) for one in dossier.fields.values())
    for kind in KINDS:
        yield kind, *_state(dossier.fields, kind)
    yield from names_in_changes(dossier.changes)


def subject_of_issue(
    key: str,
    issue: Mapping[str, Any],
    history: Sequence[Mapping[str, Any]] | None,
    read_at: datetime,
    period: Period,
    *,
    approvals: Sequence[Approval] | None = None,
) -> Subject:
    """Return an issue of the population with what the first pass and the histories hold; its times in the period's zone.

    Without a history (None) it was not read, or only in part.
    """
    zone = period.zone
    fields = read_fields(issue, zone)
    files = _records(fields["attachment"].raw) if "attachment" in fields else None
    return Subject(
        key=key,
        project=key.rpartition("-")[0],
        issue_type=fields["issuetype"].text if "issuetype" in fields else "",
        status=fields["status"].text if "status" in fields else "",
        issue_type_id=_state(fields, "issuetype")[0],
        status_id=_state(fields, "status")[0],
        created=_created(fields, zone),
        read_at=read_at,
        steps=read_changes(history or (), zone),
        whole=history is not None,
        fields=_values(fields),
        is_open=_is_open(fields),
        period_ends=period.ends,
        period_begins=period.begins,
        links=_link_names(fields),
        all_links=False,
        linked=_linked(fields),
        approvals=approvals,
        attachments=None if files is None else [str(one.get("filename") or "") for one in files],
        attached_at=[] if files is None else [time_of(one.get("created"), zone) for one in files],
    )


def _is_open(fields: Mapping[str, Field]) -> bool:
    """Say whether Jira puts the status of today into a category other than done, and shows no resolution."""
    status = json_object(fields["status"].raw) if "status" in fields else {}
    category = json_object(status.get("statusCategory")).get("key")
    resolved = "resolution" not in fields or bool(fields["resolution"].text)
    return isinstance(category, str) and category in {"new", "indeterminate"} and not resolved


def _state(fields: Mapping[str, Field], field_id: str) -> tuple[str, str]:
    """Return id and name of what a field such as the status holds."""
    raw = json_object(fields[field_id].raw) if field_id in fields else {}
    return as_text(raw.get("id")), as_text(raw.get("name"))


def _created(fields: Mapping[str, Field], zone: ZoneInfo) -> Time:
    return time_of(fields["created"].raw, zone) if "created" in fields else ""


def _values(fields: Mapping[str, Field]) -> dict[str, Value]:
    return {one.id: Value(one.name, one.text, people_of(one.raw, named=holds_people(one))) for one in fields.values()}


def _linked(fields: Mapping[str, Field]) -> list[Linked] | None:
    """Return the issues to which an issue links, with what Jira tells of them beside the link."""
    if "issuelinks" not in fields:
        return None
    found = []
    for one in _records(fields["issuelinks"].raw):
        kind, other = json_object(one.get("type")), json_object(one.get("outwardIssue") or one.get("inwardIssue"))
        names = "\n".join(str(kind.get(name) or "") for name in ("name", "inward", "outward"))
        status = json_object(json_object(other.get("fields")).get("status"))
        category = json_object(status.get("statusCategory")).get("key")
        found.append(Linked(str(other.get("key") or ""), names, None if category is None else category == "done"))
    return found


def _link_names(fields: Mapping[str, Field]) -> list[str]:
    links = fields["issuelinks"].raw if "issuelinks" in fields else None
    kinds = [json_object(one.get("type")) for one in _records(links)]
    return ["\n".join(as_text(kind.get(name)) for name in ("name", "inward", "outward")) for kind in kinds]


def _records(raw: Any) -> list[Mapping[str, Any]]:
    return [one for one in raw if isinstance(one, Mapping)] if isinstance(raw, list) else []
