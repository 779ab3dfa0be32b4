"""Attribute tests: what each outcome rests on, and that missing evidence is never a pass."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditlib.audit.controls.attributes import test_subject
from auditlib.audit.controls.rates import attributes_table, over_population, rates_table, untestable
from auditlib.audit.controls.subject import (
    DEVIATIONS,
    EXCEPTION,
    NO_EVIDENCE,
    NOT_APPLICABLE,
    OUTCOMES,
    PASS,
    Person,
    Subject,
    Value,
    people_of,
)
from auditlib.audit.sampling.limits import upper_limit
from auditlib.params.attributes import Attribute
from auditlib.records.history import Change
from auditlib.records.names import called_by

BORN = datetime(2026, 4, 1, 12, tzinfo=UTC)
ANN, BOB = Person("a1", "Ann"), Person("b2", "Bob")


def day(number: float) -> datetime:
    return BORN + timedelta(days=number)


def change(number: int, at: float, field: str, before: str, after: str, who: Person = ANN) -> Change:  # noqa: PLR0917 - a row
    return Change(number, day(at), who.name, who.id, field, field, "", before, "", after)


def subject(*steps: Change, **more: Any) -> Subject:
    known: dict[str, Any] = {
        "key": "PAY-1", "project": "PAY", "issue_type": "Change", "status": "Done", "created": BORN, "read_at": day(100),
        "steps": steps, "fields": {"reporter": Value("Reporter", "Ann", (ANN,)), "creator": Value("Creator", "Ann", (ANN,))},
    }  # fmt: skip
    return Subject(**(known | more))


def attribute(test: dict[str, Any], **more: Any) -> Attribute:
    return Attribute.model_validate({"name": "it", "question": "Is it?", "test": test, **more})


APPROVED = change(11, 2, "status", "Open", "Approved", BOB)
DONE = change(12, 3, "status", "Approved", "Done")
ORDER = attribute({"order": {"first": {"to_status": "Approved"}, "then": {"to_status": "Done"}}})
EYES = attribute({"different_people": [{"to_status": "Approved"}, {"to_status": "Done"}]})


@pytest.mark.parametrize(
    ("steps", "outcome", "history_id"),
    [
        ((APPROVED, DONE), PASS, 11),
        ((change(12, 3, "status", "Open", "Done"),), NO_EVIDENCE, 12),
        ((APPROVED,), NOT_APPLICABLE, None),
        ((), NOT_APPLICABLE, None),
        ((change(11, 2, "status", "Open", "Done"), change(12, 3, "status", "Done", "Approved")), EXCEPTION, 11),
        # the last time counts for what comes after: reopened, approved, done again
        ((change(10, 1, "status", "Open", "Done"), APPROVED, DONE), PASS, 11),
    ],
)
def test_one_event_before_another(steps, outcome, history_id):
    """The first time counts for the first event, the last for the second; what never came is no evidence."""
    found = test_subject(subject(*steps, status=steps[-1].after_text if steps else "Open"), ORDER)
    assert (found.outcome, found.history_id) == (outcome, history_id)


def test_the_status_at_the_creation_counts():
    """An issue that was created in a status came into it then, although no entry says so."""
    found = test_subject(subject(change(12, 3, "status", "Approved", "Done")), ORDER)
    assert found.outcome == PASS
    assert "created" in found.evidence


def test_an_event_names_its_record():
    """The evidence of an outcome can be looked up in Jira."""
    found = test_subject(subject(APPROVED, DONE), ORDER)
    assert found.evidence.startswith("history 11: Approved 2026-04-03T12:00:00.000+00:00 by Bob; history 12: Done")


@pytest.mark.parametrize(
    ("by", "outcome"),
    [((BOB, ANN), PASS), ((ANN, ANN), EXCEPTION), ((Person("", ""), ANN), NO_EVIDENCE)],
)
def test_different_people(by, outcome):
    """Two equal accounts are an exception; a person whom Jira does not name is no evidence of anything."""
    steps = (change(11, 2, "status", "Open", "Approved", by[0]), change(12, 3, "status", "Approved", "Done", by[1]))
    assert test_subject(subject(*steps), EYES).outcome == outcome


def test_people_are_told_apart_by_their_account():
    """Two people of one name are two people, and a person renamed is one."""
    twin, renamed = Person("z9", "Ann"), Person("a1", "Ann Other")
    for approver, outcome in ((twin, PASS), (renamed, EXCEPTION)):
        steps = (
            change(11, 2, "status", "Open", "Approved", approver),
            change(12, 3, "status", "Approved", "Done", ANN),
        )
        assert test_subject(subject(*steps), EYES).outcome == outcome


def test_fields_hold_people():
    """A field is compared by the people in it; an empty one is no evidence."""
    asked = attribute({"different_people": ["reporter", "Approver"]})
    assert test_subject(subject(), asked).outcome == NO_EVIDENCE
    for person, outcome in ((BOB, PASS), (ANN, EXCEPTION)):
        fields = {
            "reporter": Value("Reporter", "Ann", (ANN,)),
            "customfield_1": Value("Approver", person.name, (person,)),
        }
        assert test_subject(subject(fields=fields), asked).outcome == outcome


RESOLVED = change(13, 10, "resolution", "", "Done")


@pytest.mark.parametrize(
    ("days", "steps", "read", "outcome"),
    [
        (10, (RESOLVED,), 100, PASS),
        (9, (RESOLVED,), 100, EXCEPTION),
        (10, (), 10, NOT_APPLICABLE),
        (10, (), 10.01, EXCEPTION),
    ],
)
def test_within_days(days, steps, read, outcome):
    """Days have 24 hours; what is still open is late only when the time is over."""
    asked = attribute({"within": {"from": "created", "to": "resolved", "days": days}})
    assert test_subject(subject(*steps, read_at=day(read)), asked).outcome == outcome


@pytest.mark.parametrize(
    ("steps", "today", "outcome", "history_id"),
    [
        ((change(9, 1, "Risk", "", "High"), DONE), "High", PASS, 9),
        ((DONE, change(14, 5, "Risk", "", "High")), "High", EXCEPTION, 12),
        ((DONE, change(14, 5, "Risk", "Low", "High")), "High", PASS, 12),
        ((DONE,), "High", PASS, 12),
        ((DONE,), "", EXCEPTION, 12),
        ((change(9, 1, "Risk", "High", ""), DONE), "", EXCEPTION, 9),
    ],
)
def test_filled_before(steps, today, outcome, history_id):
    """What a field held at an event follows from the changes before and after it, else from today."""
    asked = attribute({"filled_before": {"field": "Risk", "event": {"to_status": "Done"}}})
    fields = {"Risk": Value("Risk", today)}
    found = test_subject(subject(*steps, fields=fields), asked)
    assert (found.outcome, found.history_id) == (outcome, history_id)


def test_a_field_that_jira_does_not_send_is_no_evidence():
    """A misspelt field must not pass, nor look like an empty one."""
    asked = attribute({"filled_before": {"field": "Rsik", "event": {"to_status": "Done"}}})
    assert test_subject(subject(DONE), asked).outcome == NO_EVIDENCE


@pytest.mark.parametrize(
    ("test", "outcome"),
    [
        ({"has": {"link": True}}, PASS),
        ({"has": {"link": "is blocked by"}}, PASS),
        ({"has": {"link": "clones"}}, EXCEPTION),
        ({"has": {"attachment": "*.PDF"}}, PASS),
        ({"has": {"attachment": "*.png"}}, EXCEPTION),
        ({"has": {"comment_by": "Bob"}}, PASS),
        ({"has": {"comment_by": "b2"}}, PASS),
        ({"has": {"comment_by": "Assignee"}}, PASS),
        ({"has": {"comment_by": "reporter"}}, NO_EVIDENCE),
    ],
)
def test_something_hangs_on_the_issue(test, outcome):
    """A comment may be restricted or deleted, so that its absence is no evidence; a missing link is an exception."""
    fields = {"reporter": Value("Reporter", "Ann", (ANN,)), "assignee": Value("Assignee", "Bob", (BOB,))}
    one = subject(
        links=["Blocks\nis blocked by\nblocks"], attachments=["protocol.pdf"], commenters=[(BOB, 77)], fields=fields
    )
    assert test_subject(one, attribute(test)).outcome == outcome


def test_what_an_attribute_does_not_concern_is_not_applicable():
    """All that stands under applies_to must hold."""
    asked = attribute(
        {"has": {"link": True}}, applies_to={"issue_type": ["Change"], "status": ["Done"], "project": ["OPS"]}
    )
    found = test_subject(subject(), asked)
    assert (found.outcome, found.evidence) == (NOT_APPLICABLE, "project is PAY")


def test_people_of_a_field():
    """Cloud and Data Center name people differently; an option or a version is no person."""
    assert people_of({"accountId": "a1", "displayName": "Ann"}) == (ANN,)
    assert people_of({"key": "JIRAUSER1", "name": "ann", "displayName": "Ann"}) == (Person("JIRAUSER1", "Ann"),)
    assert people_of([{"accountId": "a1", "displayName": "Ann"}, {"accountId": "b2", "displayName": "Bob"}]) == (
        ANN,
        BOB,
    )
    assert people_of({"id": "1", "name": "Version"}) == people_of("text") == people_of(None) == ()


def test_rates_count_missing_evidence_as_deviation():
    """The limit is that of the issues concerned; what is not applicable does not make a sample larger."""
    outcomes = pd.DataFrame({"attribute": ["it"] * 5, "outcome": [PASS, PASS, EXCEPTION, NO_EVIDENCE, NOT_APPLICABLE]})
    row = rates_table(outcomes, [ORDER], scope="sample", random=True, confidence="0.95").iloc[0]
    assert (row["tested"], row["passed"], row["exceptions"], row["no_evidence"], row["not_applicable"]) == (
        4,
        2,
        1,
        1,
        1,
    )
    assert row["deviation_rate"] == 0.5
    assert row["upper_limit"] == float(upper_limit(4, 2, "0.95"))


def test_a_selection_has_no_limit():
    """No rate of the population follows from issues that someone chose."""
    outcomes = pd.DataFrame({"attribute": ["it"], "outcome": [PASS]})
    assert pd.isna(rates_table(outcomes, [ORDER], scope="sample", random=False)["upper_limit"].iloc[0])
    nothing = rates_table(outcomes.head(0), [ORDER], scope="sample", random=True)
    assert pd.isna(nothing["upper_limit"].iloc[0])
    assert nothing["tested"].iloc[0] == 0


def test_only_what_was_pulled_for_all_is_asked_of_all():
    """Over the population nothing is guessed: fields, files, comments and creators were not read."""
    yes = [ORDER, attribute({"within": {"from": "created", "to": "resolved", "days": 3}}), EYES]
    no = [
        attribute({"different_people": ["created", "resolved"]}),
        attribute({"has": {"link": True}}),
        attribute({"filled_before": {"field": "Risk", "event": "resolved"}}),
    ]
    assert [over_population(one) for one in yes + no] == [True] * 3 + [False] * 3


words = st.sampled_from(["Open", "Approved", "Done"])
histories = st.lists(
    st.tuples(st.integers(0, 20), words, words, st.sampled_from([ANN, BOB, Person("", "")])), max_size=6
)


@given(histories)
def test_no_pass_without_the_event(entries):
    """Whatever the history, a pass names a record, and the order it attests is there."""
    steps = [
        change(number, at, "status", before, after, who)
        for number, (at, before, after, who) in enumerate(sorted(entries, key=lambda one: one[0]))
    ]
    status = steps[-1].after_text if steps else "Open"
    table = attributes_table([subject(*steps, status=status)], [ORDER, EYES.model_copy(update={"name": "eyes"})])
    assert set(table["outcome"]) <= set(OUTCOMES)
    order, eyes = table["outcome"]
    came = {step.after_text for step in steps} | ({steps[0].before_text} if steps else set())
    assert order != PASS or {"Approved", "Done"} <= came
    if eyes == PASS:
        people = {step.author_id for step in steps if step.after_text in {"Approved", "Done"}}
        assert len(people | {ANN.id}) > 1
    assert set(DEVIATIONS) == {EXCEPTION, NO_EVIDENCE}


@pytest.mark.parametrize(
    "test",
    [
        {"order": {"first": "created", "then": "resolved"}},
        {"within": {"from": "created", "to": "resolved", "days": 3}},
        {"filled_before": {"field": "reporter", "event": "resolved"}},
    ],
)
def test_a_history_that_is_not_whole_is_no_evidence(test):
    """What today's state says and no entry shows has happened: neither late nor still to come, but not shown."""
    resolved = {"resolution": Value("Resolution", "Done"), "reporter": Value("Reporter", "Ann", (ANN,))}
    found = test_subject(subject(fields=resolved), attribute(test))
    assert found.outcome == NO_EVIDENCE
    assert "no history entry shows it" in found.evidence
    last = change(12, 3, "status", "Open", "In Review")
    assert test_subject(subject(last, status="Done"), ORDER).outcome == NO_EVIDENCE


def test_links_that_jira_refused_are_not_missing():
    """Only where all links were read does their absence show something."""
    asked = attribute({"has": {"link": True}})
    assert test_subject(subject(), asked).outcome == EXCEPTION
    assert test_subject(subject(all_links=False), asked).outcome == NO_EVIDENCE
    assert test_subject(subject(), attribute({"has": {"attachment": True}})).outcome == NO_EVIDENCE


def test_an_issue_that_does_not_answer_is_no_evidence():
    """A sampled issue that is gone counts as a deviation from every attribute."""
    table = untestable(["PAY-9"], [ORDER, EYES])
    assert list(table["outcome"]) == [NO_EVIDENCE] * 2
    assert list(table.columns) == list(attributes_table([], [ORDER]).columns)


# What is not decided


PEOPLE = attribute({"different_people": [{"to_status": "Approved"}, {"to_status": "Done"}]})
IN_TIME = attribute({"within": {"from": "created", "to": "resolved", "days": 30}})


def resolved(at: float) -> Change:
    return change(21, at, "resolution", "", "Done")


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
    assert test_subject(undated, EYES).outcome == PASS


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
