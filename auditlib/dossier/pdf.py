"""Dossiers on paper: ``dossiers.pdf``, the full record of each issue in the order of a Jira issue page.

A dossier becomes data here, text by text; ``templates/dossiers.typ`` makes pages of it.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from auditlib.dossier.adf import document_markup, is_document
from auditlib.dossier.blocks import Block, Code, Heading, Items, Paragraph, Quote, Run, Table, read_blocks
from auditlib.dossier.fields import Field
from auditlib.dossier.layout import DATES, DETAILS, NAMES, PEOPLE, category_of, duration, offset_of, people_of_record
from auditlib.dossier.record import Attachment, Comment, Dossier, Link, Place, Source, Worklog
from auditlib.dossier.replay import NOT_COMPARED, REDACTED, FieldReplay
from auditlib.dossier.typeset import printable, typeset, with_breaks, with_marks
from auditlib.errors import AuditError
from auditlib.evidence.dossiers import Absent
from auditlib.records.history import BREAKS, CLOSES, NOTHING, Change, Time, time_of
from auditlib.text import is_web_address, shorten, visible_text

Json = dict[str, Any]

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
_PARTS: Final = {
    "issue": "Issue with its fields", "history": "History", "comments": "Comments", "worklogs": "Work log",
    "remote_links": "Web links", "watchers": "Watchers", "votes": "Votes", "attachment": "Attachment",
}  # fmt: skip
_DEPLOYMENTS: Final = {"cloud": "Jira Cloud", "data-center": "Jira Data Center"}
_INSTANT: Final = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d\.\d{3})([+-]\d\d:\d\d)")
_CELL, _NARROW = 22, 12
"""Small letters that fit into a cell of ours, and into a narrow one."""


def write_pdf(dossiers: Sequence[Dossier], *, title: str, place: Place, absent: Sequence[Absent] = ()) -> bytes:
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
    span = _span(min(times), max(times), place.zone)
    data = {
        "title": printable(title),
        "running": printable(shorten(title, 70)),
        "foot": _foot(span, place),
        "facts": _facts(dossiers, absent, place, span),
        "list": [_row(_listed(one)) for one in dossiers],
        "absent": [
            _row({"key": printable(one.asked), "said": printable(one.said, lines=True), **_request(one.source)})
            for one in absent
        ],
        "zone": place.zone.key,
        "issues": [_issue(one) for one in dossiers],
    }
    return typeset("dossiers.typ", data, max(times))


# the opening page


def _facts(dossiers: Sequence[Dossier], absent: Sequence[Absent], place: Place, span: str) -> list[Json]:
    answered = f"{len(dossiers):,} in full" + (f", {len(absent):,} did not answer" if absent else "")
    return [
        {"name": "Jira", **_address(place.base_url), "more": _DEPLOYMENTS.get(place.deployment, place.deployment)},
        {"name": "Read as", "text": printable(place.account), "more": printable(f"account {place.account_id}")},
        {"name": "Collected", "text": span, "more": f"times are of {place.zone.key} unless they end with Z (UTC)"},
        {"name": "Issues", "text": answered},
    ]


def _listed(one: Dossier) -> Json:
    notes = [f"asked for as {one.asked}"] if one.moved else []
    history = {BREAKS: "history does not close", NOTHING: "nothing to compare"}.get(one.history_verdict)
    notes += [history] if history else []
    notes += ["not complete"] if one.incomplete else []
    return {
        "key": printable(one.key, _NARROW),
        "summary": printable(one.text("summary"), _CELL),
        "status": printable(one.text("status"), _NARROW),
        "tone": _tone(one),
        "notes": printable("; ".join(notes), _NARROW),
    }


# an issue


def _issue(one: Dossier) -> Json:
    zone = one.place.zone
    span = _span(*one.collected, zone)
    return {
        "key": printable(one.key),
        "summary": printable(one.text("summary") or "(no summary)"),
        "crumbs": list(_crumbs(one)),
        "address": _address(one.url),
        "head": _address(one.url, shown=shorten(one.url, 90)),
        "foot": _foot(span, one.place),
        "id": str(one.id),
        "status": printable(one.text("status")),
        "tone": _tone(one),
        "resolution": printable(one.text("resolution")),
        "notes": list(_notes(one)),
        "details": [_detail(one, name) for name in ("status", *_DETAILS)],
        "people": [*(_detail(one, name) for name in PEOPLE), *_counted(one)],
        "dates": [_detail(one, name) for name in DATES],
        "description": _body(one.fields.get("description")),
        "attachments": [_row(_attachment(file)) for file in one.attachments],
        "subtasks": [_row(_link(link)) for link in one.links if link.direction == "sub-task"],
        "links": [_row(_link(link)) for link in one.links if link.direction != "sub-task"],
        "comments": [_comment(comment) for comment in one.comments],
        "worklogs": [_row(_worklog(log)) for log in one.worklogs],
        "history": [_row(_change(change)) for change in one.changes],
        "entries": one.entries,
        "fields": [
            _row(_field(it)) for it in one.fields.values() if it.id not in _SHOWN_ELSEWHERE and (it.text or it.html)
        ],
        "unset": printable(", ".join(_unset(one))),
        "none": list(_none(one)),
        "refused": {part: printable(why) for part, why in one.received.refused.items()},
        "made": _made(one, span),
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
    if one.incomplete:
        yield "Not everything that Jira announced is here. See What is missing, at the end."


def _detail(one: Dossier, field_id: str) -> Json:
    label = NAMES[field_id]
    found = one.fields.get(field_id)
    if found is None:
        return {"name": label, "text": "not sent by Jira", "quiet": True}
    if not found.text:
        return {"name": label, "text": _ABSENT.get(field_id, "None"), "quiet": True}
    shown = _moment(found, one.place.zone) if field_id in DATES else found.text
    return {"name": label, "text": printable(shown, _CELL, lines=True), "quiet": False}


def _counted(one: Dossier) -> Iterator[Json]:
    votes = "not readable" if one.vote_count is None else f"{one.vote_count:,}"
    yield {"name": "Votes", "text": votes, "quiet": one.vote_count is None}
    if one.watch_count is None and one.watchers is None:
        yield {"name": "Watchers", "text": "not readable", "quiet": True}
    else:
        names = f": {', '.join(one.watchers)}" if one.watchers else ""
        yield {"name": "Watchers", "text": printable(f"{one.watch_count or 0:,}{names}", _CELL), "quiet": False}


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
        "id": _id(one.id),
        "name": printable(one.name or "(no name)", _CELL),
        "size": size,
        "type": printable(one.mime_type, _CELL),
        "at": _day_and_time(one.created),
        "author": printable(one.author or "nobody", _NARROW),
        "address": _address(one.url),
        "stored": printable(one.stored_as, 60),
        "sha256": one.sha256,
        "problem": printable(one.problem),
    }


def _link(one: Link) -> Json:
    return {
        "type": printable(one.type, _NARROW),
        "key": printable(one.key, _NARROW),
        "title": printable(one.title, _CELL),
        "status": printable(one.status, _NARROW),
        "address": _address(one.url),
        "remote": not one.key,
    }


def _comment(one: Comment) -> Json:
    edited = ""
    if one.edited:
        by = f" by {one.update_author}" if one.update_author and one.update_author != one.author else ""
        edited = f"edited {_time(one.updated)}{by}"
    seen = [f"only for {one.visibility}"] if one.visibility else []
    seen += ["internal"] if one.internal else []
    return {
        "id": _id(one.id),
        "author": printable(one.author or "nobody"),
        "at": printable(_time(one.created)),
        "edited": printable(edited),
        "seen": printable(", ".join(seen)),
        "address": _address(one.url),
        "body": _text(_blocks(one)),
    }


def _worklog(one: Worklog) -> Json:
    changed = f", changed {_time(one.updated)}" if one.edited else ""
    return {
        "id": _id(one.id),
        "at": _day_and_time(one.started),
        "author": printable(one.author or "nobody", _NARROW),
        "spent": duration(one.seconds),
        "comment": printable(one.comment, _CELL, lines=True),
        "recorded": printable(f"recorded {_time(one.created)}{changed}"),
    }


def _change(one: Change) -> Json:
    return {
        "id": _id(one.history_id),
        "at": _day_and_time(one.at),
        "author": printable(one.author or "nobody", _NARROW),
        "field": printable(one.field, _NARROW),
        "before": _end(one.before, one.before_text),
        "after": _end(one.after, one.after_text),
    }


def _end(value: str, text: str) -> Json:
    """Return one side of a change: its words, and Jira's own value where that is another."""
    more = value if text and value and value != text else ""
    return {
        "text": printable(text or value, _CELL - 4, lines=True),
        "raw": printable(more, _CELL - 4, lines=True),
    }


def _field(one: Field) -> Json:
    code = isinstance(one.raw, Mapping | list) and one.text[:1] in {"{", "["}
    named = one.name.lower() == one.id.lower()
    body: Json = {"text": printable(_readable(one.text), lines=True)}
    if one.html or is_document(one.raw):
        body = {"body": _text(_blocks(one))}
    return {
        "name": printable(one.name, _CELL),
        "id": "" if named else printable(one.id, _CELL),
        "code": code,
        **body,
    }


# how the record was made


def _made(one: Dossier, span: str) -> Json:
    place = one.place
    edited = sum(comment.edited for comment in one.comments)
    return {
        "span": span,
        "place": printable(f"{place.base_url} ({_DEPLOYMENTS.get(place.deployment, place.deployment)})"),
        "account": printable(f"{place.account} ({place.account_id})", 60),
        "digest": one.digest,
        "requests": [_row(_request(source)) for source in one.sources],
        "replay": [_row(_replay(it)) for it in one.replay],
        "closes": sum(it.verdict == CLOSES for it in one.replay),
        "breaks": len(one.breaks),
        "redacted": sum(it.verdict == REDACTED for it in one.replay),
        "open": sum(it.verdict == NOT_COMPARED for it in one.replay),
        "missing": [printable(it) for it in one.incomplete],
        "edited": edited,
        "people": [
            {"name": printable(name, _CELL), "id": printable(number, 60)} for name, number in people_of_record(one)
        ],
    }


def _request(source: Source) -> Json:
    return {
        "part": _PARTS.get(source.part, source.part),
        "request": printable(source.request, 40),
        "received": f"{source.at.astimezone(UTC):%Y-%m-%d %H:%M:%S}.{source.at.microsecond // 1000:03d} Z",
        "file": printable(posixpath.normpath(f"raw/{source.file}"), 40),
        "sha256": source.sha256,
    }


def _replay(one: FieldReplay) -> Json:
    return {
        "field": printable(one.field, _CELL - 4),
        "changes": f"{one.changes:,}",
        "start": printable(shorten(one.at_creation, 300), _CELL - 4),
        "closes": one.verdict,
        "broken": one.verdict == BREAKS,
        "notes": [printable(note) for note in one.notes],
    }


# texts


def _row(cells: Json) -> Json:
    """Return a row of a table, and whether it is so long that it must be able to go on on the next page."""
    return {**cells, "long": "body" in cells or _length(cells) > 600}


def _length(found: Any) -> int:
    """Return about how many characters something takes; a line end takes the rest of a narrow line."""
    if isinstance(found, str):
        return len(found) + 18 * found.count("\n")
    if isinstance(found, Mapping):
        return sum(_length(value) for name, value in found.items() if name != "opens")
    return sum(map(_length, found)) if isinstance(found, list) else 0


def _body(one: Field | None) -> Json:
    return {"blocks": [], "addresses": []} if one is None else _text(_blocks(one))


def _blocks(one: Field | Comment) -> tuple[Block, ...]:
    """Return a long text as blocks, from the best form that Jira sent."""
    html = one.html or (document_markup(one.raw) if is_document(one.raw) else "")
    return read_blocks(html, one.text)


def _text(blocks: Iterable[Block]) -> Json:
    """Return blocks as data, and the addresses of their links in the order in which they are numbered."""
    addresses: dict[str, Json] = {}
    return {"blocks": [_block(one, addresses, 28) for one in blocks], "addresses": list(addresses.values())}


def _block(one: Block, addresses: dict[str, Json], longest: int) -> Json:
    if isinstance(one, Paragraph):
        return {"is": "paragraph", "runs": [_run(run, addresses, longest) for run in one.runs]}
    if isinstance(one, Heading):
        return {"is": "heading", "level": one.level, "runs": [_run(run, addresses, longest) for run in one.runs]}
    if isinstance(one, Code):
        lines = one.text.split("\n")
        wide = max(len(line) for line in lines) > 90
        return {"is": "code", "lines": [with_breaks(with_marks(line), 12) for line in lines], "numbered": wide}
    if isinstance(one, Items):
        entries = [[_block(block, addresses, longest) for block in entry] for entry in one.entries]
        return {"is": "items", "start": one.start, "entries": entries}
    if isinstance(one, Quote):
        return {"is": "quote", "blocks": [_block(block, addresses, longest) for block in one.blocks]}
    if isinstance(one, Table):
        narrow = min(longest, max(4, 80 // one.columns - 3))
        cells = [
            {
                "x": cell.column, "y": cell.row, "columns": cell.columns, "rows": cell.rows, "head": cell.head,
                "blocks": [_block(block, addresses, narrow) for block in cell.blocks],
            }
            for cell in one.cells
        ]  # fmt: skip
        return {"is": "table", "columns": one.columns, "cells": cells}
    return {"is": "rule"}


def _run(one: Run, addresses: dict[str, Json], longest: int) -> Json:
    found: Json = {"text": with_breaks(with_marks(one.text), longest), "marks": list(one.marks)}
    if one.address:
        if one.opens:
            found["opens"] = one.address
        if one.text.strip() != one.address:
            listed = addresses.setdefault(
                one.address, {"number": len(addresses) + 1, **_address(one.address, opens=one.opens)}
            )
            found["number"] = listed["number"]
    return found


def _address(address: str, *, shown: str | None = None, opens: bool | None = None) -> Json:
    """Return an address as text, and as a link if it may be one."""
    link = is_web_address(address) if opens is None else opens
    return {"text": printable(address if shown is None else shown, 20), "opens": address if link else ""}


def _foot(span: str, place: Place) -> str:
    account = shorten(visible_text(place.account), 40)
    number = shorten(visible_text(place.account_id), 60)
    return printable(f"Collected {span} as {account} ({number})", 60)


def _tone(one: Dossier) -> str:
    """Return the colour of the status: Jira's own category."""
    return (category_of(one.fields["status"].raw) if "status" in one.fields else "") or "new"


def _id(number: int | None) -> str:
    return "(no id)" if number is None else str(number)


def _time(instant: Time) -> str:
    """Write an instant in its own zone, ``2026-04-01 09:15:00.000 -04:00``; as sent where it can't be read."""
    if not isinstance(instant, datetime):
        return f"{shorten(instant, 60)} (no readable time)".lstrip()
    text = instant.isoformat(timespec="milliseconds")
    return f"{text[:10]} {text[11:23]} {offset_of(instant)}"


def _day_and_time(instant: Time) -> list[str]:
    """Return day, and time with offset; what can't be read stands in place of the day."""
    text = _time(instant)
    if not isinstance(instant, datetime):
        return [printable(text, _NARROW), ""]
    return [text[:10], text[11:]]


def _readable(text: str) -> str:
    found = _INSTANT.fullmatch(text)
    return f"{found[1]} {found[2]} {found[3]}" if found else text


def _moment(one: Field, zone: ZoneInfo) -> str:
    """Write a field's instant in the zone; a day, or what is no instant, stays."""
    found = time_of(one.raw, zone)
    return _time(found) if isinstance(found, datetime) else one.text


def _span(first: datetime, last: datetime, zone: ZoneInfo) -> str:
    """Write the time from the first to the last answer, to the second."""
    one, other = first.astimezone(zone), last.astimezone(zone)
    begin, end, offset = f"{one:%Y-%m-%d %H:%M:%S}", f"{other:%Y-%m-%d %H:%M:%S}", offset_of(other)
    if begin == end:
        return f"{end} {offset}"
    return f"{begin} to {end[11:] if begin[:10] == end[:10] else end} {offset}"
