"""Indexes over a world: what the embedded Jira looks up by key, id or name.

A world is changed in place by the tests that play drift, so an index notices when issues come, go or move and is
built anew. What is hidden is decided at every look, never indexed.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from datetime import datetime
from typing import Any

from auditlib.demo.world.records import Attachment, Comment, Issue, Project, User, World


class Lookup:
    """Finds issues, projects, users, comments and attachments of one world."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._seen: tuple[int, int, int | None] | None = None
        self._by_key: dict[str, int] = {}
        self._by_project: dict[str, list[Issue]] = {}
        self._by_creation: dict[str, tuple[list[datetime], list[Issue]]] = {}
        self._moved: dict[str, int] = {}
        self._comments: dict[int, tuple[Issue, Comment]] | None = None
        self._attachments: dict[int, tuple[Issue, Attachment | dict[str, Any]]] | None = None

    def state(self) -> tuple[int, int, int | None]:
        """Name the world's present set of issues and keys; another value means that issues came, went or moved."""
        world = self.world
        return len(world.issues), len(world.moved_keys), next(reversed(world.issues), None)

    def _refresh(self) -> None:
        state = self.state()
        if state == self._seen:
            return
        self._by_key = {issue.key.upper(): issue.id for issue in self.world.issues.values()}
        self._moved = {key.upper(): issue_id for key, issue_id in self.world.moved_keys.items()}
        by_project: dict[str, list[Issue]] = defaultdict(list)
        for issue in self.world.issues.values():
            by_project[issue.project].append(issue)
        self._by_project = dict(by_project)
        self._by_creation = {}
        self._comments = self._attachments = None
        self._seen = state

    def project(self, name: str, *, by_name: bool = False) -> Project | None:
        """Find a browsable or hidden project by key, former key or id, and by its name if asked."""
        world = self.world
        found = world.projects.get(name) or world.projects.get(name.upper())
        if found is None and name.upper() in world.former_projects:
            found = world.projects.get(world.former_projects[name.upper()])
        if found is None:
            for project in world.projects.values():
                if str(project.id) == name or name.upper() in project.former_keys:
                    return project
                if by_name and project.name.casefold() == name.casefold():
                    return project
        return found

    def issues_of(self, project: str) -> list[Issue]:
        """List all issues of a project, hidden ones included."""
        self._refresh()
        return self._by_project.get(project, [])

    def created_between(self, project: str, begin: datetime | None, end: datetime | None) -> list[Issue]:
        """List the issues of a project created at or after one instant and before another, hidden ones included, by time."""
        self._refresh()
        found = self._by_creation.get(project)
        if found is None:
            issues = sorted(self._by_project.get(project, []), key=lambda issue: issue.created)
            found = self._by_creation[project] = ([issue.created for issue in issues], issues)
        times, issues = found
        first = 0 if begin is None else bisect_left(times, begin)
        return issues[first : len(times) if end is None else bisect_left(times, end)]

    def browsable(self, issue: Issue) -> bool:
        """Say whether the asking account may see the issue."""
        project = self.world.projects.get(issue.project)
        return issue.visible and project is not None and project.browsable

    def issue(self, id_or_key: str) -> Issue | None:
        """Find an issue that the asking account may see, by id, by key, or by a key it had before."""
        found = self.any_issue(id_or_key)
        return found if found is not None and self.browsable(found) else None

    def any_issue(self, id_or_key: str) -> Issue | None:
        """Find an issue, hidden or not."""
        self._refresh()
        issues = self.world.issues
        if id_or_key.isascii() and id_or_key.isdigit():
            return issues.get(int(id_or_key))
        key = id_or_key.strip().upper()
        for candidate in (key, self._renamed(key)):
            for index in (self._by_key, self._moved):
                issue = issues.get(index.get(candidate, -1))
                if issue is not None:
                    return issue
        return None

    def _renamed(self, key: str) -> str:
        project, _, number = key.rpartition("-")
        found = self.project(project) if project else None
        return f"{found.key}-{number}" if found else key

    def user(self, name: str) -> User | None:
        """Find a user by account id, key, user name, display name or e-mail."""
        found = self.world.users.get(name)
        wanted = name.casefold()
        if found is not None:
            return found
        return next((user for user in self.everyone() if wanted in names_of(user)), None)

    def everyone(self) -> list[User]:
        """List all users, the asking account included."""
        users = list(self.world.users.values())
        if self.world.account.account_id not in self.world.users:
            users.append(self.world.account)
        return users

    def comment(self, comment_id: int) -> tuple[Issue, Comment] | None:
        """Find a comment and its issue."""
        self._refresh()
        if self._comments is None:
            self._comments = {c.id: (issue, c) for issue in self.world.issues.values() for c in issue.comments}
        return self._comments.get(comment_id)

    def attachment(self, attachment_id: int) -> tuple[Issue, Attachment | dict[str, Any]] | None:
        """Find an attachment and its issue; a real issue's attachment is Jira's own dict."""
        self._refresh()
        if self._attachments is None:
            self._attachments = {
                int(one["id"] if isinstance(one, dict) else one.id): (issue, one)
                for issue in self.world.issues.values()
                for one in attachments_of(issue)
            }
        return self._attachments.get(attachment_id)


def attachments_of(issue: Issue) -> list[Attachment | dict[str, Any]]:
    """List an issue's files, as records or, for real data without records, as received."""
    if issue.attachments or not issue.raw:
        return list(issue.attachments)
    return list(issue.fields.get("attachment") or [])


def names_of(user: User) -> frozenset[str]:
    """Name everything by which a user can be called, case-folded."""
    names = (user.account_id, user.key, user.name, user.display_name, user.email)
    return frozenset(name.casefold() for name in names if name)
