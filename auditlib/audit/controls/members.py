"""Who was a member of a role or group, at the pull and before, as far as a log shows it. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from auditlib.audit.controls.trail import timestamp
from auditlib.records.history import Time

READ: Final = "when Jira was read"


@dataclass(frozen=True)
class MemberChange:
    """An account or group that became a member, or ceased to be one, by a record of the log."""

    at: Time
    account: str
    joined: bool
    shown: str


@dataclass(frozen=True)
class Members:
    """The members of a role or group when Jira was read, and how the log shows that they changed.

    Attributes
    ----------
    accounts : frozenset of str
        Ids of accounts, on Data Center user keys; of the groups in a role ``group NAME``.
    changes : sequence of MemberChange
        In any order.
    since : float
        From when on the log records every change, in seconds since 1970. What was before follows from what is today.
    groups : mapping of str to Members or None
        The groups that are or were in a role, by name; None where the members could not be read.
    """

    accounts: frozenset[str]
    changes: Sequence[MemberChange] = ()
    since: float = -math.inf
    groups: Mapping[str, Members | None] = field(default_factory=dict)

    def holds(self, account: str, at: Time) -> tuple[bool | None, str]:
        """Say whether an account was a member at an instant, and how that is known; None where it is not.

        Notes
        -----
        Where the log does not reach back to that instant, what held when Jira was read is taken for what held then.
        """
        is_member, by = self._had(account, at)
        if is_member:
            return True, by
        unread = ""
        for name, group in sorted(self.groups.items()):
            there, by_role = self._had(f"group {name}", at)
            inside, by_group = (None, "") if group is None else group.holds(account, at)
            if there and inside:
                return True, f"through group {name}; {by_group if by_role == READ else by_role}"
            if there and inside is None:
                unread = f"the members of group {name} could not be read"
        return (None, unread) if unread else (False, by)

    def _had(self, member: str, at: Time) -> tuple[bool, str]:
        then = timestamp(at)
        if then is not None and then >= self.since:
            later = [(timestamp(one.at) or math.inf, one) for one in self.changes if one.account == member]
            later = [(when, one) for when, one in later if when > then]
            if later:
                first = min(later, key=lambda found: found[0])[1]
                return not first.joined, first.shown
        return member in self.accounts, READ
