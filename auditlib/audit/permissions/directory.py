"""What is known of people, groups, roles and schemes when permissions are resolved; and why the rest is not. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from auditlib.records.holders import ApplicationRole, GroupName, Person, Role
from auditlib.records.permission_schemes import Scheme


@dataclass(frozen=True)
class Members:
    """The members of a group, as far as Jira lists them.

    Attributes
    ----------
    name, group_id : str
        The id is empty where Jira tells none.
    accounts : tuple of str
        Account ids (Cloud) or user keys (Data Center); on Data Center those of nested groups are among them.
    complete : bool
        The list was read to its end.
    why_not : str
        Why it was not; empty if it was.
    """

    name: str
    group_id: str
    accounts: tuple[str, ...]
    complete: bool
    why_not: str = ""

    @property
    def key(self) -> str:
        """What it is known by."""
        return self.group_id or self.name


@dataclass(frozen=True)
class ProjectAccess:
    """A project, as far as Jira tells who has access to it.

    Attributes
    ----------
    project : str
    team_managed : bool
        It has roles of its own, and no permission scheme that the interface is known to tell.
    private : bool or None
        Access is limited to its own people; None where Jira does not tell.
    lead : Person or None
    scheme : Scheme or None
        None where Jira does not tell.
    why_not : str
        Why there is no scheme, or why its grants are missing.
    """

    project: str
    team_managed: bool
    private: bool | None
    lead: Person | None
    scheme: Scheme | None
    why_not: str = ""


@dataclass(frozen=True)
class Directory:
    """People, groups and roles, by what grants name them.

    Attributes
    ----------
    people : mapping
        By account id or user key.
    groups : mapping
        By id and by name.
    roles : mapping
        By project and role number.
    role_refused : mapping
        By project and role number, why a role can't be read.
    applications : mapping or None
        By key; None if they were not asked for, or can't be read.
    applications_refused : str
        Why they can't be read.
    """

    people: Mapping[str, Person]
    groups: Mapping[str, Members]
    roles: Mapping[tuple[str, str], Role]
    role_refused: Mapping[tuple[str, str], str]
    applications: Mapping[str, ApplicationRole] | None
    applications_refused: str = ""

    def person(self, account: str) -> Person:
        """Return an account, however little is known of it."""
        return self.people.get(account) or Person(account)

    def members(self, group: GroupName) -> Members | None:
        """Return the members of a group; None if they were not asked for."""
        return self.groups.get(group.id) or self.groups.get(group.name)
