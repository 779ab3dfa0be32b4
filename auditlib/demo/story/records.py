"""An issue, its numbers and its links while the simulation runs."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from auditlib.demo.world.records import Attachment, Comment, History, User, Worklog


@dataclass(eq=False)
class Record:
    """An issue while the simulation runs. ``keys`` holds (project, number), today's last; ``more`` the other fields."""

    id: int
    created: datetime
    updated: datetime
    issue_type: str
    summary: str
    description: str | None
    creator: User
    reporter: User | None
    assignee: User | None = None
    keys: list[tuple[str, int]] = field(default_factory=list)
    status: str = "Open"
    resolution: str | None = None
    resolved: datetime | None = None
    priority: str = "Medium"
    labels: list[str] = field(default_factory=list)
    components: list[dict[str, Any]] = field(default_factory=list)
    versions: list[dict[str, Any]] = field(default_factory=list)
    more: dict[str, Any] = field(default_factory=dict)
    security: int | None = None
    visible: bool = True
    parent: Record | None = None
    children: list[Record] = field(default_factory=list)
    histories: list[History] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    worklogs: list[Worklog] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    watchers: list[str] = field(default_factory=list)
    remote_links: list[dict[str, Any]] = field(default_factory=list)
    states: list[tuple[datetime, str, str | None]] = field(default_factory=list)
    deleted_at: datetime | None = None
    backdated: bool = False

    @property
    def project(self) -> str:
        """The project it is in."""
        return self.keys[-1][0]

    @property
    def key(self) -> str:
        """Today's key."""
        return "{}-{}".format(*self.keys[-1])


@dataclass
class Allocation:
    """A number that an issue got, and when and by whom it was left again."""

    record: Record
    given_out: datetime
    left_at: datetime | None = None
    left_by: str | None = None


@dataclass(eq=False)
class Link:
    """A link from one issue to another."""

    id: int
    kind: str
    source: Record
    target: Record
