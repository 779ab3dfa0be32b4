"""CT-17, decisions of the access review carried out: what was to be taken away, beside the permissions at the pull. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Final

import pandas as pd

from auditlib.audit.controls.result import Result
from auditlib.audit.controls.subject import EXCEPTION, NO_EVIDENCE, NOT_APPLICABLE, PASS
from auditlib.audit.permissions.last_review import Decision, Place
from auditlib.audit.permissions.review_findings import unshown_removals
from auditlib.params.controls import ControlTest
from auditlib.records.audit_log import text_or_none

REVIEW: Final = "access review"
"""What the row is called that says that none is given."""


def decisions_carried_out(  # noqa: PLR0917 - what is known
    test: ControlTest,
    decided: Mapping[Place, Decision] | None,
    review: pd.DataFrame,
    not_all_known: Collection[tuple[str, str]],
    asked: Collection[str] | None,
    read_at: datetime,
) -> list[Result]:
    """Test each decision of the last review.

    Parameters
    ----------
    test : ControlTest
    decided : mapping of (str, str) to Decision, or None
        By account and project; None where no review is given.
    review : DataFrame
        ``access_review.csv``, made with these decisions.
    not_all_known : collection of (str, str)
        Projects and permissions that somebody may hold who is not in it, as ``Answered.not_all_known``.
    asked : collection of str, optional
        The permissions that were asked for.
    read_at : datetime
        When Jira was asked.

    Returns
    -------
    list of Result
        By project and account.
    """
    if decided is None:
        return [Result(test.label, REVIEW, None, NOT_APPLICABLE, None, "no access review is given")]
    if not decided:
        return [Result(test.label, REVIEW, None, NOT_APPLICABLE, None, "the review decides nothing")]
    unshown = unshown_removals(review, decided, not_all_known, asked)
    rows: dict[Place, Any] = {(row.account_id, row.project): row for row in review.itertuples()}
    names = dict(zip(review["account_id"], review["display_name"], strict=True))
    strange = {account for account, _ in decided}.isdisjoint(names)
    found = []
    for place in sorted(decided, key=lambda one: (one[1], one[0])):
        account, project = place
        outcome, said = _judged(decided[place], rows.get(place), unseen=place in unshown, strange=strange)
        name = text_or_none(names.get(account))
        key = f"{name} ({account}) in {project}" if name else f"{account} in {project}"
        at = read_at if outcome in {EXCEPTION, PASS} else None
        found.append(Result(test.label, key, None, outcome, at, f"{_decision(decided[place])}; {said}"))
    return found


def _decision(one: Decision) -> str:
    on, by = f" on {one.reviewed_on}" if one.reviewed_on else "", f" by {one.reviewer}" if one.reviewer else ""
    what = f" {' '.join(sorted(one.permissions))}" if one.permissions and one.decision == "remove" else ""
    return f"{one.decision}{what}: decided{on}{by}" if on or by else f"{one.decision}{what}"


def _judged(one: Decision, row: Any, *, unseen: bool, strange: bool) -> tuple[str, str]:
    """Return the outcome of a decision and why."""
    if one.decision != "remove":
        return NOT_APPLICABLE, "nothing was to be taken away"
    held = row.still_held if row is not None and isinstance(row.still_held, str) else ""
    if held:
        state = "" if pd.isna(row.active) or row.active else "; the account is deactivated"
        return EXCEPTION, f"when Jira was read {held} was still held, by {row.via}{state}"
    if unseen:
        return NO_EVIDENCE, (
            "not shown: nobody is known to hold a permission there, not all who do could be read, not all of these permissions "
            "were asked for, or Jira does not tell what a role allows"
        )
    if strange:
        return NO_EVIDENCE, "no account of this review holds anything here today: it may be the review of another Jira"
    return PASS, "when Jira was read none of it was held"
