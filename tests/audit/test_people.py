"""Who asked for a change and who made it: each trap of who is, and who is not, a worker."""

from __future__ import annotations

from dataclasses import replace

import pytest
from control_tests import ANN, BOB, CAT, DAN, by, control, handed, issue, moved, only, outcome, walked

from auditlib.audit.controls.subject import EXCEPTION, NO_EVIDENCE, PASS, Person, Value
from auditlib.records.actors import APP

APART = control("independent_approver")
OTHERS = {
    "creator": Value("Creator", "Ann", (ANN,)),
    "reporter": Value("Reporter", "Ann", (ANN,)),
    "assignee": Value("Assignee", "Bob", (BOB,)),
}


def judged(*steps, **fields):
    known = {name: value for name, value in (OTHERS | fields).items() if value is not None}
    return only(issue(*steps, fields=known), APART)


def named(who):
    return Value("Field", who.name, (who,))


@pytest.mark.parametrize(
    ("fields", "result", "said"),
    [
        ({}, PASS, "asked for or made by Ann, Bob"),
        ({"creator": named(CAT)}, EXCEPTION, "Cat created it"),
        ({"reporter": named(CAT)}, EXCEPTION, "Cat was its reporter then"),
        ({"assignee": named(CAT)}, EXCEPTION, "Cat was assignee in In Progress"),
        ({"creator": None}, NO_EVIDENCE, "who created it was not read"),
        ({"reporter": None}, NO_EVIDENCE, "who reported it was not read"),
        ({"assignee": None}, NO_EVIDENCE, "who was assignee was not read"),
        ({"creator": None, "reporter": named(CAT)}, EXCEPTION, "Cat was its reporter then"),
        ({"creator": Value("Creator", "")}, PASS, "asked for or made by Ann, Bob"),
        ({"creator": named(Person("", "Somebody"))}, NO_EVIDENCE, "Somebody created it, of whom Jira gives no account"),
        (
            {"creator": named(Person("x", "Former user", nobody=True))},
            PASS,
            "asked for or made by Former user, Ann, Bob",
        ),
    ],
)
def test_who_approves_asked_for_nothing_and_made_nothing(fields, result, said):
    """Creator, reporter and assignee of the work; whom Jira does not tell is no evidence, what it tells decides first."""
    found = judged(*walked("Open > In Progress > Approved > Done", BOB, CAT), **fields)
    assert (found.outcome, found.evidence.rpartition("; ")[2]) == (result, said)
    assert found.history_ids == (12,)


def test_a_record_without_anybody_says_so():
    """Where nobody asked for it and nobody made it, nobody is hidden."""
    nobody = {name: Value(name, "") for name in OTHERS}
    found = judged(*walked("Open > Approved > Done", CAT), **nobody)
    assert found.evidence.endswith("Jira names nobody who asked for it or made it")


@pytest.mark.parametrize(
    ("way", "movers", "result"),
    [
        ("Open > In Progress > Approved > Done", (CAT, CAT), EXCEPTION),
        ("In Progress > Approved > Done", (CAT,), PASS),
        ("Open > In Progress > Coding > Approved > Done", (BOB, CAT, CAT), EXCEPTION),
        ("Open > In Progress > Testing > In Progress > Approved > Done", (BOB, BOB, CAT, CAT), PASS),
        ("Open > In Progress > Approved > In Progress > Approved > Done", (BOB, CAT, CAT, CAT), PASS),
        ("Open > Done > In Progress > Approved > Done", (BOB, CAT, CAT), PASS),
        ("Open > In Progress > Done > Approved > Done", (CAT, BOB, CAT), PASS),
        ("Open > Approved > Done", (CAT,), PASS),
    ],
)
def test_who_moves_it_into_work_to_begin_is_a_worker(way, movers, result):
    """From a gate, from testing or from done it is sent back; what was worked on in an earlier round is no work of this one."""
    asked = control("independent_approver", working=["In Progress", "Coding"])
    one = issue(*walked(way, *movers), fields=OTHERS)
    assert outcome(one, asked)[-1] == result


def test_an_app_that_moves_it_into_work_is_no_worker():
    """Only persons work; the account behind it may be the approver's rule."""
    steps = [by(moved(11, 1, "Open > In Progress", CAT), APP), *walked("In Progress > Approved > Done", CAT, start=2)]
    assert judged(*steps).outcome == PASS


@pytest.mark.parametrize(
    ("handovers", "result"),
    [
        ((), PASS),
        # at creation Cat, handed over before the work, in its first entry, while it lasts, in its last entry, after it
        ((handed(20, 0.5, CAT, BOB),), PASS),
        ((handed(11, 1, CAT, BOB),), PASS),
        ((handed(20, 1.5, CAT, BOB),), EXCEPTION),
        ((handed(20, 1.5, BOB, CAT),), EXCEPTION),
        ((handed(12, 2, BOB, CAT),), PASS),
        ((handed(20, 2.5, BOB, CAT),), PASS),
        ((handed(20, 1.2, BOB, CAT), handed(21, 1.4, CAT, BOB)), EXCEPTION),
        ((handed(20, 0.2, BOB, CAT), handed(21, 0.4, CAT, BOB)), PASS),
        ((handed(20, 0.5, BOB, CAT), handed(12, 2, CAT, BOB)), EXCEPTION),
    ],
)
def test_who_was_assignee_while_it_was_in_work_is_a_worker(handovers, result):
    """However briefly; an entry that ends or begins the work and hands it over makes nobody one by no time at all."""
    steps = [*walked("Open > In Progress > Testing > Approved > Done", BOB, BOB, CAT), *handovers]
    order = {one.history_id: place for place, one in enumerate(steps[:4])}
    steps.sort(key=lambda one: (one.at, order.get(one.history_id, 9)))
    assert judged(*steps).outcome == result
    if result == EXCEPTION:
        assert {20, 21} & set(judged(*steps).history_ids)


def test_nobody_assigned_is_nobody():
    """An unassigned stretch of work has no worker by assignment, and no name in the words."""
    steps = [handed(10, 0.5, BOB, None), *walked("Open > In Progress > Approved > Done", DAN, CAT)]
    found = judged(*steps)
    assert (found.outcome, found.evidence.rpartition("; ")[2]) == (PASS, "asked for or made by Ann, Dan")


@pytest.mark.parametrize(
    ("at", "before", "after", "result"),
    [
        (1.5, CAT, ANN, PASS),
        (1.5, ANN, CAT, EXCEPTION),
        (2, CAT, ANN, EXCEPTION),
        (2, ANN, CAT, EXCEPTION),
        (2.5, CAT, ANN, EXCEPTION),
        (2.5, ANN, CAT, PASS),
    ],
)
def test_the_reporter_is_the_one_of_the_approval(at, before, after, result):
    """Not the one of today; where the entry of the approval itself changed it, both."""
    steps = [
        *walked("Open > In Progress > Approved > Done", BOB, CAT),
        handed(12 if at == 2 else 30, at, before, after, "reporter"),
    ]
    steps.sort(key=lambda one: one.at)
    assert judged(*steps, reporter=named(after)).outcome == result


def test_the_last_approval_decides():
    """Of gates after each other; one that no person entered decides nothing."""
    way = "Open > In Progress > Approved > Waiting > Approved > Done"
    assert judged(*walked(way, BOB, BOB, CAT, CAT)).outcome == PASS
    assert judged(*walked(way, BOB, CAT, CAT, BOB)).outcome == EXCEPTION
    by_app = walked(way, BOB, CAT, CAT, BOB)
    assert judged(*by_app[:3], replace(by_app[3], kind=APP), by_app[4]).outcome == PASS


def test_each_who_had_it_during_the_work_is_a_worker():
    """Handed over twice: the second and the third had it too, whoever has it today."""
    steps = [
        moved(11, 1, "Open > In Progress", ANN),
        handed(12, 1.2, ANN, DAN),
        handed(13, 1.4, DAN, CAT),
        handed(14, 1.6, CAT, BOB),
    ]
    for who, result in ((DAN, EXCEPTION), (CAT, EXCEPTION), (BOB, EXCEPTION)):
        found = judged(*steps, *walked("In Progress > Approved > Done", who, start=5))
        assert found.outcome == result, who
    early = [handed(9, 0.2, None, CAT), handed(10, 0.4, CAT, BOB), moved(11, 1, "Open > In Progress", BOB)]
    assert judged(*early, *walked("In Progress > Approved > Done", CAT, start=5)).outcome == PASS


def test_who_had_it_for_a_while_during_the_work_is_a_worker():
    """Also where it was handed over before the work, and again after that while."""
    steps = [
        handed(10, 0.5, None, ANN),
        moved(11, 1, "Open > In Progress", ANN),
        handed(12, 1.3, ANN, CAT),
        handed(13, 1.6, CAT, BOB),
    ]
    found = judged(*steps, *walked("In Progress > Approved > Done", CAT, start=5))
    assert (found.outcome, found.history_ids) == (EXCEPTION, (15, 12))


def test_a_worker_of_whom_only_the_account_or_only_the_name_is_known():
    """By the account he is told apart and shown; by a name alone he may be anyone."""
    dark = replace(handed(12, 1.5, ANN, CAT), after_text="")
    begun = moved(11, 1, "Open > In Progress", BOB)
    found = judged(begun, dark, *walked("In Progress > Approved > Done", CAT, start=5))
    assert (found.outcome, CAT.id in found.evidence) == (EXCEPTION, True)
    named_only = replace(handed(12, 1.5, ANN, DAN), after="")
    other = judged(begun, named_only, *walked("In Progress > Approved > Done", CAT, start=5))
    assert (other.outcome, "of whom Jira gives no account" in other.evidence) == (NO_EVIDENCE, True)
    mover = replace(moved(11, 1, "Open > In Progress", DAN), author_id="")
    unknown = judged(mover, *walked("In Progress > Approved > Done", CAT, start=5))
    assert (unknown.outcome, "of whom Jira gives no account" in unknown.evidence) == (NO_EVIDENCE, True)


@pytest.mark.parametrize(
    ("field", "result", "said"),
    [
        (Value("For", "Cat", (CAT,)), EXCEPTION, "is whom For named"),
        (Value("For", "Cat", (replace(CAT, name=""),)), EXCEPTION, "is whom For named"),
        (Value("For", "Zed", (Person("", "Zed"),)), NO_EVIDENCE, "of whom Jira gives no account"),
        (Value("For", "", (Person("", " "),)), NO_EVIDENCE, "For named nobody"),
        (None, NO_EVIDENCE, "Jira sent no field For and no change of it"),
    ],
)
def test_whom_the_access_is_for_approves_nothing(field, result, said):
    """By account; whom Jira names without one, or not at all, may be the approver."""
    asked = control("two_approvals", beneficiary="For", second_gate=["Confirmed"])
    fields = OTHERS | ({"For": field} if field else {})
    one = issue(*walked("Open > Approved > Confirmed > Done", DAN, CAT), fields=fields)
    found = only(one, asked)
    assert (found.outcome, said in found.evidence) == (result, True), found.evidence


def test_of_two_workers_with_one_name_each_is_one():
    """Accounts tell people apart; a namesake's work is none of the approver's, and hides none of it."""
    namesake = Person("z9", CAT.name)
    way = "Open > In Progress > Waiting > In Progress > Approved > Done"
    assert judged(*walked(way, namesake, BOB, CAT, CAT)).outcome == EXCEPTION
    assert judged(*walked(way, namesake, BOB, BOB, CAT)).outcome == PASS


def test_how_somebody_became_a_worker_is_told_once():
    """By the entry that began the work, before any that handed it over; else by the first stretch of work that it lasted."""
    begun = judged(*walked("Open > In Progress > Approved > Done", CAT, CAT), assignee=named(CAT))
    assert begun.evidence.endswith("; history 11: In Progress 2026-04-02T12:00:00.000+00:00 by Cat")
    assert begun.history_ids == (12, 11)
    asked = control("independent_approver", working=["In Progress", "Coding"])
    way = "Open > In Progress > Waiting > Coding > Approved > Done"
    both = issue(*walked(way, BOB, BOB, BOB, CAT), fields=OTHERS | {"assignee": named(CAT)})
    assert only(both, asked).evidence.endswith("; Cat was assignee in In Progress")
    steps = [moved(11, 1, "Open > In Progress", BOB), handed(12, 1.5, BOB, CAT)]
    late = judged(*steps, *walked("In Progress > Approved > Done", CAT, start=5))
    assert late.evidence.endswith("; Cat was assignee in In Progress (history 12)")


def test_what_it_was_created_in_was_begun_by_nobody():
    """Also where the issue is open again today."""
    steps = walked("In Progress > Approved > Done > Open", CAT)
    assert judged(*steps).outcome == PASS


def test_without_work_nobody_need_be_known_to_have_done_it():
    """Who was assignee is no matter then."""
    assert judged(*walked("Open > Approved > Done", CAT), assignee=None).outcome == PASS


def test_whom_the_access_is_for_is_the_one_named_at_the_approval():
    """By the history of the field, where it has one; without such a field only those who asked are looked at."""
    asked = control("two_approvals", beneficiary="For", second_gate=["Confirmed"])
    steps = walked("Open > Approved > Confirmed > Done", DAN, CAT, start=2)
    known = OTHERS | {"For": named(BOB)}
    for before, after, result in ((BOB, CAT, EXCEPTION), (CAT, BOB, PASS)):
        given = [handed(10, 1, before, after, "For"), *steps]
        assert only(issue(*given, fields=known), asked).outcome == result
    plain = only(issue(*steps, fields=OTHERS | {"For": Value("For", "Eve")}), asked)
    assert plain.evidence.endswith("; Eve is whom For named, of whom Jira gives no account")
    unnamed = only(issue(*steps, fields=OTHERS | {"For": Value("For", " ")}), asked)
    assert unnamed.evidence.endswith("; For named nobody")
    without = control("two_approvals", second_gate=["Confirmed"])
    assert only(issue(*steps, fields=OTHERS), without).outcome == PASS
