"""Who belongs to the roles and groups that controls name, as Jira tells it today and its log of earlier days."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

import pandas as pd

from auditlib.audit.controls.members import MemberChange, Members
from auditlib.audit.permissions.changes import Holder
from auditlib.evidence.access_changes import AccessChanges
from auditlib.evidence.pulled import Part, Pulled
from auditlib.evidence.witnesses import Witnesses
from auditlib.params.controls import ControlTest
from auditlib.records.memberships import Place, by_place, members_at
from auditlib.records.names import folded
from auditlib.times import format_instant

_GROUP = "group "


class ControlMembers(Part):
    """The members of roles and groups by which control tests say who may approve (CT-05)."""

    def __init__(self, pulled: Pulled, witnesses: Witnesses, access_changes: AccessChanges) -> None:
        super().__init__(pulled)
        self._witnesses = witnesses
        self._access_changes = access_changes

    def of(self, tests: Iterable[ControlTest]) -> dict[tuple[str, str, str], Members]:
        """Return the members of the roles and groups that controls name, by kind, name and project of a role.

        A role or group of which Jira does not tell all members is not among them.
        """
        roles, groups = set[str](), set[str]()
        for test in tests:
            roles |= {folded(test.given.role)} if test.given.role else set()
            groups |= {folded(test.given.group)} if test.given.group else set()
        if not roles and not groups:
            return {}
        holders = {one.place: one for one in self._access_changes.holders}
        changes = by_place(self._access_changes.all_changes)
        found = dict[tuple[str, str, str], Members]()
        for (kind, name, project), holder in holders.items():
            if not holder.complete:
                continue
            if kind == "group" and folded(name) in groups:
                found["group", folded(name), ""] = self._members(holder, changes, {})
            elif kind != "group" and folded(name) in roles:
                within = {
                    one: None if (group := holders.get(("group", one, None))) is None or not group.complete
                    else self._members(group, changes, {})
                    for one in self._groups_in(holder, changes)
                }  # fmt: skip
                found["role", folded(name), project or ""] = self._members(holder, changes, within)
        return found

    @staticmethod
    def _groups_in(role: Holder, changes: Mapping[Place, pd.DataFrame]) -> set[str]:
        """Return the groups that are or were in a role."""
        named = {one.removeprefix(_GROUP) for one in role.today if one.startswith(_GROUP)}
        part = changes.get(role.place)
        return named if part is None else named | set(part["group"].dropna())

    def _members(
        self, holder: Holder, changes: Mapping[Place, pd.DataFrame], groups: Mapping[str, Members | None]
    ) -> Members:
        part = changes.get(holder.place)
        if part is None:
            part = self._access_changes.all_changes.iloc[:0]
        known = members_at(holder.today, part, self.pulled.began, self._witnesses.log_reach)
        since = math.inf if known.not_before is None else known.not_before.timestamp()
        rows = [
            MemberChange(row.at.to_pydatetime(), member, row.does == "added", self._shown(row))
            for row in part.dropna(subset=["at"]).itertuples()
            if (member := row.account_id if isinstance(row.account_id, str) else f"{_GROUP}{row.group}")
        ]
        return Members(holder.today, tuple(rows), since, groups)

    def _shown(self, row: object) -> str:
        at = format_instant(row.at.to_pydatetime(), self.period.zone)  # type: ignore[attr-defined] # a row of the table
        return f"by log {row.id}: {row.does} {at}"  # type: ignore[attr-defined]
