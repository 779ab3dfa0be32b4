"""Rounds: where each begins and ends, what it shows, and where backwards lies."""

from __future__ import annotations

import pytest
from control_tests import BEGINS, CAT, WORKFLOW, issue, moved, walked

from auditlib.audit.controls.rounds import Course, StatusMap, behind, first_back
from auditlib.audit.controls.trail import Trail
from auditlib.params.controls import Workflow
from auditlib.records.names import NO_NAMES, called_by


def course(one, workflow=WORKFLOW, called=NO_NAMES):
    return Course(one, Trail(one.steps), StatusMap(workflow, called))


@pytest.mark.parametrize(
    ("way", "goes"),
    [
        ("Open > Approved > Done", [("Open", "Done")]),
        ("Open > Done > Approved > Done", [("Open", "Done"), ("Approved", "Done")]),
        ("Open > Done > Open", [("Open", "Done")]),
        ("Open > Approved", []),
        ("Done > Open > Done", [("Done", "Done"), ("Open", "Done")]),
    ],
)
def test_a_round_ends_at_each_go(way, goes):
    """From creation, or from the last leaving of done, to the next coming into it."""
    found = course(issue(*walked(way))).rounds
    assert [(one.stays[one.first].name, one.go.name) for one in found] == goes
    assert [one.number for one in found] == list(range(1, len(goes) + 1))


def test_moves_within_done_make_no_round():
    """What goes on to another done status has not left done."""
    workflow = Workflow(gate=("Approved",), done=("Done", "Released"))
    assert len(course(issue(*walked("Open > Done > Released")), workflow).rounds) == 1


def test_a_status_that_no_entry_leads_to_is_a_gap():
    """In the middle of a history as at its end; by its id, whatever it was called that day."""
    broken = course(issue(moved(11, 1, "Open > In Progress"), moved(12, 2, "Approved > Done"))).rounds
    assert broken[0].why_not == "it stood in Approved, and no history entry leads there"
    today = course(issue(moved(11, 1, "Open > In Progress"), status="Done")).rounds
    assert today[0].why_not == "it stood in Done, and no history entry leads there"
    assert not course(issue(*walked("Open > Approved > Done"))).rounds[0].why_not


def test_a_renamed_status_is_one_status():
    """Two names of one id lead on from each other."""
    called = called_by([("status", "3", "Doing"), ("status", "3", "In Progress")])
    renamed = issue(moved(11, 1, "Open > Doing"), moved(12, 2, "In Progress > Done"))
    assert not course(renamed, called=called).rounds[0].why_not


def test_what_it_was_created_in_was_entered_by_nobody():
    """Created done is a go that no entry shows; created approved is no approval."""
    assert course(issue(status="Done")).rounds[0].why_not == (
        "in Done today, and no history entry since its creation 2026-04-01T12:00:00.000+00:00 leads there"
    )
    left = course(issue(*walked("Done > Open"))).rounds[0].why_not
    assert left.startswith("in Done before its first change of status, and no history entry since")
    assert not course(issue(*walked("Approved > Done"))).rounds[0].gates


def test_a_go_before_the_period_is_not_judged():
    """The same issue may have one before the period and one in it; a go of no known time may lie in it."""
    early = issue(*walked("Open > Done > Open > Done"), period_begins=BEGINS.replace(day=4))
    found = course(early)
    assert [one.number for one in found.in_period(early)] == [2]
    hidden = issue(moved(11, 1, "Open > In Progress"), moved(12, 2, "Done > Open"), period_begins=BEGINS.replace(day=4))
    assert course(hidden).in_period(hidden) == []


@pytest.mark.parametrize(
    ("way", "back"),
    [
        ("Open > In Progress > Approved > Done", None),
        ("Open > In Progress > Approved > In Progress > Done", "In Progress"),
        ("Open > In Progress > Approved > Open > Done", "Open"),
        ("Open > In Progress > Approved > Deploying > Done", None),
        ("Open > Approved > In Progress > Done", None),  # approved before the work
        ("Open > In Progress > Approved > Rework > Done", "Rework"),
        ("Open > In Progress > Approved > In Progress > Approved > Done", None),
        ("Open > In Progress > Approved > Done > Approved > In Progress > Done", "In Progress"),
    ],
)
def test_backwards_is_where_it_stood_before_it_was_approved(way, back):
    """A status of the way to the gate, and work after work; what comes for the first time lies ahead."""
    workflow = WORKFLOW.model_copy(update={"working": ("In Progress", "Rework")})
    statuses = StatusMap(workflow, NO_NAMES)
    rounds = course(issue(*walked(way, CAT)), workflow).rounds
    firsts = [next((gate.place for gate in one.gates), None) for one in rounds]
    found = first_back(rounds[-1], behind(rounds, firsts), rounds[-1].gates[-1].place, statuses)
    assert (found.name if found else None) == back
