"""CT-15, access removed on leaving: the list of people who left, beside the accounts at the pull and what the log records. Pure.

The hours count from the end of the last day, in the audit's zone. Access ended when the account was deactivated or, of one that
still can log in, when the last membership was taken away through which a permission asked for is held. What has ended by the
pull, and of which no record tells the time, ended in time only if the pull came in time. A person known by name alone may be
another one: what such an account still has is no exception, and not shown to be in order.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from operator import attrgetter
from typing import Any, Final, NamedTuple

import pandas as pd

from auditlib.audit.controls.result import Result
from auditlib.audit.controls.subject import EXCEPTION, NO_EVIDENCE, NOT_APPLICABLE, PASS
from auditlib.audit.permissions.leavers import Leaver, Left
from auditlib.params.controls import ControlTest
from auditlib.phrases import listed
from auditlib.records.log_reach import LogReach
from auditlib.text import shorten
from auditlib.times import Period, format_instant

LIST: Final = "list of leavers"
"""What the row is called that says that none is given."""

_ENDS: Final = ("deactivated", "deleted", "anonymized")
_LONGEST: Final = 80
_MEMBERSHIPS: Final = ("group membership", "role membership", "administrator removed")

Holding = tuple[str, str, str | None]
"""A group (``group``, its name, None) or a role (``projectRole``, its name, the key of the project)."""


@dataclass(frozen=True)
class Accounts:
    """What is known of accounts, at the pull and from the log.

    Attributes
    ----------
    review : DataFrame
        ``access_review.csv``.
    active : mapping of str to bool or None
        Whether an account can log in; None, or missing, where Jira does not tell.
    names : mapping of str to str
    changes : DataFrame
        From `permission_changes.permission_changes`.
    holders : collection of Holding
        The groups and roles through which a permission asked for is held.
    reach : LogReach
    hidden : collection of str
        Projects in which somebody may hold a permission who is not in the review.
    read_at : datetime
        When Jira was asked.
    """

    review: pd.DataFrame
    active: Mapping[str, bool | None]
    names: Mapping[str, str]
    changes: pd.DataFrame
    holders: Collection[Holding]
    reach: LogReach
    hidden: Collection[str]
    read_at: datetime


class _End(NamedTuple):
    """How the access of an account ended.

    Attributes
    ----------
    at : datetime or None
        None where no record tells.
    shown : str
        How that is known.
    sure : bool
        Whether the log would tell what was taken away later.
    perhaps_earlier : str
        Why it may have ended before; empty if it did not.
    """

    at: datetime | None
    shown: str
    sure: bool = True
    perhaps_earlier: str = ""


def access_removed(
    test: ControlTest,
    left: Mapping[str, Left] | None,
    unmatched: Sequence[Leaver],
    known: Accounts,
    period: Period,
) -> list[Result]:
    """Test each person of the list.

    Parameters
    ----------
    test : ControlTest
        With the hours that are allowed.
    left : mapping of str to Left, or None
        By account; None where no list is given.
    unmatched : sequence of Leaver
        Those of whom no account is known.
    known : Accounts
    period : Period

    Returns
    -------
    list of Result
        By account, then those without one in their order.
    """
    if left is None:
        return [Result(test.label, LIST, None, NOT_APPLICABLE, None, "no list of people who left is given")]
    hours = test.given.hours
    assert hours is not None  # noqa: S101 - the library has a default
    ends = _Ends(known)
    found = [_person(test, account, one, ends, hours, period) for account, one in sorted(left.items())]
    found += [_without_account(test, one) for one in unmatched]
    return found or [Result(test.label, LIST, None, NOT_APPLICABLE, None, "the list names nobody")]


def _without_account(test: ControlTest, one: Leaver) -> Result:
    name = one.name or one.email or one.account_id
    said = f"line {one.line} of the list: no account that Jira shows is this person's by account, address or name"
    return Result(test.label, name, None, NOT_APPLICABLE, None, said)


def _person(  # noqa: PLR0917 - what a row is made of
    test: ControlTest, account: str, one: Left, ends: _Ends, hours: int, period: Period
) -> Result:
    """Return the row of one account of the list."""
    row = _judged(ends, account, one, hours, period)
    name = ends.known.names.get(account, "")
    row = replace(row, control=test.label, key=f"{name} ({account})" if name else account)
    if one.sure or row.outcome != EXCEPTION:
        return row
    return replace(
        row,
        outcome=NO_EVIDENCE,
        evidence=f"{row.evidence}; known by name alone: {one.words}, which may be somebody else",
    )


def _judged(ends: _Ends, account: str, one: Left, hours: int, period: Period) -> Result:
    """Judge one account; the row has no name yet."""
    known, zone = ends.known, period.zone
    open_still = ends.still_held(account)
    if not one.left_on:
        beside = f"; {open_still}" if open_still else ""
        return _row(NO_EVIDENCE, f"the list does not tell the day on which this person left{beside}")
    begins, due = _deadline(one.left_on, hours, period)
    shown = f"left on {one.left_on}, so access had to end by {format_instant(due, zone)}"
    if begins > known.read_at:
        return _row(NOT_APPLICABLE, f"leaves on {one.left_on}, after Jira was read", later=due >= period.ends)
    end = ends.of(account) if not open_still else None
    ended_in_period = end is not None and end.at is not None and end.at < period.ends
    if due >= period.ends and not ended_in_period:
        return _row(NOT_APPLICABLE, f"{shown}: after the period", later=True)
    if end is None:
        return _still_open(shown, open_still, due, known, ends.can_log_in(account))
    if one.left_on < period.start.isoformat():
        return _row(NOT_APPLICABLE, f"left on {one.left_on}, before the period; {end.shown}")
    if end.at is None:
        outcome = PASS if known.read_at <= due else ends.undated(account, begins)
        return _row(outcome, f"{shown}; {end.shown}")
    return _ended(f"{shown}; {end.shown} {format_instant(end.at, zone)}", end, end.at, due)


def _ended(took: str, end: _End, at: datetime, due: datetime) -> Result:
    """Return the row of an account whose access ended at a known time."""
    if at <= due:
        beside = "" if end.sure else "; the log does not cover the time since, in which more may have been taken away"
        return _row(PASS if end.sure else NO_EVIDENCE, f"{took}{beside}", at)
    if end.perhaps_earlier:
        return _row(NO_EVIDENCE, f"{took}; {end.perhaps_earlier}", at)
    return _row(EXCEPTION, took, at)


def _still_open(shown: str, held: str, due: datetime, known: Accounts, active: bool | None) -> Result:
    """Return the row of an account that still holds something."""
    if known.read_at <= due:
        return _row(NOT_APPLICABLE, f"{shown}: not over when Jira was read; {held}")
    if active is None:
        return _row(NO_EVIDENCE, f"{shown}; {held}; Jira does not tell whether the account can log in")
    return _row(EXCEPTION, f"{shown}; {held}", known.read_at)


def _row(outcome: str, said: str, at: datetime | None = None, *, later: bool = False) -> Result:
    return Result("", "", None, outcome, at, said, falls_due_later=later)


def _deadline(left_on: str, hours: int, period: Period) -> tuple[datetime, datetime]:
    """Return the end of the last day, and the instant by which access had to end, both in UTC."""
    day = date.fromisoformat(left_on)
    ends = Period(day, day, period.zone).ends
    return ends, ends + timedelta(hours=hours)


class _Ends:
    """What tells when the access of accounts ended."""

    def __init__(self, known: Accounts) -> None:
        self.known = known
        changes = known.changes[known.changes["account_id"].notna()]
        self._changes: Mapping[Any, pd.DataFrame] = dict(iter(changes.groupby("account_id")))
        self._rows: Mapping[Any, pd.DataFrame] = dict(iter(known.review.groupby("account_id")))

    def can_log_in(self, account: str) -> bool | None:
        """Say whether an account can log in; None where Jira does not tell."""
        return self.known.active.get(account)

    def still_held(self, account: str) -> str:
        """Say what an account that may log in still holds at the pull; empty if nothing."""
        rows = self._rows.get(account)
        if rows is None or self.can_log_in(account) is False:
            return ""
        via = [f"{row.project} by {shorten(row.via, _LONGEST)}" for row in rows.itertuples()]
        return f"when Jira was read it still had access to {listed(via, 3)}"

    def of(self, account: str) -> _End:
        """Return how the access of an account ended that has none any more: by whatever came first."""
        off = taken = None
        untimed = False
        for at, what, of_account in self._records(account):
            if at is None:
                untimed |= not of_account
            elif of_account:
                off = _End(at, what)
            else:
                taken = _End(at, what, sure=self.known.reach.covers(at))
        active, holds = self.can_log_in(account), account in self._rows
        dated = [end for end, lasts in ((off, active), (taken, holds)) if end is not None and not lasts]
        if not dated:
            state = "is deactivated" if active is False else "holds nothing any more"
            return _End(None, f"the account {state}, and no record tells since when")
        first: _End = min(dated, key=attrgetter("at"))
        # Who was deactivated without a record may have been so before the last membership was taken away.
        if active is False and off is None:
            return first._replace(perhaps_earlier="it is deactivated too, and no record tells since when")
        if untimed and taken is None and not holds:
            return first._replace(perhaps_earlier="more was taken away, at a time that can't be read")
        return first

    def undated(self, account: str, since: datetime) -> str:
        """Say what follows where access has ended and no record tells when.

        A log that covers the time since the last day would tell what was taken away after it: then there was nothing.
        """
        if self.can_log_in(account) is False or self.known.hidden:
            return NO_EVIDENCE
        dated = all(at is not None for at, _, _ in self._records(account))
        return PASS if dated and self.known.reach.covers(since) else NO_EVIDENCE

    def _records(self, account: str) -> Iterator[tuple[datetime | None, str, bool]]:
        """Yield what the log records to have been taken from an account, the oldest first: when, what, whether all of it."""
        rows = self._changes.get(account)
        for row in () if rows is None else rows.itertuples():
            at = None if pd.isna(row.at) else row.at.to_pydatetime().astimezone(UTC)
            if row.kind == "user" and row.does in _ENDS:
                yield at, f"the account was {row.does} (log {row.id})", True
            elif row.kind in _MEMBERSHIPS and row.does == "removed" and self._holds(row):
                yield at, f"it was removed from {row.holder} (log {row.id})", False

    def _holds(self, row: Any) -> bool:
        project = row.project if isinstance(row.project, str) else None
        return (row.holder_type, row.holder, project) in self.known.holders
