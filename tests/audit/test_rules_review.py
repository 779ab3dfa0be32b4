"""The review of an emergency change: in time, by a person, by somebody who did not make it; late apart from due later."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from control_tests import BOB, CAT, by, control, day, issue, moved, only, outcome, walked

from auditlib.audit.controls.subject import EXCEPTION, NO_EVIDENCE, NOT_APPLICABLE, PASS, Value
from auditlib.records.actors import APP

REVIEWED = control("emergency_reviewed", review=["Reviewed"], days=5, done=["Done", "Reviewed"])
FIELDS = {"assignee": Value("Assignee", "Bob", (BOB,))}
CHANGE = walked("Open > In Progress > Done", BOB, BOB)
"""Done on the second day, by entry 12; Bob made it."""


def review(at, who=CAT, number=20, way="Done > Reviewed"):
    return moved(number, at, way, who)


def judged(*reviews, **more):
    return only(issue(*CHANGE, *reviews, fields=FIELDS, **more), REVIEWED)


@pytest.mark.parametrize(
    ("reviews", "more", "expected", "later"),
    [
        ((review(7),), {}, PASS, False),
        ((review(7.001),), {}, EXCEPTION, False),
        ((review(3, BOB),), {}, EXCEPTION, False),
        ((review(3, BOB), review(4, CAT, 21, "Reviewed > Reviewed")), {}, PASS, False),
        ((by(review(3), APP),), {}, NO_EVIDENCE, False),
        ((by(review(3), APP), review(4, CAT, 21, "Reviewed > Reviewed")), {}, PASS, False),
        ((), {}, EXCEPTION, False),
        # what falls due after the period is no matter of it, unless it was done in it
        ((), {"period_ends": day(7)}, NOT_APPLICABLE, True),
        ((), {"period_ends": day(7.001)}, EXCEPTION, False),
        ((review(6),), {"period_ends": day(6.5)}, PASS, False),
        ((review(6.5),), {"period_ends": day(6.5)}, NOT_APPLICABLE, True),
        ((review(3, BOB),), {"period_ends": day(6.5)}, NOT_APPLICABLE, True),
        # what was not due when it was read
        ((), {"read_at": day(7)}, NOT_APPLICABLE, False),
        ((), {"read_at": day(7.001)}, EXCEPTION, False),
        ((review(3),), {"read_at": day(4)}, PASS, False),
        ((review(3),), {"period_ends": None}, PASS, False),
        ((), {"period_ends": None}, EXCEPTION, False),
        # what the history does not show
        ((), {"status": "Reviewed"}, NO_EVIDENCE, False),
        ((replace(review(3), at="at noon"),), {}, NO_EVIDENCE, False),
    ],
)
def test_a_review_in_time_by_somebody_else(reviews, more, expected, later):
    """Five days of 24 hours from the go; a worker's own review counts for nothing, an app's shows nothing."""
    found = judged(*reviews, **more)
    assert (found.outcome, found.falls_due_later) == (expected, later), found.evidence


def test_the_words_tell_what_was_wrong():
    """Late, by whom, never: with the entries that show it."""
    late = judged(review(8))
    assert late.evidence.endswith("more than 5 days later")
    assert late.history_ids == (12, 20)
    own = judged(review(3, BOB))
    assert "by Bob, who made it: history 11: In Progress" in own.evidence
    assert judged().evidence.endswith("not reviewed, and the 5 days are over")
    assert judged().history_ids == (12,)
    assert judged(status="Reviewed").evidence.endswith("it stood in Reviewed later, and no history entry leads there")


def test_who_worked_must_be_known():
    """A review by somebody whose part in it Jira does not tell is no evidence of an independent one."""
    assert only(issue(*CHANGE, review(3), fields={}), REVIEWED).outcome == NO_EVIDENCE


def test_each_go_needs_a_review_of_its_own_days():
    """Of two goes the first was reviewed too late by the only review; one in time for both serves both."""
    twice = [*CHANGE, moved(13, 9, "Done > In Progress"), moved(14, 10, "In Progress > Done")]
    late = issue(*twice, review(11), fields=FIELDS)
    assert outcome(late, REVIEWED) == [EXCEPTION, PASS]
    soon = [*CHANGE, moved(13, 3, "Done > In Progress"), moved(14, 4, "In Progress > Done"), review(5)]
    assert outcome(issue(*soon, fields=FIELDS), REVIEWED) == [PASS, PASS]


def test_five_days_are_hours_where_the_clocks_change():
    """Over the end of summer time the wall shows the same hour an hour late."""
    zone = ZoneInfo("Europe/Berlin")
    went = datetime(2026, 10, 22, 12, tzinfo=zone)
    steps = [replace(CHANGE[0], at=went - timedelta(days=1)), replace(CHANGE[1], at=went)]
    more = {
        "fields": FIELDS,
        "period_ends": datetime(2027, 1, 1, tzinfo=UTC),
        "read_at": datetime(2027, 1, 1, tzinfo=UTC),
    }
    for hour, expected in ((11, PASS), (12, EXCEPTION)):
        at = datetime(2026, 10, 27, hour, tzinfo=zone)
        assert outcome(issue(*steps, replace(review(3), at=at), **more), REVIEWED) == [expected]


def test_the_time_that_decides_is_that_of_the_review():
    """Where there is none, that of the change."""
    assert judged(review(3)).decided_at == day(3)
    assert judged(review(8)).decided_at == day(8)
    assert (judged().decided_at, judged(status="Reviewed").decided_at) == (day(2), day(2))


def test_of_several_reviews_the_one_that_tells_most_is_named():
    """A good one before a late one; of a worker's the last; an app's entry before a worker's; of late ones the first."""
    second = review(4, BOB, 21, "Reviewed > Reviewed")
    assert judged(review(3, BOB), second).history_ids == (12, 21)
    by_app = judged(review(3, BOB), by(second, APP))
    assert (by_app.outcome, by_app.history_ids) == (NO_EVIDENCE, (12, 21))
    assert "its author is of the kind 'app'" in by_app.evidence
    assert judged(review(8), review(9, CAT, 21, "Reviewed > Reviewed")).history_ids == (12, 20)


def test_a_status_that_has_an_id_alone_is_named_by_it():
    """As where Jira leaves out what it was called."""
    after = replace(moved(20, 3, "x > Waiting"), before="7", before_text="")
    assert "it stood in 7 later, and no history entry leads there" in judged(after).evidence


def test_what_was_reviewed_before_it_went_out_was_not_reviewed_afterwards():
    """The release came after it."""
    asked = control("emergency_reviewed", review=["Reviewed"], days=5)
    found = only(issue(*walked("Open > In Progress > Reviewed > Done", BOB, CAT, BOB), fields=FIELDS), asked)
    assert (found.outcome, found.evidence.endswith("not reviewed, and the 5 days are over")) == (EXCEPTION, True)
