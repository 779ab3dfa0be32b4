"""Permissions: the tables and findings of who may do what, made of what Jira told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from auditlib.audit.finding import Finding
from auditlib.audit.permissions.able import counts_table, who_is_able
from auditlib.audit.permissions.directory import Directory, Members, ProjectAccess
from auditlib.audit.permissions.findings import Answered, Unread, conclude_permissions, permission_findings
from auditlib.audit.permissions.projects import roles_table, schemes_table
from auditlib.audit.permissions.resolve import resolve
from auditlib.audit.permissions.table import group_members_table, permissions_table
from auditlib.evidence.directory import Told
from auditlib.evidence.kernel_cache import kernel_cached
from auditlib.evidence.pulled import Part, Pulled
from auditlib.jira.scopes import NEEDS, name_of
from auditlib.records.holders import GroupName
from auditlib.responses.request import Request


class Access(Part):
    """Who may do what in each project, through which roles and groups."""

    def __init__(self, pulled: Pulled) -> None:
        super().__init__(pulled)
        self.told = Told(pulled)

    @kernel_cached
    def _answered(self) -> Answered:
        told = self.told
        projects = tuple(told.project(project) for project in self.projects)
        directory = told.directory()
        holdings = resolve(projects, directory, self.params.permissions)
        able = who_is_able(holdings, directory)
        known = [one.project for one in projects if one.scheme is not None and one.scheme.grants is not None]
        counts = counts_table(holdings, able, known, self.params.permissions)
        unread = tuple(self._unread(projects, directory))
        return Answered(
            projects, self.params.permissions, tuple(holdings), able, directory, counts, unread, asked=told.asked
        )

    @property
    def answered(self) -> Answered:
        """Projects, holders and people, and what could not be read: all that findings and tables are made of."""
        answered: Answered = self._answered
        return answered

    @kernel_cached
    def _names(self) -> Mapping[str, str]:
        """Names by account id, user key and user name, as the issues and the groups and roles of the permissions tell them.

        Data Center's newer log names who acted by the user name alone.
        """
        people = self.answered.directory.people
        by_name = {one.name: one.display_name for one in people.values() if one.name and one.display_name}
        by_account = {account: one.display_name for account, one in people.items() if one.display_name}
        return by_name | by_account | self.answers.people

    @property
    def names(self) -> Mapping[str, str]:
        """Names by account id, user key and user name."""
        names: Mapping[str, str] = self._names
        return names

    def _unread(self, projects: tuple[ProjectAccess, ...], directory: Directory) -> Iterator[Unread]:
        """Yield what could not be read, with what it takes."""
        dialect = self.pulled.dialect
        for one in projects:
            scheme = one.scheme
            if scheme is None and not one.team_managed:
                asked = dialect.permission_scheme(one.project)
                yield self._taking(asked, f"the permission scheme of {one.project}", one.why_not)
            elif scheme is not None and scheme.grants is None:
                of = f"the grants of {scheme.name}, scheme of {one.project}"
                yield self._taking(dialect.scheme(scheme.id), of, one.why_not)
        for one in projects:
            if one.team_managed and (why := self.told.roles_refused(one.project)):
                yield self._taking(dialect.project_roles(one.project), f"the roles of {one.project}", why)
        for (project, number), why in directory.role_refused.items():
            yield self._taking(dialect.project_role(project, number), f"role {number} of {project}", why)
        if directory.applications_refused:
            yield self._taking(dialect.application_roles(), "the application roles", directory.applications_refused)
        for group in self._groups(directory):
            if not group.accounts and not group.complete:
                asked = dialect.members(GroupName(group.group_id, group.name), 0)
                yield self._taking(asked, f"the members of {group.name or group.group_id}", group.why_not)

    def _taking(self, asked: Request, of: str, why: str) -> Unread:
        kind = name_of(asked)
        return Unread(kind, NEEDS[kind].takes(scopes=self.deployment == "cloud"), of, why)

    @staticmethod
    def _groups(directory: Directory) -> list[Members]:
        return sorted(dict.fromkeys(directory.groups.values()), key=lambda one: (one.name, one.group_id))

    # tables

    @kernel_cached
    def permissions(self) -> pd.DataFrame:
        """``permissions.csv``."""
        found = self.answered
        return permissions_table(found.holdings, found.directory, found.projects)

    @property
    def counts(self) -> pd.DataFrame:
        """``permission_counts.csv``."""
        return self.answered.counts

    @property
    def group_members(self) -> pd.DataFrame:
        """``group_members.csv``."""
        directory = self.answered.directory
        return group_members_table(self._groups(directory), directory)

    @property
    def schemes(self) -> pd.DataFrame:
        """``permission_schemes.csv``."""
        return schemes_table(self.answered.projects, self.params.permissions)

    @property
    def project_roles(self) -> pd.DataFrame:
        """``project_roles.csv``."""
        names = {project: self.told.role_names(project) for project in self.projects}
        return roles_table(self.answered.projects, names, self.answered.directory)

    # words

    @property
    def findings(self) -> list[Finding]:
        """What a reader must know of the permissions."""
        return permission_findings(self.answered)

    @property
    def conclusion(self) -> str:
        """How many can do what."""
        return conclude_permissions(self.answered)
