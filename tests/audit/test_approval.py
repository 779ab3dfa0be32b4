"""Approved before the go, still standing at it, of what was done; and work that was authorised before it began."""

from __future__ import annotations

from dataclasses import replace

import pytest
from control_tests import ANN, CAT, by, change, control, day, issue, moved, only, outcome, walked

from auditlib.audit.controls.subject import EXCEPTION, NO_EVIDENCE, NOT_APPLICABLE, PASS, Value
from auditlib.records.actors import APP, ERASED

WENT = walked("Open > In Progress > Approved > Done", ANN, CAT)
"""Approved on the second day by entry 12, done on the third by entry 13."""
BEFORE, STOOD, SAME = (control(rule) for rule in ("approved_before_go", "approval_still_stood", "approved_was_done"))


def edited(*steps, **more):
    return only(issue(*sorted((*WENT, *steps), key=lambda one: one.at), **more), SAME)


@pytest.mark.parametrize(
    ("steps", "expected", "ids"),
    [
        ((), PASS, (12, 13)),
        ((change(20, 2.5, "description", "Old", "New"),), EXCEPTION, (12, 20, 13)),
        ((change(20, 1.5, "description", "Old", "New"),), PASS, (12, 13)),
        ((change(20, 3.5, "description", "Old", "New"),), PASS, (12, 13)),
        ((change(12, 2, "description", "Old", "New"),), PASS, (12, 13)),
        ((change(13, 3, "description", "Old", "New"),), EXCEPTION, (12, 13)),
        ((change(20, 2.5, "summary", "Old", "Old"),), PASS, (12, 13)),
        ((change(20, 2.5, "labels", "", "urgent"),), PASS, (12, 13)),
        (
            (change(20, 2.4, "description", "Old", "New"), change(21, 2.6, "description", "New", "Old")),
            EXCEPTION,
            (12, 20, 21, 13),
        ),
        (  # in the order in which they were made, not in that of the parameters
            (change(20, 2.4, "description", "Old", "New"), change(21, 2.6, "summary", "Old", "New")),
            EXCEPTION,
            (12, 20, 21, 13),
        ),
    ],
)
def test_what_was_approved_is_what_went_out(steps, expected, ids):
    """From behind the entry of the approval to that of the go; changed and changed back is changed."""
    found = edited(*steps)
    assert (found.outcome, found.history_ids) == (expected, ids)


@pytest.mark.parametrize(
    ("steps", "today", "expected"),
    [
        # one change before the approval, the next long after, and the text in between was another
        ((change(20, 1.5, "description", "A", "B"), change(21, 4, "description", "C", "D")), "D", NO_EVIDENCE),
        ((change(20, 1.5, "description", "A", "B"), change(21, 4, "description", "B", "D")), "D", PASS),
        ((change(20, 1.5, "description", "A", "B  b"), change(21, 4, "description", "B b", "D")), "D", PASS),
        # the break lies before the approval, or after the go
        ((change(20, 1.2, "description", "A", "B"), change(21, 1.5, "description", "C", "D")), "D", PASS),
        ((change(20, 4, "description", "A", "B"), change(21, 5, "description", "C", "D")), "D", PASS),
        ((change(20, 1.5, "description", "A", "B"), change(12, 2, "description", "C", "D")), "D", PASS),
        ((change(13, 3, "description", "B", "B"), change(21, 4, "description", "C", "D")), "D", PASS),
        ((change(13, 3, "labels", "A", "B"), change(21, 4, "labels", "C", "D")), "D", PASS),
    ],
)
def test_a_text_whose_history_does_not_join_is_no_evidence(steps, today, expected):
    """A change that no entry shows may lie between approval and go."""
    assert edited(*steps, fields={"description": Value("Description", today)}).outcome == expected


def test_todays_summary_must_follow_from_its_history():
    """The last change led to another text: the one that is missing may have come before the go."""
    steps = [change(20, 1.5, "summary", "A", "B")]
    assert edited(*steps, fields={"summary": Value("Summary", "B")}).outcome == PASS
    assert edited(*steps, fields={"summary": Value("Summary", " B ")}).outcome == PASS
    assert edited(*steps, fields={"summary": Value("Summary", "C")}).outcome == NO_EVIDENCE
    assert edited(*steps, fields={}).outcome == PASS
    after = [change(20, 4, "summary", "A", "B")]
    assert edited(*after, fields={"summary": Value("Summary", "C")}).outcome == PASS


def test_a_field_of_ones_own_that_is_called_summary_is_not_the_summary():
    """What the issue's summary holds today says nothing of it."""
    asked = control("approved_was_done", protected=["customfield_1"])
    own = replace(change(20, 1.5, "summary", "A", "B"), field_id="customfield_1", custom=True)
    steps = sorted((*WENT, own), key=lambda step: step.at)
    fields = {"summary": Value("Summary", "C"), "customfield_1": Value("summary", "B")}
    assert only(issue(*steps, fields=fields), asked).outcome == PASS


@pytest.mark.parametrize(("after", "before"), [("2", ""), ("", "2")])
def test_a_value_with_an_id_on_one_side_is_no_text(after, before):
    """What one entry names by an id and the next one by words may be one thing."""
    asked = control("approved_was_done", protected=["priority"])
    one = replace(change(20, 1.5, "priority", "Low", "High"), after=after)
    other = replace(change(21, 4, "priority", "Highest", "Low"), before=before)
    steps = sorted((*WENT, one, other), key=lambda step: step.at)
    assert only(issue(*steps), asked).outcome == PASS


def test_values_with_ids_may_change_their_names():
    """What is not text joins by ids, which a history may note one by one: nothing follows from the names."""
    asked = control("approved_was_done", protected=["priority"])
    one = replace(change(20, 1.5, "priority", "Low", "High"), before="1", after="2")
    other = replace(change(21, 4, "priority", "Highest", "Low"), before="2", after="1")
    steps = sorted((*WENT, one, other), key=lambda step: step.at)
    assert only(issue(*steps), asked).outcome == PASS


def test_a_field_that_nothing_names_is_no_evidence():
    """But a change that is seen decides first."""
    asked = control("approved_was_done", protected=["summary", "Rsik"])
    found = only(issue(*WENT), asked)
    assert (found.outcome, found.evidence.rpartition("; ")[2]) == (
        NO_EVIDENCE,
        "Jira sent no field Rsik and no change of it",
    )
    seen = sorted((*WENT, change(20, 2.5, "summary", "A", "B")), key=lambda one: one.at)
    assert only(issue(*seen), asked).outcome == EXCEPTION


@pytest.mark.parametrize("kind", [APP, ERASED])
def test_the_last_approval_of_a_person_decides(kind):
    """What an app or an erased account does after it renews nothing, and what changed after it was not approved."""
    steps = walked("Open > In Progress > Approved > In Progress > Approved > Done", ANN, CAT, CAT, CAT)
    again = [*steps[:3], by(steps[3], kind), *steps[4:]]
    assert outcome(issue(*again), BEFORE) == [PASS]
    assert outcome(issue(*again), STOOD) == [EXCEPTION]
    rewritten = sorted((*again, change(20, 3.5, "summary", "A", "B")), key=lambda one: one.at)
    assert outcome(issue(*rewritten), SAME) == [EXCEPTION]
    assert outcome(issue(*sorted((*steps, change(20, 3.5, "summary", "A", "B")), key=lambda one: one.at)), SAME) == [
        PASS
    ]


def test_each_entry_that_decides_is_named():
    """The approval, the way back, the go."""
    found = only(issue(*walked("Open > In Progress > Approved > In Progress > Done", ANN, CAT)), STOOD)
    assert (found.outcome, found.history_ids, found.decided_at) == (EXCEPTION, (12, 13, 14), day(3))
    assert "history 13: In Progress" in found.evidence
    assert "back, and not approved again" in found.evidence
    stood = only(issue(*WENT), STOOD)
    assert (stood.history_ids, stood.decided_at) == ((12, 13), day(2))


@pytest.mark.parametrize("asked", [BEFORE, STOOD, SAME])
def test_what_the_history_does_not_show_is_no_evidence(asked):
    """Today's state, a gap, a time that can't be read: nothing follows, neither good nor bad."""
    for one in (
        issue(*WENT[:2], status="Done"),
        issue(WENT[0], moved(13, 3, "Approved > Done")),
        issue(*WENT[:2], replace(WENT[2], at="at noon")),
        issue(WENT[0], replace(WENT[1], at=""), WENT[2]),
    ):
        assert outcome(one, asked) == [NO_EVIDENCE]


def test_an_issue_without_an_approval_is_an_exception_once():
    """Only the test that asks for the approval says so; the others are not applicable."""
    never = issue(*walked("Open > Done"))
    assert outcome(never, BEFORE) == [EXCEPTION]
    assert outcome(never, STOOD) == outcome(never, SAME) == [NOT_APPLICABLE]


# Work


AUTHORISED = control("authorised_before_work", design_gate=["Designed"])


@pytest.mark.parametrize(
    ("way", "outcomes"),
    [
        ("Open > Designed > In Progress > Done", [PASS]),
        ("Open > In Progress > Designed > Done", [EXCEPTION]),
        ("Open > In Progress > Designed > In Progress > Done", [EXCEPTION]),
        ("Open > Designed > Done", [NOT_APPLICABLE]),
        ("In Progress > Designed > Done", [EXCEPTION]),
        ("Designed > In Progress > Done", [EXCEPTION]),
        ("Open > Designed > In Progress > Done > In Progress > Done", [PASS, EXCEPTION]),
        ("Open > Designed > In Progress > Done > Designed > In Progress > Done", [PASS, PASS]),
        ("Open > Designed > In Progress", [NOT_APPLICABLE]),
    ],
)
def test_work_is_authorised_before_it_begins(way, outcomes):
    """In each round, by an entry: what it was created in was entered by nobody."""
    assert outcome(issue(*walked(way)), AUTHORISED) == outcomes


def test_only_a_person_authorises():
    """An app's entry shows no decision; of several a person's counts."""
    steps = walked("Open > Designed > In Progress > Done", CAT)
    found = only(issue(by(steps[0], APP), *steps[1:]), AUTHORISED)
    assert (found.outcome, found.history_ids) == (NO_EVIDENCE, (11,))
    assert only(issue(*steps), AUTHORISED).history_ids == (11, 12)
    created = only(issue(*walked("In Progress > Done")), AUTHORISED)
    assert (created.history_ids, created.decided_at) == ((), day(0))


def test_work_does_not_authorise_itself():
    """Also where one status stands for both."""
    asked = control("authorised_before_work", design_gate=["Designed"], working=["Designed"])
    assert outcome(issue(*walked("Open > Designed > Done", CAT)), asked) == [EXCEPTION]
