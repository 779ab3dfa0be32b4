"""Who belonged to a group or held a role at an instant: today's members, and the log's changes undone back to it. Pure.

What the log does not record, it can't undo: a membership that ends because a person or a group is deleted, or that a directory
changes without a record. Where a record does not fit what stands after it, that is named; what was before follows the record,
which was written at the time.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

import pandas as pd

from auditlib.records.log_reach import LogReach

_NEVER = datetime.max.replace(tzinfo=UTC)

SINCE_COLUMNS = ("account_id", "holder_type", "holder", "project", "at")


class Contradiction(NamedTuple):
    """A record of the log that does not fit what stands after it.

    Attributes
    ----------
    at : datetime
    member : str
        Account id or user key, or ``group NAME``.
    does : str
        ``added`` or ``removed``.
    """

    at: datetime
    member: str
    does: str

    def in_words(self, name: str, at: str) -> str:
        """Say what does not fit, with the member's name and the time as they are to be shown."""
        after = "is not a member afterwards" if self.does == "added" else "is a member afterwards"
        return f"{name} was {self.does} on {at} and {after}, without a record of why"


@dataclass(frozen=True)
class Members:
    """Who were members of one group or role at an instant.

    Attributes
    ----------
    members : frozenset of str or None
        Account ids or user keys, and ``group NAME`` for groups; None if it is not known.
    not_before : datetime or None
        After which instant it would be known; None if it never is.
    contradictions : tuple of Contradiction
        Records that don't fit what stands after them.
    """

    members: frozenset[str] | None
    not_before: datetime | None = None
    contradictions: tuple[Contradiction, ...] = ()


Place = tuple[str, str, str | None]
"""A group (``group``, its name, None) or a role (``projectRole``, its name, the key of the project)."""

_KINDS = ("group membership", "role membership", "administrator made", "administrator removed")


def by_place(changes: pd.DataFrame) -> dict[Place, pd.DataFrame]:
    """Return the changes of the members of each group and role that the log names, the oldest first.

    Parameters
    ----------
    changes : DataFrame
        From `permission_changes`.
    """
    of = changes[changes["kind"].isin(_KINDS) & changes["permission"].isna()]
    found: dict[Place, pd.DataFrame] = {}
    for (kind, name, project), part in of.groupby(["holder_type", "holder", "project"], dropna=False, sort=False):
        found[kind, name, project if isinstance(project, str) else None] = part
    return found


def members_at(today: Collection[str], changes: pd.DataFrame, instant: datetime, reach: LogReach) -> Members:
    """Return who were members just before an instant.

    Parameters
    ----------
    today : collection of str
        Today's members, as in `Members`.
    changes : DataFrame
        Those of this group or role, from `by_place`, the oldest first.
    instant : datetime
        What happened at it or later is undone.
    reach : LogReach
        How far the log reaches.
    """
    begins, unsaid = reach.begins, _last_unsaid(changes)
    not_before = None if begins is None or unsaid == _NEVER else max(begins, unsaid or begins)
    if begins is None or instant < begins or (unsaid is not None and instant <= unsaid):
        return Members(None, not_before)
    moves = list(_moves(changes))
    members, odd = set(today), []
    for at, member, does in reversed([move for move in moves if move[0] >= instant]):
        if (member in members) != (does == "added"):
            odd.append(Contradiction(at, member, does))
        (members.discard if does == "added" else members.add)(member)
    last = {member: (at, does) for at, member, does in moves if at < instant}
    odd += [Contradiction(at, one, does) for one, (at, does) in last.items() if (one in members) != (does == "added")]
    return Members(frozenset(members), not_before, tuple(sorted(odd)))


def _last_unsaid(changes: pd.DataFrame) -> datetime | None:
    """Return when the members changed for the last time without a word of who, or without a readable time: the end of time.

    A group that joins or leaves a group is such a change: Jira lists the people of a group, those of the groups within it among
    them, and not through which of these they belong to it. Of a role it lists the groups themselves.
    """
    unsaid = changes.loc[changes["account_id"].isna() & ~_lists_groups(changes), "at"]
    if changes["at"].isna().any():
        return _NEVER
    return max((at.to_pydatetime() for at in unsaid.tolist()), default=None)


def _lists_groups(changes: pd.DataFrame) -> pd.Series:
    """Tell which changes name a group that today's members name too: those of roles."""
    return changes["group"].notna() & (changes["holder_type"] != "group")


def _moves(changes: pd.DataFrame) -> Iterable[tuple[datetime, str, str]]:
    of_groups = "group " + changes["group"].where(_lists_groups(changes))
    for at, member, does in zip(changes["at"], changes["account_id"].fillna(of_groups), changes["does"], strict=True):
        if isinstance(member, str):
            yield at.to_pydatetime(), member, does


def member_since(changes: pd.DataFrame) -> pd.DataFrame:
    """Say since when the log shows people to be in groups and roles: when it last records that they were added.

    Parameters
    ----------
    changes : DataFrame
        From `permission_changes`.

    Returns
    -------
    DataFrame, shape (n, 5)
        account_id, holder_type, holder, project (of a role), at (UTC). Who was removed since, or was added without a readable
        time, is not there; nor is whoever was added before the log begins.
    """
    of = changes[changes["kind"].isin(_KINDS) & changes["account_id"].notna() & changes["at"].notna()]
    last = of.groupby(["account_id", "holder_type", "holder", "project"], dropna=False, sort=True).tail(1)
    found = last.loc[last["does"] == "added", list(SINCE_COLUMNS)]
    return found.sort_values(list(SINCE_COLUMNS), na_position="first", ignore_index=True)
