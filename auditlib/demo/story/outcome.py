"""What is left in the end: issues as Jira holds them, and the truth about numbers and lives."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from auditlib.demo.story import scenery
from auditlib.demo.story.engine import Simulation
from auditlib.demo.story.records import Record
from auditlib.demo.world import truth
from auditlib.demo.world.records import Issue
from auditlib.keys import ISSUE

_KEY_TEXT = re.compile(rf"\b{ISSUE}\b")
_NAMING_FIELDS = frozenset({"Link", "Key", "Parent"})


def sees(sim: Simulation, record: Record) -> bool:
    """Say whether the asking account sees an issue."""
    return record.deleted_at is None and record.visible and sim.projects[record.project].browsable


def issues(sim: Simulation) -> dict[int, Issue]:
    """Give the issues as Jira holds them today."""
    links: defaultdict[int, list[dict[str, Any]]] = defaultdict(list)
    for one in sim.links:
        shape = {"id": str(one.id), "type": scenery.LINK_TYPES[one.kind]}
        # Jira leaves out a link to an issue that the reader may not see
        if sees(sim, one.target) or not sees(sim, one.source):
            links[one.source.id].append(shape | {"outwardIssue": _brief(one.target)})
        if sees(sim, one.source) or not sees(sim, one.target):
            links[one.target.id].append(shape | {"inwardIssue": _brief(one.source)})
    return {
        record.id: Issue(
            id=record.id,
            key=record.key,
            created=record.created,
            updated=record.updated,
            fields=_fields(sim, record, links[record.id]),
            histories=record.histories,
            comments=record.comments,
            worklogs=record.worklogs,
            attachments=record.attachments,
            visible=record.visible,
        )
        for record in sim.records.values()
    }


def _fields(sim: Simulation, record: Record, links: list[dict[str, Any]]) -> dict[str, Any]:
    project = sim.projects[record.project]
    own = dict.fromkeys(one["id"] for one in scenery.FIELD_NAMES if one["custom"])
    fields: dict[str, Any] = own | {
        "summary": record.summary,
        "description": record.description,
        "issuetype": scenery.ISSUE_TYPES[record.issue_type],
        "project": {
            "id": str(project.id),
            "key": project.key,
            "name": project.name,
            "projectTypeKey": project.type_key,
        },
        "status": scenery.STATUSES[record.status],
        "resolution": scenery.RESOLUTIONS[record.resolution] if record.resolution else None,
        "resolutiondate": record.resolved,
        "created": record.created,
        "updated": record.updated,
        "priority": scenery.PRIORITIES[record.priority],
        "labels": record.labels,
        "reporter": record.reporter,
        "creator": record.creator,
        "assignee": record.assignee,
        "subtasks": [_brief(child) for child in record.children],
        "issuelinks": links,
        "components": record.components,
        "fixVersions": record.versions,
        "security": None if record.security is None else scenery.SECURITY_LEVELS[record.security],
        "duedate": None,
        "environment": None,
    }
    if record.parent is not None:
        fields["parent"] = _brief(record.parent)
    return fields | record.more


def fates(sim: Simulation, recorded: Iterable[str]) -> dict[str, dict[int, truth.Fate]]:
    """Say what became of every number; ``recorded`` are the keys that the log names as deleted."""
    in_log = frozenset(recorded)
    named = _named(sim)
    return {
        project: {number: _fate(sim, project, number, in_log, named) for number in range(1, sim.counters[project] + 1)}
        for project in sim.projects
    }


def _fate(
    sim: Simulation, project: str, number: int, recorded: frozenset[str], named: dict[str, tuple[int, ...]]
) -> truth.Fate:
    key = f"{project}-{number}"
    one = sim.allocations[project].get(number)
    if one is None:
        return truth.Fate(project, number, truth.NEVER)
    record = one.record
    if record.deleted_at is not None:
        kind = truth.DELETED
    elif record.key != key:
        kind = truth.MOVED
    else:
        kind = truth.PRESENT if sees(sim, record) else truth.HIDDEN
    return truth.Fate(
        project=project,
        number=number,
        kind=kind,
        issue_id=record.id,
        issue_type=record.issue_type,
        created=record.created,
        given_out=one.given_out,
        now_key=None if kind == truth.DELETED else record.key,
        now_visible=sees(sim, record),
        left_at=one.left_at,
        left_by=one.left_by,
        recorded=kind == truth.DELETED and key in recorded,
        named_by=named.get(key, ()),
        backdated=record.backdated and record.keys[0] == (project, number),
    )


def _named(sim: Simulation) -> dict[str, tuple[int, ...]]:
    """Find which keys are named by links, moves and parents in the histories that the account sees."""
    named: defaultdict[str, set[int]] = defaultdict(set)
    for record in sim.records.values():
        if not sees(sim, record):
            continue
        for entry in record.histories:
            for item in entry.items:
                if item["field"] in _NAMING_FIELDS:
                    for side in ("from", "to", "fromString", "toString"):
                        for key in _KEY_TEXT.findall(item[side] or ""):
                            named[key].add(record.id)
    return {key: tuple(sorted(numbers)) for key, numbers in named.items()}


def lives(sim: Simulation) -> dict[int, truth.Life]:
    """Give every issue's life, of deleted ones too, by id."""
    everyone = sorted((sim.records | sim.gone).items())
    return {
        number: truth.Life(
            id=number,
            keys=tuple(f"{project}-{count}" for project, count in record.keys),
            created=record.created,
            issue_type=record.issue_type,
            states=tuple(record.states),
            visible=sees(sim, record),
            searchable=sees(sim, record) and not sim.projects[record.project].archived,
            deleted_at=record.deleted_at,
        )
        for number, record in everyone
    }


def _brief(record: Record) -> dict[str, Any]:
    """Give the short form of an issue that stands in links, parents and sub-tasks."""
    return {
        "id": str(record.id),
        "key": record.key,
        "fields": {
            "summary": record.summary,
            "status": scenery.STATUSES[record.status],
            "priority": scenery.PRIORITIES[record.priority],
            "issuetype": scenery.ISSUE_TYPES[record.issue_type],
        },
    }
