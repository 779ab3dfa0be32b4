"""Bursts: how many things of one actor lie within a minute, and where that is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from control_tests import ANN, BOB, CAT, control, day, issue, moved, only, walked

from auditlib.audit.controls.bursts import COMMENTS, GATES, Bursts
from auditlib.audit.controls.case import Context
from auditlib.audit.controls.engine import find_bursts
from auditlib.audit.controls.subject import PASS, Remark

WRITTEN = control("written_at_the_time", burst=3)


def at(*seconds):
    return [(GATES, "c3", day(1) + timedelta(seconds=one)) for one in seconds]


@pytest.mark.parametrize(
    ("seconds", "asked", "most"),
    [
        ((0, 30, 60), 0, 3),
        ((0, 30, 60), 60, 3),
        ((0, 30, 60.001), 0, 2),
        ((0, 30, 60.001), 30, 2),
        ((0, 59, 61, 62, 120), 59, 3),
        ((0, 59, 61, 62, 120), 120, 3),
        ((0, 50, 55, 58, 61), 61, 4),
        ((0, 0, 0), 0, 3),
        ((0,), 0, 1),
        ((0, 30), 15, 0),
        ((0, 200, 201, 202), 0, 1),
        ((0, 200, 201, 202), 200, 3),
    ],
)
def test_the_fullest_minute_that_holds_a_thing_counts(seconds, asked, most):
    """A minute is sixty seconds from any of them, both ends within; of another actor or kind nothing is known."""
    bursts = Bursts(at(*seconds))
    when = day(1) + timedelta(seconds=asked)
    assert bursts.around(GATES, "c3", when) == most
    assert bursts.around(GATES, "d4", when) == bursts.around(COMMENTS, "c3", when) == 0
    assert bursts.around(GATES, "c3", "at noon") == 0


def test_what_can_not_be_dated_or_named_is_in_no_burst():
    """Gates without an author are nobody's, those without a time in no minute."""
    bursts = Bursts([(GATES, "", day(1)), (GATES, "c3", "at noon"), *at(0)])
    assert bursts.around(GATES, "c3", day(1)) == 1
    assert bursts.around(GATES, "", day(1)) == 0


def test_bursts_are_looked_for_over_all_issues():
    """Three issues approved by one person within a minute: each has a note, and passes."""
    each = [issue(*walked("Open > Approved > Done", CAT), key=f"PAY-{number}") for number in range(3)]
    bursts = find_bursts(each, [WRITTEN, WRITTEN], Context())
    found = only(each[0], WRITTEN, Context(bursts=bursts))
    assert (found.outcome, found.round, found.history_ids) == (PASS, None, (11,))
    assert found.evidence.startswith("note: history 11: Approved")
    assert "one of 3 gates of this account within a minute" in found.evidence
    assert only(each[0], WRITTEN).evidence == "nothing to note among 1 gates and 0 comments"
    assert find_bursts(each, [control("approved_before_go")], Context()) is None


def test_what_was_written_after_the_request_is_noted():
    """From the day after it; a gate and a comment alike; what lies after the period is no matter of it."""
    asked = control("written_at_the_time", requested_on=date(2026, 4, 3))
    remarks = [Remark(number, day(number), ANN, day(number), ANN) for number in (1, 2, 3, 200)]
    steps = [moved(11, 2, "Open > Approved", CAT), moved(12, 3, "Approved > Done", BOB)]
    found = only(issue(*steps, comments=remarks), asked)
    assert found.evidence.startswith("note: comment 3 ")
    assert "comment 1 " not in found.evidence
    assert "comment 2 " not in found.evidence
    assert "comment 200 " not in found.evidence
    late = replace(steps[0], at=day(2.6))
    assert "history 11" in only(issue(late, steps[1]), asked).evidence


def test_the_time_that_decides_is_that_of_the_first_gate_that_is_noted():
    """Where none is, that of the last one; an issue without any has no time."""
    asked = control("written_at_the_time", requested_on=date(2026, 4, 3))
    steps = walked("Open > Approved > Waiting > Approved > Waiting > Approved > Done", CAT)
    assert only(issue(*steps), asked).decided_at == day(3)
    assert only(issue(*steps), control("written_at_the_time")).decided_at == day(5)
    assert only(issue(), asked).decided_at is None


def test_what_has_no_time_was_not_written_after_the_request():
    """Whether it was nobody can tell; the same of a history of which Jira gave a part is said."""
    asked = control("written_at_the_time", requested_on=date(2026, 4, 1))
    found = only(issue(comments=[Remark(7, "soon", ANN, "soon", ANN)], whole=False), asked)
    assert found.evidence == "nothing to note among 0 gates and 1 comments; the history was not read as a whole"
    both = control("written_at_the_time", requested_on=date(2026, 4, 1), burst=1)
    noted = only(issue(comments=[Remark(7, day(1), ANN, day(1), ANN)]), both)
    assert noted.evidence.endswith(
        "by Ann: one of 1 comments of this account within a minute and after the day of the request, 2026-04-01"
    )
