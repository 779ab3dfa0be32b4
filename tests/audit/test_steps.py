"""The steps of an incident: all taken, in their order, in each round."""

from __future__ import annotations

from dataclasses import replace

import pytest
from control_tests import control, issue, moved, only, outcome, walked

from auditlib.audit.controls.case import Context
from auditlib.audit.controls.subject import EXCEPTION, NO_EVIDENCE, NOT_APPLICABLE, PASS
from auditlib.records.history import Change
from auditlib.records.names import called_by

STEPS = control("steps_in_order", steps=["Triage", "Mitigation", "Review"], done=["Closed"])


@pytest.mark.parametrize(
    ("way", "expected", "says"),
    [
        ("Open > Triage > Mitigation > Review > Closed", PASS, "history 11: Triage"),
        ("Triage > Mitigation > Review > Closed", PASS, "in Triage"),
        ("Open > Triage > Mitigation > Triage > Mitigation > Review > Closed", PASS, ""),
        ("Open > Mitigation > Triage > Review > Closed", EXCEPTION, "Mitigation came before Triage"),
        ("Open > Mitigation > Triage > Mitigation > Review > Closed", EXCEPTION, "Mitigation came before Triage"),
        ("Open > Triage > Review > Closed", NO_EVIDENCE, "no entry into Mitigation"),
        ("Open > Closed", NO_EVIDENCE, "Triage"),
        ("Open > Review > Triage > Closed", EXCEPTION, "Review came before Triage"),
        ("Open > Triage > Mitigation > Review", NOT_APPLICABLE, "not until it was read"),
    ],
)  # fmt: skip
def test_steps_are_taken_in_their_order(way, expected, says):
    """For the first time; a broken order weighs more than a missing step."""
    born = way.split(" > ")[0]
    found = only(issue(*walked(way), status=way.split(" > ")[-1]), STEPS)
    assert (found.outcome, says in found.evidence) == (expected, True), (born, found.evidence)


def test_a_row_names_every_entry_that_decides():
    """Each step's first one, and the go."""
    found = only(issue(*walked("Open > Triage > Mitigation > Triage > Mitigation > Review > Closed")), STEPS)
    assert found.history_ids == (11, 12, 15, 16)
    assert found.round == 1


def test_each_round_is_judged_by_itself():
    """What was left out before it was closed is not made up for by another round, nor the other way round."""
    late = walked("Open > Triage > Mitigation > Closed > Review > Closed")
    assert outcome(issue(*late), STEPS) == [NO_EVIDENCE, NO_EVIDENCE]
    again = walked("Open > Triage > Mitigation > Review > Closed > Triage > Mitigation > Review > Closed")
    assert outcome(issue(*again), STEPS) == [PASS, PASS]


def test_a_step_may_lie_behind_the_go_as_long_as_the_issue_stays_closed():
    """As where a resolved incident is reviewed and then closed."""
    asked = control("steps_in_order", steps=["Triage", "Resolved", "Reviewed"], done=["Resolved", "Reviewed"])
    assert outcome(issue(*walked("Open > Triage > Resolved > Reviewed")), asked) == [PASS]
    assert outcome(issue(*walked("Open > Triage > Resolved")), asked) == [NO_EVIDENCE]
    assert outcome(issue(*walked("Open > Triage > Resolved > Open > Reviewed")), asked) == [NO_EVIDENCE, NO_EVIDENCE]


def test_a_status_that_was_renamed_is_the_same_step():
    """By its id, as other records show."""
    called = called_by([("status", "7", "Triage"), ("status", "7", "Sorting")])
    steps = [
        Change(11, moved(11, 1, "a > b").at, "Bob", "b2", "status", "status", "1", "Open", "7", "Sorting"),
        *walked("Sorting > Mitigation > Review > Closed", start=2),
    ]
    asked = issue(*steps)
    assert only(asked, STEPS, Context(called)).outcome == PASS
    assert only(asked, STEPS).outcome == NO_EVIDENCE


def test_a_history_that_is_cut_shows_nothing():
    """Neither that a step was taken nor that it was left out."""
    steps = [moved(11, 1, "Open > Triage"), moved(13, 3, "Review > Closed")]
    assert only(issue(*steps), STEPS).outcome == NO_EVIDENCE
    assert "no history entry leads there" in only(issue(*steps), STEPS).evidence


def test_two_names_of_one_status_are_one_step():
    """Neither came before the other; the evidence has the name of that day, or the one of the parameters where it had none."""
    called = Context(called_by([("status", "7", "Triage"), ("status", "7", "Sorting")]))
    asked = control("steps_in_order", steps=["Triage", "Sorting"], done=["Closed"])
    for name, shown in (("Sorting", "history 11: Sorting "), ("", "history 11: Triage ")):
        first = replace(moved(11, 1, "Open > x"), after="7", after_text=name)
        found = only(issue(first, replace(moved(12, 2, "x > Closed"), before="7", before_text=name)), asked, called)
        assert (found.outcome, found.evidence.startswith(shown)) == (PASS, True), found.evidence
    for name, shown in (("Sorting", " in Sorting; created "), ("", " in Triage; created ")):
        found = only(issue(replace(moved(12, 2, "x > Closed"), before="7", before_text=name)), asked, called)
        assert (found.outcome, shown in found.evidence) == (PASS, True), found.evidence
