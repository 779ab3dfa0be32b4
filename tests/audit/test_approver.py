"""Access after two approvals by two persons, of whom neither gets, asked for or made it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from control_tests import ANN, BOB, CAT, DAN, Person, by, control, day, handed, issue, moved, only, walked

from auditlib.audit.controls.subject import EXCEPTION, NO_EVIDENCE, NOT_APPLICABLE, PASS, Value
from auditlib.records.actors import APP

EVE = Person("e5", "Eve")
TWICE = control("two_approvals", beneficiary="Who")
BOTH = control("two_approvals", second_gate=["Granted"], beneficiary="Who")
FIELDS = {
    "creator": Value("Creator", "Ann", (ANN,)),
    "reporter": Value("Reporter", "Ann", (ANN,)),
    "assignee": Value("Assignee", "Bob", (BOB,)),
    "Who": Value("Who", "Eve", (EVE,)),
}
ONCE = "Open > Approved > Granted > Done"
SAME = "Open > Approved > Waiting > Approved > Done"


def judged(way, *who, asked=BOTH, steps=None, **fields):
    known = {name: value for name, value in (FIELDS | fields).items() if value is not None}
    return only(issue(*(walked(way, *who) if steps is None else steps), fields=known), asked)


@pytest.mark.parametrize(
    ("asked", "way", "who", "result"),
    [
        (BOTH, ONCE, (CAT, DAN), PASS),
        (BOTH, ONCE, (CAT, CAT), EXCEPTION),
        (BOTH, "Open > Granted > Approved > Done", (DAN, CAT), PASS),
        (BOTH, "Open > Approved > Done", (CAT,), EXCEPTION),
        (BOTH, "Open > Granted > Done", (CAT,), EXCEPTION),
        (BOTH, "Open > Done", (), EXCEPTION),
        (BOTH, "Open > Approved > Granted", (CAT, DAN), NOT_APPLICABLE),
        (BOTH, ONCE, (EVE, DAN), EXCEPTION),
        (BOTH, ONCE, (CAT, EVE), EXCEPTION),
        (BOTH, ONCE, (ANN, DAN), EXCEPTION),
        (BOTH, "Open > In Progress > Approved > Granted > Done", (DAN, BOB, CAT), EXCEPTION),
        (BOTH, "Open > In Progress > Approved > Granted > Done", (DAN, CAT, DAN), EXCEPTION),
        (BOTH, "Open > Approved > Waiting > Approved > Granted > Done", (DAN, BOB, CAT, DAN), PASS),
        (BOTH, "Open > Approved > Waiting > Approved > Granted > Done", (DAN, BOB, CAT, CAT), PASS),
        (TWICE, SAME, (CAT, BOB, DAN), PASS),
        (TWICE, SAME, (CAT, BOB, CAT), EXCEPTION),
        (TWICE, "Open > Approved > Done", (CAT,), EXCEPTION),
        (TWICE, SAME, (CAT, BOB, EVE), EXCEPTION),
        (TWICE, ONCE, (CAT, DAN), EXCEPTION),
        (TWICE, "Open > Approved > Waiting > Approved > Waiting > Approved > Done", (CAT, BOB, CAT, BOB, DAN), PASS),
    ],
)
def test_two_persons_approve_and_neither_is_involved(asked, way, who, result):
    """Both gates before the go, in whatever order; without a second gate two entries into the first."""
    assert judged(way, *who, asked=asked).outcome == result


def test_the_entries_that_decide_are_named():
    """Both approvals, oldest first; of one that is missing the go."""
    assert judged(ONCE, CAT, DAN).history_ids == (11, 12)
    assert judged("Open > Granted > Approved > Done", DAN, CAT).history_ids == (11, 12)
    one = judged("Open > Approved > Done", CAT)
    assert (one.history_ids, one.evidence.rpartition("; ")[2]) == (
        (11, 12),
        "only one of two approvals before it in this round",
    )
    assert judged("Open > Done").evidence.endswith("no approval before it in this round")
    for asked, way in ((BOTH, "Open > Granted > Done"), (TWICE, "Open > Approved > Done")):
        assert judged(way, CAT, asked=asked).evidence == f"{one.evidence.replace('Approved', way.split(' > ')[1])}"
    got = judged(ONCE, CAT, EVE)
    assert (got.history_ids, got.evidence.rpartition("; ")[2]) == ((12,), "Eve is whom Who named")
    assert judged(ONCE, CAT, CAT).evidence.endswith(": both by one person")


@pytest.mark.parametrize(
    ("kinds", "result"),
    [((APP, None), NO_EVIDENCE), ((None, APP), NO_EVIDENCE), ((APP, APP), NO_EVIDENCE)],
)
def test_an_app_is_no_second_person(kinds, result):
    """Which of the two was a person's is not shown."""
    steps = walked(ONCE, CAT, DAN)
    steps = [by(step, kind) if kind else step for step, kind in zip(steps, (*kinds, None), strict=True)]
    assert judged(ONCE, steps=steps).outcome == result


@pytest.mark.parametrize(
    ("who", "result", "said"),
    [
        (None, NO_EVIDENCE, "Jira sent no field Who and no change of it"),
        (Value("Who", ""), NO_EVIDENCE, "Who named nobody"),
        (Value("Who", "Eve"), NO_EVIDENCE, "Eve is whom Who named, of whom Jira gives no account"),
    ],
)
def test_whoever_gets_it_must_be_known(who, result, said):
    """By an account; plain text names nobody who could be told from the approvers."""
    found = judged(ONCE, CAT, DAN, Who=who)
    assert (found.outcome, found.evidence.rpartition("; ")[2]) == (result, said)


def test_whoever_gets_it_is_the_one_of_the_approval():
    """Named before it was approved, and exchanged afterwards."""
    before = walked(ONCE, CAT, EVE, start=2)
    changed = [handed(10, 1, DAN, EVE, "Who"), *before, handed(30, 9, EVE, DAN, "Who")]
    assert judged(ONCE, steps=changed, Who=Value("Who", "Dan", (DAN,))).outcome == EXCEPTION
    other = [handed(10, 1, EVE, DAN, "Who"), *before, handed(30, 9, DAN, EVE, "Who")]
    assert judged(ONCE, steps=other).outcome == PASS


def test_without_a_field_those_who_asked_are_looked_at():
    """Who asks for access for oneself must not approve it."""
    asked = control("two_approvals", second_gate=["Granted"])
    assert judged(ONCE, ANN, DAN, asked=asked, Who=None).outcome == EXCEPTION
    assert judged(ONCE, CAT, DAN, asked=asked, Who=None).outcome == PASS


def test_a_gap_is_no_evidence():
    """Of a history that does not join nothing follows."""
    steps = [moved(11, 1, "Open > Approved", CAT), moved(13, 3, "Granted > Done")]
    assert judged(ONCE, steps=steps).outcome == NO_EVIDENCE


def test_the_later_approval_says_when_and_who_was_involved_by_then():
    """Where the reporter was changed between the two, the words name the one of the second."""
    assert judged(ONCE, CAT, DAN).decided_at == day(2)
    assert judged(ONCE, CAT, DAN, Who=None).decided_at == day(2)
    steps = [
        *walked("Open > Approved", CAT),
        handed(20, 1.5, BOB, ANN, "reporter"),
        *walked("Approved > Granted > Done", DAN, start=2),
    ]
    steps = [replace(one, history_id=number) for number, one in enumerate(steps, 11)]
    assert judged(ONCE, steps=steps).evidence.endswith("asked for or made by Eve, Ann")
