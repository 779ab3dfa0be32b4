"""The rules of Jira, as far as the made-up company needs them: counters, keys, moves, deletions, histories.

A simulation runs forward in time: actions wait in a queue, each happens at its instant, and may queue others.
Numbers are given out by one counter per project and never again; ids and history ids rise as they are made.
"""

from __future__ import annotations

import heapq
import itertools
import random
from collections import defaultdict
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from auditlib.demo.story import scenery
from auditlib.demo.story.cast import Cast
from auditlib.demo.story.history_items import (
    Item,
    added_item,
    change,
    change_of_known,
    key_item,
    link_item,
    option_sides,
    user_sides,
)
from auditlib.demo.story.records import Allocation, Link, Record
from auditlib.demo.world import truth
from auditlib.demo.world.records import Attachment, Comment, History, LogRecord, Project, User, Worklog


class Simulation:
    """A Jira in which things happen in order of time; ``now`` is the instant of the running action."""

    def __init__(
        self,
        rng: random.Random,
        cast: Cast,
        projects: dict[str, Project],
        begin: datetime,
        end: datetime,
        *,
        first_id: int = 10000,
    ) -> None:
        self.rng = rng
        self.cast = cast
        self.projects = projects
        self.now = begin
        self.end = end
        self.counters = dict.fromkeys(projects, 0)
        self.allocations: dict[str, dict[int, Allocation]] = {key: {} for key in projects}
        self.records: dict[int, Record] = {}
        self.gone: dict[int, Record] = {}
        self.moved_keys: dict[str, int] = {}
        self.links: list[Link] = []
        self.log: list[LogRecord] = []
        self.moves: list[truth.Move] = []
        self.deletions: list[tuple[Record, str, datetime, User, bool]] = []
        self.holes: dict[int, str] = {}
        self._queue: list[tuple[datetime, int, Callable[[], object]]] = []
        self._order = itertools.count()
        self._reserved: list[tuple[datetime, datetime]] = []
        # steps of more than one, because other entities of a Jira take ids from the same row
        self._ids: defaultdict[str, int] = defaultdict(lambda: first_id)

    # Time

    def at(self, instant: datetime, action: Callable[[], object]) -> None:
        """Queue an action; what would happen after the end does not happen."""
        instant = instant.replace(microsecond=instant.microsecond // 1000 * 1000)
        if instant <= self.end:
            heapq.heappush(self._queue, (max(instant, self.now), next(self._order), action))

    def after(self, hours: float, record: Record, action: Callable[[], object]) -> None:
        """Queue an action on an issue, counted from now; it falls away if the issue is deleted before."""
        self.at(self.now + timedelta(hours=hours), lambda: record.deleted_at is None and action())

    def reserve(self, begins: datetime, ends: datetime) -> None:
        """Keep ordinary traffic out of a stretch of time, so that numbers of a story stay together."""
        self._reserved.append((begins, ends))

    def clear(self, instant: datetime) -> datetime:
        """Give the instant, or a moment after the reserved stretches it falls into."""
        for begins, ends in sorted(self._reserved):
            if begins <= instant <= ends:
                instant = ends + timedelta(seconds=self.rng.uniform(60, 7200))
        return instant

    def run(self) -> None:
        """Let everything happen that is queued, and what follows from it."""
        while self._queue:
            self.now, _, action = heapq.heappop(self._queue)
            action()
        self.now = self.end

    def next_id(self, kind: str) -> int:
        """Give the next id of a kind; ids rise by small irregular steps."""
        self._ids[kind] += self.rng.randint(1, 4)
        return self._ids[kind]

    # Numbers

    def take_number(self, project: str) -> int:
        """Take the next number from a project's counter."""
        self.counters[project] += 1
        return self.counters[project]

    def skip(self, project: str, count: int = 1) -> list[str]:
        """Let the counter go on without an issue, as a failed creation or an import does; gives the keys skipped."""
        return [f"{project}-{self.take_number(project)}" for _ in range(count)]

    def _allot(self, record: Record, project: str, number: int) -> None:
        record.keys.append((project, number))
        self.allocations[project][number] = Allocation(record, self.now)

    # What people do

    def create(
        self,
        project: str,
        issue_type: str,
        summary: str,
        creator: User,
        *,
        number: int | None = None,
        created: datetime | None = None,
        parent: Record | None = None,
        **values: Any,
    ) -> Record:
        """Create an issue now; ``created`` lets an import write an older date, ``number`` is one taken before."""
        born = created or self.now
        record = Record(
            id=self.next_id("issue"),
            created=born,
            updated=self.now,
            issue_type=issue_type,
            summary=summary,
            description=values.pop("description", None),
            creator=creator,
            reporter=values.pop("reporter", creator),
            parent=parent,
            backdated=created is not None,
            **values,
        )
        self._allot(record, project, self.take_number(project) if number is None else number)
        record.states.append((born, record.status, record.resolution))
        if parent is not None:
            parent.children.append(record)
        self.records[record.id] = record
        return record

    def note(self, record: Record, author: User | None, *items: Item) -> History:
        """Write one history entry."""
        entry = History(self.next_id("history"), self.now, author, items)
        record.histories.append(entry)
        record.updated = self.now
        return entry

    def transition(self, record: Record, author: User | None, status: str, resolution: str | None = None) -> None:
        """Change the status; the resolution becomes the one given, and both stand in one history entry."""
        items: list[Item] = []
        if resolution != record.resolution:
            items.append(change_of_known("resolution", scenery.RESOLUTIONS, record.resolution, resolution))
            record.resolved = self.now if resolution else None
        if status != record.status:
            items.append(change_of_known("status", scenery.STATUSES, record.status, status))
        if items:
            record.status, record.resolution = status, resolution
            record.states.append((self.now, status, resolution))
            self.note(record, author, *items)

    def assign(self, record: Record, author: User, assignee: User | None) -> None:
        """Give the issue to someone, or to nobody."""
        old, record.assignee = record.assignee, assignee
        if old != assignee:
            self.note(record, author, change("assignee", user_sides(old), user_sides(assignee)))

    def edit(self, record: Record, author: User, name: str, value: str) -> None:
        """Change the summary or the description."""
        old = getattr(record, name)
        setattr(record, name, value)
        self.note(record, author, change(name, (None, old), (None, value)))

    def alter(self, record: Record, author: User, field_id: str, name: str, value: Any) -> None:
        """Change a custom field; its id in the history is that of the option, where it is one."""
        old = record.more.get(field_id)
        record.more[field_id] = value
        self.note(record, author, change(name, option_sides(old), option_sides(value), field_id))

    def rank(self, record: Record, author: User, priority: str) -> None:
        """Change the priority."""
        if priority != record.priority:
            self.note(record, author, change_of_known("priority", scenery.PRIORITIES, record.priority, priority))
            record.priority = priority

    def retype(self, record: Record, author: User, issue_type: str) -> None:
        """Change the issue type."""
        if issue_type != record.issue_type:
            self.note(record, author, change_of_known("issuetype", scenery.ISSUE_TYPES, record.issue_type, issue_type))
            record.issue_type = issue_type

    def comment(
        self,
        record: Record,
        author: User | None,
        body: str,
        *,
        visibility: dict[str, Any] | None = None,
        visible: bool = True,
    ) -> Comment:
        """Write a comment; comments leave no trace in the history."""
        made = Comment(self.next_id("comment"), author, self.now, self.now, author, body, visibility, visible)
        record.comments.append(made)
        record.updated = self.now
        return made

    def edit_comment(self, record: Record, old: Comment, author: User, body: str) -> None:
        """Write a comment anew."""
        record.comments[record.comments.index(old)] = Comment(
            old.id, old.author, old.created, self.now, author, body, old.visibility, old.visible
        )
        record.updated = self.now

    def log_work(self, record: Record, author: User, seconds: int, comment: str = "") -> None:
        """Log time spent."""
        started = self.now - timedelta(seconds=seconds)
        number = self.next_id("worklog")
        spent = sum(one.seconds for one in record.worklogs)
        record.worklogs.append(Worklog(number, author, self.now, self.now, started, seconds, comment))
        self.note(
            record,
            author,
            change("timespent", (str(spent) if spent else None,) * 2, (str(spent + seconds),) * 2),
            added_item("WorklogId", number, str(number)),
        )

    def attach(self, record: Record, author: User, filename: str, content: bytes, mime_type: str) -> None:
        """Attach a file."""
        number = self.next_id("attachment")
        record.attachments.append(Attachment(number, filename, author, self.now, mime_type, content, len(content)))
        self.note(record, author, added_item("Attachment", number, filename, field_id="attachment"))

    def link(self, source: Record, author: User, kind: str, target: Record) -> None:
        """Link two issues; both histories say so."""
        if source is target or target.deleted_at is not None:
            return
        self.links.append(Link(self.next_id("link"), kind, source, target))
        words = scenery.LINK_TYPES[kind]
        for one, other, word in ((source, target, words["outward"]), (target, source, words["inward"])):
            self.note(one, author, link_item(None, other.key, word))

    def hide(self, record: Record, author: User | None = None) -> None:
        """Set the security level that the asking account is not in; without an author since the creation."""
        level = scenery.SECURITY_LEVELS[1]
        record.security, record.visible = 1, False
        if author is not None:
            self.note(record, author, change("security", (None, None), (level["id"], level["name"])))

    def clone(self, record: Record, author: User) -> Record:
        """Clone an issue: a new one in the same project, linked to its model."""
        made = self.create(
            record.project,
            record.issue_type,
            f"CLONE - {record.summary}"[:255],
            author,
            description=record.description,
            labels=list(record.labels),
            priority=record.priority,
        )
        self.link(made, author, "Cloners", record)
        return made

    def move(self, record: Record, author: User, project: str) -> str:
        """Move an issue, and its sub-tasks with it, to another project; gives the key left behind."""
        self._leave_project(record, author)
        old = record.key
        left = self.allocations[record.project][record.keys[-1][1]]
        left.left_at, left.left_by = self.now, author.account_id
        before, after = self.projects[record.project], self.projects[project]
        self._allot(record, project, self.take_number(project))
        entry = self.note(
            record,
            author,
            change("project", (str(before.id), before.name), (str(after.id), after.name)),
            key_item(old, record.key),
        )
        self.moved_keys[old] = record.id
        self.moves.append(truth.Move(record.id, self.now, entry.id, old, record.key, author.account_id))
        for child in record.children:
            self.move(child, author, project)
        return old

    def _leave_project(self, record: Record, author: User) -> None:
        """Drop what belongs to the old project; a level that hid the issue is lost with it."""
        items = [
            *(change("Component", (one["id"], one["name"]), (None, None), "components") for one in record.components),
            *(change("Fix Version", (one["id"], one["name"]), (None, None), "fixVersions") for one in record.versions),
        ]
        record.components, record.versions = [], []
        record.security, record.visible = None, True
        if items:
            self.note(record, author, *items)

    def delete(self, record: Record, author: User, *, recorded: bool) -> None:
        """Delete an issue with its sub-tasks; its old keys stop resolving too."""
        for child in list(record.children):
            self.delete(child, author, recorded=recorded)
        if record.parent is not None:
            record.parent.children.remove(record)
        for one in [one for one in self.links if record in (one.source, one.target)]:
            self.links.remove(one)
            words = scenery.LINK_TYPES[one.kind]
            other, word = (one.target, words["inward"]) if record is one.source else (one.source, words["outward"])
            self.note(other, author, link_item(record.key, None, word))
        left = self.allocations[record.project][record.keys[-1][1]]
        left.left_at, left.left_by = self.now, author.account_id
        record.deleted_at = self.now
        for key in [key for key, number in self.moved_keys.items() if number == record.id]:
            del self.moved_keys[key]
        self.gone[record.id] = self.records.pop(record.id)
        self.deletions.append((record, record.key, self.now, author, recorded))
