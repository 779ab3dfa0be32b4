"""A Jira of many people and projects, without issues: what the size of the permission part is tried on."""

from __future__ import annotations

from auditlib.demo.world.records import (
    ApplicationRole,
    Grant,
    Group,
    PermissionScheme,
    Project,
    Role,
    RoleActor,
    User,
    World,
)
from auditlib.params.types import DEFAULT_PERMISSIONS


def crowd(people: int = 10_000, projects: int = 100) -> World:
    """Make a world of so many people and projects: a group of all, a group for each team, three schemes, roles with both."""
    users = {
        f"acc:{n:05d}": User(
            f"acc:{n:05d}", f"JIRAUSER{n:05d}", f"user.{n:05d}", f"Person {n:05d}", "", active=n % 50 != 7
        )
        for n in range(people)
    }
    ids = list(users)
    groups = {"g-all": Group("g-all", "everybody", tuple(ids))}
    keys = [f"P{n:03d}" for n in range(projects)]
    for n, key in enumerate(keys):
        groups[f"g-{n}"] = Group(f"g-{n}", f"team-{key.lower()}", tuple(ids[n * 80 : n * 80 + 80]))
    actors = {}
    for n, key in enumerate(keys):
        actors[key, 60] = (RoleActor(10 * n, "user", ids[-1 - n]), RoleActor(10 * n + 1, "group", f"g-{n}"))
        actors[key, 61] = (RoleActor(10 * n + 2, "group", "g-all"),)
        actors[key, 62] = (RoleActor(10 * n + 3, "user", ids[-2 - n]),)
    auditor = User("acc:aud", "JIRAUSERAUD", "auditor", "Audra Sampledraw", "")
    return World(
        "Crowd",
        auditor,
        "secret",
        "UTC",
        frozenset({"ADMINISTER", "BROWSE_PROJECTS", "USER_PICKER"}),
        users=users | {auditor.account_id: auditor},
        groups=groups,
        application_roles=(ApplicationRole("jira-software", "Jira Software", ("g-all",)),),
        projects={
            key: Project(n + 1, key, f"Project {n}", ids[n], permission_scheme=n % 3) for n, key in enumerate(keys)
        },
        roles={
            60: Role(60, "Developers"),
            61: Role(61, "Viewers"),
            62: Role(62, "Administrators"),
            63: Role(63, "Unused"),
        },
        role_actors=actors,
        permission_schemes={n: PermissionScheme(n, f"Scheme {n}", "", tuple(_grants(n))) for n in range(3)},
    )


def _grants(scheme: int) -> list[Grant]:
    """Grant each permission to developers and administrators, to see to all, and one to whoever has access."""
    holders = [("projectRole", "60"), ("projectRole", "62"), ("projectLead", None)]
    found = [(permission, *holder) for permission in DEFAULT_PERMISSIONS for holder in holders]
    found += [("BROWSE_PROJECTS", "projectRole", "61"), ("CREATE_ISSUES", "applicationRole", None)]
    found += [("EDIT_ISSUES", "group", "g-all"), ("BROWSE_PROJECTS", "applicationRole", "jira-software")]
    return [Grant(1000 * scheme + number, *one) for number, one in enumerate(found)]
