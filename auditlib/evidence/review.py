"""The access review: its sheet, the sheet for tools that import it, and what it shows."""

from __future__ import annotations

from functools import cached_property
from typing import Final

import pandas as pd

from auditlib.audit.finding import Finding
from auditlib.audit.permissions.import_sheet import import_sheet
from auditlib.audit.permissions.last_review import Decision, Place, parse_review
from auditlib.audit.permissions.leavers import Leaver, Left, match_leavers, parse_leavers
from auditlib.audit.permissions.review import Known, access_review, known_accounts
from auditlib.audit.permissions.review_findings import Lists, conclude_review, review_findings
from auditlib.evidence.access import Access
from auditlib.evidence.access_changes import AccessChanges
from auditlib.evidence.kernel_cache import kernel_cached
from auditlib.evidence.last_seen import PeopleSeen
from auditlib.evidence.pulled import Part, Pulled
from auditlib.records import permission_schemes as schemes
from auditlib.times import format_instant

_KINDS: Final = {schemes.GROUP: "group", schemes.PROJECT_ROLE: "role"}
"""What somebody is added to, by Jira's word for such a holder."""


class Review(Part):
    """Who holds what, for somebody who decides whether they may keep it; with the leavers and the last review beside.

    Attributes
    ----------
    people_seen : PeopleSeen
        When people were last active.
    """

    def __init__(self, pulled: Pulled, access: Access, changes: AccessChanges) -> None:
        super().__init__(pulled)
        self._access = access
        self._changes = changes
        self.people_seen = PeopleSeen(pulled, access)

    def _list(self, key: str) -> str | None:
        """Return the text of a list that the parameters name, from the copy in the package."""
        path = self.folder / "data" / f"{key}.csv"
        if getattr(self.params, key) is None or not path.exists():
            return None
        return path.read_text(encoding="utf-8-sig")

    @cached_property
    def leavers(self) -> list[Leaver] | None:
        """The people who left, as the list in the package has them; None where none is given."""
        text = self._list("leavers")
        return None if text is None else parse_leavers(text, "leavers")

    @cached_property
    def _left(self) -> tuple[dict[str, Left], list[Leaver]] | None:
        if self.leavers is None:
            return None
        directory = self._access.answered.directory
        return match_leavers(self.leavers, known_accounts(self.people_seen.accounts, directory))

    @cached_property
    def decided(self) -> dict[Place, Decision] | None:
        """What the last review decided, by account and project; None where none is given."""
        text = self._list("review")
        return None if text is None else parse_review(text, "review")

    @property
    def _lists(self) -> Lists:
        left, unmatched = self._left or (None, [])
        return Lists(left, unmatched, self.decided)

    @property
    def _day(self) -> str:
        """The day on which Jira was asked."""
        return f"{self.pulled.began.astimezone(self.period.zone):%Y-%m-%d}"

    def _added(self) -> dict[tuple[str, str, str, str], str]:
        """Return when the log last records that somebody was added to a group or role, as ``review.Known`` has it."""
        since = self._changes.since
        return {
            (
                row.account_id,
                _KINDS[row.holder_type],
                row.holder,
                row.project if isinstance(row.project, str) else "",
            ): (format_instant(row.at, self.period.zone))
            for row in since.itertuples(index=False)
            if row.holder_type in _KINDS and isinstance(row.account_id, str) and not pd.isna(row.at)
        }

    @kernel_cached
    def sheet(self) -> pd.DataFrame:
        """``access_review.csv``."""
        seen, lists = self.people_seen.last_seen, self._lists
        known = Known(seen.by_account, seen.otherwise, lists.left or {}, lists.decided or {}, self._added())
        return access_review(self._access.answered, known)

    @property
    def import_sheet(self) -> pd.DataFrame:
        """``access_review_import.csv``."""
        return import_sheet(self.sheet)

    @property
    def findings(self) -> list[Finding]:
        """What a reader must know of the access review."""
        if not self._access.answered.asked:
            return []
        seen, begins = self.people_seen.last_seen, self.params.period_start.isoformat()
        return review_findings(
            self.sheet,
            self._lists,
            as_of=self._day,
            period_start=begins,
            unread=seen.unread,
            unasked=seen.unasked,
            not_all_known=self._access.answered.not_all_known,
            asked=self.params.permissions,
        )

    @property
    def conclusion(self) -> str:
        """What the review comes to, in a sentence or two."""
        return conclude_review(self.sheet, self._lists, self._day)
