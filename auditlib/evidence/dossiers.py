"""Dossiers read back from what was kept on disk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from auditlib.dossier.complete import count_records
from auditlib.dossier.known import archived_comments
from auditlib.dossier.made import reason as reason_of
from auditlib.dossier.numbers import loads
from auditlib.dossier.parts import Absent, File, Place, Received, Source
from auditlib.dossier.record import Dossier, read_dossier
from auditlib.errors import AnswerError, SourceError
from auditlib.evidence.archived import ArchiveCopy
from auditlib.jira import service_desk
from auditlib.jira.protocol import Dialect
from auditlib.jira.refusal import UNSAID, reason, refusal
from auditlib.records.issues import json_object
from auditlib.responses.entry import Entry
from auditlib.responses.forms.form import sound
from auditlib.responses.forms.resources import require_form
from auditlib.responses.forms.shapes import Object
from auditlib.responses.store import RawStore
from auditlib.responses.topics import DOSSIER_ATTACHMENT, DOSSIER_ISSUE, DOSSIER_PARTS, read_topic


def read_dossiers(
    store: RawStore, dialect: Dialect, keys: Sequence[str], place: Place, archive: ArchiveCopy | None = None
) -> tuple[list[Dossier], list[Absent]]:
    """Read the dossiers of issues, in the order of their keys.

    Parameters
    ----------
    store : RawStore
        Holds what was asked under the topics of dossiers.
    dialect : Dialect
        How to read it.
    keys : sequence of str
        As asked for.
    place : Place
        Where the issues were read.
    archive : ArchiveCopy, optional
        What the package holds of the archive's notes of their comments.

    Returns
    -------
    found : list of Dossier
    absent : list of Absent
        Keys that did not answer.

    Raises
    ------
    SourceError
        If a key was not asked for.
    AnswerError
        If an answer can't be read.
    """
    found, absent = [], []
    for key in dict.fromkeys(keys):
        one = _received(store, dialect, key)
        dossier = one if isinstance(one, Absent) else _read(one, place)
        if isinstance(dossier, Absent):
            absent.append(dossier)
        else:
            noted = None if archive is None else archive.comments(dossier.id)
            if noted is not None:
                received = dossier.received
                given = None if "comments" in received.refused else received.comments
                dossier = replace(dossier, archived=archived_comments(dossier.id, noted, given, place.zone))
            found.append(dossier)
    return found, absent


def was_asked(store: RawStore, key: str) -> bool:
    """Say whether the full record of an issue was asked for, whatever came of it."""
    return bool(store.entries(DOSSIER_ISSUE.of(key))) or _refused(store, key) is not None


def _refused(store: RawStore, key: str) -> Entry | None:
    """Return the last answer to the question for an issue that can't be used, None if there is none."""
    topic = DOSSIER_ISSUE.of(key)
    return next((one for one in reversed(list(store.refusals())) if one.topic == topic), None)


def _read(one: Received, place: Place) -> Dossier | Absent:
    """Make a dossier of what came; where that can't be, the issue is named, and the others are none the worse for it."""
    try:
        return read_dossier(one, place)
    except Exception as error:  # noqa: BLE001 - of one issue, in a form that nobody foresaw
        return Absent(one.asked, reason_of(error), one.sources[0], unreadable=True)


def _received(store: RawStore, dialect: Dialect, key: str) -> Received | Absent:
    entries = store.entries(DOSSIER_ISSUE.of(key))
    unusable = _refused(store, key)
    if not entries and unusable is not None:
        return Absent(key, unusable.refused, _source("issue", unusable), unreadable=True)
    if not entries:
        raise SourceError(f"{key} was not asked for; the collection did not finish")
    entry = entries[-1]
    if entry.status != 200:
        said = reason(entry.status, entry.headers, store.body(entry))
        return Absent(key, f"status {entry.status}" if said == UNSAID else said, _source("issue", entry))
    issue = _json(store, entry)
    try:
        return _put_together(store, dialect, key, issue, _source("issue", entry))
    except (LookupError, ValueError, TypeError, AttributeError, ArithmeticError, RecursionError) as error:
        return Absent(key, reason_of(error), _source("issue", entry), unreadable=True)


def _put_together(store: RawStore, dialect: Dialect, key: str, issue: Mapping[str, Any], source: Source) -> Received:
    """Put together what came of an issue in answers of its own."""
    parts, totals, refused = _parts(store, dialect, key)
    unserved = {part: refused.pop(part) for part in service_desk.PARTS if part in refused}
    sources = [source]
    sources += [_source(part, one) for part in _parts_of(dialect) for one in store.entries(DOSSIER_PARTS[part].of(key))]
    history = parts.get("history")
    if history is None and "history" not in dialect.PARTS:
        refused.pop("history", None)  # asked once more than it had to be; what came along is there
        log = json_object(issue.get("changelog"))
        history, whole = sound(log.get("histories"), Object)
        if not whole:
            refused["history"] = "something stands in it that is no entry"
        if isinstance(log.get("total"), int):
            totals["history"] = log["total"]
    files, downloads = _files(store, key)
    return Received(
        asked=key,
        issue=issue,
        history=history or [],
        comments=parts.get("comments", []),
        worklogs=parts.get("worklogs", []),
        remote_links=parts.get("remote_links", []),
        watchers=next(iter(parts.get("watchers", [])), None),
        votes=next(iter(parts.get("votes", [])), None),
        totals=totals,
        sources=[*sources, *downloads],
        files=files,
        refused=refused,
        request=next(iter(parts.get("request", [])), None),
        approvals=parts.get("approvals"),
        sla=parts.get("sla"),
        unserved=unserved,
    )


def _parts(
    store: RawStore, dialect: Dialect, key: str
) -> tuple[dict[str, list[Mapping[str, Any]]], dict[str, int], dict[str, str]]:
    """Put paged answers together: records, totals and refusals by part.

    ``total`` may count the page alone ("number of items returned"), so one that is less than what came tells nothing.
    """
    parts: dict[str, list[Mapping[str, Any]]] = {}
    totals: dict[str, int] = {}
    refused: dict[str, str] = {}
    for part in _parts_of(dialect):
        topic = DOSSIER_PARTS[part].of(key)
        for entry in store.entries(topic):
            if entry.status != 200:
                refused[part] = refusal(entry.status, entry.headers, store.body(entry))
                continue
            page = dialect.read_issue_part(part, entry.request, _json(store, entry))
            parts.setdefault(part, []).extend(page.records)
            if not page.whole:
                refused[part] = (
                    f"{entry.request} answered with something that is no record among them (raw/{entry.file})"
                )
            if page.total is not None:
                totals[part] = max(page.total, totals.get(part, 0))
        for entry in store.refusals():
            if entry.topic == topic and store.find(entry.topic, entry.request) is None:
                refused[part] = entry.refused
    told = {part: total for part, total in totals.items() if total >= count_records(parts[part])}
    return parts, told, refused


def _parts_of(dialect: Dialect) -> tuple[str, ...]:
    """Return what may have been asked beside the issue: its history too where that came along in part."""
    return tuple(dict.fromkeys(("history", *dialect.PARTS, *service_desk.PARTS)))


def _files(store: RawStore, key: str) -> tuple[dict[int, File], list[Source]]:
    files: dict[int, File] = {}
    sources = []
    for entry in store.entries(DOSSIER_ATTACHMENT.below(key)):
        number = read_topic(entry.topic).number("attachment")
        if entry.status == 200:
            files[number] = File(entry.size, entry.sha256, name=entry.file.rpartition("/")[2])
            sources.append(_source("attachment", entry))
        else:
            files[number] = File(problem=refusal(entry.status, entry.headers, store.body(entry)))
    for entry in store.refusals():
        named = read_topic(entry.topic)
        if named.topic is DOSSIER_ATTACHMENT and named.text("key") == key:
            files.setdefault(named.number("attachment"), File(problem=entry.refused))
    return files, sources


def _json(store: RawStore, entry: Entry) -> Any:
    """Return a body as parsed JSON of its form, its numbers as written; half a body was never kept as an answer."""
    try:
        answer = loads(store.body(entry))
    except (ValueError, RecursionError) as error:
        raise AnswerError(f"raw/{entry.file} is not JSON: {error}", request=str(entry.request)) from None
    require_form(entry.request, entry.status, answer)
    return answer


def _source(part: str, entry: Entry) -> Source:
    return Source(part, entry.file, entry.sha256, entry.at, str(entry.request))
