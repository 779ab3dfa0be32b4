"""Events and fields that attributes name: what counts as one, who did it, and what a field held before it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from control_cases import ANN, BOB, DONE, attribute, change, day, subject

from auditlib.audit.controls.attribute_events import (
    Asked,
    Happening,
    best,
    created_as,
    field_before,
    happenings,
    is_past,
    named,
    without_time,
)
from auditlib.audit.controls.attributes import test_subject
from auditlib.audit.controls.subject import EXCEPTION, NO_EVIDENCE, PASS, Outcome, Person, Value
from auditlib.params.attributes import ToStatus
from auditlib.records.names import FIELD, NO_NAMES, called_by

TO_DONE = ToStatus(to_status="Done")
RISK = attribute({"filled_before": {"field": "Risk", "event": {"to_status": "Done"}}})
CAME = Happening(day(3), BOB, "Done on the third day", 12, 2)


def asked(*steps, called=NO_NAMES, by_rounds=True, **more):
    return Asked(subject(*steps, **more), called, by_rounds)


def by_name(step):
    """Return a change as Data Center tells that of a custom field: without the field's id."""
    return replace(step, field_id="", custom=True)


# Events


@pytest.mark.parametrize(
    ("step", "event"),
    [
        (change(11, 2, "Phase", "Open", "Done"), TO_DONE),
        (by_name(change(11, 2, "status", "Open", "Done")), TO_DONE),
        (change(11, 2, "Answer", "", "Fixed"), "resolved"),
        (by_name(change(11, 2, "Resolution", "", "Fixed")), "resolved"),
    ],
)
def test_only_jiras_own_status_and_resolution_are_events(step, event):
    """A field that holds the same word, or a custom one that is called the same, is none."""
    assert happenings(asked(step, status="Open"), event) == []


def test_packages_made_before_took_a_field_of_the_name_for_the_status():
    """What they say must come out again."""
    step = by_name(change(11, 2, "status", "Open", "Done"))
    assert [one.history_id for one in happenings(asked(step, by_rounds=False), TO_DONE)] == [11]


def test_a_field_of_jiras_own_without_an_id_is_known_by_its_name():
    """Data Center leaves out the id; in whatever letters it writes the name."""
    step = replace(change(11, 2, "Status", "Open", "Done"), field_id="")
    assert [one.history_id for one in happenings(asked(step), TO_DONE)] == [11]


@pytest.mark.parametrize(
    ("after", "text", "number"), [("", "Fixed", 1), ("3", "", 1), ("", "", 0)], ids=["name", "id", "cleared"]
)
def test_an_issue_is_resolved_by_whatever_is_set(after, text, number):
    """By a name or an id; clearing the resolution resolves nothing."""
    step = replace(change(11, 2, "resolution", "Old", text), after=after)
    assert len(happenings(asked(step), "resolved")) == number


def test_what_it_was_created_in_is_known_where_the_whole_history_is():
    """By the first entry or, without one, by today; half a history may have lost the first."""
    assert [one.place for one in happenings(asked(status="Done"), TO_DONE)] == [-1]
    left = change(11, 2, "status", "Done", "Open")
    back = change(12, 3, "status", "Open", "Done")
    assert [one.history_id for one in happenings(asked(left, back), TO_DONE)] == [None, 12]
    assert [one.history_id for one in happenings(asked(left, back, whole=False), TO_DONE)] == [12]


def test_an_issue_is_created_by_its_creator_else_its_reporter_else_nobody():
    """A creator field that is empty names nobody."""
    both = {"creator": Value("Creator", "Bob", (BOB,)), "reporter": Value("Reporter", "Ann", (ANN,))}
    assert created_as(subject(fields=both), "").person == BOB
    assert created_as(subject(fields=both | {"creator": Value("Creator", "")}), "").person == ANN
    nobody = created_as(subject(fields={}), "")
    assert (nobody.person, nobody.person.told_apart) == (Person("", "nobody"), False)
    assert nobody.shown == "created 2026-04-01T12:00:00.000+00:00 by nobody"
    assert created_as(subject(), "Open").shown == "created 2026-04-01T12:00:00.000+00:00 in Open"


def test_a_change_without_an_author_is_nobodys():
    """It is named so; the kind of its actor is kept."""
    (found,) = happenings(asked(replace(DONE, author="", author_id="", nobody=True, kind="app")), TO_DONE)
    assert (found.person, found.kind, found.place) == (Person("", "nobody", nobody=True), "app", 0)


@pytest.mark.parametrize(
    ("event", "more", "past"),
    [
        ("resolved", {"fields": {"resolution": Value("Resolution", "Fixed")}}, True),
        ("resolved", {"fields": {"resolution": Value("Resolution", "")}}, False),
        ("resolved", {"fields": {}}, False),
        (TO_DONE, {"status": "Done"}, True),
        (TO_DONE, {"status": "Open"}, False),
        ("created", {}, False),
    ],
)
def test_todays_state_may_say_that_an_event_happened(event, more, past):
    """A resolution that is set, the status itself."""
    assert is_past(asked(**more), event) is past


def test_an_event_has_words():
    """Those of the parameters."""
    assert [named(TO_DONE), named("resolved"), named("Reviewer")] == ["to status Done", "resolved", "Reviewer"]


def test_of_two_events_the_one_whose_time_cannot_be_read_is_named():
    """Both are shown, each once."""
    dark = replace(CAME, at="some day", shown="Approved some day", history_id=11)
    found = without_time(CAME, dark)
    assert (found.outcome, found.history_id) == (NO_EVIDENCE, 11)
    assert found.evidence == "Done on the third day; Approved some day: a time of these can't be read"
    assert without_time(dark, dark).evidence == "Approved some day: a time of these can't be read"


# Fields


@pytest.mark.parametrize(
    ("before", "after", "evidence", "number"),
    [
        ([change(10, 1, "Risk", "", "High")], [], "'High' (history 10)", 10),
        ([change(10, 1, "Risk", "", "Low"), change(11, 2, "Risk", "Low", "High")], [], "'High' (history 11)", 11),
        ([replace(change(10, 1, "Risk", "", ""), after="3")], [], "'3' (history 10)", 10),
        ([], [change(14, 5, "Risk", "High", ""), change(15, 6, "Risk", "", "Low")], "'High' (before history 14)", 12),
        ([], [replace(change(14, 5, "Risk", "", ""), before="3")], "'3' (before history 14)", 12),
        ([], [], "'Today' (since it was created)", 12),
    ],
)
def test_what_a_field_held_at_an_event_is_told_with_its_record(before, after, evidence, number):
    """By the last change before it, else the first one after it, else today; an id where Jira gives no word."""
    found = field_before(CAME, Value("Risk", "Today"), before, after, "risk")
    assert found == Outcome(PASS, f"Risk was {evidence}; Done on the third day", number)


@pytest.mark.parametrize("text", ["", " \n"])
def test_blanks_fill_no_field(text):
    """What looks empty is an exception, by the entry that left it so."""
    last = change(10, 1, "Risk", "High", text)
    assert field_before(CAME, None, [last], [], "Risk") == Outcome(
        EXCEPTION, "Risk was empty; Done on the third day", 10
    )
    assert field_before(CAME, None, [], [], "Risk").history_id == 12


@pytest.mark.parametrize("which", ["event", "before", "after"])
def test_a_time_that_cannot_be_read_leaves_open_what_a_field_held(which):
    """That of the event, or of any change of the field."""
    steps = {one: [change(10, 1, "Risk", "", "High")] for one in ("before", "after")}
    event = replace(CAME, at="some day") if which == "event" else CAME
    if which != "event":
        steps[which] = [replace(one, at="some day") for one in steps[which]]
    found = field_before(event, None, steps["before"], steps["after"], "Risk")
    assert (found.outcome, found.history_id) == (NO_EVIDENCE, 12)
    assert found.evidence == "Done on the third day: a time of it or of a change of Risk can't be read"


@pytest.mark.parametrize(("length", "shown"), [(60, "x" * 60), (61, "x" * 59 + "…")])
def test_a_long_text_is_cut_to_sixty_characters(length, shown):
    """Line feeds and blanks are one blank each; a whole text has no mark behind it."""
    assert f"'{shown}'" in field_before(CAME, Value("Risk", "x" * length), [], [], "Risk").evidence
    assert "'a b'" in field_before(CAME, Value("Risk", " a\n\n b"), [], [], "Risk").evidence


def test_the_best_of_several_fields_of_a_name_counts():
    """One that was filled is enough; what is not known is better than empty."""
    order = [Outcome(one, "") for one in (PASS, NO_EVIDENCE, EXCEPTION)]
    assert [best(reversed(order[at:])).outcome for at in range(3)] == [PASS, NO_EVIDENCE, EXCEPTION]


def test_a_change_of_another_field_of_the_name_is_none_of_the_field_that_is_there():
    """A field that the issue has no longer may have borne the name, and been filled."""
    fields = {"customfield_1": Value("Risk", "")}
    other = replace(change(10, 1, "Risk", "", "High"), field_id="customfield_2")
    assert test_subject(subject(other, DONE, fields=fields), RISK).outcome == EXCEPTION
    own = replace(other, field_id="customfield_1")
    assert test_subject(subject(own, DONE, fields=fields), RISK).outcome == PASS


def test_a_field_that_jira_does_not_send_any_more_is_known_by_its_history():
    """By the name that it had then, or its id; other fields are not taken for it."""
    gone = replace(change(10, 1, "Risk", "", "High"), field_id="customfield_2")
    assert set(asked(gone, DONE, fields={}).marks_of("Risk")) == {"customfield_2"}
    called = called_by([(FIELD, "customfield_2", "Risk"), (FIELD, "customfield_2", "Hazard")])
    assert set(asked(gone, DONE, fields={}, called=called).marks_of("Hazard")) == {"customfield_2"}
    assert asked(gone, DONE, fields={}).marks_of("Hazard") == {}


@pytest.mark.parametrize("wanted", ["Risk", "Hazard", "customfield_1"])
@pytest.mark.parametrize("name", ["Risk", "RISK", "Hazard", "customfield_1"])
def test_a_change_without_the_fields_id_is_known_by_any_name_of_the_field(wanted, name):
    """That of today, a former one, the id itself; of a change of another field nothing is taken."""
    called = called_by([(FIELD, "customfield_1", "Risk"), (FIELD, "customfield_1", "Hazard")])
    steps = [by_name(change(10, 1, name, "", "High")), by_name(change(11, 2, "Owner", "", "Ann"))]
    found = asked(*steps, called=called, fields={"customfield_1": Value("Risk", "High")}).marks_of(wanted)
    assert {one: [mark.step.history_id for mark in marks] for one, marks in found.items()} == {"customfield_1": [10]}


def test_a_change_without_the_fields_id_is_known_by_the_name_that_is_asked_for():
    """Where Jira sends no such field; each keeps its changes in their order."""
    steps = [by_name(change(10, 1, "Risk", "", "Low")), by_name(change(11, 2, "Risk", "Low", "High"))]
    found = asked(*steps, fields={}).marks_of("risk")
    assert {one: [mark.step.history_id for mark in marks] for one, marks in found.items()} == {"": [10, 11]}
