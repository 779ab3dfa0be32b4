"""Spans: what is measured of an issue, from where to where, in which words."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from control_cases import BORN, change, day
from control_tests import control, issue, moved

from auditlib.audit.controls.case import Case, Context
from auditlib.audit.controls.rounds import Course
from auditlib.audit.controls.spans import spans
from auditlib.audit.controls.subject import Value
from auditlib.audit.controls.trail import Trail

FIXED = change(21, 4, "resolution", "", "Fixed")
CLEARED = change(22, 6, "resolution", "Fixed", "")
AGAIN = change(23, 8, "resolution", "", "Declined")


def measured(*steps: Any, done: tuple[str, ...] = ("Done",), ends: Any = None, **more: Any):
    """Return of each span its number, begin, the entries that opened and ended it, its end in words, what is missing."""
    one = issue(*steps, **more)
    test, context, trail = control("in_time_for_severity", done=done, ends=ends), Context(), Trail(one.steps)
    statuses = context.statuses(test.workflow)
    found = spans(Case(one, test, context, trail, statuses, Course(one, trail, statuses)))
    return [
        (
            it.number,
            it.begins,
            None if it.opened is None else it.opened.history_id,
            None if it.ended is None else it.ended.history_id,
            it.shown.partition(" 2026")[0],
            it.why_not,
        )
        for it in found
    ]


def test_a_round_is_measured_from_its_begin_to_its_go():
    """The creation, or the first entry that led out of done; the round that runs comes last."""
    steps = [
        moved(11, 1, "Open > Waiting"),
        moved(12, 2, "Waiting > Done"),
        moved(13, 3, "Done > Closed"),
        moved(14, 4, "Closed > Open"),
        moved(15, 5, "Open > Waiting"),
    ]
    done = ("Done", "Closed")
    first = (1, BORN, None, 12, "history 12: Done", "")
    assert measured(*steps[:1], done=done) == [(1, BORN, None, None, "", "")]
    assert measured(*steps[:3], done=done) == [first]
    assert measured(*steps, done=done) == [first, (2, day(4), 14, None, "", "")]
    assert measured() == [(1, BORN, None, None, "", "")]


def test_a_round_of_which_an_entry_is_missing_has_no_end():
    """It says what is missing, and the next one is measured none the less."""
    steps = [moved(11, 1, "Open > Waiting"), moved(12, 4, "Done > Open"), moved(13, 5, "Open > Done")]
    missing = "it stood in Done, and no history entry leads there"
    assert measured(*steps) == [(1, BORN, None, None, "", missing), (2, day(4), 12, 13, "history 13: Done", "")]


def test_the_last_event_of_a_round_ends_what_is_measured():
    """That of the go's own entry too; neither the entry that opened it again nor one of another round."""
    steps = [
        moved(11, 1, "Open > Mitigated"),
        moved(12, 2, "Mitigated > Open"),
        moved(13, 3, "Open > Mitigated"),
        moved(14, 4, "Mitigated > Done"),
        moved(15, 5, "Done > Mitigated"),
        moved(16, 6, "Mitigated > Done"),
    ]
    mitigated = {"to_status": "Mitigated"}
    first, second = measured(*steps, ends=mitigated)
    assert first == (1, BORN, None, 13, "history 13: Mitigated", "")
    assert second[:5] == (2, day(5), 15, None, "")
    assert second[5].startswith("history 16: Done 2026-04-07")
    assert second[5].endswith("by Bob; to status Mitigated: not in this round")
    assert measured(*steps[:3], ends=mitigated) == [(1, BORN, None, 13, "history 13: Mitigated", "")]
    resolved = change(14, 4, "resolution", "", "Fixed")
    assert measured(*steps[:4], resolved, ends="resolved") == [(1, BORN, None, 14, "history 14: resolved Fixed", "")]
    (without,) = measured(moved(11, 1, "Open > Done"), ends="resolved")
    assert without[5].endswith("resolved: not in this round")
    assert measured(*steps[:1], CLEARED, ends="resolved") == [(1, BORN, None, None, "", "")]


@pytest.mark.parametrize(
    ("steps", "more", "ended"),
    [
        ([], {}, None),
        ([11], {}, 11),
        ([11, 13], {}, 13),
        ([11, 13], {"period_ends": day(3)}, 11),
        ([11, 13], {"period_ends": day(9)}, 13),
        ([13], {"period_ends": day(3)}, 13),
        ([11, 13], {"period_ends": None}, 13),
    ],
)
def test_without_rounds_the_last_event_of_the_period_ends_it(steps, more, ended):
    """What came at its end or later counts only where nothing came in it."""
    known = {11: moved(11, 1, "Open > Mitigated"), 13: moved(13, 3, "Open > Mitigated")}
    found = measured(*[known[one] for one in steps], done=(), ends={"to_status": "Mitigated"}, **more)
    shown = "" if ended is None else f"history {ended}: Mitigated"
    assert found == [(1, BORN, None, ended, shown, "")]


def test_an_event_at_no_known_time_may_lie_in_the_period():
    """It is the last one as the history tells them."""
    steps = [moved(11, 1, "Open > Mitigated"), replace(moved(13, 3, "Open > Mitigated"), at="some day")]
    ((*_, ended, shown, _),) = measured(*steps, done=(), ends={"to_status": "Mitigated"})
    assert (ended, shown) == (13, "history 13: Mitigated some day (not readable) by Bob")


def only_id(step):
    return replace(step, before=step.before_text, before_text="", after=step.after_text, after_text="")


def test_a_resolution_is_measured_each_time_that_it_is_set():
    """From the creation, then from when it was cleared; exchanged, it is set all the time."""
    first = (1, BORN, None, 21, "history 21: resolved Fixed", "")
    second = (2, day(6), 22, 23, "history 23: resolved Declined", "")
    assert measured(FIXED, CLEARED, AGAIN, done=()) == [first, second]
    assert measured(FIXED, change(22, 5, "resolution", "Fixed", "Declined"), done=()) == [first]
    assert measured(FIXED, CLEARED, done=()) == [first, (2, day(6), 22, None, "", "")]
    assert measured(done=()) == [(1, BORN, None, None, "", "")]
    assert measured(CLEARED, change(24, 7, "resolution", "", " "), AGAIN, done=())[1] == second
    assert [one[:4] for one in measured(*map(only_id, (FIXED, CLEARED, AGAIN)), done=())] == [
        (1, BORN, None, 21),
        (2, day(6), 22, 23),
    ]


def test_a_resolution_that_no_entry_sets_is_told():
    """Of the creation, or of today; its text is one of blanks where it is empty."""
    born = "created 2026-04-01T12:00:00.000+00:00 with a resolution: no history entry sets it"
    today = "resolved today, and no history entry shows it"
    fixed, empty = ({"resolution": Value("Resolution", text)} for text in ("Fixed", ""))
    assert measured(CLEARED, done=()) == [(1, BORN, None, None, "", born), (2, day(6), 22, None, "", "")]
    assert measured(done=(), fields=fixed) == [(1, BORN, None, None, "", today)]
    assert measured(FIXED, CLEARED, done=(), fields=fixed)[1] == (2, day(6), 22, None, "", today)
    assert measured(done=(), fields=empty) == [(1, BORN, None, None, "", "")]
    assert measured(FIXED, done=(), fields=fixed) == [(1, BORN, None, 21, "history 21: resolved Fixed", "")]
