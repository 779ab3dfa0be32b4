"""Rounds: where each begins and ends, what it shows, and where backwards lies."""

from __future__ import annotations

from dataclasses import replace

import pytest
from control_tests import BEGINS, CAT, WORKFLOW, day, issue, moved, walked

from auditlib.audit.controls.rounds import Course, Gate, StatusMap, Stay, behind, first_back, gate_of
from auditlib.audit.controls.trail import Trail
from auditlib.params.controls import Workflow
from auditlib.records.actors import APP, PERSON, UNKNOWN
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


def test_two_statuses_of_one_name_lead_on_from_each_other():
    """A move to another project may exchange them, and no entry tells it."""
    first, then = moved(11, 1, "Open > Review"), moved(12, 2, "Review > Done")
    one = issue(replace(first, after="3"), replace(then, before="4"))
    assert not course(one).rounds[0].why_not


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


def seen(one, workflow=WORKFLOW):
    """Return the numbers of the rounds that lie, or may lie, in the period."""
    return [it.number for it in course(one, workflow).in_period(one)]


def test_a_period_may_be_open_at_an_end():
    """Without one every round is judged; with one end those on its side."""
    one = issue(
        *walked("Open > Done > Open > Done > Open > Done")
    )  # the goes on the days 1, 3 and 5 after its creation
    assert seen(replace(one, period_begins=None, period_ends=None)) == [1, 2, 3]
    assert seen(replace(one, period_begins=None, period_ends=day(3))) == [1]
    assert seen(replace(one, period_begins=day(3), period_ends=None)) == [2, 3]
    assert seen(replace(one, period_begins=day(3), period_ends=day(5))) == [2]


@pytest.mark.parametrize(
    ("begins", "ends", "judged"),
    [
        (0, 100, [1]),
        (0, 1, []),  # it was open on the first day
        (2, 100, [1]),  # it left done on the fourth day, and came in at some time between
        (4.5, 100, []),
        (0, 1.5, [1]),
    ],
)
def test_a_go_that_no_entry_shows_lies_between_its_neighbours(begins, ends, judged):
    """Later than the entry before it, earlier than the one after it: where that may be in the period it is judged."""
    one = issue(moved(11, 1, "Open > In Progress"), moved(12, 4, "Done > Open"))
    assert seen(replace(one, period_begins=day(begins), period_ends=day(ends))) == judged


def test_a_go_behind_a_time_that_cannot_be_read_may_lie_anywhere_behind_the_one_before():
    """An unreadable time bounds nothing; the creation, or an older entry, does."""
    dark = replace(moved(12, 2, "In Progress > Waiting"), at="some day")
    one = issue(moved(11, 1, "Open > In Progress"), dark, status="Done")
    assert seen(replace(one, period_begins=day(0), period_ends=day(1))) == []
    assert seen(replace(one, period_begins=day(0), period_ends=day(2))) == [1]
    before = replace(issue(replace(dark, before_text="Open"), status="Done"), period_begins=day(-9), period_ends=day(0))
    assert seen(before) == []


def test_the_status_of_today_is_the_last_of_the_history_whatever_it_is_called():
    """By its id, in another language; a mention without an id is compared by what the id was called."""
    step = replace(moved(11, 1, "Open > Erledigt"), before="1", after="5")
    called = called_by([("status", "5", "Erledigt"), ("status", "5", "Done"), ("status", "6", "Done twice")])
    same = issue(step, status="Done", status_id="5")
    assert [one.gap for one in course(same, called=called).stays] == [False, False]
    other = issue(step, status="Erledigt", status_id="6")
    assert [one.gap for one in course(replace(other, status="Closed"), called=called).stays] == [False, False, True]
    unnamed = issue(replace(step, after=""), status="Done", status_id="5")
    assert [one.gap for one in course(unnamed, called=called).stays] == [False, False]
    strange = issue(replace(step, after="", after_text="Elsewhere"), status="Done", status_id="5")
    assert [one.gap for one in course(strange, called=called).stays] == [False, False, True]


def test_what_today_alone_shows_stands_behind_all_entries():
    """The gap of today has a place of its own, behind the last entry of its status and before none."""
    one = issue(*walked("Open > Approved"), status="Done")
    stays = course(one).stays
    assert [(it.name, it.place, it.gap) for it in stays[1:]] == [("Approved", 0, False), ("Done", 1, True)]


def by_ids(step):
    """Return a change of status whose names Jira does not give, only ids."""
    return replace(step, before=step.before_text, before_text="", after=step.after_text, after_text="")


def test_statuses_that_a_history_knows_by_their_ids_alone_are_told_apart_by_them():
    """That neither has a name does not make them one; what is missing is shown by its id."""
    workflow = Workflow(done=("5",))
    whole = issue(*map(by_ids, [moved(11, 1, "1 > 3"), moved(12, 2, "3 > 5")]), status="", status_id="5")
    assert not course(whole, workflow).rounds[0].why_not
    broken = issue(*map(by_ids, [moved(11, 1, "1 > 3"), moved(12, 2, "4 > 5")]), status="", status_id="5")
    assert course(broken, workflow).rounds[0].why_not == "it stood in 4, and no history entry leads there"
    born = course(issue(status="", status_id="5"), workflow).rounds[0].why_not
    assert born.startswith("in 5 today, and no history entry since its creation")


def test_a_status_of_today_that_jira_does_not_tell_contradicts_no_history():
    """Nothing is compared with nothing; nor do two entries that name no status between them leave a gap."""
    untold = issue(*walked("Open > Done"), status="")
    assert [one.name for one in course(untold).stays] == ["Open", "Done"]
    silent = issue(moved(11, 1, "Open > "), moved(12, 2, " > Done"))
    assert [(one.name, one.gap) for one in course(silent).stays] == [("Open", False), ("", False), ("Done", False)]


@pytest.mark.parametrize(
    ("kind", "account", "nobody", "expected"),
    [
        (PERSON, "c3", False, True),
        (PERSON, "", False, False),
        (PERSON, "c3", True, False),
        (APP, "c3", False, False),
        (UNKNOWN, "c3", False, False),
    ],
)
def test_an_approval_is_a_persons_who_has_an_account_and_is_somebody(kind, account, nobody, expected):
    """All three, or no person is shown to have approved."""
    gate = Gate(0, day(1), account, "Cat", nobody=nobody, kind=kind, history_id=11, what="Approved")
    assert gate.by_person is expected


def test_what_no_entry_leads_to_has_none():
    """A go that nobody is shown to have made has no entry, and the stay of the creation is no gate."""
    born_done = course(issue(status="Done")).rounds[0]
    with pytest.raises(ValueError, match="no history entry since its creation"):
        _ = born_done.go_step
    with pytest.raises(ValueError, match="Approved"):
        gate_of(Stay("", "Approved", 1, None, -1))


@pytest.mark.parametrize(("begins", "judged"), [(5, [1]), (7, [])])
def test_a_go_before_a_time_that_cannot_be_read_came_before_the_next_that_can(begins, judged):
    """It left done at some time, stood where no entry leads, and was closed on the sixth day: so it was done before that."""
    steps = [
        moved(11, 1, "Open > In Progress"),
        replace(moved(12, 4, "Done > Waiting"), at="some day"),
        moved(13, 6, "Rework > Closed"),
    ]
    assert seen(replace(issue(*steps), period_begins=day(begins), period_ends=day(100))) == judged


def test_what_comes_in_the_entry_of_the_approval_did_not_come_after_it():
    """A field may be set on the screen of a transition into work: the approval was given knowing that."""
    statuses = StatusMap(WORKFLOW, NO_NAMES)
    rounds = course(issue(*walked("Open > In Progress > Review > In Progress > Waiting > Done"))).rounds
    since = 2  # the second entry into work, counted from 0
    left = behind(rounds, [since])
    assert first_back(rounds[0], left, since, statuses) is None
    assert first_back(rounds[0], left, since - 1, statuses).place == since
