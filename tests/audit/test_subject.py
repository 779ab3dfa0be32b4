"""What is not decided: nobody, unreadable times, names of then and now."""

from __future__ import annotations

from dataclasses import replace

import pytest
from control_cases import ANN, APPROVED, DONE, EYES, attribute, change, day, resolved, subject

from auditlib.audit.controls.attributes import test_subject
from auditlib.audit.controls.subject import (
    DEVIATIONS,
    EXCEPTION,
    NO_EVIDENCE,
    NOT_APPLICABLE,
    OUTCOMES,
    PASS,
    SIGNS,
    Person,
    Value,
    people_of,
)
from auditlib.records.history import Change
from auditlib.records.names import called_by

PEOPLE = attribute({"different_people": [{"to_status": "Approved"}, {"to_status": "Done"}]})
IN_TIME = attribute({"within": {"from": "created", "to": "resolved", "days": 30}})


@pytest.mark.parametrize(
    ("steps", "status", "is_open", "outcome"),
    [
        ((APPROVED,), "Approved", True, NOT_APPLICABLE),  # waits to be done
        ((), "Open", True, NOT_APPLICABLE),
        ((), "Closed", False, NO_EVIDENCE),  # closed by another way
        ((change(12, 3, "status", "Open", "Done"),), "Done", False, NO_EVIDENCE),  # done, and never approved
        ((change(11, 2, "status", "Open", "Review"),), "Approved", True, NO_EVIDENCE),  # by today's state alone
        ((APPROVED, DONE), "Done", False, PASS),
    ],
)
def test_people_are_not_compared_before_both_have_acted(steps, status, is_open, outcome):
    """A change that is still open has not failed to be approved; a closed one without the record has."""
    given = subject(*steps, status=status, is_open=is_open)
    assert test_subject(given, PEOPLE).outcome == outcome


@pytest.mark.parametrize(
    ("steps", "ends", "outcome"),
    [
        ((), 31, EXCEPTION),  # due on day 30, in the period
        ((), 30, NOT_APPLICABLE),  # due when the period was over
        ((), 29, NOT_APPLICABLE),
        ((), None, EXCEPTION),  # no period: what was due when it was read
        ((resolved(40),), 31, EXCEPTION),
        ((resolved(40),), 29, NOT_APPLICABLE),
        ((resolved(28),), 29, PASS),  # early, in the period
        ((resolved(29.5),), 29, NOT_APPLICABLE),  # in time, but in the next period, as its due day is
    ],
)
def test_what_falls_due_after_the_period_is_no_matter_of_the_period(steps, ends, outcome):
    """Otherwise the same issue would be a deviation of two periods, or of one in which nobody was late."""
    given = subject(*steps, period_ends=None if ends is None else day(ends))
    assert test_subject(given, IN_TIME).outcome == outcome


# Nobody, unreadable times, names

ERASED = Person("unknown", "Former user", nobody=True)


@pytest.mark.parametrize(
    ("first", "second"),
    [(ERASED, ERASED), (ERASED, ANN), (ANN, ERASED), (Person("", "plain"), ANN), (Person("", ""), ANN)],
)
def test_nobody_is_neither_the_same_nor_another(first, second):
    """Whether an erased or unnamed person is the other one is not known: no evidence, never an exception or a pass."""
    steps = [
        replace(change(number, number, "status", before, after, who), nobody=who.nobody)
        for number, before, after, who in ((2, "Open", "Approved", first), (3, "Approved", "Done", second))
    ]
    assert test_subject(subject(*steps), EYES).outcome == NO_EVIDENCE


def test_a_comment_by_nobody_is_nobodys():
    """An erased account that once had the name of another is not taken for it."""
    by = attribute({"has": {"comment_by": "Former user"}})
    written = subject(APPROVED, DONE, commenters=[(ERASED, 5)])
    assert test_subject(written, by).outcome == NO_EVIDENCE
    known = subject(APPROVED, DONE, commenters=[(Person("", "Former user"), None)])
    assert test_subject(known, by).outcome == PASS


@pytest.mark.parametrize(
    "test",
    [
        {"order": {"first": {"to_status": "Approved"}, "then": {"to_status": "Done"}}},
        {"within": {"days": 3, "from": "created", "to": {"to_status": "Approved"}}},
        {"filled_before": {"field": "reporter", "event": {"to_status": "Approved"}}},
        {"within": {"days": 3, "from": {"to_status": "Approved"}, "to": "resolved"}},
    ],
)
def test_an_event_whose_time_cant_be_read_is_no_evidence(test):
    """That it happened is known; what came first is not."""
    undated = subject(replace(APPROVED, at="soon"), DONE)
    found = test_subject(undated, attribute(test))
    assert (found.outcome, found.history_id) == (NO_EVIDENCE, 11)
    assert "can't be read" in found.evidence
    assert test_subject(undated, EYES).outcome == NO_EVIDENCE
    assert test_subject(undated, EYES, by_rounds=False).outcome == PASS


def test_a_creation_that_cant_be_read_is_no_evidence():
    """It is not taken for any time."""
    unborn = subject(APPROVED, created="soon")
    found = test_subject(unborn, attribute({"within": {"days": 3, "from": "created", "to": {"to_status": "Approved"}}}))
    assert found.outcome == NO_EVIDENCE


CALLED = called_by(
    [
        ("status", "7", "Freigegeben"), ("status", "7", "Approved"), ("status", "9", "Approved"),
        ("issuetype", "1", "Change"), ("issuetype", "1", "Normal change"),
        ("field", "customfield_1", "Risk"), ("field", "customfield_1", "Old risk"), ("field", "customfield_2", "Risk"),
    ]
)  # fmt: skip


@pytest.mark.parametrize("wanted", ["Approved", "APPROVED", "freigegeben"])
@pytest.mark.parametrize(("identity", "name"), [("7", "Freigegeben"), ("7", "Approved"), ("7", "In any language")])
def test_a_name_means_every_status_that_has_or_had_it(wanted, identity, name):
    """Renamed, in another language, or written in other letters: the id decides."""
    step = replace(APPROVED, after=identity, after_text=name)
    asked = attribute({"order": {"first": {"to_status": wanted}, "then": {"to_status": "Done"}}})
    assert test_subject(subject(step, DONE), asked, CALLED).outcome == PASS
    assert (
        test_subject(subject(replace(step, after="8", after_text="Other"), DONE), asked, CALLED).outcome == NO_EVIDENCE
    )


def test_two_statuses_of_one_name_are_both_meant():
    """The name says both; each is found by its id under whatever name it has today."""
    asked = attribute({"order": {"first": {"to_status": "Approved"}, "then": {"to_status": "Done"}}})
    for identity in ("7", "9"):
        step = replace(APPROVED, after=identity, after_text="Anything")
        assert test_subject(subject(step, DONE), asked, CALLED).outcome == PASS


def test_types_and_statuses_of_today_are_meant_by_their_former_names():
    """``applies_to`` asks by id where it can."""
    one = attribute({"has": {"link": True}}, applies_to={"issue_type": ["change"], "status": ["approved"]})
    renamed = subject(issue_type="Normal change", issue_type_id="1", status="Freigegeben", status_id="7")
    assert test_subject(renamed, one, CALLED).outcome == EXCEPTION
    assert test_subject(renamed, one).outcome == NOT_APPLICABLE
    assert test_subject(replace(renamed, issue_type_id="2"), one, CALLED).outcome == NOT_APPLICABLE


def test_a_field_keeps_its_chain_under_every_name():
    """A renamed field is one field; of two fields with one name, one that was filled is enough."""
    asked = attribute({"filled_before": {"field": "old risk", "event": {"to_status": "Done"}}})
    filled = Change(10, day(1), "Ann", "a1", "Old risk", "customfield_1", "", "", "", "high")
    empty = {"customfield_1": Value("Risk", "")}
    assert test_subject(subject(filled, DONE, fields=empty), asked, CALLED).outcome == PASS
    bare = replace(filled, field_id="")  # as Data Center writes it
    assert test_subject(subject(bare, DONE, fields=empty), asked, CALLED).outcome == PASS
    both = {"customfield_1": Value("Risk", ""), "customfield_2": Value("Risk", "low")}
    risk = attribute({"filled_before": {"field": "Risk", "event": {"to_status": "Done"}}})
    assert test_subject(subject(DONE, fields=both), risk, CALLED).outcome == PASS
    assert test_subject(subject(DONE, fields=empty), risk, CALLED).outcome == EXCEPTION
    assert test_subject(subject(DONE, fields={}), risk, CALLED).outcome == NO_EVIDENCE


def test_each_outcome_has_a_sign_of_its_own():
    """The gravest first; the first two deviate."""
    assert OUTCOMES == ("exception", "no evidence", "pass", "not applicable")
    assert OUTCOMES[:2] == DEVIATIONS
    assert "".join(SIGNS[one] for one in OUTCOMES) == "●○✓–"


def test_an_issue_of_which_jira_does_not_tell_is_taken_for_closed():
    """So that missing evidence stays a deviation."""
    assert test_subject(subject(status="Closed"), PEOPLE).outcome == NO_EVIDENCE


ADA = {"accountId": "a7", "displayName": "Ada", "emailAddress": ""}


@pytest.mark.parametrize(
    ("raw", "people", "named"),
    [
        (None, (), ()),
        ("Ada", (), (Person("", "Ada"),)),
        ("  ", (), ()),
        (ADA, (Person("a7", "Ada"),), (Person("a7", "Ada"),)),
        ({"accountId": "a7"}, (Person("a7", "a7", nobody=True),), (Person("a7", "a7", nobody=True),)),
        ({"key": "ada", "displayName": "Ada"}, (Person("ada", "Ada"),), (Person("ada", "Ada"),)),
        ({"name": "ada"}, (), (Person("ada", "ada"),)),
        ([ADA, None, "Bo"], (Person("a7", "Ada"),), (Person("a7", "Ada"), Person("", "Bo"))),
        ({}, (), (Person("", "", nobody=True),)),
        (7, (), ()),
    ],
)
def test_a_field_holds_the_people_that_jira_sends(raw, people, named):
    """By their accounts; plain text and bare names are people only in a field that is known to hold some."""
    assert people_of(raw) == people
    assert people_of(raw, named=True) == named


@pytest.mark.parametrize(
    ("who", "apart"), [(ANN, True), (Person("", "Ann"), False), (ERASED, False), (Person("", "", nobody=True), False)]
)
def test_a_person_is_told_apart_by_an_account_that_is_somebodys(who, apart):
    """A name alone, or an account that was erased, may be anyone's."""
    assert who.told_apart is apart
