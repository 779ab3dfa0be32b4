"""``permission_schemes.csv`` and ``project_roles.csv``: what decides who may do what in each project, as far as Jira tells. Pure.

Whether Jira tells a permission scheme of a team-managed project, and which rights its roles have, is not known: such a project
is shown with its access level and the people in its own roles, and nothing is concluded from them (docs/jira.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import pandas as pd

from auditlib.audit.permissions.directory import Directory, ProjectAccess
from auditlib.records.holders import Person, Role
from auditlib.records.permission_schemes import asked_grants
from auditlib.tables import Column, Table

SCHEMES: Final = Table(
    "permission_schemes",
    "The permission scheme of each project, or why it is not told.",
    (
        Column("project", "text", "Key of the project."),
        Column("style", "text", "`company-managed` (Data Center has no other), or `team-managed`."),
        Column("access", "text", "`private`, `not private`, or empty where Jira does not tell."),
        Column("lead", "text", "Name of the project's lead."),
        Column("scheme", "text", "Name of the permission scheme."),
        Column("scheme_id", "text", "Number of the scheme."),
        Column("grants", "integer", "Grants of the scheme; empty if they can't be read.", optional=True),
        Column("grants_asked", "integer", "Those of the permissions asked for.", optional=True),
        Column("note", "text", "Why something is missing."),
    ),
    sort_keys=("project",),
)

PROJECT_ROLES: Final = Table(
    "project_roles",
    "Who is in which role of each team-managed project; Jira does not say what such a role allows.",
    (
        Column("project", "text", "Key of the project."),
        Column("role", "text", "Name of the role."),
        Column("role_id", "text", "Number of the role."),
        Column("actor", "text", "`user`, `group`, `nobody`, or `not readable`."),
        Column("name", "text", "Name of the person or group."),
        Column("account_id", "text", "Of a person, Cloud: account id; Data Center: user key."),
        Column("account_type", "text", "Of a person, where Jira tells."),
        Column("active", "flag", "Of a person, whether the account can be used."),
        Column("note", "text", "Why the role can't be read."),
    ),
    sort_keys=("project", "role", "role_id", "actor", "name", "account_id"),
)


def schemes_table(projects: Iterable[ProjectAccess], permissions: Sequence[str]) -> pd.DataFrame:
    """Return ``permission_schemes.csv``; parameters as `resolve.resolve`."""
    rows = []
    for one in projects:
        scheme = one.scheme
        grants = None if scheme is None or scheme.grants is None else len(scheme.grants)
        asked = None if scheme is None or grants is None else len(asked_grants(scheme, permissions))
        rows.append(
            (
                one.project,
                "team-managed" if one.team_managed else "company-managed",
                "" if one.private is None else "private" if one.private else "not private",
                (one.lead.display_name or one.lead.account_id) if one.lead is not None else "",
                *(("", "") if scheme is None else (scheme.name, scheme.id)),
                *(grants, asked, one.why_not),
            )
        )
    return SCHEMES.sort(SCHEMES.make(rows))


def roles_table(
    projects: Iterable[ProjectAccess], names: Mapping[str, Mapping[str, str]], directory: Directory
) -> pd.DataFrame:
    """Return ``project_roles.csv``.

    Parameters
    ----------
    projects : iterable of ProjectAccess
    names : mapping of str to mapping
        The names of the roles of each team-managed project by their numbers, as far as Jira tells them.
    directory : Directory
        With the roles themselves.
    """
    rows: list[tuple[Any, ...]] = []
    for one in projects:
        for number, name in names.get(one.project, {}).items() if one.team_managed else ():
            role = directory.roles.get((one.project, number))
            before = (one.project, name, number)
            if role is None:
                why = directory.role_refused.get((one.project, number), "")
                rows.append((*before, "not readable", "", "", "", None, why))
            else:
                rows += [(*before, *cells, "") for cells in _actors(role, directory)]
    return PROJECT_ROLES.sort(PROJECT_ROLES.make(rows))


def _actors(role: Role, directory: Directory) -> list[tuple[Any, ...]]:
    """Return a row for each actor of a role; one that says so if there is none."""
    found: list[tuple[Any, ...]] = []
    for one in role.actors:
        person = directory.person(one.account) if one.kind == "user" else Person("")
        found.append((one.kind, person.display_name or one.name, person.account_id, person.account_type, person.active))
    return found or [("nobody", "", "", "", None)]
