"""CT-15: access removed on leaving."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from control_tests import control

from auditlib.audit.controls.result import Result
from auditlib.audit.controls.site.leaving import LIST, Accounts, access_removed
from auditlib.audit.controls.subject import EXCEPTION, NO_EVIDENCE, NOT_APPLICABLE, PASS
from auditlib.audit.permissions.leavers import Leaver, Left
from auditlib.audit.permissions.review import ACCESS_REVIEW
from auditlib.records.log_reach import LogReach
from auditlib.records.permission_changes import CHANGE_COLUMNS
from auditlib.times import Period

PERIOD = Period(date(2026, 4, 1), date(2026, 6, 30), ZoneInfo("Europe/Berlin"))
READ_AT = datetime(2026, 7, 10, tzinfo=UTC)
TEST = control("access_removed", hours=24)
DEVELOPERS = ("group", "developers", None)
DUE = datetime(2026, 5, 5, 22, tzinfo=UTC)
"""When access had to end of who left on 4 May: a day after its end in Berlin."""


def review(*accounts: str) -> pd.DataFrame:
    cells = dict.fromkeys(ACCESS_REVIEW.names)
    return ACCESS_REVIEW.make(
        [tuple({**cells, "account_id": one, "project": "PAY", "permissions": "BROWSE", "via": "group developers"}.values())
         for one in accounts]
    )  # fmt: skip


def log(*rows: tuple[str, str, str, datetime | None]) -> pd.DataFrame:
    """Return what the log records: of whom, of which kind, what, when."""
    made = [
        {"id": str(number), "account_id": account, "kind": kind, "does": does, "at": at,
         "holder_type": "group", "holder": "developers" if kind != "user" else None}
        for number, (account, kind, does, at) in enumerate(rows, 1)
    ]  # fmt: skip
    frame = pd.DataFrame(made, columns=list(CHANGE_COLUMNS))
    return frame.assign(at=pd.to_datetime(frame["at"], utc=True))


def known(held: tuple[str, ...] = (), changes: pd.DataFrame | None = None, **more: Any) -> Accounts:
    given: dict[str, Any] = {
        "review": review(*held), "active": {"a1": True}, "names": {"a1": "Ann"}, "holders": [DEVELOPERS],
        "changes": log() if changes is None else changes, "hidden": (), "read_at": READ_AT,
        "reach": LogReach(None, None, 9, names_deletions=True, readable=True, begins=datetime(2026, 1, 1, tzinfo=UTC)),
    }  # fmt: skip
    return Accounts(**{**given, **more})


BLIND = LogReach(None, None, 0, names_deletions=False, readable=False)


def only(one: Left, of: Accounts) -> Result:
    (found,) = access_removed(TEST, {"a1": one}, (), of, PERIOD)
    return found


def off(at: datetime | None, kind: str = "user", does: str = "deactivated") -> pd.DataFrame:
    return log(("a1", kind, does, at))


@pytest.mark.parametrize(
    ("late", "outcome"), [(timedelta(0), PASS), (timedelta(milliseconds=1), EXCEPTION), (-timedelta(days=9), PASS)]
)
def test_the_hours_count_from_the_end_of_the_last_day_in_the_audits_zone(late, outcome):
    """To the millisecond; an account that was switched off before its owner left is in time."""
    found = only(Left("2026-05-04"), known(changes=off(DUE + late), active={"a1": False}))
    assert (found.outcome, found.decided_at, found.key) == (outcome, DUE + late, "Ann (a1)")
    assert "access had to end by 2026-05-06T00:00:00.000+02:00; the account was deactivated (log 1)" in found.evidence


def test_the_day_on_which_the_clocks_change_has_its_own_length():
    """24 hours after the end of 28 March are one o'clock of summer time on the 30th."""
    period = Period(date(2026, 3, 1), date(2026, 6, 30), PERIOD.zone)
    for at, outcome in (
        (datetime(2026, 3, 29, 23, tzinfo=UTC), PASS),
        (datetime(2026, 3, 29, 23, 0, 1, tzinfo=UTC), EXCEPTION),
    ):
        of = known(changes=off(at), active={"a1": False})
        (found,) = access_removed(TEST, {"a1": Left("2026-03-28")}, (), of, period)
        assert (found.outcome, "2026-03-30T01:00:00.000+02:00" in found.evidence) == (outcome, True)


def test_an_account_that_still_has_access_is_an_exception():
    """It can log in, and holds something in a listed project."""
    found = only(Left("2026-05-04"), known(held=("a1",)))
    assert (found.outcome, found.decided_at) == (EXCEPTION, READ_AT)
    assert "when Jira was read it still had access to PAY by group developers" in found.evidence
    before = only(Left("2026-03-04"), known(held=("a1",)))
    assert before.outcome == EXCEPTION, "who left before the period, and is still there in it"


def test_of_much_that_is_held_three_are_told():
    """And how many more there are; a long way to it is cut."""
    of = known(held=("a1",) * 5)
    assert only(Left("2026-05-04"), of).evidence.endswith("PAY by group developers and 2 more")
    for length, shown in ((80, "x" * 80), (81, f"{'x' * 79}…")):
        long = known(held=("a1",))
        long = replace(long, review=long.review.assign(via="x" * length))
        assert only(Left("2026-05-04"), long).evidence.endswith(f"PAY by {shown}")


def test_a_deactivated_account_that_keeps_its_memberships_has_no_access():
    """Jira lets it do nothing: what counts is when it was deactivated."""
    kept = known(held=("a1",), active={"a1": False}, changes=off(DUE))
    assert only(Left("2026-05-04"), kept).outcome == PASS
    kept = known(held=("a1",), active={"a1": False}, changes=off(DUE + timedelta(days=1)))
    assert only(Left("2026-05-04"), kept).outcome == EXCEPTION
    kept = known(held=("a1",), active={"a1": False})
    assert only(Left("2026-05-04"), kept).outcome == NO_EVIDENCE


def test_an_account_whose_state_is_not_told_shows_nothing():
    """It holds something; whether anybody can use it is not known."""
    assert only(Left("2026-05-04"), known(held=("a1",), active={})).outcome == NO_EVIDENCE


def test_the_last_membership_that_was_taken_away_ends_the_access():
    """Only of groups and roles through which something is held: that of the lunch group is no matter."""
    removed = ("a1", "group membership", "removed", DUE - timedelta(hours=1))
    assert only(Left("2026-05-04"), known(changes=log(removed))).outcome == PASS
    late = ("a1", "group membership", "removed", DUE + timedelta(days=1))
    assert only(Left("2026-05-04"), known(changes=log(removed, late))).outcome == EXCEPTION
    lunch = known(changes=log(removed, late).assign(holder=["developers", "lunch"]))
    assert only(Left("2026-05-04"), lunch).outcome == PASS
    added = ("a1", "group membership", "added", DUE + timedelta(days=1))
    assert only(Left("2026-05-04"), known(changes=log(removed, added))).outcome == PASS


def test_a_log_that_does_not_cover_the_time_since_shows_no_end():
    """What was taken away later would not stand there; what was taken away late, does."""
    removed, late = off(DUE, "group membership", "removed"), off(DUE + timedelta(days=1), "group membership", "removed")
    found = only(Left("2026-05-04"), known(changes=removed, reach=BLIND))
    assert (found.outcome, "in which more may have been taken away" in found.evidence) == (NO_EVIDENCE, True)
    assert "more may" not in only(Left("2026-05-04"), known(changes=removed)).evidence
    assert only(Left("2026-05-04"), known(changes=late, reach=BLIND)).outcome == EXCEPTION


def test_no_access_and_no_record_is_in_order_only_if_the_log_would_tell():
    """Then there was nothing to be taken away; else nobody knows when it was."""
    found = only(Left("2026-05-04"), known())
    assert (found.outcome, found.decided_at) == (PASS, None)
    assert only(Left("2026-05-04"), known(reach=BLIND)).outcome == NO_EVIDENCE
    assert only(Left("2026-05-04"), known(hidden=("PAY",))).outcome == NO_EVIDENCE
    assert only(Left("2026-05-04"), known(active={"a1": False})).outcome == NO_EVIDENCE
    undated = known(changes=off(None, "group membership", "removed"))
    assert only(Left("2026-05-04"), undated).outcome == NO_EVIDENCE
    soon = known(active={"a1": False}, reach=BLIND, read_at=DUE)
    assert only(Left("2026-05-04"), soon).outcome == PASS, "the pull itself came in time"


def test_what_is_known_of_an_end_without_a_record_is_said():
    """Whether it is that of the account, or of what it held."""
    assert "the account holds nothing any more, and no record tells" in only(Left("2026-05-04"), known()).evidence
    off_now = only(Left("2026-05-04"), known(active={"a1": False}))
    assert "the account is deactivated, and no record tells since when" in off_now.evidence


def test_other_records_that_name_an_account_end_nothing():
    """What was deleted or removed there is something else than the account, or its membership."""
    for does in ("deleted", "removed"):
        found = only(Left("2026-05-04"), known(changes=off(DUE + timedelta(days=1), "other", does), active={}))
        assert (found.outcome, found.decided_at) == (PASS, None)


def test_access_ends_with_whatever_came_first():
    """Deactivated or taken away: either is enough."""
    late, soon = DUE + timedelta(days=1), DUE - timedelta(hours=1)
    for removed, deactivated in ((soon, late), (late, soon)):
        both = log(("a1", "group membership", "removed", removed), ("a1", "user", "deactivated", deactivated))
        found = only(Left("2026-05-04"), known(changes=both, active={"a1": False}))
        assert (found.outcome, found.decided_at) == (PASS, soon)


def test_an_account_that_can_log_in_again_has_not_ended():
    """What counts of it is what was taken away; an account that was activated was not ended by that."""
    late = DUE + timedelta(days=1)
    again = log(("a1", "user", "deactivated", DUE), ("a1", "group membership", "removed", late))
    found = only(Left("2026-05-04"), known(changes=again))
    assert (found.outcome, found.decided_at) == (EXCEPTION, late)
    activated = known(changes=off(DUE, does="activated"), active={"a1": False})
    assert only(Left("2026-05-04"), activated).decided_at is None
    regained = known(held=("a1",), changes=log(("a1", "group membership", "removed", DUE)), active={"a1": False})
    assert only(Left("2026-05-04"), regained).decided_at is None, "it was taken away, and given back"


def test_whoever_was_deactivated_at_a_time_that_nobody_recorded_may_have_been_so_before():
    """The membership was taken away late, but the account could not be used by then, perhaps."""
    late = off(DUE + timedelta(days=1), "group membership", "removed")
    found = only(Left("2026-05-04"), known(changes=late, active={"a1": False}))
    assert (found.outcome, found.evidence.rpartition("; ")[2]) == (
        NO_EVIDENCE,
        "it is deactivated too, and no record tells since when",
    )


@pytest.mark.parametrize(
    ("untimed", "timed", "state", "outcome"),
    [
        (("user", "deactivated"), ("group membership", "removed"), {"active": {"a1": False}}, NO_EVIDENCE),
        (("group membership", "removed"), ("user", "deactivated"), {"active": {"a1": False}}, NO_EVIDENCE),
        (("group membership", "removed"), ("user", "deactivated"), {"active": {"a1": False}, "held": ("a1",)}, EXCEPTION),
        (("user", "deactivated"), ("user", "deactivated"), {"active": {"a1": False}}, EXCEPTION),
        (("group membership", "removed"), ("group membership", "removed"), {}, EXCEPTION),
    ],
)  # fmt: skip
def test_an_end_whose_time_can_not_be_read_may_have_come_first(untimed, timed, state, outcome):
    """Then the late one is no exception; of two records of one kind, the one that has a time tells."""
    both = log(("a1", *untimed, None), ("a1", *timed, DUE + timedelta(days=1)))
    assert only(Left("2026-05-04"), known(changes=both, **state)).outcome == outcome


def test_what_falls_due_after_the_period_is_told_apart():
    """Who left on its last day may have been in time after it; who was switched off within it, was."""
    later = only(Left("2026-06-30"), known(held=("a1",)))
    assert (later.outcome, later.falls_due_later) == (NOT_APPLICABLE, True)
    gone = known(active={"a1": False}, changes=off(datetime(2026, 6, 30, 12, tzinfo=UTC)))
    assert only(Left("2026-06-30"), gone).outcome == PASS
    to_come = only(Left("2026-09-30"), known(held=("a1",)))
    assert (to_come.outcome, to_come.falls_due_later) == (NOT_APPLICABLE, True)
    not_over = only(Left("2026-05-04"), known(held=("a1",), read_at=DUE))
    assert (not_over.outcome, not_over.falls_due_later) == (NOT_APPLICABLE, False)


def test_what_falls_due_with_the_end_of_the_period_falls_due_after_it():
    """The period ends with the midnight after its last day; what ended at that instant, ended after it."""
    assert TEST.given.hours == 24
    assert only(Left("2026-06-29"), known(held=("a1",))).falls_due_later
    assert not only(Left("2026-06-28"), known(held=("a1",))).falls_due_later
    for at, outcome in ((PERIOD.ends, NOT_APPLICABLE), (PERIOD.ends - timedelta(milliseconds=1), PASS)):
        gone = known(active={"a1": False}, changes=off(at))
        assert only(Left("2026-06-30"), gone).outcome == outcome


def test_who_leaves_after_jira_was_read_is_not_judged():
    """Whatever the account has by then; the day itself must be over."""
    for held in ((), ("a1",)):
        soon = only(Left("2026-05-04"), known(held=held, read_at=datetime(2026, 5, 1, tzinfo=UTC)))
        assert (soon.outcome, soon.falls_due_later) == (NOT_APPLICABLE, False)
        assert soon.evidence == "leaves on 2026-05-04, after Jira was read"
    last = only(Left("2026-06-29"), known(read_at=datetime(2026, 6, 20, tzinfo=UTC)))
    assert last.falls_due_later
    over = only(Left("2026-05-04"), known(held=("a1",), read_at=DUE - timedelta(hours=24)))
    assert "not over when Jira was read; when Jira was read it still had access" in over.evidence


def test_who_left_before_the_period_and_has_nothing_is_no_matter_of_it():
    """Last year's leavers stand in the same list."""
    assert only(Left("2026-03-31"), known()).outcome == NOT_APPLICABLE
    assert only(Left("2026-04-01"), known()).outcome == PASS


def test_a_list_without_the_day_shows_nothing():
    """Whatever the account still has: it is said beside."""
    found = only(Left(""), known(held=("a1",)))
    assert found.outcome == NO_EVIDENCE
    assert "still had access to PAY" in found.evidence


def test_a_name_alone_makes_no_exception():
    """It may be somebody else of that name; what is in order, is so whoever it is."""
    found = only(Left("2026-05-04", sure=False, namesakes=2), known(held=("a1",)))
    assert found.outcome == NO_EVIDENCE
    assert "name only, 2 people have it" in found.evidence
    assert only(Left("2026-05-04", sure=False), known()).outcome == PASS


def test_people_without_an_account_are_not_concerned():
    """A list of all who left names many who never used Jira."""
    found = access_removed(TEST, {}, [Leaver("", "", "Zoe", "2026-05-04", 7)], known(), PERIOD)
    assert [(one.key, one.outcome) for one in found] == [("Zoe", NOT_APPLICABLE)]
    assert found[0].evidence.startswith("line 7 of the list")
    unnamed = [Leaver("a9", "zoe@example.com", "", "2026-05-04", 8), Leaver("a9", "", "", "2026-05-04", 9)]
    assert [one.key for one in access_removed(TEST, {}, unnamed, known(), PERIOD)] == ["zoe@example.com", "a9"]


@pytest.mark.parametrize("left", [None, {}])
def test_without_a_list_there_is_one_row(left):
    """None given, or an empty one."""
    found = access_removed(TEST, left, (), known(), PERIOD)
    assert [(one.key, one.outcome) for one in found] == [(LIST, NOT_APPLICABLE)]


def test_rows_come_by_account():
    """Whatever the order of the list."""
    of = known(active={"a1": True, "b2": True}, names={})
    found = access_removed(TEST, {"b2": Left("2026-05-04"), "a1": Left("2026-05-04")}, (), of, PERIOD)
    assert [one.key for one in found] == ["a1", "b2"]
