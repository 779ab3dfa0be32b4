"""Root cause and follow-up: the field is filled and a linked action closed, both in so many days after the incident ended."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from control_cases import BOB, change, day
from control_tests import control, issue, moved, only

from auditlib.audit.controls.case import Context
from auditlib.audit.controls.subject import EXCEPTION, NO_EVIDENCE, NOT_APPLICABLE, PASS, Linked, Value
from auditlib.records.history import Change

CAUSE = control("root_cause_followed_up", root_cause="Root cause", days=10)
ACTION = control("root_cause_followed_up", follow_up="Follow-up", days=10)
BOTH = control("root_cause_followed_up", root_cause="Root cause", follow_up="Follow-up", days=10)
END = moved(11, 1, "Open > Done")


def incident(*steps: Change, cause: str | None = "A full disk", linked: Any = (), **more: Any):
    fields = {} if cause is None else {"customfield_1": Value("Root cause", cause)}
    return issue(*(steps or (END,)), fields=fields, linked=linked, **more)


def filled(number: int, at: float, before: str, after: str) -> Change:
    return replace(change(number, at, "Root cause", before, after), field_id="customfield_1")


def action(
    key: str = "ACT-1", *, done: bool | None = True, names: str = "Follow-up\nis followed up by\nfollows up"
) -> Linked:
    return Linked(key, names, done)


def closed(**keys: Any) -> Context:
    return Context(closed={name.replace("_", "-"): at for name, at in keys.items()})


@pytest.mark.parametrize(
    ("steps", "cause", "expected", "ids"),
    [
        ((), "A full disk", PASS, (11,)),
        ((), "", EXCEPTION, (11,)),
        ((), "  ", EXCEPTION, (11,)),
        ((), None, NO_EVIDENCE, (11,)),
        ((filled(9, 0.5, "", "x"), END), "x", PASS, (9, 11)),
        ((END, filled(12, 11, "", "x")), "x", PASS, (11, 12)),  # the tenth day after the end
        ((END, filled(12, 11.1, "", "x")), "x", EXCEPTION, (11, 12)),
        ((END, filled(12, 5, "", "x"), filled(13, 8, "x", "")), "", EXCEPTION, (11, 13)),
        ((END, filled(12, 5, "", "x"), filled(13, 50, "x", "")), "", PASS, (11, 12)),
    ],
)
def test_the_cause_is_recorded_by_the_deadline(steps, cause, expected, ids):
    """Filled afterwards, or emptied before, is not; what became of it later is no matter."""
    found = only(incident(*steps, cause=cause), CAUSE)
    assert (found.outcome, found.history_ids) == (expected, ids), found.evidence


@pytest.mark.parametrize(
    ("linked", "context", "expected", "says"),
    [
        ([action()], closed(ACT_1=day(11)), PASS, "ACT-1 was closed"),
        ([action()], closed(ACT_1=day(11.01)), EXCEPTION, "ACT-1 was closed"),
        ([action()], closed(ACT_1=day(0.5)), PASS, ""),
        ([action()], closed(ACT_1=day(-1)), EXCEPTION, "before the incident"),
        ([action(done=False)], closed(), EXCEPTION, "is not closed"),
        ([action(done=False)], closed(ACT_1=""), EXCEPTION, "is not closed"),
        ([action()], closed(), NO_EVIDENCE, "was not read"),
        ([action(done=None)], closed(), NO_EVIDENCE, "was not read"),
        ([action()], closed(ACT_1=""), NO_EVIDENCE, "tells no time"),
        ([action()], closed(ACT_1="soon"), NO_EVIDENCE, "can't be read"),
        ([], closed(), EXCEPTION, "no link"),
        (None, closed(), NO_EVIDENCE, "were not read"),
        ([action(names="Relates\nrelates to\nrelates to")], closed(ACT_1=day(5)), EXCEPTION, "no link"),
        ([action(names="x\nfollow-UP\ny")], closed(ACT_1=day(5)), PASS, ""),
        ([action(), action("ACT-2")], closed(ACT_1=day(50), ACT_2=day(5)), PASS, "ACT-2"),
        ([action(), action("ACT-2")], closed(ACT_1=day(50)), NO_EVIDENCE, "ACT-2"),
        ([action(), action("ACT-2", done=False)], closed(ACT_1=day(50)), EXCEPTION, "ACT-1"),
    ],
)  # fmt: skip
def test_one_linked_action_is_closed_by_the_deadline(linked, context, expected, says):
    """Of several one is enough; of none in time, one whose time is not known leaves it open."""
    found = only(incident(linked=linked), ACTION, context)
    assert (found.outcome, says in found.evidence) == (expected, True), found.evidence


@pytest.mark.parametrize(
    ("cause", "linked", "expected"),
    [
        ("x", [action()], PASS),
        ("", [action()], EXCEPTION),
        ("x", [], EXCEPTION),
        (None, [action()], NO_EVIDENCE),
        (None, [], EXCEPTION),
        ("x", None, NO_EVIDENCE),
    ],
)
def test_of_the_two_the_graver_counts(cause, linked, expected):
    """Neither makes up for the other."""
    assert only(incident(cause=cause, linked=linked), BOTH, closed(ACT_1=day(5))).outcome == expected


@pytest.mark.parametrize(
    ("ended", "read", "cause", "expected"),
    [
        (80.5, 200, "", NOT_APPLICABLE),  # due when the period ends
        (80.4, 200, "", EXCEPTION),
        (85, 200, "x", PASS),
        (50, 55, "", NOT_APPLICABLE),
        (50, 61, "", EXCEPTION),
    ],
)
def test_what_falls_due_later_is_no_matter_of_the_period_unless_it_is_done(ended, read, cause, expected):
    """Nor what was not due when it was read."""
    found = only(incident(moved(11, ended, "Open > Done"), cause=cause, read_at=day(read)), CAUSE)
    assert (found.outcome, found.falls_due_later) == (expected, expected == NOT_APPLICABLE)
    assert found.round == 1


def test_a_round_whose_end_no_entry_shows_is_no_evidence():
    """Days can't be counted from it."""
    found = only(replace(incident(moved(11, 1, "Open > In Progress")), status="Done"), CAUSE)
    assert (found.outcome, found.round) == (NO_EVIDENCE, 1)


def test_an_incident_that_is_not_closed_is_not_concerned():
    """It has not ended."""
    assert only(incident(moved(11, 1, "Open > In Progress")), CAUSE).outcome == NOT_APPLICABLE


def test_several_fields_of_one_name_count_as_one():
    """A project uses one of them."""
    fields = {"customfield_1": Value("Root cause", ""), "customfield_2": Value("Root cause", "x")}
    assert only(replace(incident(), fields=fields), CAUSE).outcome == PASS
    both_empty = {name: Value("Root cause", "") for name in fields}
    assert only(replace(incident(), fields=both_empty), CAUSE).outcome == EXCEPTION


def test_a_history_without_ids_of_fields_is_read_by_their_names():
    """As Data Center's, for fields of one's own."""
    unnamed = [replace(one, field_id="") for one in (filled(12, 11.1, "", "x"), filled(13, 12, "x", "y"))]
    found = only(incident(END, *unnamed, cause="y"), CAUSE)
    assert (found.outcome, found.history_ids) == (EXCEPTION, (11, 12))


def test_a_change_whose_time_can_not_be_read_leaves_it_open():
    """Whether it was filled in time is not known."""
    odd = Change(12, "then", BOB.name, BOB.id, "Root cause", "", "", "", "", "x")
    assert only(incident(END, odd, cause="x"), CAUSE).outcome == NO_EVIDENCE


def test_a_cause_that_was_there_from_the_creation_is_filled():
    """No entry is named, since none led there; one without an id has no number to name."""
    assert only(incident(), CAUSE).evidence.endswith("; Root cause was filled")
    by_entry = only(incident(filled(9, 0.5, "", "x"), END, cause="x"), CAUSE)
    assert by_entry.evidence.endswith("; Root cause was filled (history 9)")
    unnumbered = replace(filled(9, 0.5, "", "x"), history_id=None)
    assert only(incident(unnumbered, END, cause="x"), CAUSE).evidence.endswith("; Root cause was filled")


def test_a_cause_that_was_emptied_and_filled_too_late_is_named_by_the_late_entry():
    """Neither what it held before the deadline nor an entry that filled nothing is the one that filled it."""
    steps = [filled(12, 5, "x", ""), filled(13, 12, "", " "), filled(14, 13, " ", "y")]
    found = only(incident(END, *steps, cause="y"), CAUSE)
    assert (found.outcome, found.history_ids) == (EXCEPTION, (11, 14))
    assert "Root cause was empty until history 14: filled" in found.evidence
    at_the_deadline = only(incident(END, filled(12, 11, "x", ""), filled(13, 12, "", "y"), cause="y"), CAUSE)
    assert at_the_deadline.history_ids == (11, 13)
    emptied = only(incident(END, filled(12, 11, "", "x"), filled(13, 11, "x", ""), cause=""), CAUSE)
    assert (emptied.history_ids, emptied.evidence.endswith("; Root cause was empty")) == ((11, 13), True)


def test_what_falls_due_later_says_when():
    """So many days of 24 hours after the end."""
    found = only(incident(moved(11, 80.5, "Open > Done"), cause="", read_at=day(200)), CAUSE)
    assert "; due 2026-07-01T00:00:00.000+00:00, after the period or after it was read" in found.evidence
    assert (found.decided_at, found.history_ids) == (day(80.5), (11,))


def test_without_a_period_the_time_of_reading_decides_alone():
    """What was due by then is judged."""
    ended = moved(11, 50, "Open > Done")
    for read, expected in ((60, NOT_APPLICABLE), (61, EXCEPTION)):
        found = only(incident(ended, cause="", period_begins=None, period_ends=None, read_at=day(read)), CAUSE)
        assert found.outcome == expected


def test_an_action_that_was_closed_as_the_incident_was_created_follows_from_it():
    """Only one that was closed before can't; of an incident whose creation can't be read nobody can tell."""
    assert only(incident(linked=[action()]), ACTION, closed(ACT_1=day(0))).outcome == PASS
    assert only(incident(linked=[action()], created="soon"), ACTION, closed(ACT_1=day(5))).outcome == NO_EVIDENCE


def test_only_the_actions_that_decide_are_named():
    """Of several one in time is enough, and the others are not spoken of."""
    both = [action(), action("ACT-2")]
    found = only(incident(linked=both), ACTION, closed(ACT_1=day(50), ACT_2=day(5)))
    assert ("ACT-2" in found.evidence, "ACT-1" in found.evidence) == (True, False)
