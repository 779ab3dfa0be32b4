"""One issue with all that hangs on it, read from Jira's answers. Pure.

Everything that a page, a table or a PDF shows of an issue stands here once; nothing is left out because it is empty, long or
ugly. What should be there and is not, is named in ``Dossier.incomplete``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import quote

from auditlib.deep_json import as_text
from auditlib.dossier.complete import count_records, missing
from auditlib.dossier.fields import Field, read_fields
from auditlib.dossier.known import ArchivedComments
from auditlib.dossier.names import stored_names
from auditlib.dossier.odd import Odd
from auditlib.dossier.parts import Attachment, Comment, File, Link, Place, Received, Source, Worklog
from auditlib.dossier.replay import FieldReplay, history_verdict, replay
from auditlib.dossier.served import read_served
from auditlib.dossier.values import value_text
from auditlib.records.actors import account_kind
from auditlib.records.history import Change, items_of, read_changes, time_of
from auditlib.records.issues import is_nobody, json_object, number_of, person_id, person_name
from auditlib.records.service_desk import CustomerRequest


@dataclass(frozen=True)
class Dossier:
    """The full record of one issue.

    Attributes
    ----------
    asked, key : str
        The key that was asked for, and the one it answers to; they differ for a moved issue.
    id : int
    url : str
        Where the issue opens in Jira.
    fields : mapping of str to Field
        Every field that Jira sent, by id, in the order received.
    changes : tuple of Change
        The history, oldest first, a row an item.
    entries : int
        History entries behind them.
    watchers : tuple of str or None
        Their names; None where they can't be read.
    watch_count, vote_count : int or None
    replay : tuple of FieldReplay
        Of each field that the history names, whether its changes lead from the creation to today's value.
    incomplete : tuple of str
        What should be here and is not, one sentence each.
    place : Place
    sources : tuple of Source
    received : Received
        As it came, for ``issue.json``.
    archived : ArchivedComments or None
        What the archive knows of its comments; None where no archive was read.
    served : CustomerRequest or None
        The issue as a customer request of Jira Service Management; None where it is none.
    """

    asked: str
    key: str
    id: int
    url: str
    fields: Mapping[str, Field]
    changes: tuple[Change, ...]
    entries: int
    comments: tuple[Comment, ...]
    worklogs: tuple[Worklog, ...]
    links: tuple[Link, ...]
    attachments: tuple[Attachment, ...]
    watchers: tuple[str, ...] | None
    watch_count: int | None
    vote_count: int | None
    replay: tuple[FieldReplay, ...]
    incomplete: tuple[str, ...]
    place: Place
    sources: tuple[Source, ...]
    received: Received
    archived: ArchivedComments | None = None
    served: CustomerRequest | None = None

    @property
    def moved(self) -> bool:
        """Whether the issue answers to another key than the one asked for."""
        return self.asked != self.key

    @property
    def project(self) -> str:
        """Project part of the key."""
        return self.key.rpartition("-")[0]

    @property
    def collected(self) -> tuple[datetime, datetime]:
        """When the first and the last answer came, UTC."""
        times = [source.at for source in self.sources]
        return min(times), max(times)

    @property
    def digest(self) -> str:
        """SHA-256 of Jira's answer with the issue's fields."""
        return next(source.sha256 for source in self.sources if source.part == "issue")

    def text(self, field_id: str) -> str:
        """Return a field's value in words; empty if Jira sent no such field."""
        found = self.fields.get(field_id)
        return "" if found is None else found.text

    @property
    def history_verdict(self) -> str:
        """Whether the history leads from the creation to today, as `replay.history_verdict` says."""
        return history_verdict(self.replay)

    @property
    def breaks(self) -> tuple[FieldReplay, ...]:
        """The fields whose history does not close."""
        return tuple(one for one in self.replay if one.closes is False)


def read_dossier(received: Received, place: Place) -> Dossier:
    """Make a dossier of what Jira answered.

    Parameters
    ----------
    received : Received
        Of one issue.
    place : Place
        Where it was read.

    Returns
    -------
    Dossier
        What can't be read is shown as sent, and named in ``incomplete``.

    Raises
    ------
    AnswerError
        If the issue's own id can't be read.
    """
    issue, zone = received.issue, place.zone
    key, issue_id = str(issue.get("key", "")), number_of(issue.get("id"), f"issue {received.asked}")
    url = f"{place.base_url}/browse/{key}"
    odd = Odd(zone)
    fields = read_fields(issue, zone)
    _check_times(fields, odd)
    _check_depth(received, fields, odd)
    history = odd.records(received.history, "history")
    _check_history(history, odd)
    changes = read_changes(history, zone)
    comments = tuple(_comment(one, url, odd) for one in received.comments)
    attachments = _attachments(fields, received.files, odd)
    watchers, votes = received.watchers, received.votes
    created = time_of(fields["created"].raw, zone) if "created" in fields else ""
    found = Dossier(
        asked=received.asked,
        key=key,
        id=issue_id,
        url=url,
        fields=fields,
        changes=changes,
        entries=count_records(history),
        comments=comments,
        worklogs=tuple(_worklog(one, odd) for one in received.worklogs),
        links=(*_issue_links(fields, place, odd), *_remote_links(received.remote_links)),
        attachments=attachments,
        watchers=None if watchers is None else tuple(map(_named, _people(watchers.get("watchers")))),
        watch_count=None if watchers is None else _count(watchers, "watchCount", "watchers", odd),
        vote_count=None if votes is None else _count(votes, "votes", "voters", odd),
        replay=replay(
            changes,
            {**fields, "key": Field("key", "Key", "string", key, "", key)},
            created if isinstance(created, datetime) else None,
        ),
        incomplete=(),
        place=place,
        sources=tuple(received.sources),
        received=received,
        served=read_served(received, zone),
    )
    return replace(found, incomplete=(*missing(received, fields, attachments), *odd.sentences))


def _check_times(fields: Mapping[str, Field], odd: Odd) -> None:
    """Name the times and days among an issue's fields that can't be read; they are shown as sent."""
    for one in fields.values():
        what = f"{one.name} ({one.id})" if one.name != one.id else one.id
        if one.kind == "datetime" or one.id in {"created", "updated", "resolutiondate"}:
            if one.raw not in (None, "") or one.id == "created":
                odd.time(one.raw, what)
        elif one.kind == "date" or one.id == "duedate":
            odd.day(one.raw, what)
    if "created" not in fields:
        odd.say("created: Jira sent no time of the issue's creation")


def _check_depth(received: Received, fields: Mapping[str, Field], odd: Odd) -> None:
    """Name what is nested so deeply that it is shown as its source."""
    for one in fields.values():
        odd.deep(one.raw, f"{one.name} ({one.id})" if one.name != one.id else one.id)
    parts = {
        "history": received.history, "comments": received.comments, "worklogs": received.worklogs,
        "web links": received.remote_links, "watchers": received.watchers, "votes": received.votes,
    }  # fmt: skip
    for name, records in parts.items():
        odd.deep(records, name)


def _check_history(history: Sequence[Mapping[str, Any]], odd: Odd) -> None:
    for entry in history:
        number = odd.identity(entry.get("id"), "a history entry")
        name = f"history {number if number is not None else 'without id'}"
        odd.time(entry.get("created"), name)
        items = entry.get("items")
        if not isinstance(items, list | tuple) or len(items_of(entry)) < len(items):
            odd.say(f"{name}: what it changed can't be read")


def _comment(one: Mapping[str, Any], url: str, odd: Odd) -> Comment:
    number = odd.identity(one.get("id"), "a comment")
    name = "a comment without id" if number is None else f"comment {number}"
    created = odd.time(one.get("created"), f"{name}, created")
    updated = created if not one.get("updated") else odd.time(one["updated"], f"{name}, updated")
    visibility = json_object(one.get("visibility"))
    return Comment(
        id=number,
        created=created,
        updated=updated,
        author=_named(one.get("author")),
        author_id=person_id(one.get("author")),
        update_author=_named(one.get("updateAuthor")),
        visibility=f"{visibility.get('type', '')} {visibility.get('value', '')}".strip(),
        internal=one.get("jsdPublic") is False,
        html=one["renderedBody"] if isinstance(one.get("renderedBody"), str) else "",
        text=value_text(one.get("body")),
        url=url if number is None else f"{url}?focusedCommentId={number}",
        raw=one.get("body"),
        nobody=is_nobody(one.get("author")),
        kind=account_kind(one.get("author")),
        update_author_id=person_id(one.get("updateAuthor")),
        update_nobody=is_nobody(one.get("updateAuthor")),
        update_kind=account_kind(one["updateAuthor"]) if one.get("updateAuthor") else "",
    )


def _worklog(one: Mapping[str, Any], odd: Odd) -> Worklog:
    number = odd.identity(one.get("id"), "a worklog")
    name = "a worklog without id" if number is None else f"worklog {number}"
    started = odd.time(one.get("started"), f"{name}, started")
    created = started if not one.get("created") else odd.time(one["created"], f"{name}, created")
    return Worklog(
        id=number,
        started=started,
        author=_named(one.get("author")),
        author_id=person_id(one.get("author")),
        seconds=odd.whole(one.get("timeSpentSeconds"), f"{name}, time spent"),
        comment=value_text(one.get("comment")),
        created=created,
        updated=created if not one.get("updated") else odd.time(one["updated"], f"{name}, updated"),
        kind=account_kind(one.get("author")),
    )


def _named(person: Any) -> str:
    return person_name(person) or ""


def _people(people: Any) -> Sequence[Any]:
    return people if isinstance(people, list | tuple) else ()


def _count(answer: Mapping[str, Any], count: str, people: str, odd: Odd) -> int | None:
    """Return how many watchers or voters Jira says there are, else how many it lists."""
    if answer.get(count) is None:
        listed = answer.get(people)
        return len(listed) if isinstance(listed, list | tuple) else odd.whole(None, count)
    return odd.whole(answer[count], count)


def _issue_links(fields: Mapping[str, Field], place: Place, odd: Odd) -> Iterable[Link]:
    def raw(name: str) -> Any:
        return fields[name].raw if name in fields else None

    parent = raw("parent")
    if isinstance(parent, Mapping) and parent:
        yield _link("Parent", "parent", parent, place)
    for below in odd.records(raw("subtasks"), "sub-tasks"):
        yield _link("Sub-task", "sub-task", below, place)
    for one in odd.records(raw("issuelinks"), "links"):
        kind = json_object(one.get("type"))
        for direction, side in (("outward", "outwardIssue"), ("inward", "inwardIssue")):
            if isinstance(one.get(side), Mapping):
                yield _link(as_text(kind.get(direction) or kind.get("name") or ""), direction, one[side], place)


def _link(kind: str, direction: str, other: Mapping[str, Any], place: Place) -> Link:
    fields, key = json_object(other.get("fields")), as_text(other.get("key") or "")
    return Link(
        type=kind,
        direction=direction,
        key=key,
        title=as_text(fields.get("summary") or ""),
        status=as_text(json_object(fields.get("status")).get("name") or ""),
        url=f"{place.base_url}/browse/{quote(key)}" if key else "",
    )


def _remote_links(links: Sequence[Mapping[str, Any]]) -> Iterable[Link]:
    for one in links:
        thing = json_object(one.get("object"))
        resolved = json_object(thing.get("status")).get("resolved")
        yield Link(
            type=as_text(one.get("relationship") or json_object(one.get("application")).get("name") or "Web link"),
            direction="remote",
            key="",
            title=as_text(thing.get("title") or thing.get("url") or ""),
            status="" if resolved is None else ("resolved" if resolved else "open"),
            url=as_text(thing.get("url") or ""),
        )


def _attachments(fields: Mapping[str, Field], files: Mapping[int, File], odd: Odd) -> tuple[Attachment, ...]:
    """Return the files of an issue by id; what has no id can't be asked for and comes last, as received."""
    records = odd.records(fields["attachment"].raw if "attachment" in fields else None, "attachments")
    numbered = [(odd.identity(one.get("id"), "an attachment"), one) for one in records]
    names = stored_names({number: _filename(one) for number, one in numbered if number is not None})
    for number, times in Counter(number for number, _ in numbered if number is not None).items():
        if times > 1:
            odd.say(f"attachment {number}: Jira lists it {times} times")
    numbered.sort(key=lambda pair: (pair[0] is None, pair[0] or 0))
    return tuple(_attachment(number, one, files, names, odd) for number, one in numbered)


def _filename(one: Mapping[str, Any]) -> str:
    return as_text(one.get("filename") or "")


def _attachment(
    number: int | None, one: Mapping[str, Any], files: Mapping[int, File], names: Mapping[int, str], odd: Odd
) -> Attachment:
    what = f"attachment {number}" if number is not None else f"an attachment without id ({_filename(one)})"
    size = odd.whole(one.get("size"), f"{what}, size")
    file = files.get(number) if number is not None else None
    arrived = file if file is not None and not file.problem else None
    problem = "" if file is None else file.problem
    if arrived is not None and size is not None and arrived.size != size:
        problem = f"Jira says {size:,} bytes, {arrived.size:,} came"
    return Attachment(
        id=number,
        name=_filename(one),
        stored_as=(arrived.name or names[number]) if arrived is not None and number is not None else "",
        size=size,
        sha256="" if arrived is None else arrived.sha256,
        created=odd.time(one.get("created"), f"{what}, created"),
        author=_named(one.get("author")),
        mime_type=as_text(one.get("mimeType") or ""),
        url=as_text(one.get("content") or ""),
        downloaded=None if arrived is None else arrived.size,
        problem=problem,
        kind=account_kind(one.get("author")),
    )
