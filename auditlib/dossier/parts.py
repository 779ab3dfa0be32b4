"""What hangs on an issue, as records: comments, worklogs, links, attachments, and where each came from. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from auditlib.records.actors import UNKNOWN
from auditlib.records.history import Time


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
    """One comment; times in the audit's zone. ``html`` is Jira's rendering (untrusted), ``text`` its words.

    ``kind`` and ``update_kind`` say what kind of actor wrote it and changed it last; empty where Jira tells of nobody who did.
    """

    id: int | None
    created: Time
    updated: Time
    author: str
    author_id: str
    update_author: str
    visibility: str
    internal: bool
    html: str
    text: str
    url: str
    raw: Any
    nobody: bool = False
    kind: str = UNKNOWN
    update_kind: str = ""
    update_author_id: str = ""
    update_nobody: bool = False

    @property
    def edited(self) -> bool:
        """Whether it was changed after it was written; Jira does not keep what it said before."""
        return is_later(self.updated, self.created)


@dataclass(frozen=True)
class Worklog:
    """Time that a person recorded; instants in the audit's zone; ``seconds`` is None where it can't be read."""

    id: int | None
    started: Time
    author: str
    author_id: str
    seconds: int | None
    comment: str
    created: Time
    updated: Time
    kind: str = UNKNOWN

    @property
    def edited(self) -> bool:
        """Whether it was changed after it was recorded."""
        return is_later(self.updated, self.created)


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
    size : int or None
        As Jira says, bytes; None where it says nothing readable, as ``id`` and ``created`` too may lack.
    downloaded : int or None
        Bytes that came.
    problem : str
        Why there is no file although one was asked for, or what is wrong with it.
    kind : str
        What kind of actor attached it.
    """

    id: int | None
    name: str
    stored_as: str
    size: int | None
    sha256: str
    created: Time
    author: str
    mime_type: str
    url: str
    downloaded: int | None = None
    problem: str = ""
    kind: str = UNKNOWN


@dataclass(frozen=True)
class File:
    """A file that was downloaded: its size in bytes, SHA-256 and where it is stored; ``problem`` says why there is none."""

    size: int = 0
    sha256: str = ""
    problem: str = ""
    name: str = ""


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
    """The responses on one issue, parsed, paged ones put together.

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
    request : mapping or None
        The issue as a customer request; None where Jira gives none.
    approvals, sla : sequence of mapping or None
        Of that request; None where Jira did not give them.
    unserved : mapping of str to str
        Why it did not, by part: for issues that are no customer request nothing that a record should have.
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
    request: Mapping[str, Any] | None = None
    approvals: Sequence[Mapping[str, Any]] | None = None
    sla: Sequence[Mapping[str, Any]] | None = None
    unserved: Mapping[str, str] = field(default_factory=dict)


def is_later(one: Time, other: Time) -> bool:
    """Say whether an instant is later than another; where one of them can't be read, it is not known to be."""
    return isinstance(one, datetime) and isinstance(other, datetime) and one > other


@dataclass(frozen=True)
class Absent:
    """An absent key, one that does not answer: deleted, hidden, or never given out; Jira says the same of all three.

    With ``unreadable`` it did answer, and no record can be made of what it answered.
    """

    asked: str
    said: str
    source: Source
    unreadable: bool = False
