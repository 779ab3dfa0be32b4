"""Changes of permissions, and memberships at the beginning and end of the period, made of the log and today's access."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from auditlib.audit.finding import Finding
from auditlib.audit.permissions.change_findings import Recorded, change_findings, conclude_changes
from auditlib.audit.permissions.changes import Belonging, Holder, belongings, changes_table, memberships_table
from auditlib.evidence.access import Access
from auditlib.evidence.kernel_cache import kernel_cached
from auditlib.evidence.pulled import Part, Pulled
from auditlib.evidence.witnesses import Witnesses
from auditlib.jira.scopes import NEEDS
from auditlib.records.audit_log import log_frame
from auditlib.records.log_change import Names
from auditlib.records.memberships import Place, member_since
from auditlib.records.permission_changes import permission_changes
from auditlib.responses import topics


class AccessChanges(Part):
    """What the log records of who may do what, in the period and until today."""

    def __init__(self, pulled: Pulled, witnesses: Witnesses, access: Access) -> None:
        super().__init__(pulled)
        self._witnesses = witnesses
        self._access = access

    @kernel_cached
    def all_changes(self) -> pd.DataFrame:
        """All changes that the log records, as ``permission_changes.permission_changes``; none if it could not be read."""
        log = self._witnesses.log
        return permission_changes(log_frame((), self.deployment) if log is None else log, self._names())

    def _names(self) -> Names:
        found = self._access.answered
        ids = {str(self.pulled.only(topics.PROJECT.of(one)).get("id")): one for one in self.projects}
        schemes: dict[str, list[str]] = {}
        for one in found.projects:
            if one.scheme is not None:
                schemes.setdefault(one.scheme.id, []).append(one.project)
        return Names(self._people(), ids, schemes)

    @property
    def schemes_told(self) -> bool:
        """Whether Jira told the permission scheme of each listed project, so that other schemes are known to be others'."""
        found = self._access.answered.projects
        return len(found) == len(self.projects) and all(one.scheme is not None or one.team_managed for one in found)

    def _people(self) -> Mapping[str, str]:
        return self._access.names

    @property
    def holders(self) -> Iterator[Holder]:
        """The groups and roles through which a permission asked for is held, or that a control names, with today's members."""
        directory = self._access.answered.directory
        for group in dict.fromkeys(directory.groups.values()):
            yield Holder(("group", group.name, None), frozenset(group.accounts), group.complete)
        for (project, _), role in directory.roles.items():
            members = [one.account if one.group is None else f"group {one.group.name}" for one in role.actors]
            named = frozenset(one for one in members if one)
            yield Holder(("projectRole", role.name, project), named, complete=all(members))

    @property
    def places(self) -> frozenset[Place]:
        """The groups and roles through which a permission asked for is held."""
        return frozenset(one.place for one in self.holders)

    @kernel_cached
    def _found(self) -> tuple[Belonging, ...]:
        reach = self._witnesses.log_reach
        return belongings(self.holders, self.all_changes, self.period, reach, self.pulled.began)

    @property
    def since(self) -> pd.DataFrame:
        """When the log last records that people were added to groups and roles, as ``memberships.member_since``."""
        return member_since(self.all_changes)

    # tables

    @property
    def changes(self) -> pd.DataFrame:
        """``permission_changes.csv``."""
        return changes_table(self.all_changes, self.period)

    @property
    def memberships(self) -> pd.DataFrame:
        """``memberships.csv``."""
        return memberships_table(self._found, self.all_changes, self.period, self._people())

    # words

    def _recorded(self) -> Recorded:
        takes = NEEDS["auditing/record"].takes(scopes=self.deployment == "cloud")
        reach, nesting = self._witnesses.log_reach, self.deployment != "cloud"
        return Recorded(self.changes, self._found, reach, self.period, takes, self._people(), nesting)

    @property
    def findings(self) -> list[Finding]:
        """What a reader must know of the changes."""
        return change_findings(self._recorded()) if self._access.answered.asked else []

    @property
    def conclusion(self) -> str:
        """How many changes the log records."""
        return conclude_changes(self._recorded()) if self._access.answered.asked else ""
