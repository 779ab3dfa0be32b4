"""Gates: entries into statuses, a field that was set, approvals of Jira Service Management; and what takes them back."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from control_tests import ANN, BOB, CAT, DAN, by, change, control, day, issue, moved, only, outcome, walked

from auditlib.audit.controls.case import Context
from auditlib.audit.controls.engine import test_issue
from auditlib.audit.controls.gates import whose
from auditlib.audit.controls.rounds import Gate
from auditlib.audit.controls.subject import EXCEPTION, NO_EVIDENCE, NOT_APPLICABLE, PASS, Value
from auditlib.records.actors import APP, CUSTOMER, PERSON, UNKNOWN, Actor
from auditlib.records.names import FIELD, called_by
from auditlib.records.service_desk import Approval, Approver

BEFORE, STOOD, APART = "approved_before_go", "approval_still_stood", "independent_approver"
CALM = {"field": "Go", "values": ["Yes"]}
WORKED = [moved(11, 1, "Open > In Progress"), moved(12, 3, "In Progress > Done")]


def approver(who, decision="approved", kind=PERSON):
    return Approver(Actor(who.id, who.name, kind, nobody=False), decision)


def approval(at, *approvers, decision="approved"):
    return Approval("5", "CAB", decision, "", day(at) if isinstance(at, int | float) else at, approvers)


@pytest.mark.parametrize(
    ("given", "outcomes"),
    [
        ([approval(2, approver(CAT))], [PASS]),
        ([approval(3, approver(CAT))], [PASS]),  # at the instant of the go, which it sets off
        ([approval(3.001, approver(CAT))], [EXCEPTION]),
        ([approval(2, approver(CAT, "declined"))], [EXCEPTION]),
        ([approval(2, approver(CAT), decision="declined")], [EXCEPTION]),
        ([approval(2, approver(CAT, kind=CUSTOMER))], [NO_EVIDENCE]),
        ([approval(2, approver(CAT, kind=CUSTOMER), approver(DAN))], [PASS]),
        ([approval("at noon", approver(CAT))], [NO_EVIDENCE]),
        ([], [EXCEPTION]),
        (None, [NO_EVIDENCE]),
    ],
)
def test_an_approval_of_a_service_desk_approves_when_it_was_decided(given, outcomes):
    """By those who approved, before the go or at its very moment; what can't be dated, or was not read, is no evidence."""
    assert outcome(issue(*WORKED, approvals=given), control(BEFORE, approvals=True)) == outcomes


def test_a_status_is_no_gate_where_approvals_are_asked_for():
    """The control says which kind of gate it means; with a field beside them both are meant."""
    approved = issue(*walked("Open > Approved > Done", CAT), approvals=[])
    assert outcome(approved, control(BEFORE, approvals=True)) == [EXCEPTION]
    asked = control(BEFORE, approvals=True, gate_field=CALM)
    by_field = issue(WORKED[0], change(20, 2, "Go", "", "Yes", CAT), WORKED[1], approvals=[])
    assert outcome(by_field, asked) == [PASS]
    assert outcome(issue(*WORKED, fields={"Go": Value("Go", "")}, approvals=[approval(2, approver(CAT))]), asked) == [
        PASS
    ]


def test_an_approval_of_an_earlier_round_is_none_of_a_later():
    """Each round has its own; at the moment in which a round begins it belongs to it."""
    steps = walked("Open > Done > Open > Done")
    asked = control(BEFORE, approvals=True)
    assert outcome(issue(*steps, approvals=[approval(0.5, approver(CAT))]), asked) == [PASS, EXCEPTION]
    assert outcome(issue(*steps, approvals=[approval(2.5, approver(CAT))]), asked) == [EXCEPTION, PASS]
    assert outcome(issue(*steps, approvals=[approval(2, approver(CAT))]), asked) == [EXCEPTION, PASS]
    assert outcome(issue(*steps, approvals=[approval(1.5, approver(CAT))]), asked) == [EXCEPTION, EXCEPTION]


def test_where_a_round_begins_or_ends_at_no_known_time_an_approval_may_lie_in_it():
    """A creation that can't be dated excludes none; nor does an earlier go, which is no evidence itself."""
    asked = [approval(2, approver(CAT))]
    assert outcome(issue(*WORKED, created="some day", approvals=asked), control(BEFORE, approvals=True)) == [PASS]
    ways = ["Open > In Progress", "In Progress > Done", "Done > Review", "Review > Waiting", "Waiting > Done"]
    steps = [moved(10 + place, place, way) for place, way in enumerate(ways, 1)]
    steps[1] = replace(steps[1], at="some day")
    found = outcome(issue(*steps, approvals=[approval(3.5, approver(CAT))]), control(STOOD, approvals=True))
    assert found == [NO_EVIDENCE, PASS]


def test_at_the_moment_of_an_entry_an_approval_comes_first():
    """It sets off the transition: one that leads back into work takes it back."""
    steps = walked("Open > In Progress > Review > In Progress > Done")
    asked = control(STOOD, approvals=True)
    assert outcome(issue(*steps, approvals=[approval(3, approver(CAT))]), asked) == [EXCEPTION]
    assert outcome(issue(*steps, approvals=[approval(3.001, approver(CAT))]), asked) == [PASS]


def test_approvals_that_were_not_read_are_in_no_burst():
    """The note on what was written at the time says nothing of them."""
    found = only(issue(*WORKED, approvals=None), control("written_at_the_time", approvals=True))
    assert found.evidence == "nothing to note among 0 gates and 0 comments"


def test_one_independent_approver_of_an_approval_is_enough():
    """An approval of several people counts by each of them; of gates after each other the last one decides."""
    people = {"creator": Value("Creator", "Ann", (ANN,)), "reporter": Value("Reporter", "Ann", (ANN,)),
              "assignee": Value("Assignee", "Bob", (BOB,))}  # fmt: skip
    asked = control(APART, approvals=True)
    both = [approval(2, approver(ANN), approver(CAT))]
    found = only(issue(*WORKED, fields=people, approvals=both), asked)
    assert (found.outcome, found.history_ids) == (PASS, ())
    assert "by Cat" in found.evidence
    assert outcome(issue(*WORKED, fields=people, approvals=[approval(2, approver(ANN), approver(BOB))]), asked) == [
        EXCEPTION
    ]
    later = [approval(2, approver(CAT)), approval(2.5, approver(BOB))]
    assert outcome(issue(*WORKED, fields=people, approvals=later), asked) == [EXCEPTION]


@pytest.mark.parametrize(
    ("values", "before", "stood"),
    [
        (("", "Yes"), PASS, PASS),
        (("", "yes"), PASS, PASS),
        (("", "No"), EXCEPTION, NOT_APPLICABLE),
        (("", "Yes", "No"), PASS, EXCEPTION),
        (("", "Yes", "No", "Yes"), PASS, PASS),
        (("Yes", "No"), EXCEPTION, NOT_APPLICABLE),
    ],
)
def test_a_field_approves_when_it_is_set(values, before, stood):
    """And no longer once it is set to something else; a value that was there from the beginning was set by nobody."""
    pairs = pairwise(values)
    sets = [change(20 + place, 2 + place / 10, "Go", one, two, CAT) for place, (one, two) in enumerate(pairs)]
    one = issue(WORKED[0], *sets, WORKED[1])
    assert outcome(one, control(BEFORE, gate_field=CALM)) == [before]
    assert outcome(one, control(STOOD, gate_field=CALM)) == [stood]


def test_a_field_set_to_another_approving_value_is_not_taken_back():
    """Though a program sets it, which approves nothing itself: the person's approval stands."""
    sets = [change(20, 1.5, "Go", "", "Yes", CAT), by(change(21, 2, "Go", "Yes", "Sure"), APP)]
    asked = control(STOOD, gate_field={"field": "Go", "values": ["Yes", "Sure"]})
    assert outcome(issue(WORKED[0], *sets, WORKED[1]), asked) == [PASS]


@pytest.mark.parametrize(
    ("fields", "sets", "expected"),
    [
        ({"Go": Value("Go", "Yes")}, (), NO_EVIDENCE),
        ({"Go": Value("Go", "No")}, (), EXCEPTION),
        ({"Go": Value("Go", "")}, (), EXCEPTION),
        ({}, (), NO_EVIDENCE),
        ({}, (change(20, 4, "Go", "Yes", "No"),), NO_EVIDENCE),
        ({}, (change(20, 4, "Go", "", "Yes"),), EXCEPTION),
        ({}, (change(12, 3, "Go", "Yes", "No"),), NO_EVIDENCE),
    ],
)
def test_a_value_that_no_entry_leads_to_is_no_evidence(fields, sets, expected):
    """Today's, or one that an entry after the go replaced; a field that Jira does not send, neither."""
    assert outcome(issue(*WORKED, *sets, fields=fields), control(BEFORE, gate_field=CALM)) == [expected]


def test_a_field_that_was_not_read_is_told_apart_from_one_that_nobody_knows():
    """A name that some record of Jira gives may be right; one that none gives may be misspelt."""
    asked = control(BEFORE, gate_field=CALM)
    assert only(issue(*WORKED, fields={}), asked).evidence == "Jira sent no field Go and no change of it"
    named = Context(called=called_by([(FIELD, "customfield_7", "Go")]))
    found = only(issue(*WORKED, fields={}), asked, named).evidence
    assert found == "what Go holds was not read, and no history entry changed it"


def test_a_field_set_in_the_entry_of_the_go_came_not_before():
    """On the screen of the transition that releases it: too late; in the entry that began the round: in time."""
    at_go = change(12, 3, "Go", "", "Yes", CAT)
    assert outcome(issue(*WORKED, at_go), control(BEFORE, gate_field=CALM)) == [EXCEPTION]
    steps = walked("Open > Done > Open > Done")
    at_reopening = replace(change(12, 2, "Go", "", "Yes", CAT), history_id=12)
    assert outcome(issue(*steps[:2], at_reopening, *steps[2:]), control(BEFORE, gate_field=CALM)) == [EXCEPTION, PASS]


def test_a_field_that_approves_is_taken_back_by_work_too():
    """A status in which it stood before it was approved lies behind, whatever the field says."""
    steps = [
        moved(11, 1, "Open > In Progress"),
        moved(12, 2, "In Progress > Review"),
        change(20, 3, "Go", "", "Yes", CAT),
    ]
    asked = control(STOOD, gate_field=CALM)
    forward = issue(*steps, moved(13, 4, "Review > Done"))
    back = issue(*steps, moved(13, 4, "Review > In Progress"), moved(14, 5, "In Progress > Done"))
    there_and_back = issue(
        *steps, moved(13, 4, "Review > Waiting"), moved(14, 5, "Waiting > Review"), moved(15, 6, "Review > Done")
    )
    assert [outcome(one, asked) for one in (forward, back, there_and_back)] == [[PASS], [EXCEPTION], [PASS]]
    assert only(back, asked).history_ids == (20, 13, 14)


@pytest.mark.parametrize(
    ("kind", "account", "said"),
    [
        (PERSON, "", "Jira names nobody"),
        (PERSON, "c3", "Jira names nobody"),
        (UNKNOWN, "", "Jira names nobody"),
        (UNKNOWN, "c3", "its author is of the kind 'unknown'"),
        (APP, "", "its author is of the kind 'app'"),
    ],
)
def test_it_is_told_why_a_gate_is_no_person_s(kind, account, said):
    """A person is none only if nobody can tell who it is; of the others the kind is named."""
    assert whose(Gate(0, day(1), account, "", nobody=True, kind=kind, history_id=11, what="")) == said


def test_controls_of_one_workflow_each_have_their_own_gate():
    """A status, a field, an approval: what decides for one control is not what decides for the next, in whatever order."""
    steps = [
        moved(11, 1, "Open > In Progress"),
        moved(12, 2, "In Progress > Approved", DAN),
        change(20, 2.2, "Go", "", "Yes", CAT),
        change(21, 2.3, "Sure", "", "Yes", BOB),
        moved(13, 3, "Approved > Done"),
    ]
    one = issue(*steps, approvals=[approval(2.5, approver(ANN))])
    asked = [
        control(STOOD),
        control(STOOD, gate_field=CALM),
        control(STOOD, approvals=True),
        control(STOOD, gate_field=CALM, approvals=True),
        control(STOOD, gate_field={"field": "Sure", "values": ["Yes"]}),
    ]
    said = ["by Dan", "by Cat", "by Ann", "by Ann", "by Bob"]
    for order in (range(5), range(4, -1, -1)):
        found = test_issue(one, [asked[place] for place in order], Context())
        assert [it.outcome for it in found] == [PASS] * 5
        assert [said[place] in it.evidence.partition(";")[0] for place, it in zip(order, found, strict=True)] == [
            True
        ] * 5


def test_a_field_unset_in_the_entry_of_the_go_was_set_until_then():
    """On the screen of the transition that releases it: nothing was taken back before."""
    sets = [change(20, 2, "Go", "", "Yes", CAT), WORKED[1], change(12, 3, "Go", "Yes", "No", CAT)]
    assert outcome(issue(WORKED[0], *sets), control(STOOD, gate_field=CALM)) == [PASS]


@pytest.mark.parametrize(
    ("way", "outcomes"),
    [
        ("Open > Approved > Deploying > Done > Deploying > Approved > Done", [PASS, PASS]),
        ("Open > In Progress > Approved > Done > Approved > In Progress > Done", [PASS, EXCEPTION]),
        ("Open > Approved > Done > Approved > In Progress > Done", [PASS, PASS]),
    ],
)
def test_backwards_lies_what_stood_before_the_approvals_of_this_round_and_those_before(way, outcomes):
    """Not what a later round stood in before its own."""
    assert outcome(issue(*walked(way, *[CAT] * 6)), control(STOOD)) == outcomes


def test_the_first_of_two_ways_back_is_told():
    """Sent back and then unset, or the other way round: the entry by which the approval first fell is named."""
    begin = [
        moved(11, 1, "Open > In Progress"),
        moved(12, 2, "In Progress > Review"),
        change(20, 3, "Go", "", "Yes", CAT),
    ]
    back, unset = moved(13, 4, "Review > In Progress"), change(21, 5, "Go", "Yes", "No", CAT)
    asked = control(STOOD, gate_field=CALM)
    found = only(issue(*begin, back, unset, moved(14, 6, "In Progress > Done")), asked)
    assert (found.outcome, found.history_ids) == (EXCEPTION, (20, 13, 14))
    other = only(issue(*begin, replace(unset, at=day(3.5)), back, moved(14, 6, "In Progress > Done")), asked)
    assert (other.outcome, other.history_ids) == (EXCEPTION, (20, 21, 14))


def test_a_value_that_the_history_knows_by_its_id_is_shown_by_it():
    """Some entries name no text; the id is what can be shown."""
    by_id = replace(change(20, 2, "Go", "", "", CAT), after="Yes")
    found = only(issue(WORKED[0], by_id, WORKED[1]), control(BEFORE, gate_field=CALM))
    assert (found.outcome, found.evidence[:18]) == (PASS, "history 20: Go Yes")


def test_an_approver_without_a_name_is_nobody_in_words():
    """Jira may keep an approval of somebody whom it does not name."""
    found = only(
        issue(*WORKED, approvals=[approval(2, approver(replace(CAT, name="")))]), control(BEFORE, approvals=True)
    )
    assert "by nobody" in found.evidence


def test_an_approval_lies_behind_entries_whose_time_is_known():
    """An entry that can't be dated says nothing of what came before it."""
    dark = replace(change(15, 0, "Risk", "", "High"), at="some day")
    unset = change(21, 2.5, "Go", "Yes", "No", CAT)
    asked = control(STOOD, approvals=True, gate_field=CALM)
    steps = [WORKED[0], dark, change(20, 1.5, "Go", "", "Yes", CAT), unset, WORKED[1]]
    assert outcome(issue(*steps, approvals=[approval(2, approver(CAT))]), asked) == [EXCEPTION]
    assert outcome(issue(*steps, approvals=[approval(2.7, approver(CAT))]), asked) == [PASS]
