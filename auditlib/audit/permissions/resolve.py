"""Each grant of a permission, resolved through roles, groups and applications to people. Pure.

A grant reaches people on several ways: as itself, or through groups. What is no person without an issue, what nobody may read
and what no description names stays as it is, with the reason: no grant is ever dropped.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from auditlib.audit.permissions.directory import Directory, Members, ProjectAccess
from auditlib.records import permission_schemes as schemes
from auditlib.records.holders import GroupName
from auditlib.records.permission_schemes import Grant, asked_grants

PERSON, MANY, NOBODY = "person", "members of a group", "nobody"
OF_AN_ISSUE, ANYBODY, NOT_READABLE, NOT_KNOWN = "of each issue", "anybody", "not readable", "not known"

ANY_LICENSED: Final = "any licensed user"
"""Stands for the holder of an application role that names no application."""


@dataclass(frozen=True)
class Through:
    """One way on which a grant reaches people, or does not.

    Attributes
    ----------
    who : str
        `PERSON`: the accounts here; `MANY`: the members of the group here; or why there are none to be named.
    accounts : tuple of str
        Who is named directly.
    group : Members or None
        Through which group.
    note : str
        What a reader must know of it.
    """

    who: str
    accounts: tuple[str, ...] = ()
    group: Members | None = None
    note: str = ""

    @property
    def is_open(self) -> bool:
        """Whether there may be people beyond those named: it could not be read, or the list of a group ended early."""
        return self.who in {NOT_READABLE, NOT_KNOWN} or (self.group is not None and not self.group.complete)


@dataclass(frozen=True)
class Holding:
    """A holder of a permission in a project, and how its grants reach people.

    Attributes
    ----------
    project, permission : str
    grants : tuple of Grant
        Those of this holder; more than one only where Jira tells the same twice.
    holder : str
        What people call it.
    ways : tuple of Through
        At least one.
    """

    project: str
    permission: str
    grants: tuple[Grant, ...]
    holder: str
    ways: tuple[Through, ...]

    @property
    def holder_type(self) -> str:
        """As Jira writes it."""
        return self.grants[0].holder_type


def resolve(projects: Iterable[ProjectAccess], directory: Directory, permissions: Sequence[str]) -> list[Holding]:
    """Return every holder of the permissions asked for, project by project.

    Parameters
    ----------
    projects : iterable of ProjectAccess
    directory : Directory
        Whom roles, groups and applications lead to.
    permissions : sequence of str
        Those asked for.
    """
    found = []
    for one in projects:
        if one.scheme is None:
            continue
        by_holder: dict[tuple[str, str, str], list[Grant]] = {}
        for grant in asked_grants(one.scheme, permissions):
            by_holder.setdefault(
                (grant.permission, grant.holder_type, grant.holder_id or grant.holder_name), []
            ).append(grant)
        for grants in by_holder.values():
            ways = tuple(_ways(one, grants[0], directory)) or (Through(NOBODY),)
            found.append(
                Holding(one.project, grants[0].permission, tuple(grants), _name(one, grants[0], directory), ways)
            )
    return found


def _name(project: ProjectAccess, grant: Grant, directory: Directory) -> str:
    """Return what people call a holder."""
    if grant.holder_type == schemes.PROJECT_ROLE:
        role = directory.roles.get((project.project, grant.holder_id))
        return (role.name if role is not None else "") or grant.holder_name
    if grant.holder_type == schemes.USER:
        return directory.person(grant.holder_id).display_name or grant.holder_name
    if grant.holder_type == schemes.APPLICATION_ROLE:
        known = (directory.applications or {}).get(grant.holder_id)
        return (known.name if known is not None else "") or grant.holder_id or ANY_LICENSED
    return grant.holder_name


def _ways(project: ProjectAccess, grant: Grant, directory: Directory) -> Iterator[Through]:
    """Yield how a grant reaches people; nothing if it leads to nobody."""
    kind = grant.holder_type
    if kind == schemes.USER:
        yield Through(PERSON, (grant.holder_id,))
    elif kind == schemes.GROUP:
        yield _through_group(GroupName(grant.holder_id, grant.holder_name), directory)
    elif kind == schemes.PROJECT_ROLE:
        yield from _through_role(project.project, grant.holder_id, directory)
    elif kind == schemes.PROJECT_LEAD:
        lead = project.lead
        yield (
            Through(NOT_READABLE, note="Jira does not tell the lead")
            if lead is None
            else Through(PERSON, (lead.account_id,))
        )
    elif kind == schemes.APPLICATION_ROLE:
        yield from _through_applications(grant.holder_id, directory)
    elif kind == schemes.ANYONE:
        yield Through(ANYBODY, note="also who is not logged in")
    elif kind in schemes.OF_AN_ISSUE:
        yield Through(OF_AN_ISSUE, note=schemes.OF_AN_ISSUE[kind])
    else:
        yield Through(NOT_KNOWN, note="a type of holder that this version does not know")


def _through_group(group: GroupName, directory: Directory) -> Through:
    members = directory.members(group)
    if members is None:
        return Through(NOT_READABLE, note=f"the members of {group.name or group.id} were not asked for")
    if not members.accounts and not members.complete:
        return Through(NOT_READABLE, group=members, note=members.why_not)
    return Through(MANY if members.accounts else NOBODY, group=members, note=members.why_not)


def _through_role(project: str, number: str, directory: Directory) -> Iterator[Through]:
    role = directory.roles.get((project, number))
    if role is None:
        yield Through(NOT_READABLE, note=directory.role_refused.get((project, number), "the role was not asked for"))
        return
    direct = tuple(dict.fromkeys(one.account for one in role.actors if one.kind == "user"))
    if direct:
        yield Through(PERSON, direct)
    for one in role.actors:
        if one.group is not None:
            yield _through_group(one.group, directory)
        elif one.kind != "user":
            yield Through(
                NOT_KNOWN, note=f"{one.name or 'an actor'} of the type {one.kind}, which this version does not know"
            )


def _through_applications(key: str, directory: Directory) -> Iterator[Through]:
    """Yield the groups that give access to an application; without a key, to any."""
    if directory.applications is None:
        yield Through(NOT_READABLE, note=directory.applications_refused or "the application roles were not asked for")
        return
    roles = [one for one in directory.applications.values() if not key or one.key == key]
    if not roles:
        yield Through(NOT_KNOWN, note="no application role of this key is told")
    for group in dict.fromkeys(group for role in roles for group in role.groups):
        yield _through_group(group, directory)
