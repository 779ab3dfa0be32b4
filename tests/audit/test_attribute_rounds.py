"""Attributes by rounds: what fooled a test that looked at the first and the last time does not fool it any more."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from control_cases import ANN, BOB, ORDER, attribute, change
from control_tests import by, handed, issue, moved, walked

from auditlib.audit.controls.attributes import test_subject
from auditlib.audit.controls.subject import EXCEPTION, NO_EVIDENCE, NOT_APPLICABLE, PASS, Value
from auditlib.records.actors import APP

EYES = attribute({"different_people": [{"to_status": "Approved"}, {"to_status": "Done"}]})
FILLED = attribute({"filled_before": {"field": "Risk", "event": {"to_status": "Done"}}})


@pytest.mark.parametrize(
    ("way", "outcome", "history_id"),
    [
        ("Open > Approved > Done", PASS, 11),
        ("Open > Done > Approved > Done", EXCEPTION, 11),
        ("Open > Approved > Done > Open > Done", EXCEPTION, 14),
        ("Open > Approved > Open > Done", EXCEPTION, 12),
        ("Open > Approved > Open > Approved > Done", PASS, 13),
        ("Open > Approved > Waiting > Done", PASS, 11),
        ("Open > Done", NO_EVIDENCE, 11),
        ("Approved > Waiting > Done", PASS, None),
    ],
)
def test_each_go_is_judged_by_its_own_round(way, outcome, history_id):
    """Approved afterwards, in an earlier round, or sent back: none of them was approved before it was done."""
    found = test_subject(issue(*walked(way)), ORDER)
    assert (found.outcome, found.history_id) == (outcome, history_id)


def test_packages_made_before_say_what_they_said():
    """There the first and the last time count, so that what came after makes up for what was missing."""
    fooled = issue(*walked("Open > Done > Approved > Done"))
    assert test_subject(fooled, ORDER, by_rounds=False).outcome == PASS
    assert test_subject(fooled, ORDER).evidence.startswith("round 1 of 2: history 11: Done")


def test_an_app_is_nobody_who_differs():
    """An approval that an app set is none of a person, so that no two people are shown."""
    steps = [by(moved(11, 1, "Open > Approved", BOB), APP), moved(12, 2, "Approved > Done", ANN)]
    assert test_subject(issue(*steps), EYES).outcome == NO_EVIDENCE
    assert test_subject(issue(*steps), EYES, by_rounds=False).outcome == PASS


def test_people_of_every_round_differ():
    """One round with one person for both is an exception, though the last has two."""
    steps = walked("Open > Approved > Done > Approved > Done", BOB, BOB, ANN, BOB)
    assert test_subject(issue(*steps), EYES).outcome == EXCEPTION
    assert test_subject(issue(*steps), EYES, by_rounds=False).outcome == PASS


def test_an_assignee_is_the_one_of_then():
    """Who was assignee when it was approved counts, not whom it was given to afterwards."""
    asked = attribute({"different_people": ["assignee", {"to_status": "Approved"}]})
    steps = [moved(11, 1, "Open > Approved", BOB), handed(12, 2, BOB, ANN), moved(13, 3, "Approved > Done", ANN)]
    one = issue(*steps, fields={"assignee": Value("Assignee", "Ann", (ANN,))})
    assert test_subject(one, asked).outcome == EXCEPTION
    assert test_subject(one, asked, by_rounds=False).outcome == PASS


@pytest.mark.parametrize(
    ("filled_on", "outcome"), [((10, 0.5), PASS), ((50, 1.5), EXCEPTION), ((), EXCEPTION), ((11, 1), PASS)]
)
def test_a_field_is_filled_before_each_go(filled_on, outcome):
    """Filled between two goes is too late for the first; filled in the very entry of the go is in time."""
    steps = [*walked("Open > Done > Open > Done"), *([change(*filled_on, "Risk", "", "High")] if filled_on else [])]
    steps.sort(key=lambda one: one.at)
    fields = {"Risk": Value("Risk", "High" if filled_on else "")}
    assert test_subject(issue(*steps, fields=fields), FILLED).outcome == outcome


def test_what_is_not_shown_is_no_evidence():
    """Today's state alone, a gap, a history that was not read; what has not happened yet is not applicable."""
    assert test_subject(issue(status="Done"), ORDER).outcome == NO_EVIDENCE
    assert test_subject(issue(moved(11, 1, "Open > Approved"), status="Done"), ORDER).outcome == NO_EVIDENCE
    assert test_subject(issue(whole=False), ORDER).outcome == NO_EVIDENCE
    gap = issue(moved(11, 1, "Open > Approved"), moved(13, 3, "Waiting > Done"))
    assert test_subject(gap, ORDER).outcome == NO_EVIDENCE
    assert test_subject(issue(*walked("Open > Approved")), ORDER).outcome == NOT_APPLICABLE


def test_a_resolution_has_rounds_too():
    """Set, cleared and set again: each time is judged."""
    asked = attribute({"order": {"first": {"to_status": "Approved"}, "then": "resolved"}})
    late = [
        change(10, 1, "resolution", "", "Fixed"),
        moved(11, 2, "Open > Approved"),
        change(12, 3, "resolution", "Fixed", ""),
        change(13, 4, "resolution", "", "Fixed"),
    ]
    found = test_subject(issue(*late), asked)
    assert (found.outcome, found.history_id) == (EXCEPTION, 10)
    assert test_subject(issue(*late[1:2], *late[3:]), asked).outcome == PASS
    resolved = {"resolution": Value("Resolution", "Fixed")}
    assert test_subject(issue(fields=resolved), asked).outcome == NO_EVIDENCE


def only_id(step):
    """Return a change that names its values by ids alone, as some old imports do."""
    return replace(step, before=step.before_text, before_text="", after=step.after_text, after_text="")


@pytest.mark.parametrize("form", [lambda step: step, only_id], ids=["names", "ids"])
def test_an_issue_that_was_created_resolved_has_a_round_that_no_entry_shows(form):
    """Its first entry clears the resolution: who set it, and when, is not told. What follows is judged beside it."""
    asked = attribute({"order": {"first": {"to_status": "Approved"}, "then": "resolved"}})
    cleared, again = form(change(11, 1, "resolution", "Fixed", "")), form(change(13, 3, "resolution", "", "Fixed"))
    found = test_subject(issue(cleared, moved(12, 2, "Open > Approved"), again), asked)
    assert found.outcome == NO_EVIDENCE
    assert found.evidence == "round 1 of 2: resolved: no history entry shows it: it was created so"
    good = test_subject(issue(moved(12, 2, "Open > Approved"), again), asked)
    assert (good.outcome, good.history_id) == (PASS, 12)
    assert good.evidence.startswith("history 12: Approved")


def test_a_resolution_that_is_exchanged_is_one_round():
    """From one to another it was resolved all the time; one whose time can't be read shows nothing."""
    asked = attribute({"order": {"first": {"to_status": "Approved"}, "then": "resolved"}})
    first, other = change(12, 2, "resolution", "", "Fixed"), change(14, 4, "resolution", "Fixed", "Declined")
    found = test_subject(issue(moved(11, 1, "Open > Approved"), first, other), asked)
    assert (found.outcome, found.history_id) == (PASS, 11)
    assert "round" not in found.evidence
    dark = replace(first, at="at noon")
    assert test_subject(issue(moved(11, 1, "Open > Approved"), dark), asked).outcome == NO_EVIDENCE


def test_of_several_rounds_the_gravest_is_told_and_of_passes_the_last():
    """An exception before what is no evidence; its number among all rounds stands before it."""
    asked = attribute({"filled_before": {"field": "Risk", "event": {"to_status": "Done"}}})
    twice = issue(*walked("Open > Done > Open > Done"), fields={"Risk": Value("Risk", "High")})
    assert test_subject(twice, asked).evidence.startswith("round 2 of 2: Risk was 'High'")
    dark = walked("Done > Open > Done > Open > Done")
    empty = issue(*dark, fields={"Risk": Value("Risk", "")})
    found = test_subject(empty, asked)
    assert (found.outcome, found.evidence[:12], found.history_id) == (EXCEPTION, "round 2 of 3", 12)
    filled = test_subject(issue(*dark, fields={"Risk": Value("Risk", "High")}), asked)
    assert (filled.outcome, filled.evidence[:12]) == (NO_EVIDENCE, "round 1 of 3")


def test_days_are_counted_in_hours_where_the_clocks_change():
    """From noon to noon over the end of summer time is 25 hours, more than a day; older packages read the clock on the wall."""
    zone = ZoneInfo("Europe/Berlin")
    asked = attribute({"within": {"from": "created", "to": "resolved", "days": 1}})
    ends = change(11, 0, "resolution", "", "Fixed")
    ends = replace(ends, at=datetime(2026, 10, 25, 12, tzinfo=zone))
    one = issue(ends, created=datetime(2026, 10, 24, 12, tzinfo=zone), period_ends=None)
    assert test_subject(one, asked).outcome == EXCEPTION
    assert test_subject(one, asked, by_rounds=False).outcome == PASS


def test_a_creation_ends_no_round():
    """What must come before it is asked of the creation alone, whatever happened since."""
    open_since = issue(*walked("Open > Done"))
    assert test_subject(open_since, attribute({"order": {"first": "created", "then": "created"}})).outcome == PASS
    owned = {"reporter": Value("Reporter", "Ann", (ANN,))}
    asked = attribute({"filled_before": {"field": "reporter", "event": "created"}})
    assert test_subject(issue(fields=owned), asked).outcome == PASS


def test_people_that_a_round_does_not_show_are_no_evidence():
    """Approved in another round, a history that was not read, a field that names nobody: nobody is shown to differ."""
    again = issue(*walked("Open > Approved > Done > Open > Done", BOB, ANN, ANN, ANN))
    found = test_subject(again, EYES)
    assert (found.outcome, found.history_id) == (NO_EVIDENCE, 14)
    assert "not before it in this round" in found.evidence
    assert test_subject(issue(*walked("Open > Approved > Done", BOB, ANN), whole=False), EYES).outcome == NO_EVIDENCE
    asked = attribute({"different_people": ["Reviewer", {"to_status": "Done"}]})
    nobody = issue(*walked("Open > Done"), fields={"Reviewer": Value("Reviewer", "")})
    assert test_subject(nobody, asked).outcome == NO_EVIDENCE
    named = issue(*walked("Open > Done"), fields={"Reviewer": Value("Reviewer", "Ann", (ANN,))})
    assert test_subject(named, asked).outcome == PASS


def test_who_created_an_issue_is_compared_like_who_moved_it():
    """The creation is an event, whatever field is called the same."""
    asked = attribute({"different_people": ["created", {"to_status": "Done"}]})
    steps = walked("Open > Done", ANN)
    assert test_subject(issue(*steps, fields={"creator": Value("Creator", "Ann", (ANN,))}), asked).outcome == EXCEPTION
    assert test_subject(issue(*steps, fields={"creator": Value("Creator", "Bob", (BOB,))}), asked).outcome == PASS


def test_a_status_does_not_come_before_itself():
    """What must come before a go is not the go's own entry."""
    asked = attribute({"order": {"first": {"to_status": "Done"}, "then": {"to_status": "Done"}}})
    assert test_subject(issue(*walked("Open > Done")), asked).outcome == EXCEPTION


def test_an_event_whose_time_cannot_be_read_shows_no_order():
    """Approved at some time, resolved at a known one."""
    asked = attribute({"order": {"first": {"to_status": "Approved"}, "then": "resolved"}})
    approved = replace(moved(11, 1, "Open > Approved"), at="some day")
    found = test_subject(issue(approved, change(12, 2, "resolution", "", "Fixed")), asked)
    assert (found.outcome, found.history_id) == (NO_EVIDENCE, 11)


def test_an_assignee_without_a_name_is_somebody():
    """An account of which the history keeps the id alone is compared by it."""
    asked = attribute({"different_people": ["assignee", {"to_status": "Done"}]})
    given = replace(handed(11, 0.5, None, ANN), after_text="")
    steps = [given, *walked("Open > Done", ANN, start=2)]
    known = {"assignee": Value("Assignee", "Bob", (BOB,))}
    assert test_subject(issue(*steps, fields=known), asked).outcome == EXCEPTION


def test_a_resolution_that_is_cleared_twice_ends_its_round_once():
    """What came between the two belongs to the round that begins with the first."""
    asked = attribute({"order": {"first": {"to_status": "Approved"}, "then": "resolved"}})
    steps = [
        change(11, 1, "resolution", "Fixed", ""),
        moved(12, 2, "Open > Approved"),
        change(13, 3, "resolution", "", ""),
        change(14, 4, "resolution", "", "Fixed"),
    ]
    found = test_subject(issue(*steps), asked)
    assert (found.outcome, found.evidence[:12]) == (NO_EVIDENCE, "round 1 of 2")
    assert test_subject(issue(*steps[1:]), asked).outcome == PASS


BEFORE_RESOLVED = attribute({"order": {"first": {"to_status": "Approved"}, "then": "resolved"}})
APPROVED, FIXED = moved(11, 1, "Open > Approved"), change(12, 2, "resolution", "", "Fixed")
CLEARED = change(13, 3, "resolution", "Fixed", "")
TODAY = {"resolution": Value("Resolution", "Fixed")}


def test_a_resolution_of_today_that_no_entry_sets_is_a_round_too():
    """Cleared as the history says, and set today: somebody set it. Set as the history says, it is that round's."""
    found = test_subject(issue(APPROVED, FIXED, CLEARED, fields=TODAY), BEFORE_RESOLVED)
    assert (found.outcome, found.history_id) == (NO_EVIDENCE, None)
    assert found.evidence == "round 2 of 2: resolved: today's state says so, and no history entry shows it"
    for one in (issue(APPROVED, FIXED, fields=TODAY), issue(APPROVED, FIXED, CLEARED)):
        found = test_subject(one, BEFORE_RESOLVED)
        assert (found.outcome, found.evidence[:8]) == (PASS, "history ")


def test_what_sets_no_resolution_ends_no_round_whenever_it_was():
    """An entry that clears what is not set, at a time that can't be read, resolves nothing."""
    dark = replace(change(10, 0, "resolution", "", ""), at="some day")
    assert test_subject(issue(dark, APPROVED, FIXED), BEFORE_RESOLVED).outcome == PASS


def test_a_resolution_is_set_on_the_screen_of_a_transition():
    """What stands in one entry happened at once: the status comes before the resolution as well as after it."""
    at_once = change(11, 1, "resolution", "", "Fixed")
    assert test_subject(issue(APPROVED, at_once), BEFORE_RESOLVED).outcome == PASS
    after = attribute({"order": {"first": "resolved", "then": {"to_status": "Approved"}}})
    assert test_subject(issue(APPROVED, at_once), after).outcome == PASS
    assert test_subject(issue(replace(APPROVED, history_id=10), at_once), after).outcome == EXCEPTION
