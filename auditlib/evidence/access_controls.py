"""Controls that look at access: people who left, and the decisions of the last review, as far as Jira and its log tell."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from types import MappingProxyType
from typing import Final

from auditlib.audit.controls.result import Result
from auditlib.audit.controls.site.decisions import decisions_carried_out
from auditlib.audit.controls.site.leaving import Accounts, access_removed
from auditlib.audit.permissions.leavers import Account, Leaver, Left, match_leavers
from auditlib.evidence.access import Access
from auditlib.evidence.access_changes import AccessChanges
from auditlib.evidence.pulled import Part, Pulled
from auditlib.evidence.review import Review
from auditlib.evidence.witnesses import Witnesses
from auditlib.params.controls import ControlTest


class AccessControls(Part):
    """What the controls of access say."""

    def __init__(
        self, pulled: Pulled, witnesses: Witnesses, access: Access, changes: AccessChanges, review: Review
    ) -> None:
        super().__init__(pulled)
        self._witnesses = witnesses
        self._access = access
        self._changes = changes
        self._review = review

    @property
    def rules(self) -> Collection[str]:
        """The names of their rules."""
        return _RULES

    def results(self, test: ControlTest) -> list[Result]:
        """Return what a control says, whose rule is one of `rules`."""
        return _RULES[test.rule](self, test)

    def _names(self) -> dict[str, str]:
        """Return every account that Jira named, in issues, among those with access and in its log, with its name."""
        directory, changes = self._access.answered.directory, self._changes.all_changes
        told = {account: one.display_name for account, one in directory.people.items() if one.display_name}
        logged = dict.fromkeys(changes["account_id"].dropna(), "")
        logins = {one.name for one in directory.people.values() if one.name}  # the same people once more
        known = {**logged, **self.answers.people, **told}
        return {account: name for account, name in known.items() if account in told or account not in logins}

    def _left(self, names: Mapping[str, str]) -> tuple[dict[str, Left] | None, list[Leaver]]:
        """Return who left, by account, and those of whom no account is known; also accounts that hold nothing any more."""
        if self._review.leavers is None:
            return None, []
        directory = self._access.answered.directory
        people = (directory.person(account) for account in names)
        accounts = [Account(one.account_id, names[one.account_id], one.email, one.name) for one in people]
        return match_leavers(self._review.leavers, accounts)

    def _removed(self, test: ControlTest) -> list[Result]:
        answered, names = self._access.answered, self._names()
        left, unmatched = self._left(names)
        known = Accounts(
            self._review.sheet,
            {account: one.active for account, one in answered.directory.people.items()},
            names,
            self._changes.all_changes,
            self._changes.places,
            self._witnesses.log_reach,
            {project for project, _ in answered.not_all_known},
            self.pulled.began,
        )
        return access_removed(test, left, unmatched, known, self.period)

    def _carried_out(self, test: ControlTest) -> list[Result]:
        answered, review = self._access.answered, self._review
        return decisions_carried_out(
            test, review.decided, review.sheet, answered.not_all_known, self.params.permissions, self.pulled.began
        )


_RULES: Final[Mapping[str, Callable[[AccessControls, ControlTest], list[Result]]]] = MappingProxyType(
    {
        "access_removed": AccessControls._removed,  # noqa: SLF001 - its own
        "decisions_carried_out": AccessControls._carried_out,  # noqa: SLF001
    }
)
