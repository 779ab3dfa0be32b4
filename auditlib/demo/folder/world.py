"""The world that follows from the issues of a folder: projects, types, statuses, fields, moved keys."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from auditlib.demo.folder.people import AUDITOR, users_of
from auditlib.demo.folder.values import entries_of, number_of
from auditlib.demo.world.records import Filter, Issue, LogRecord, Project, World
from auditlib.keys import is_key

PASSWORD = "demo-token-not-a-secret"  # noqa: S105  opens nothing but the embedded Jira


def world_of(issues: dict[int, Issue], names: Mapping[str, str], title: str) -> World:
    """Make the world of issues; it has no audit log, no filter and no permissions, because such data has none."""
    filters: dict[int, Filter] = {}
    log: list[LogRecord] = []  # such data has none, and none is made up
    everything = [
        fields for issue in issues.values() for fields in (issue.fields, *_neighbours(issue.fields)) if fields
    ]
    return World(
        base_url="https://jira.invalid",  # RFC 2606: resolves nowhere
        title=title or "issues",
        account=AUDITOR,
        password=PASSWORD,
        server_zone="UTC",
        powers=frozenset({"BROWSE_PROJECTS", "USER_PICKER"}),
        users=users_of(issues.values()),
        projects=_projects(issues.values()),
        issues=issues,
        moved_keys=_moved_keys(issues),
        issue_types=_distinct(fields.get("issuetype") for fields in everything),
        statuses=_distinct(fields.get("status") for fields in everything),
        resolutions=_distinct(fields.get("resolution") for fields in everything),
        priorities=_distinct(fields.get("priority") for fields in everything),
        link_types=_distinct(link.get("type") for fields in everything for link in entries_of(fields, "issuelinks")),
        field_names=_field_names(issues.values(), names),
        filters=filters,
        log=log,
    )


def _neighbours(fields: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the short fields of parent, sub-tasks and linked issues, which also name types and statuses."""
    near = [fields.get("parent"), *entries_of(fields, "subtasks")]
    for link in entries_of(fields, "issuelinks"):
        near += [link.get("inwardIssue"), link.get("outwardIssue")]
    for one in near:
        if isinstance(one, dict) and isinstance(one.get("fields"), dict):
            yield one["fields"]


def _distinct(values: Iterable[Any]) -> list[dict[str, Any]]:
    """Give each record once, by id, in the order of ids."""
    found: dict[str, dict[str, Any]] = {}
    for value in values:
        if isinstance(value, dict) and value.get("id") is not None:
            found.setdefault(str(value["id"]), value)
    return [found[name] for name in sorted(found, key=lambda name: (len(name), name))]


def _projects(issues: Iterable[Issue]) -> dict[str, Project]:
    """Collect the projects; a record says its project's id and name, where it does not the key must do."""
    found: dict[str, Project] = {}
    taken: set[int] = set()
    for issue in issues:
        if issue.project in found:
            continue
        record = issue.fields.get("project")
        record = record if isinstance(record, dict) and record.get("key") == issue.project else {}
        try:
            number = number_of(record.get("id"))
        except ValueError:
            number = 0
        while not number or number in taken:  # unknown, or of another site with the same number
            number = max(1_000_000, number) + 1
        taken.add(number)
        style = "next-gen" if record.get("simplified") is True else "classic"
        found[issue.project] = Project(
            id=number, key=issue.project, name=str(record.get("name") or issue.project), lead="", style=style
        )
    return dict(sorted(found.items()))


def _moved_keys(issues: Mapping[int, Issue]) -> dict[str, int]:
    """Find the keys that issues once had, in their own history; the later move wins."""
    present = {issue.key for issue in issues.values()}
    moves = sorted(
        (history.created, history.id, str(item.get("fromString")), issue.id)
        for issue in issues.values()
        for history in issue.histories
        for item in history.items
        if item.get("field") == "Key"
    )
    return {old: number for _, _, old, number in moves if is_key(old) and old not in present}


def _field_names(issues: Iterable[Issue], names: Mapping[str, str]) -> list[dict[str, Any]]:
    """List the fields seen; a name is known from a search page, else from a history item, else it is the id."""
    known: dict[str, str] = {}
    for issue in issues:
        known.update(dict.fromkeys((name for name in issue.fields if name not in known), ""))
        for history in issue.histories:
            for item in history.items:
                if isinstance(item.get("fieldId"), str) and item.get("field"):
                    known[item["fieldId"]] = str(item["field"])
    return [
        {"id": name, "key": name, "name": names.get(name) or known[name] or name, "custom": name.startswith("custom")}
        for name in sorted(known)
    ]
