"""Attributes of controls: each test by hand, and no pass without evidence."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from control_cases import ANN, APPROVED, BOB, DONE, EYES, ORDER, attribute, change, day, subject
from hypothesis import given
from hypothesis import strategies as st

from auditlib.audit.controls.attributes import test_subject
from auditlib.audit.controls.rates import attributes_table, untestable
from auditlib.audit.controls.subject import (
    DEVIATIONS,
    EXCEPTION,
    NO_EVIDENCE,
    NOT_APPLICABLE,
    OUTCOMES,
    PASS,
    Person,
    Value,
    people_of,
)


@pytest.mark.parametrize(
    ("steps", "outcome", "history_id"),
    [
        ((APPROVED, DONE), PASS, 11),
        ((change(12, 3, "status", "Open", "Done"),), NO_EVIDENCE, 12),
        ((APPROVED,), NOT_APPLICABLE, None),
        ((), NOT_APPLICABLE, None),
        ((change(11, 2, "status", "Open", "Done"), change(12, 3, "status", "Done", "Approved")), EXCEPTION, 11),
        # what came after a go does not make up for what was missing before it: done, approved, done again
        (
            (change(10, 1, "status", "Open", "Done"), change(11, 2, "status", "Done", "Approved", BOB), DONE),
            EXCEPTION,
            10,
        ),
    ],
)
def test_one_event_before_another(steps, outcome, history_id):
    """Each time of the second event is judged by what came before it in its round; what never came is no evidence."""
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


LIMIT = attribute({"within": {"from": {"to_status": "Approved"}, "to": "resolved", "days": 10}})


@pytest.mark.parametrize(
    ("steps", "more", "found", "history_id"),
    [
        ((), {}, NOT_APPLICABLE, None),
        ((RESOLVED,), {}, NO_EVIDENCE, 13),
        ((APPROVED, RESOLVED), {}, PASS, 13),
        ((APPROVED, change(13, 1, "resolution", "", "Done")), {}, EXCEPTION, 13),
        ((APPROVED, change(13, 2, "resolution", "", "Done")), {}, PASS, 13),
        ((APPROVED, change(13, 12, "resolution", "", "Done")), {}, PASS, 13),
        ((APPROVED, change(13, 12.1, "resolution", "", "Done")), {}, EXCEPTION, 13),
        ((replace(APPROVED, at="some day"), RESOLVED), {}, NO_EVIDENCE, 11),
        ((replace(APPROVED, at="some day"),), {}, NO_EVIDENCE, 11),
        ((APPROVED, replace(RESOLVED, at="some day")), {}, NO_EVIDENCE, 13),
        ((APPROVED,), {"fields": {"resolution": Value("Resolution", "Done")}}, NO_EVIDENCE, None),
        ((APPROVED, RESOLVED), {"fields": {"resolution": Value("Resolution", "Done")}}, PASS, 13),
        # the limit runs out on the twelfth day
        ((APPROVED,), {"period_ends": day(11)}, NOT_APPLICABLE, None),
        ((APPROVED,), {"period_ends": day(12)}, NOT_APPLICABLE, None),
        ((APPROVED,), {"period_ends": day(13)}, EXCEPTION, 11),
        ((APPROVED, RESOLVED), {"period_ends": day(11)}, PASS, 13),
        ((APPROVED, RESOLVED), {"period_ends": day(10)}, NOT_APPLICABLE, None),
        ((APPROVED, change(13, 20, "resolution", "", "Done")), {"period_ends": day(11)}, NOT_APPLICABLE, None),
        ((APPROVED, replace(RESOLVED, at="some day")), {"period_ends": day(11)}, NO_EVIDENCE, 13),
        ((replace(APPROVED, at="some day"),), {"period_ends": day(11)}, NO_EVIDENCE, 11),
        # it was read on the day after
        ((APPROVED,), {"read_at": day(12)}, NOT_APPLICABLE, None),
        ((APPROVED,), {"read_at": day(12.1)}, EXCEPTION, 11),
    ],
)
@pytest.mark.parametrize("by_rounds", [True, False])
def test_a_time_limit_is_judged_when_it_is_over(steps, more, found, history_id, by_rounds):
    """In the period and before it was read; what came before its own begin, or at no known time, is never in time."""
    one = subject(*steps, status="Approved" if any(step.field == "status" for step in steps) else "Open", **more)
    told = test_subject(one, LIMIT, by_rounds=by_rounds)
    assert (told.outcome, told.history_id) == (found, history_id)


def test_a_time_limit_is_told_with_what_was_measured():
    """In days and hundredths; where it can't be, both events are shown."""
    found = test_subject(subject(APPROVED, RESOLVED), LIMIT).evidence
    assert found.endswith(
        "history 13: resolved Done 2026-04-11T12:00:00.000+00:00 by Ann: 8.00 days, at most 10 allowed"
    )
    dark = test_subject(subject(replace(APPROVED, at="some day"), RESOLVED), LIMIT).evidence
    assert dark.startswith("history 11: Approved some day (not readable) by Bob; history 13: resolved Done 2026-04-11")


def test_a_time_at_the_end_of_the_calendar_has_an_outcome():
    """What Jira answers may lie where no day follows: the limit is not counted on from there."""
    asked = attribute({"within": {"from": "created", "to": "resolved", "days": 30}})
    born = datetime(9999, 12, 31, tzinfo=UTC)
    assert test_subject(subject(created=born, period_ends=day(50)), asked).outcome == NOT_APPLICABLE


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


@pytest.mark.parametrize(
    ("test", "more", "evidence"),
    [
        ({"link": True}, {"links": ["Blocks\nblocks", "Clones\nclones"]}, "2 of 2 links"),
        ({"link": "blocks"}, {"links": ["Blocks\nblocks", "Clones\nclones"]}, "1 of 2 links"),
        ({"link": True}, {}, "no link"),
        ({"link": "blocks"}, {"links": ["Clones\nclones"]}, "no link 'blocks'"),
        ({"link": True}, {"all_links": False}, "no link among those that Jira gave"),
        ({"attachment": True}, {"attachments": ["a.pdf", "b.pdf"]}, "attachment a.pdf"),
        ({"attachment": True}, {"attachments": []}, "no attachment"),
        ({"attachment": "*.png"}, {"attachments": ["a.pdf"]}, "no attachment *.png"),
        ({"attachment": True}, {}, "Jira sent no field attachment"),
        ({"comment_by": "Bob"}, {"commenters": [(ANN, 70), (BOB, 77)]}, "comment 77 by Bob"),
        ({"comment_by": "Bob"}, {"commenters": [(BOB, None)]}, "comment without id by Bob"),
        ({"comment_by": "Bob"}, {}, "no comment by Bob that the account sees"),
        ({"comment_by": "Bob"}, {"commenters": [(ANN, 70)]}, "no comment by Bob that the account sees"),
    ],
)
def test_what_hangs_on_an_issue_is_told(test, more, evidence):
    """Which of how many, or what is missing."""
    assert test_subject(subject(**more), attribute({"has": test})).evidence == evidence


@pytest.mark.parametrize(
    ("held", "commenter", "found"),
    [
        (Person("x1", "Somebody", nobody=True), Person("x1", "Somebody"), NO_EVIDENCE),
        (BOB, Person("b2", "Bob", nobody=True), NO_EVIDENCE),
        (Person("", "Bob"), Person("", "Ann"), NO_EVIDENCE),
        (Person("", "Bob"), Person("b9", "Bob"), PASS),
        (Person("b2", "Robert"), Person("b2", "Bob"), PASS),
    ],
)
def test_who_commented_is_known_by_account_or_name(held, commenter, found):
    """Nobody in particular is nobody whom a field names, and accounts without an id are not one for that."""
    one = subject(fields={"Reviewer": Value("Reviewer", held.name, (held,))}, commenters=[(commenter, 1)])
    assert test_subject(one, attribute({"has": {"comment_by": "Reviewer"}})).outcome == found


def test_people_of_the_creation_and_of_fields_are_compared_as_they_are():
    """No event has to happen for that; several people of one field are one side."""
    asked = attribute({"different_people": ["created", "Reviewer"]})
    for people, found in (((BOB,), PASS), ((BOB, ANN), EXCEPTION), ((Person("", "Bob"),), NO_EVIDENCE)):
        fields = {"creator": Value("Creator", "Ann", (ANN,)), "Reviewer": Value("Reviewer", "x", people)}
        assert test_subject(subject(fields=fields), asked).outcome == found
    assert test_subject(subject(fields={"creator": Value("Creator", "Ann", (ANN,))}), asked).evidence == (
        "Reviewer names nobody"
    )


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


words = st.sampled_from(["Open", "Approved", "Done"])
histories = st.lists(
    st.tuples(st.integers(0, 20), words, words, st.sampled_from([ANN, BOB, Person("", "")])), max_size=6
)


# What packages made before say


@pytest.mark.parametrize(
    ("steps", "found", "history_id"),
    [
        ((APPROVED, DONE), PASS, 11),
        ((change(12, 2, "status", "Open", "Approved"), change(13, 2, "status", "Approved", "Done")), PASS, 12),
        ((change(11, 2, "status", "Open", "Done"), change(12, 3, "status", "Done", "Approved")), EXCEPTION, 11),
        ((change(12, 3, "status", "Open", "Done"),), NO_EVIDENCE, 12),
        ((replace(APPROVED, at="some day"), DONE), NO_EVIDENCE, 11),
        ((APPROVED, replace(DONE, at="some day")), NO_EVIDENCE, 12),
        ((APPROVED,), NOT_APPLICABLE, None),
    ],
)
def test_before_there_were_rounds_the_first_came_before_the_last(steps, found, history_id):
    """At one instant, too; whatever came between."""
    one = test_subject(subject(*steps, status=steps[-1].after_text), ORDER, by_rounds=False)
    assert (one.outcome, one.history_id) == (found, history_id)
    if len(steps) == 1 and found == NO_EVIDENCE:
        assert one.evidence.endswith("; to status Approved: never")


RISK = attribute({"filled_before": {"field": "Risk", "event": {"to_status": "Done"}}})


@pytest.mark.parametrize(
    ("steps", "today", "found", "history_id"),
    [
        ((DONE,), "High", PASS, 12),
        ((DONE,), "", EXCEPTION, 12),
        ((change(9, 3, "Risk", "", "High"), DONE), "High", PASS, 9),
        ((DONE, change(14, 3, "Risk", "", "High")), "High", PASS, 14),  # at the same instant
        ((DONE, change(14, 4, "Risk", "", "High")), "High", EXCEPTION, 12),
        ((change(9, 1, "Risk", "", "High"), DONE, change(14, 4, "Risk", "High", "")), "", PASS, 9),
        ((replace(change(9, 1, "Risk", "", "High"), at="some day"), DONE), "High", NO_EVIDENCE, 12),
        ((change(9, 1, "Risk", "", "High"), replace(DONE, at="some day")), "High", NO_EVIDENCE, 12),
        (
            (change(9, 1, "Risk", "", "Low"), replace(change(10, 2, "Risk", "Low", "High"), at="some day"), DONE),
            "High",
            NO_EVIDENCE,
            12,
        ),
        ((), "High", NOT_APPLICABLE, None),
    ],
)
def test_before_there_were_rounds_a_field_was_filled_by_the_clock(steps, today, found, history_id):
    """What was set at the instant of the event counted, in whatever entry."""
    status = "Done" if steps else "Open"
    one = subject(*steps, fields={"Risk": Value("Risk", today)}, status=status)
    told = test_subject(one, RISK, by_rounds=False)
    assert (told.outcome, told.history_id) == (found, history_id)


def test_before_there_were_rounds_a_field_had_to_be_known_too():
    """By the field itself, or by a change of it."""
    assert test_subject(subject(DONE), RISK, by_rounds=False).outcome == NO_EVIDENCE
    changed = subject(change(9, 1, "Risk", "", "High"), DONE)
    assert test_subject(changed, RISK, by_rounds=False).outcome == PASS


@pytest.mark.parametrize(
    ("steps", "more", "found"),
    [
        ((APPROVED,), {"is_open": True, "status": "Approved"}, NOT_APPLICABLE),
        ((APPROVED,), {"is_open": True, "status": "Done"}, NO_EVIDENCE),
        ((APPROVED,), {"is_open": False, "status": "Approved"}, NO_EVIDENCE),
    ],
)
def test_before_there_were_rounds_what_may_still_happen_concerned_nobody(steps, more, found):
    """An open issue whose state does not say that it has happened; else it never did."""
    assert test_subject(subject(*steps, **more), EYES, by_rounds=False).outcome == found


def test_before_there_were_rounds_people_were_told_with_the_last_entry_among_them():
    """A field has none."""
    asked = attribute({"different_people": [{"to_status": "Approved"}, "reporter"]})
    one = test_subject(subject(APPROVED), asked, by_rounds=False)
    assert (one.outcome, one.history_id) == (PASS, 11)


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
