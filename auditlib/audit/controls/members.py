"""Who was a member of a role or group, at the pull and before, as far as a log shows it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from auditlib.audit.controls.trail import timestamp
from auditlib.records.history import Time


@dataclass(frozen=True)
class MemberChange:
    """A person who became a member, or ceased to be one, by a record of the log."""

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
        Ids of accounts; on Data Center user keys.
    changes : sequence of MemberChange
        In any order.
    """

    accounts: frozenset[str]
    changes: Sequence[MemberChange] = ()

    def holds(self, account: str, at: Time) -> tuple[bool, str]:
        """Say whether an account was a member at an instant, and by which record.

        Without a record after that instant what held when Jira was read is taken for what held then.
        """
        moment = timestamp(at)
        mine = [one for one in self.changes if one.account == account]
        later = [one for one in mine if moment is not None and (timestamp(one.at) or 0) > moment]
        if later:
            first = min(later, key=lambda one: timestamp(one.at) or 0)
            return not first.joined, first.shown
        return account in self.accounts, "when Jira was read"
