"""A case: what tests of all issues share, and the rows that every test of a go may have."""

from __future__ import annotations

from dataclasses import replace

import pytest
from control_tests import BEGINS, ENDS, WORKFLOW, control, day, issue, moved, walked

from auditlib.audit.controls.case import Case, Context
from auditlib.audit.controls.members import Members
from auditlib.audit.controls.result import Result
from auditlib.audit.controls.rounds import Course, Stay
from auditlib.audit.controls.subject import NO_EVIDENCE, NOT_APPLICABLE, PASS
from auditlib.audit.controls.trail import Trail
from auditlib.records.names import called_by


def case(one, context=None):
    test, context, trail = control("approved_before_go"), context or Context(), Trail(one.steps)
    statuses = context.statuses(test.workflow)
    return Case(one, test, context, trail, statuses, Course(one, trail, statuses))


def test_statuses_are_looked_up_once_for_each_workflow():
    """By the workflow that is given; a second one has regions of its own."""
    context, other = Context(), WORKFLOW.model_copy(update={"done": ("Released",)})
    assert context.statuses(WORKFLOW) is context.statuses(WORKFLOW)
    assert context.statuses(WORKFLOW) is not context.statuses(other)
    assert context.statuses(other).regions("", "Released") == context.statuses(WORKFLOW).regions("", "Done") != 0


def test_a_role_is_one_of_a_project_and_a_group_one_of_the_site():
    """Their names are compared without regard to case; what could not be read has no members."""
    role, group = Members(frozenset({"c3"})), Members(frozenset({"d4"}))
    context = Context(members={("role", "approvers", "PAY"): role, ("group", "ops", ""): group})
    assert context.members_of("role", "Approvers", "PAY") is role
    assert context.members_of("role", "Approvers", "OPS") is None
    assert context.members_of("group", "OPS", "PAY") is group
    assert context.members_of("group", "Approvers", "PAY") is None


def test_a_stay_is_in_a_status_that_is_named_by_a_name_of_any_day():
    """Asked twice, it says the same."""
    context = Context(called=called_by([("status", "3", "Signed"), ("status", "3", "Approved")]))
    for wanted, found in ((("Approved",), True), (("Open", "3"), True), (("Open",), False)):
        assert [context.means(wanted, Stay("3", "Signed", 0, None, 0)) for _ in range(2)] == [found] * 2


def test_a_row_is_one_of_a_round_or_of_none():
    """And falls due later only where that is said."""
    found = case(issue(*walked("Open > Done")))
    (one,) = found.course.rounds
    assert found.result(PASS, "as it is", one, day(1), (11,)) == Result(
        "CT-00", "PAY-1", 1, PASS, day(1), "as it is", (11,), falls_due_later=False
    )
    row = found.result(NOT_APPLICABLE, "not yet", falls_due_later=True)
    assert (row.round, row.decided_at, row.history_ids, row.falls_due_later) == (None, None, (), True)


@pytest.mark.parametrize(
    ("begins", "ends", "at", "lies"),
    [
        (BEGINS, ENDS, BEGINS, True),
        (BEGINS, ENDS, ENDS, False),
        (BEGINS, ENDS, day(-1), False),
        (BEGINS, ENDS, day(200), False),
        (BEGINS, ENDS, "some day", True),
        (None, ENDS, day(-1), True),
        (None, ENDS, ENDS, False),
        (BEGINS, None, day(200), True),
        (BEGINS, None, day(-1), False),
        (None, None, day(200), True),
    ],
)
def test_the_first_instant_of_the_period_lies_in_it_and_the_first_after_it_does_not(begins, ends, at, lies):
    """An end that is not given bounds nothing, and what can't be dated may lie in it."""
    assert case(issue(period_begins=begins, period_ends=ends)).in_period(at) is lies


def judged(one):
    found = case(one)
    return [(row.outcome, row.evidence) for row in found.each_round(lambda it: found.result(PASS, "", it))]


def test_each_go_of_the_period_is_judged():
    """One row says why there is none."""
    done = walked("Open > Done > Open > Done")
    assert judged(issue(*done)) == [(PASS, "")] * 2
    assert judged(issue(*done, period_begins=day(50))) == [(NOT_APPLICABLE, "to status Done: not in the period")]
    assert judged(issue()) == [(NOT_APPLICABLE, "to status Done: not until it was read")]
    assert judged(issue(*done, whole=False)) == [(NO_EVIDENCE, "the history was not read as a whole")]


def test_a_go_that_is_not_shown_names_the_entries_that_leave_it_open():
    """The one whose time can't be read, then the go's own; none where no entry leads to the go."""
    dark = replace(moved(11, 1, "Open > Review"), at="some day")
    found = case(issue(dark, moved(12, 2, "Review > Done")))
    row = found.unknown(found.course.rounds[0])
    assert (row.outcome, row.round, row.decided_at, row.history_ids) == (NO_EVIDENCE, 1, day(2), (11, 12))
    born = case(issue(status="Done"))
    row = born.unknown(born.course.rounds[0])
    assert (row.outcome, row.round, row.decided_at, row.history_ids) == (NO_EVIDENCE, 1, None, ())
