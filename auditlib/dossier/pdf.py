"""Dossiers on paper: ``dossiers.pdf``, the full record of each issue in the order of a Jira issue page.

A dossier becomes data here, text by text; ``templates/dossiers.typ`` makes pages of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from auditlib.dossier.adf import is_document
from auditlib.dossier.bounds import bounded
from auditlib.dossier.fields import Field
from auditlib.dossier.layout import (
    DATES,
    DETAILS,
    PEOPLE,
    duration,
    kind_in_words,
)
from auditlib.dossier.paper import (
    CELL,
    NARROW,
    Json,
    address_of,
    blocks_of,
    body_of,
    day_and_time,
    foot,
    identifier,
    link_of,
    moment,
    readable,
    row_of,
    span_of,
    text_of,
    time_words,
    tone,
)
from auditlib.dossier.paper_made import DEPLOYMENTS, made_of, request_of
from auditlib.dossier.paper_served import served_on_paper
from auditlib.dossier.parts import Absent, Attachment, Comment, Place, Worklog
from auditlib.dossier.record import Dossier
from auditlib.dossier.setting import as_far_as_it_can_be_set
from auditlib.dossier.typeset import printable
from auditlib.errors import AuditError
from auditlib.records.actors import account_kind
from auditlib.records.field_names import SYSTEM_NAMES
from auditlib.records.history import BREAKS, NOTHING, Change
from auditlib.text import shorten

_DETAILS: Final = tuple(one for one in DETAILS if one != "parent")
"""The parent stands above the issue, and among its links."""

_ABSENT: Final = {"assignee": "Unassigned", "resolution": "Unresolved"}
_SHOWN_ELSEWHERE: Final = frozenset(
    {
        *DETAILS,
        *PEOPLE,
        *DATES,
        "status",
        "project",
        "summary",
        "description",
        "comment",
        "worklog",
        "attachment",
        "subtasks",
    }
    | {"issuelinks", "watches", "votes"}
)


def write_pdf(
    dossiers: Sequence[Dossier], *, title: str, place: Place, absent: Sequence[Absent] = (), origin: str = ""
) -> bytes:
    """Set dossiers as one PDF with bookmarks.

    Parameters
    ----------
    dossiers : sequence of Dossier
        In the order in which they stand in the document; each begins on a page of its own.
    title : str
        Title of the document.
    place : Place
        Where the issues were read.
    absent : sequence of Absent
        Keys that did not answer; they are listed on the opening page.
    origin : str
        The package that a document outside of it was made from; empty for the package's own.

    Returns
    -------
    bytes
        PDF/A-2a. Equal dossiers give equal bytes: its time is that of the last answer.

    Raises
    ------
    AuditError
        If there is nothing to set, or it can't be set.
    """
    times = [time for one in dossiers for time in one.collected] + [one.source.at for one in absent]
    if not times:
        raise AuditError("there is no issue to make a PDF of")
    span = span_of(min(times), max(times), place.zone)
    data = {
        "title": printable(title),
        "running": printable(shorten(title, 70)),
        "foot": foot(span, place),
        "facts": [*_facts(dossiers, absent, place, span), *_origin(origin)],
        "seen_from": "the folder data of the package named above" if origin else "the folder of this document",
        "list": [row_of(_listed(one)) for one in dossiers],
        "absent": [
            row_of({"key": printable(one.asked), "said": printable(one.said, lines=True), **request_of(one.source)})
            for one in absent
        ],
        "zone": place.zone.key,
        "issues": bounded([_issue(one) for one in dossiers]),
    }
    return as_far_as_it_can_be_set(data, max(times))


# the opening page


def _facts(dossiers: Sequence[Dossier], absent: Sequence[Absent], place: Place, span: str) -> list[Json]:
    answered = f"{len(dossiers):,} in full" + (f", {len(absent):,} did not answer" if absent else "")
    return [
        {"name": "Jira", **address_of(place.base_url), "more": DEPLOYMENTS.get(place.deployment, place.deployment)},
        {"name": "Read as", "text": printable(place.account), "more": printable(f"account {place.account_id}")},
        {"name": "Collected", "text": span, "more": f"times are of {place.zone.key} unless they end with Z (UTC)"},
        {"name": "Issues", "text": answered},
    ]


def _origin(package: str) -> list[Json]:
    return [{"name": "Package", "text": printable(package)}] if package else []


def _listed(one: Dossier) -> Json:
    notes = [f"asked for as {one.asked}"] if one.moved else []
    history = {BREAKS: "history does not close", NOTHING: "nothing to compare"}.get(one.history_verdict)
    notes += [history] if history else []
    notes += ["not complete"] if one.incomplete else []
    return {
        "key": printable(one.key, NARROW),
        "summary": printable(one.text("summary"), CELL),
        "status": printable(one.text("status"), NARROW),
        "tone": tone(one),
        "notes": printable("; ".join(notes), NARROW),
    }


# an issue


def _issue(one: Dossier) -> Json:
    zone = one.place.zone
    span = span_of(*one.collected, zone)
    return {
        "key": printable(one.key),
        "folder": printable(f"dossiers/{one.asked}/"),
        "summary": printable(one.text("summary") or "(no summary)"),
        "crumbs": list(_crumbs(one)),
        "address": address_of(one.url),
        "head": address_of(one.url, shown=shorten(one.url, 90)),
        "foot": foot(span, one.place),
        "id": str(one.id),
        "status": printable(one.text("status")),
        "tone": tone(one),
        "resolution": printable(one.text("resolution")),
        "notes": list(_notes(one)),
        "details": [_detail(one, name) for name in ("status", *_DETAILS)],
        "people": [*(_detail(one, name) for name in PEOPLE), *_counted(one)],
        "dates": [_detail(one, name) for name in DATES],
        "description": body_of(one.fields.get("description")),
        "attachments": [row_of(_attachment(file)) for file in one.attachments],
        "subtasks": [row_of(link_of(link)) for link in one.links if link.direction == "sub-task"],
        "links": [row_of(link_of(link)) for link in one.links if link.direction != "sub-task"],
        **served_on_paper(one),
        "comments": [_comment(comment, one) for comment in one.comments],
        "worklogs": [row_of(_worklog(log)) for log in one.worklogs],
        "history": [row_of(_change(change)) for change in one.changes],
        "entries": one.entries,
        "fields": [
            row_of(_field(it)) for it in one.fields.values() if it.id not in _SHOWN_ELSEWHERE and (it.text or it.html)
        ],
        "unset": printable(", ".join(_unset(one))),
        "none": list(_none(one)),
        "refused": {part: printable(why) for part, why in one.received.refused.items()},
        "made": made_of(one, span),
    }


def _crumbs(one: Dossier) -> Iterator[str]:
    """Yield what stands above an issue: its project, its parent."""
    project = one.text("project")
    yield printable(f"{project} ({one.project})" if project and project != one.project else one.project)
    yield from (printable(link.key) for link in one.links if link.direction == "parent")
    yield printable(one.key)


def _notes(one: Dossier) -> Iterator[str]:
    """Yield what a reader has to know before the rest."""
    if one.moved:
        yield printable(f"Asked for as {one.asked}. The issue answers to {one.key} today.")
    if one.breaks:
        names = ", ".join(dict.fromkeys(it.field for it in one.breaks))
        yield printable(f"The history does not lead to today's values of: {names}. See Replay check, at the end.")
    if one.history_verdict == NOTHING:
        yield "The history that Jira gave holds nothing that could be compared with today. See Replay check, at the end."
    for known in one.archived.gone if one.archived else ():
        yield printable(f"Comment {known.comment_id}: {known.in_words(one.place.zone)}.")
    if one.incomplete:
        yield "Not everything that Jira announced is here. See What is missing, at the end."


def _detail(one: Dossier, field_id: str) -> Json:
    label = SYSTEM_NAMES[field_id]
    found = one.fields.get(field_id)
    if found is None:
        return {"name": label, "text": "not sent by Jira", "quiet": True}
    if not found.text:
        return {"name": label, "text": _ABSENT.get(field_id, "None"), "quiet": True}
    shown = moment(found, one.place.zone) if field_id in DATES else found.text
    more = {"more": account_kind(found.raw)} if field_id in PEOPLE else {}
    return {"name": label, "text": printable(shown, CELL, lines=True), "quiet": False, **more}


def _counted(one: Dossier) -> Iterator[Json]:
    votes = "not readable" if one.vote_count is None else f"{one.vote_count:,}"
    yield {"name": "Votes", "text": votes, "quiet": one.vote_count is None}
    if one.watch_count is None and one.watchers is None:
        yield {"name": "Watchers", "text": "not readable", "quiet": True}
    else:
        names = f": {', '.join(one.watchers)}" if one.watchers else ""
        yield {"name": "Watchers", "text": printable(f"{one.watch_count or 0:,}{names}", CELL), "quiet": False}


def _unset(one: Dossier) -> Iterator[str]:
    """Yield the names of the fields that Jira sent without a value."""
    for it in one.fields.values():
        if it.id not in _SHOWN_ELSEWHERE and not it.text and not it.html:
            yield it.name if it.name == it.id or it.id.lower() == it.name.lower() else f"{it.name} ({it.id})"


def _none(one: Dossier) -> Iterator[str]:
    """Yield the names of the sections that are left out because Jira holds nothing for them."""
    refused = one.received.refused
    if not one.attachments:
        yield "attachments"
    if not any(link.direction == "sub-task" for link in one.links):
        yield "sub-tasks"
    if all(link.direction == "sub-task" for link in one.links) and "remote_links" not in refused:
        yield "links"
    if not one.worklogs and "worklogs" not in refused:
        yield "work log"


def _attachment(one: Attachment) -> Json:
    size = "no readable size" if one.size is None else f"{one.size:,} bytes"
    return {
        "id": identifier(one.id),
        "name": printable(one.name or "(no name)", CELL),
        "size": size,
        "type": printable(one.mime_type, CELL),
        "at": day_and_time(one.created),
        "author": printable(one.author or "nobody", NARROW),
        "kind": printable(one.kind, NARROW),
        "address": address_of(one.url),
        "stored": printable(one.stored_as, 60),
        "sha256": one.sha256,
        "problem": printable(one.problem),
    }


def _comment(one: Comment, dossier: Dossier) -> Json:
    edited = ""
    if one.edited:
        by = (
            f" by {one.update_author} ({one.update_kind})"
            if one.update_author and one.update_author != one.author
            else ""
        )
        edited = f"edited {time_words(one.updated)}{by}"
    seen = [f"only for {one.visibility}"] if one.visibility else []
    seen += ["internal"] if one.internal else []
    seen += [known.in_words(dossier.place.zone) for known in dossier.archived.of(one.id)] if dossier.archived else []
    return {
        "id": identifier(one.id),
        "author": printable(one.author or "nobody"),
        "kind": printable(one.kind),
        "at": printable(time_words(one.created)),
        "edited": printable(edited),
        "seen": printable(", ".join(seen)),
        "address": address_of(one.url),
        "body": text_of(blocks_of(one)),
    }


def _worklog(one: Worklog) -> Json:
    changed = f", changed {time_words(one.updated)}" if one.edited else ""
    return {
        "id": identifier(one.id),
        "at": day_and_time(one.started),
        "author": printable(one.author or "nobody", NARROW),
        "kind": printable(one.kind, NARROW),
        "spent": duration(one.seconds),
        "comment": printable(one.comment, CELL, lines=True),
        "recorded": printable(f"recorded {time_words(one.created)}{changed}"),
    }


def _change(one: Change) -> Json:
    return {
        "id": identifier(one.history_id),
        "at": day_and_time(one.at),
        "author": printable(one.author or "nobody", NARROW),
        "kind": printable(kind_in_words(one), NARROW),
        "field": printable(one.field, NARROW),
        "before": _end(one.before, one.before_text),
        "after": _end(one.after, one.after_text),
    }


def _end(value: str, text: str) -> Json:
    """Return one side of a change: its words, and Jira's own value where that is another."""
    more = value if text and value and value != text else ""
    return {
        "text": printable(text or value, CELL - 4, lines=True),
        "raw": printable(more, CELL - 4, lines=True),
    }


def _field(one: Field) -> Json:
    code = isinstance(one.raw, Mapping | list) and one.text[:1] in {"{", "["}
    named = one.name.lower() == one.id.lower()
    body: Json = {"text": printable(readable(one.text), lines=True)}
    if one.html or is_document(one.raw):
        body = {"body": text_of(blocks_of(one))}
    return {
        "name": printable(one.name, CELL),
        "id": "" if named else printable(one.id, CELL),
        "code": code,
        **body,
    }
