"""One issue with all that hangs on it, read from Jira's answers. Pure.

Everything that a page, a table or a PDF shows of an issue stands here once; nothing is left out because it is empty, long or
ugly. What should be there and is not, is named in ``Dossier.incomplete``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from urllib.parse import quote
from zoneinfo import ZoneInfo

from auditlib.changes import Change, instant_of, person_id, read_changes
from auditlib.dossier.fields import Field, read_fields
from auditlib.dossier.names import stored_names
from auditlib.dossier.replay import FieldReplay, replay
from auditlib.dossier.values import value_text
from auditlib.issues import json_object, number_of, person_name

PARTS: Final = ("issue", "history", "comments", "worklogs", "remote_links", "watchers", "votes")
"""What is asked of each issue, in this order; a dialect whose issue brings its history along is not asked for it."""


@dataclass(frozen=True)
class Source:
    """One response behind a dossier.

    Its part, its file below ``raw/``, the SHA-256 of its body, when it came (UTC), and what was asked.
    """

    part: str
    file: str
    sha256: str
    at: datetime
    request: str


@dataclass(frozen=True)
class Comment:
    """One comment; times in the audit's zone. ``html`` is Jira's rendering (untrusted), ``text`` its words."""

    id: int
    created: datetime
    updated: datetime
    author: str
    author_id: str
    update_author: str
    visibility: str
    internal: bool
    html: str
    text: str
    url: str
    raw: Any

    @property
    def edited(self) -> bool:
        """Whether it was changed after it was written; Jira does not keep what it said before."""
        return self.updated > self.created


@dataclass(frozen=True)
class Worklog:
    """Time that a person recorded; instants in the audit's zone."""

    id: int
    started: datetime
    author: str
    author_id: str
    seconds: int
    comment: str
    created: datetime
    updated: datetime


@dataclass(frozen=True)
class Link:
    """A link: ``direction`` is outward, inward, parent, sub-task or remote; ``key`` is empty for a remote one."""

    type: str
    direction: str
    key: str
    title: str
    status: str
    url: str


@dataclass(frozen=True)
class Attachment:
    """A file of the issue.

    Attributes
    ----------
    stored_as : str
        Its name in the package, safe on every system; empty if it was not downloaded.
    sha256 : str
        Of the file as downloaded; empty if it was not.
    size : int
        As Jira says, bytes.
    downloaded : int or None
        Bytes that came.
    problem : str
        Why there is no file although one was asked for, or what is wrong with it.
    """

    id: int
    name: str
    stored_as: str
    size: int
    sha256: str
    created: datetime
    author: str
    mime_type: str
    url: str
    downloaded: int | None = None
    problem: str = ""


@dataclass(frozen=True)
class File:
    """A file that was downloaded: its size in bytes and SHA-256; ``problem`` says why there is none."""

    size: int = 0
    sha256: str = ""
    problem: str = ""


@dataclass(frozen=True)
class Place:
    """Where an issue was read: the Jira's base address and deployment, the account, and the audit's zone."""

    base_url: str
    deployment: str
    account: str
    account_id: str
    zone: ZoneInfo


@dataclass(frozen=True)
class Received:
    """What Jira answered of one issue, parsed, paged answers put together.

    Attributes
    ----------
    asked : str
        The key that was asked for.
    issue : mapping
        With ``fields``, ``names``, ``schema``, ``renderedFields``.
    history, comments, worklogs, remote_links : sequence of mapping
        In the order received.
    watchers, votes : mapping or None
        None where the account may not read them.
    totals : mapping of str to int
        By part, how many Jira says there are.
    sources : sequence of Source
        All responses, in the order received.
    files : mapping of int to File
        Downloads by attachment id; empty if none was asked for.
    refused : mapping of str to str
        By part, why Jira did not give it.
    """

    asked: str
    issue: Mapping[str, Any]
    history: Sequence[Mapping[str, Any]]
    comments: Sequence[Mapping[str, Any]]
    worklogs: Sequence[Mapping[str, Any]]
    remote_links: Sequence[Mapping[str, Any]]
    watchers: Mapping[str, Any] | None
    votes: Mapping[str, Any] | None
    totals: Mapping[str, int]
    sources: Sequence[Source]
    files: Mapping[int, File] = field(default_factory=dict)
    refused: Mapping[str, str] = field(default_factory=dict)


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

    Raises
    ------
    AnswerError
        If an id, key or time can't be read.
    """
    issue, zone = received.issue, place.zone
    key, issue_id = str(issue.get("key", "")), number_of(issue.get("id"), f"issue {received.asked}")
    url = f"{place.base_url}/browse/{key}"
    fields = read_fields(issue, zone)
    changes = read_changes(received.history, f"issue {key}", zone)
    comments = tuple(_comment(one, url, zone) for one in received.comments)
    attachments = _attachments(fields, received.files, place)
    watchers = received.watchers
    created = instant_of(fields["created"].raw, f"issue {key}", zone) if "created" in fields else None
    return Dossier(
        asked=received.asked,
        key=key,
        id=issue_id,
        url=url,
        fields=fields,
        changes=changes,
        entries=len({str(entry.get("id")) for entry in received.history}),
        comments=comments,
        worklogs=tuple(_worklog(one, zone) for one in received.worklogs),
        links=(*_issue_links(fields, place), *_remote_links(received.remote_links)),
        attachments=attachments,
        watchers=None if watchers is None else tuple(person_name(one) or "" for one in watchers.get("watchers") or ()),
        watch_count=None if watchers is None else int(watchers.get("watchCount", 0)),
        vote_count=None if received.votes is None else int(received.votes.get("votes", 0)),
        replay=replay(changes, {**fields, "key": Field("key", "Key", "string", key, "", key)}, created),
        incomplete=tuple(_incomplete(received, attachments)),
        place=place,
        sources=tuple(received.sources),
        received=received,
    )


def _comment(one: Mapping[str, Any], url: str, zone: ZoneInfo) -> Comment:
    number = number_of(one.get("id"), f"a comment at {url}")
    created = instant_of(one.get("created"), f"comment {number}", zone)
    visibility = json_object(one.get("visibility"))
    return Comment(
        id=number,
        created=created,
        updated=instant_of(one.get("updated") or one.get("created"), f"comment {number}", zone),
        author=person_name(one.get("author")) or "",
        author_id=person_id(one.get("author")),
        update_author=person_name(one.get("updateAuthor")) or "",
        visibility=f"{visibility.get('type', '')} {visibility.get('value', '')}".strip(),
        internal=one.get("jsdPublic") is False,
        html=one["renderedBody"] if isinstance(one.get("renderedBody"), str) else "",
        text=value_text(one.get("body")),
        url=f"{url}?focusedCommentId={number}",
        raw=one.get("body"),
    )


def _worklog(one: Mapping[str, Any], zone: ZoneInfo) -> Worklog:
    number = number_of(one.get("id"), "a worklog")
    created = one.get("created") or one.get("started")
    return Worklog(
        id=number,
        started=instant_of(one.get("started") or created, f"worklog {number}", zone),
        author=person_name(one.get("author")) or "",
        author_id=person_id(one.get("author")),
        seconds=int(one.get("timeSpentSeconds") or 0),
        comment=value_text(one.get("comment")),
        created=instant_of(created, f"worklog {number}", zone),
        updated=instant_of(one.get("updated") or created, f"worklog {number}", zone),
    )


def _issue_links(fields: Mapping[str, Field], place: Place) -> Iterable[Link]:
    def raw(name: str) -> Any:
        return fields[name].raw if name in fields else None

    parent = raw("parent")
    if isinstance(parent, Mapping):
        yield _link("Parent", "parent", parent, place)
    for below in raw("subtasks") or ():
        yield _link("Sub-task", "sub-task", below, place)
    for one in raw("issuelinks") or ():
        kind = json_object(one.get("type"))
        for direction, side in (("outward", "outwardIssue"), ("inward", "inwardIssue")):
            if isinstance(one.get(side), Mapping):
                yield _link(str(kind.get(direction) or kind.get("name") or ""), direction, one[side], place)


def _link(kind: str, direction: str, other: Mapping[str, Any], place: Place) -> Link:
    fields, key = json_object(other.get("fields")), str(other.get("key", ""))
    return Link(
        type=kind,
        direction=direction,
        key=key,
        title=str(fields.get("summary") or ""),
        status=str(json_object(fields.get("status")).get("name") or ""),
        url=f"{place.base_url}/browse/{quote(key)}",
    )


def _remote_links(links: Sequence[Mapping[str, Any]]) -> Iterable[Link]:
    for one in links:
        thing = json_object(one.get("object"))
        resolved = json_object(thing.get("status")).get("resolved")
        yield Link(
            type=str(one.get("relationship") or json_object(one.get("application")).get("name") or "Web link"),
            direction="remote",
            key="",
            title=str(thing.get("title") or thing.get("url") or ""),
            status="" if resolved is None else ("resolved" if resolved else "open"),
            url=str(thing.get("url") or ""),
        )


def _attachments(fields: Mapping[str, Field], files: Mapping[int, File], place: Place) -> tuple[Attachment, ...]:
    records = [one for one in (fields["attachment"].raw if "attachment" in fields else None) or () if one]
    numbered = sorted((number_of(one.get("id"), "an attachment"), one) for one in records) if records else []
    names = stored_names({number: str(one.get("filename") or "") for number, one in numbered})
    found = []
    for number, one in numbered:
        name, file = str(one.get("filename") or ""), files.get(number)
        size = int(one.get("size") or 0)
        arrived = file is not None and not file.problem
        problem = "" if file is None else file.problem
        if file is not None and arrived and file.size != size:
            problem = f"Jira says {size:,} bytes, {file.size:,} came"
        found.append(
            Attachment(
                id=number,
                name=name,
                stored_as=names[number] if arrived else "",
                size=size,
                sha256=file.sha256 if file is not None and arrived else "",
                created=instant_of(one.get("created"), f"attachment {number}", place.zone),
                author=person_name(one.get("author")) or "",
                mime_type=str(one.get("mimeType") or ""),
                url=str(one.get("content") or ""),
                downloaded=file.size if file is not None and arrived else None,
                problem=problem,
            )
        )
    return tuple(found)


def _incomplete(received: Received, attachments: Sequence[Attachment]) -> Iterable[str]:
    """Yield what should be there and is not."""
    came = {
        "history": len({str(entry.get("id")) for entry in received.history}),
        "comments": len({str(one.get("id")) for one in received.comments}),
        "worklogs": len({str(one.get("id")) for one in received.worklogs}),
    }
    nouns = {"history": "history entries", "comments": "comments", "worklogs": "worklogs"}
    for part, count in came.items():
        said = received.totals.get(part)
        if said is not None and said != count:
            yield f"Jira says there are {said:,} {nouns[part]}, and gave {count:,}"
    for part, why in received.refused.items():
        yield f"{part.replace('_', ' ')}: {why}"
    for one in attachments:
        if one.problem:
            yield f"attachment {one.id} ({one.name}): {one.problem}"
