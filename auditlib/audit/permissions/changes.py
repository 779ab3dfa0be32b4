"""``permission_changes.csv`` and ``memberships.csv``: what the log records of who may do what, and who belonged where. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import pandas as pd

from auditlib.records.log_reach import LogReach
from auditlib.records.memberships import Contradiction, Members, Place, by_place, member_since, members_at
from auditlib.tables import Column, Table
from auditlib.times import Period, format_instant

PERMISSION_CHANGES: Final = Table(
    "permission_changes",
    "What the audit log records in the period of grants, roles, groups, schemes, administrators, people, workflows and fields, "
    "in the whole Jira; a record that changed several things has several rows.",
    (
        Column("id", "text", "Number of the record in the log; of one without a number its instant."),
        Column("at", "instant", "When it was recorded."),
        Column("actor", "text", "Who did it; empty where Jira names nobody."),
        Column(
            "kind",
            "text",
            "`grant added`, `grant removed`, `administrator made`, `administrator removed`, `role membership`, `group "
            "membership`, `scheme swapped`, `scheme assigned` (to a new project), `scheme changed`, `group`, `role`, `user`, "
            "`workflow`, `field`, `project lead`, `project access`; `other` where the record does not show what changed.",
        ),
        Column(
            "project",
            "text",
            "Key of the project, of one that is not listed its name; of a permission scheme the listed projects that use it "
            "today.",
        ),
        Column("what", "text", "What was changed."),
        Column("before", "text", "What stood there before; who was taken out."),
        Column("after", "text", "What stands there afterwards; who came in."),
    ),
    further=(
        Column("action", "text", "What was done, `added` or `removed` for instance."),
        Column("permission", "text", "Of a grant, Jira's key of the permission; its name where that is not known."),
        Column(
            "holder_type",
            "text",
            "To what it was granted, or in what somebody became a member: `group`, `projectRole`.",
        ),
        Column("holder", "text", "Name of that group or role."),
        Column("account_id", "text", "Whom it is about. Cloud: account id, or the key by which the log names them."),
        Column("group", "text", "The group that became, or no longer is, a member."),
        Column("scheme", "text", "Name of the scheme."),
        Column("scheme_kind", "text", "`permission`, `workflow`, `issue security` or `field configuration`."),
    ),
)

MEMBERSHIPS: Final = Table(
    "memberships",
    "Who belonged to each group and role through which a permission asked for is held: at the beginning and the end of the "
    "period, and today; the earlier ones by undoing what the audit log records.",
    (
        Column("holder_type", "text", "`group`, or `projectRole`."),
        Column("holder", "text", "Name of the group or role."),
        Column("project", "text", "Of a role, the project."),
        Column(
            "account_id", "text", "Cloud: account id; Data Center: user key. A group in a role is `group` and its name."
        ),
        Column("display_name", "text", "Name of the account, as Jira shows it."),
        Column("at_start", "flag", "Whether they belonged to it when the period began; empty where it is not known."),
        Column("at_end", "flag", "Whether they belonged to it when the period ended; empty where it is not known."),
        Column("today", "flag", "Whether they belonged to it when Jira was asked."),
    ),
    further=(
        Column("since", "instant", "When the log last records that they were added; empty if it does not."),
        Column("note", "text", "What limits it: from when on it is known, and records that don't fit."),
    ),
    sort_keys=("holder_type", "holder", "project", "account_id"),
)


@dataclass(frozen=True)
class Holder:
    """A group or role, with its members of today.

    Attributes
    ----------
    place : Place
        Type, name, and of a role the project.
    today : frozenset of str
        Account ids or user keys; ``group NAME`` for groups.
    complete : bool
        All of them are told.
    """

    place: Place
    today: frozenset[str]
    complete: bool = True


@dataclass(frozen=True)
class Belonging:
    """Members of one group or role at the beginning and the end of the period, and today."""

    holder: Holder
    start: Members
    end: Members

    @property
    def contradictions(self) -> tuple[Contradiction, ...]:
        """Records that don't fit what stands after them; each once."""
        return tuple(dict.fromkeys((*self.start.contradictions, *self.end.contradictions)))

    @property
    def differing(self) -> frozenset[str]:
        """Who belonged to it at the end of the period and not today, or the other way round."""
        return frozenset() if self.end.members is None else self.end.members ^ self.holder.today


_UNKNOWN: Final = Members(None)


def belongings(
    holders: Iterable[Holder], changes: pd.DataFrame, period: Period, reach: LogReach, asked: datetime
) -> tuple[Belonging, ...]:
    """Return who belonged where, as far as the log reaches.

    Parameters
    ----------
    holders : iterable of Holder
        Of today.
    changes : DataFrame
        From `permission_changes.permission_changes`, of all the log.
    period : Period
    reach : LogReach
        How far the log reaches.
    asked : datetime
        When Jira was asked for today's members: of what comes after it, nothing is known.
    """
    known = by_place(changes)
    found = []
    for holder in holders:
        of = known.get(holder.place, changes.iloc[:0])
        start, end = (
            members_at(holder.today, of, instant, reach) if holder.complete and instant <= asked else _UNKNOWN
            for instant in (period.begins, period.ends)
        )
        found.append(Belonging(holder, start, end))
    return tuple(found)


def changes_table(changes: pd.DataFrame, period: Period) -> pd.DataFrame:
    """Return ``permission_changes.csv``: those of the period, the oldest first."""
    within = changes[period.holds(changes["at"])].rename(columns={"does": "action"})
    within = within.assign(at=within["at"].dt.tz_convert(period.zone))
    return within[PERMISSION_CHANGES.names].reset_index(drop=True)


KINDS: Final = (
    *("administrator made", "administrator removed", "grant added", "grant removed"),
    *("scheme swapped", "scheme assigned", "scheme changed", "role membership", "group membership"),
    *("project lead", "project access", "role", "group", "user", "workflow", "field", "other"),
)
"""Every kind of change, those that an auditor asks about first at the beginning."""


def changes_by_kind(changes: pd.DataFrame) -> pd.DataFrame:
    """Count the rows of ``permission_changes.csv`` by kind; kinds of which there are none are left out."""
    counts = changes["kind"].value_counts()
    shown = [kind for kind in KINDS if kind in counts.index]
    return pd.DataFrame({"kind": pd.Series(shown, dtype="str"), "changes": [int(counts[kind]) for kind in shown]})


@dataclass(frozen=True)
class _Since:
    """When the log last records that somebody was added, by place and account."""

    told: Mapping[tuple[Place, str], datetime] = field(default_factory=dict)

    @classmethod
    def of(cls, changes: pd.DataFrame) -> _Since:
        told = {}
        for row in member_since(changes).itertuples(index=False):
            project = row.project if isinstance(row.project, str) else None
            told[(row.holder_type, row.holder, project), row.account_id] = row.at
        return cls(told)


def memberships_table(
    found: Iterable[Belonging], changes: pd.DataFrame, period: Period, names: Mapping[str, str]
) -> pd.DataFrame:
    """Return ``memberships.csv``.

    Parameters
    ----------
    found : iterable of Belonging
        From `belongings`.
    changes : DataFrame
        As there.
    period : Period
        In whose zone times are shown.
    names : mapping of str to str
        Display names by account.
    """
    since = _Since.of(changes).told
    rows = [row for one in found for row in _rows(one, since, period, names)]
    return MEMBERSHIPS.sort(MEMBERSHIPS.make(rows, period.zone))


def _rows(
    one: Belonging, since: Mapping[tuple[Place, str], datetime], period: Period, names: Mapping[str, str]
) -> Iterator[tuple[Any, ...]]:
    place, today = one.holder.place, one.holder.today
    sides = (one.start.members, one.end.members)
    for account in sorted(today.union(*(side for side in sides if side is not None))):
        flags = (None if side is None else account in side for side in sides)
        odd = [
            said.in_words(account, format_instant(said.at, period.zone))
            for said in one.contradictions
            if said.member == account
        ]
        added = since.get((place, account)) if account in today else None
        note = "; ".join((*_limits(one, period), *odd))
        yield (*place[:2], place[2] or "", account, names.get(account, ""), *flags, account in today, added, note)


def _limits(one: Belonging, period: Period) -> list[str]:
    """Say what of a group or role is not known."""
    if not one.holder.complete:
        return ["not all of today's members are told"]
    if one.start.members is not None:
        return [] if one.end.members is not None else ["the period was not over when Jira was asked"]
    if one.start.not_before is None:
        return ["not known from the log"]
    return [f"not known before {format_instant(one.start.not_before, period.zone)}"]
