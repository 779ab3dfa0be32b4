"""A made-up company with three years of Jira behind it, and the answers to every question about it.

``build_company`` lets a simulation run over ordinary traffic and over planted cases, each of which is told on its own
day and has a name in ``Truth.planted``. The same seed gives the same company, byte for byte; no clock is asked.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from auditlib.demo.story import scenery
from auditlib.demo.story.access import ROLES, application_roles, permission_schemes, role_actors
from auditlib.demo.story.access_log import with_access
from auditlib.demo.story.cast import people
from auditlib.demo.story.engine import Simulation
from auditlib.demo.story.last_seen import departures, organization
from auditlib.demo.story.outcome import fates, issues, lives
from auditlib.demo.story.period import BEGIN, END, PERIOD_END, PERIOD_START, TIME_ZONE, edges
from auditlib.demo.story.planting import Story
from auditlib.demo.story.process.told import with_process
from auditlib.demo.story.records import Record
from auditlib.demo.story.scenery import PROJECTS
from auditlib.demo.story.telling import tell
from auditlib.demo.story.workflows import with_change, workflows
from auditlib.demo.world.records import LogRecord, User, World
from auditlib.demo.world.truth import Access, Deletion, Truth

__all__ = [
    "BEGIN",
    "END",
    "LOG_BEGIN",
    "PERIOD_END",
    "PERIOD_START",
    "PROJECTS",
    "TIME_ZONE",
    "Company",
    "build_company",
    "edges",
]

LOG_BEGIN = datetime(2026, 5, 4, tzinfo=UTC)
"""The audit log keeps 180 days; older records are gone."""


@dataclass(frozen=True)
class Company:
    """The Jira as the asking account's server holds it, and the truth about it."""

    world: World
    truth: Truth


def build_company(seed: str = "demo", *, scale: float = 1.0) -> Company:
    """Make up the company.

    Parameters
    ----------
    seed : str
        Names the company; the same seed gives the same one.
    scale : float
        Amount of ordinary traffic, 1 for about 1,900 issues. Planted cases do not scale: they are always all there.

    Returns
    -------
    Company
        Its Jira (``world``) and its answers (``truth``).

    Raises
    ------
    ValueError
        If the scale is negative.
    """
    if scale < 0:
        raise ValueError(f"scale is {scale}; it must not be negative")
    cast = people(random.Random(f"{seed}:people"))
    projects = scenery.projects(cast)
    story = Story(Simulation(random.Random(f"{seed}:story"), cast, projects, BEGIN, END))
    tell(story, scale)
    log, kept = _log(story.sim, random.Random(f"{seed}:log"), scale)
    world = replace(_world(story.sim), organization=organization(cast, seed))
    world.log, access = with_access(log, world, cast, random.Random(f"{seed}:access"))
    world.log, changed = with_change(world.log, cast)
    world.workflows = workflows(cast, changed)
    told = replace(_truth(story, kept, access), departures=departures(cast))
    return Company(*with_process(world, told, cast))


def _world(sim: Simulation) -> World:
    cast = sim.cast
    return World(
        base_url="https://jira.invalid",  # RFC 2606: resolves nowhere
        title="Imaginary Payments Inc.",
        account=cast.auditor,
        password=scenery.PASSWORD,
        server_zone="Europe/Berlin",
        powers=frozenset({"ADMINISTER", "ADMINISTER_PROJECTS", "BROWSE_PROJECTS", "USER_PICKER"}),
        users=cast.users,
        groups=cast.groups,
        application_roles=application_roles(cast),
        projects=sim.projects,
        issues=issues(sim),
        moved_keys=dict(sim.moved_keys),
        former_projects={former: one.key for one in sim.projects.values() for former in one.former_keys},
        issue_types=list(scenery.ISSUE_TYPES.values()),
        statuses=list(scenery.STATUSES.values()),
        resolutions=list(scenery.RESOLUTIONS.values()),
        priorities=list(scenery.PRIORITIES.values()),
        field_names=list(scenery.FIELD_NAMES),
        link_types=list(scenery.LINK_TYPES.values()),
        roles=dict(ROLES),
        role_actors=role_actors(cast),
        permission_schemes=permission_schemes(cast),
        filters=scenery.filters(cast),
        remote_links={record.id: record.remote_links for record in sim.records.values() if record.remote_links},
        watchers={record.id: tuple(record.watchers) for record in sim.records.values() if record.watchers},
    )


def _truth(story: Story, kept: dict[int, int], access: Access) -> Truth:
    sim = story.sim
    planted = {name: list(keys) for name, keys in story.planted_keys.items()}
    for name, records in story.planted_records.items():
        planted.setdefault(name, []).extend(record.key for record in records)
    deletions = tuple(
        Deletion(record.id, key, at, author.account_id, kept.get(record.id))
        for record, key, at, author, _ in sim.deletions
    )
    return Truth(
        counters=dict(sim.counters),
        lives=lives(sim),
        moves=tuple(sim.moves),
        deletions=deletions,
        holes=dict(sim.holes),
        filtered=frozenset(
            record.id
            for record in sim.records.values()
            if record.issue_type in scenery.FILTER_TYPES and scenery.TEST_LABEL not in record.labels
        ),
        planted={name: tuple(keys) for name, keys in sorted(planted.items())},
        access=access,
        _fates=fates(sim, (one.key for one in deletions if one.log_id is not None)),
    )


# The audit log

_ROUTINE: tuple[tuple[str, str, str, str], ...] = (
    ("User added to group", "group management", "jira.auditing.user.added.to.group", "GROUP"),
    ("User removed from group", "group management", "jira.auditing.user.removed.from.group", "GROUP"),
    ("User created", "user management", "jira.auditing.user.created", "USER"),
    ("User updated", "user management", "jira.auditing.user.updated", "USER"),
    ("Permission scheme updated", "permissions", "jira.auditing.permission.scheme.updated", "SCHEME"),
    ("Global permission added", "permissions", "jira.auditing.global.permission.added", "PERMISSIONS"),
    ("Project roles changed", "projects", "jira.auditing.project.roles.changed", "PROJECT_ROLE"),
    ("Project component created", "projects", "jira.auditing.project.component.created", "PROJECT_COMPONENT"),
    ("Project version created", "projects", "jira.auditing.version.created", "VERSION"),
    ("Workflow updated", "workflows", "jira.auditing.workflow.updated", "WORKFLOW"),
    ("Custom field created", "fields", "jira.auditing.customfield.created", "CUSTOM_FIELD"),
    ("Status created", "status", "jira.auditing.status.created", "STATUS"),
)
_NAMES: dict[str, tuple[str, ...]] = {
    "GROUP": ("payments-developers", "operations", "release-managers"),
    "SCHEME": ("Payments Permission Scheme", "Default Permission Scheme"),
    "PERMISSIONS": ("Global Permissions",),
    "PROJECT_ROLE": ("Administrators", "Developers"),
    "PROJECT_COMPONENT": ("Ledger", "Network", "<i>Card</i> gateway"),
    "VERSION": ("PAY 2026.2", "OPS 2026.2"),
    "WORKFLOW": ("Software Simplified Workflow for Project PAY", "Change Workflow"),
    "CUSTOM_FIELD": ("Risk", "=Team", "Systems affected"),
    "STATUS": ("Approved", "Blocked"),
}


def _log(sim: Simulation, rng: random.Random, scale: float) -> tuple[list[LogRecord], dict[int, int]]:
    """Write the audit log as it stands at the end, and say which record (id) tells of which deleted issue (id)."""
    drafts: list[tuple[datetime, int, dict[str, Any], int | None]] = []
    for _ in range(max(60, round(320 * scale))):
        instant = LOG_BEGIN + (END - LOG_BEGIN) * rng.random()
        drafts.append((_millis(instant), len(drafts), _routine(sim, rng), None))
    for record, key, instant, author, recorded in sim.deletions:
        if recorded and instant >= LOG_BEGIN:
            drafts.append((instant, len(drafts), _deletion(sim, rng, record, key, author), record.id))
    drafts.append(
        (_millis(datetime(2026, 7, 20, 12, 34, 56, 789_000, tzinfo=UTC)), len(drafts), _grant(sim, rng), None)
    )
    number = 20000 + rng.randrange(5000)
    log: list[LogRecord] = []
    kept: dict[int, int] = {}
    for instant, _, values, gone in sorted(drafts, key=lambda draft: draft[:2]):
        number += rng.randint(1, 3)
        log.append(LogRecord(id=number, created=instant, **values))
        if gone is not None:
            kept[gone] = number
    return log, kept


def _millis(instant: datetime) -> datetime:
    return instant.replace(microsecond=instant.microsecond // 1000 * 1000)


def _routine(sim: Simulation, rng: random.Random) -> dict[str, Any]:
    summary, category, action_key, type_name = rng.choice(_ROUTINE)
    person = rng.choice(sim.cast.staff + sim.cast.hostile)
    name = person.name if type_name == "USER" else rng.choice(_NAMES[type_name])
    item: dict[str, Any] = {"id": str(rng.randrange(10000, 11000)), "name": name, "typeName": type_name}
    if category in {"group management", "user management"}:
        item |= {"parentId": "10000", "parentName": "Imaginary Directory"}
    associated: tuple[dict[str, Any], ...] = ()
    changed: tuple[dict[str, Any], ...] = ()
    if type_name == "GROUP":
        associated = ({"id": person.account_id, "name": person.name, "typeName": "USER"},)
    elif type_name in {"PROJECT_ROLE", "CUSTOM_FIELD", "USER"}:
        changed = (
            {"fieldName": "Name", "changedFrom": "before", "changedTo": name},
            {"fieldName": "Description", "changedTo": "<u>after</u>"},
        )
    # what a directory or an app does has no author
    author = rng.choice((sim.cast.admin.account_id, sim.cast.staff[0].account_id, sim.cast.admin.account_id, None))
    return {
        "author": author,
        "summary": summary,
        "category": category,
        "action_key": action_key,
        "object_item": item,
        "changed_values": changed,
        "associated_items": associated,
        "remote_address": f"192.0.2.{rng.randrange(1, 255)}" if author else "",
    }


def _deletion(sim: Simulation, rng: random.Random, record: Record, key: str, author: User) -> dict[str, Any]:
    # whether a real log holds such records is not known; the demo shows what they would be worth
    project = sim.projects[record.project]
    return {
        "author": author.account_id,
        "summary": "Issue deleted",
        "category": "issues",
        "action_key": "jira.auditing.issue.deleted",
        "object_item": {
            "id": str(record.id),
            "name": key,
            "typeName": "ISSUE",
            "parentId": str(project.id),
            "parentName": project.name,
        },
        "remote_address": f"192.0.2.{rng.randrange(1, 255)}",
    }


def _grant(sim: Simulation, rng: random.Random) -> dict[str, Any]:
    """Widen who may delete, in the middle of the period."""
    return {
        "author": sim.cast.admin.account_id,
        "summary": "Permission scheme updated",
        "category": "permissions",
        "action_key": "jira.auditing.permission.scheme.updated",
        "object_item": {"id": "0", "name": "Default Permission Scheme", "typeName": "SCHEME"},
        "changed_values": (
            {"fieldName": "Permission", "changedTo": "Delete Issues"},
            {"fieldName": "Type", "changedTo": "Group"},
            {"fieldName": "Value", "changedTo": "jira-software-users"},
        ),
        "remote_address": f"192.0.2.{rng.randrange(1, 255)}",
    }
