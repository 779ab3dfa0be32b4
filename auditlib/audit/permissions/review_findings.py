"""What the access review shows, in words: leavers, deactivated accounts, decisions that were not carried out. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import pandas as pd

from auditlib.audit.finding import Finding
from auditlib.audit.permissions.last_review import Decision, Place
from auditlib.audit.permissions.leavers import Leaver, Left
from auditlib.audit.permissions.review import ACCESS_REVIEW, NOT_ASKED, NOT_READABLE, UNSEEN
from auditlib.phrases import agreeing, counted, day, listed

_NOTEBOOK: Final = "07_permissions"
_TABLE: Final = ACCESS_REVIEW.name


@dataclass(frozen=True)
class Lists:
    """What the parameters name beside Jira; None where they name none.

    Attributes
    ----------
    left : mapping of str to Left, or None
        The accounts of people who left.
    unmatched : sequence of Leaver
        People who left and hold no permission under a name that is known here.
    decided : mapping of (str, str) to Decision, or None
        The last review.
    """

    left: Mapping[str, Left] | None = None
    unmatched: Sequence[Leaver] = ()
    decided: Mapping[Place, Decision] | None = None


def review_findings(
    review: pd.DataFrame,
    lists: Lists,
    *,
    as_of: str,
    period_start: str,
    unread: str = "",
    unasked: str = "",
    not_all_known: Collection[tuple[str, str]] = (),
    asked: Collection[str] | None = None,
) -> list[Finding]:
    """Say what of the access review a reader must know.

    Parameters
    ----------
    review : DataFrame
        ``access_review.csv``.
    lists : Lists
        The leavers and the last review.
    as_of : str
        Day on which Jira was asked, 2026-10-04.
    period_start : str
        First day of the period.
    unread : str
        Why the last activity of people could not be read, and what would cure it; a sentence.
    unasked : str
        Why some people were not asked about; a sentence.
    not_all_known : collection of (str, str)
        Projects and permissions that somebody may hold who is not in the review, as ``Answered.not_all_known``.
    asked : collection of str, optional
        The permissions that were asked for; left out, all.
    """
    found: list[Finding] = []
    if lists.left is not None:
        found += _leavers(review, lists.left, lists.unmatched, as_of)
    if lists.decided is not None:
        found += _decisions(review, lists.decided, not_all_known, asked)
    found += _deactivated(review)
    found += _inactive(review, period_start)
    for value, what, why in ((NOT_READABLE, "unread", unread), (NOT_ASKED, "unasked", unasked)):
        people = _people(review[review["last_active"] == value])
        if people:
            shown = counted(len(people), "person", "people")
            text = f"When {shown} with permissions {agreeing(len(people), 'was', 'were')} last active is {value}. {why}".strip()
            found.append(_finding(f"access.activity-{what}", "limit", text, len(people)))
    return found


def _finding(name: str, severity: str, statement: str, count: int, table: str = _TABLE) -> Finding:
    return Finding(name, _NOTEBOOK, severity, statement, count, table)


def _people(rows: pd.DataFrame) -> list[str]:
    """Return the names of the people of some rows, each account once, sorted."""
    once = rows.drop_duplicates("account_id")
    return sorted(
        name or account for name, account in zip(once["display_name"].fillna(""), once["account_id"], strict=True)
    )


def _leavers(review: pd.DataFrame, left: Mapping[str, Left], unmatched: Sequence[Leaver], as_of: str) -> list[Finding]:
    gone = {account: one for account, one in left.items() if one.gone_by(as_of)}
    rows = review[review["account_id"].isin(gone)]
    rows = rows[~_is_deactivated(rows)]
    sure = rows["account_id"].map({account: one.sure for account, one in gone.items()}).astype(bool)
    found: list[Finding] = []
    if people := _people(rows[sure]):
        text = (
            f"{counted(len(people), 'person', 'people')} who left by {day(date.fromisoformat(as_of))} still "
            f"{agreeing(len(people), 'holds', 'hold')} permissions with an account that is not deactivated: {listed(people)}."
        )
        found.append(_finding("access.leavers", "exception", text, len(people)))
    if people := _people(rows[~sure]):
        text = (
            f"{counted(len(people), 'account')} with permissions {agreeing(len(people), 'bears', 'bear')} the name of somebody "
            f"who left, and nothing but the name says so: {listed(people)}. Add account_id or email to the list of leavers."
        )
        found.append(_finding("access.leavers-doubtful", "limit", text, len(people)))
    later = _people(review[review["account_id"].isin(set(left) - set(gone))])
    if later:
        who = counted(len(later), "person", "people")
        text = (
            f"{who} with permissions {agreeing(len(later), 'leaves', 'leave')} after {day(date.fromisoformat(as_of))}."
        )
        found.append(_finding("access.leavers-to-come", "note", text, len(later)))
    if unmatched:
        text = (
            f"{counted(len(unmatched), 'line')} of the list of leavers {agreeing(len(unmatched), 'names', 'name')} nobody who "
            "holds a permission in a listed project, by account, e-mail address or name. Jira need not tell the address of an "
            "account."
        )
        found.append(_finding("access.leavers-unmatched", "note", text, len(unmatched), ""))
    return found


def _is_deactivated(rows: pd.DataFrame) -> pd.Series:
    return (~rows["active"].astype("boolean")).fillna(value=False).astype(bool)


def unshown_removals(
    review: pd.DataFrame,
    removals: Mapping[Place, Decision],
    not_all_known: Collection[tuple[str, str]],
    asked: Collection[str] | None,
) -> set[Place]:
    """Return the removals of which the review does not show whether they are done.

    Nobody is known to hold anything there; somebody may hold one of these permissions who is not named; one of them was not
    asked for; or the person is still in a role of which Jira does not tell what it allows.
    """
    seen = set(review["project"])
    roles = review[review["permissions"].fillna("") == ""]
    in_roles = set(zip(roles["account_id"], roles["project"], strict=True))
    not_known: dict[str, set[str]] = {}
    for project, permission in not_all_known:
        not_known.setdefault(project, set()).add(permission)

    def is_shown(place: Place, taken: frozenset[str]) -> bool:
        hidden = not_known.get(place[1], set())
        return (
            place[1] in seen
            and place not in in_roles
            and "" not in hidden
            and not (hidden & taken if taken else hidden)
            and (asked is None or taken <= set(asked))
        )

    return {place for place, one in removals.items() if not is_shown(place, one.permissions)}


def _decisions(
    review: pd.DataFrame,
    decided: Mapping[Place, Decision],
    not_all_known: Collection[tuple[str, str]],
    asked: Collection[str] | None,
) -> list[Finding]:
    found: list[Finding] = []
    removals = {place: one for place, one in decided.items() if one.decision == "remove"}
    still = review[review["still_held"].notna()]
    held = set(zip(still["account_id"], still["project"], strict=True))
    unshown = unshown_removals(review, removals, not_all_known, asked) - held
    unseen = sorted({project for _, project in unshown})
    if len(still):
        people = _people(still)
        text = (
            f"The last review decided to take permissions away, and {counted(len(people), 'person', 'people')} still "
            f"{agreeing(len(people), 'holds', 'hold')} them in {counted(len(still), 'case')}: {listed(people)}."
        )
        found.append(_finding("access.not-removed", "exception", text, len(still)))
    if unseen:
        text = (
            f"Whether {counted(len(unshown), 'removal')} that the last review decided on in {listed(unseen)} "
            f"{agreeing(len(unshown), 'is', 'are')} done is not shown: nobody is known to hold a permission there, not all "
            "who do could be read, not all of these permissions were asked for, or Jira does not tell what a role allows."
        )
        found.append(_finding("access.removals-unseen", "limit", text, len(unshown), ""))
    told = [place for place in removals if place not in unshown]
    accounts = {account for account, _ in decided}
    if accounts and accounts.isdisjoint(review["account_id"]):
        text = (
            f"{agreeing(len(accounts), 'The one account', f'None of the {len(accounts):,} accounts')} of the last review "
            f"{agreeing(len(accounts), 'holds no', 'holds a')} permission in a listed project today: that may be the review of "
            "another Jira, or accounts have other ids now, or all was taken away. So whether what it decided is done is not "
            "shown."
        )
        found.append(_finding("access.review-of-others", "limit", text, len(accounts), ""))
    elif gone := len(told) - len(still):
        text = (
            f"Of {counted(len(told), 'removal')} that the last review decided on, {gone:,} {agreeing(gone, 'is', 'are')} done, "
            "as far as holders could be read."
        )
        found.append(_finding("access.removed", "note", text, gone, ""))
    new = review[review["decision"].isna()]
    if len(new):
        text = (
            f"{counted(len(new), 'row')} of the access review {agreeing(len(new), 'has', 'have')} no decision of the last "
            "review: people or projects that it did not hold, or rows that nobody decided."
        )
        found.append(_finding("access.undecided", "note", text, len(new)))
    return found


def _deactivated(review: pd.DataFrame) -> list[Finding]:
    people = _people(review[_is_deactivated(review)])
    if not people:
        return []
    text = (
        f"{counted(len(people), 'deactivated account')} {agreeing(len(people), 'holds', 'hold')} permissions, which count again "
        f"as soon as somebody activates {agreeing(len(people), 'it', 'them')}: {listed(people)}."
    )
    return [_finding("access.deactivated", "note", text, len(people))]


def _inactive(review: pd.DataFrame, period_start: str) -> list[Finding]:
    seen = review[~review["last_active"].isin(UNSEEN) & ~_is_deactivated(review)]
    people = _people(seen[seen["last_active"].str[:10] < period_start])
    if not people:
        return []
    text = (
        f"{counted(len(people), 'person', 'people')} with permissions {agreeing(len(people), 'has', 'have')} not been active "
        f"since before the period began: {listed(people)}."
    )
    return [_finding("access.inactive", "note", text, len(people))]


def conclude_review(review: pd.DataFrame, lists: Lists, as_of: str) -> str:
    """Return what the access review comes to, in a sentence or two; empty if nobody holds anything."""
    if not len(review):
        return ""
    people, idle = review["account_id"].nunique(), review[_is_deactivated(review)]["account_id"].nunique()
    beside = f", {idle:,} of them deactivated" if idle else ""
    said = f"The access review has {counted(len(review), 'row')}, of {counted(people, 'account')}{beside}."
    if lists.left is not None:
        gone = {account for account, one in lists.left.items() if one.sure and one.gone_by(as_of)}
        held = review[review["account_id"].isin(gone)]
        count = held[~_is_deactivated(held)]["account_id"].nunique()
        account = "account of somebody" if count == 1 else "accounts of people"
        said += (
            f" {count:,} {account} who left can still be used."
            if count
            else " No account that can still be used was found on the list of people who left."
        )
    return said
