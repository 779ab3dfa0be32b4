"""Fields that controls name: which are meant in either dialect, what changed, what is shown of it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from control_tests import ANN, BOB, change, handed, issue

from auditlib.audit.controls.fields import (
    Fields,
    attachments,
    difference,
    fields_meant,
    held_at,
    holds_one_of,
    is_change,
    people_before,
)
from auditlib.audit.controls.subject import Person, Value
from auditlib.audit.controls.trail import Trail
from auditlib.records.names import FIELD, NO_NAMES, called_by

RISK = {"customfield_7": Value("Risk", "High")}
NAMED = called_by([(FIELD, "customfield_7", "Risk"), (FIELD, "customfield_7", "Danger")])


def step(field, field_id="", *, custom=False):
    return replace(change(11, 1, field, "Low", "High"), field_id=field_id, custom=custom)


@pytest.mark.parametrize(
    ("wanted", "one", "called", "fields", "found"),
    [
        ("summary", step("summary"), NO_NAMES, {}, True),
        ("summary", step("summary", "summary"), NO_NAMES, {}, True),
        ("summary", step("summary", custom=True), NO_NAMES, {}, False),
        ("Risk", step("Risk", "customfield_7"), NO_NAMES, {}, True),
        ("risk", step("Risk", custom=True), NO_NAMES, {}, True),
        ("customfield_7", step("Risk", "customfield_7"), NO_NAMES, {}, True),
        ("customfield_7", step("Risk", custom=True), NO_NAMES, {}, False),
        ("customfield_7", step("Risk", custom=True), NO_NAMES, RISK, True),
        ("customfield_7", step("Rank", custom=True), NO_NAMES, RISK, False),
        ("customfield_7", step("Danger", custom=True), NAMED, {}, True),
        ("Danger", step("Risk", "customfield_7"), NAMED, {}, True),
        ("Danger", step("Risk", custom=True), NAMED, {}, True),
        ("Risk", step("Rank", "customfield_8"), NAMED, RISK, False),
        ("Risk", step("Rank", custom=True), NAMED, RISK, False),
        ("customfield_7", step("Risk", "customfield_8"), NO_NAMES, RISK, False),
        ("Risk", step("Danger", "customfield_8"), NAMED, {}, False),
    ],
)
def test_a_field_is_found_by_id_or_by_any_name(wanted, one, called, fields, found):
    """Histories of Data Center give custom fields no id: there the name of the field of that id decides."""
    subject = issue(one, fields=fields)
    marks = Fields(called).marks(subject, Trail(subject.steps), wanted)
    assert marks == ([Trail(subject.steps).marks] if found else [])


@pytest.mark.parametrize(
    ("wanted", "called", "fields", "known"),
    [
        ("description", NO_NAMES, {}, True),
        ("Summary", NO_NAMES, {}, True),
        ("Risk", NO_NAMES, {}, False),
        ("Risk", NO_NAMES, RISK, True),
        ("Risk", NAMED, {}, True),
        ("customfield_7", NAMED, {}, True),
        ("customfield_8", NAMED, RISK, False),
    ],
)
def test_a_field_that_nothing_names_is_not_known(wanted, called, fields, known):
    """A misspelt field never changed either."""
    subject = issue(fields=fields)
    assert Fields(called).is_known(subject, Trail(()), wanted) is known


def test_a_field_that_only_a_history_names_is_known():
    """Its changes show that it is there."""
    subject = issue(step("Risk", custom=True))
    assert Fields(NO_NAMES).is_known(subject, Trail(subject.steps), "risk")
    assert not Fields(NO_NAMES).is_known(subject, Trail(subject.steps), "Danger")


def test_an_id_means_one_field_and_a_name_all_that_bear_it():
    """Two fields of one name are both meant; the id of one means that one."""
    two = {"customfield_7": Value("Risk", "a"), "customfield_8": Value("risk", "b"), "Risk2": Value("Other", "c")}
    assert set(fields_meant(issue(fields=two), "RISK", NO_NAMES)) == {"customfield_7", "customfield_8"}
    assert set(fields_meant(issue(fields=two), "customfield_8", NO_NAMES)) == {"customfield_8"}


def test_whom_a_field_named_follows_from_its_history():
    """What changes in one entry counts as both; without a change today's value held all the time."""
    steps = [handed(11, 1, ANN, BOB, "reporter"), handed(12, 2, BOB, None, "reporter")]
    trail = Trail(steps)
    one = issue(*steps)
    assert people_before(one, trail, "reporter", -1) == [ANN]
    assert people_before(one, trail, "reporter", 0) == [ANN, BOB]
    assert people_before(one, trail, "reporter", 1) == [BOB]
    assert people_before(one, trail, "reporter", 2) == []
    today = issue(fields={"reporter": Value("Reporter", "Bob", (BOB,))})
    assert people_before(today, Trail(()), "reporter", 5) == [BOB]
    assert people_before(issue(fields={}), Trail(()), "reporter", 5) is None
    assert held_at(trail.of("reporter"), 2) == [Person("", "")]
    named = replace(steps[0], before="", before_text="Eve", after="b2", after_text="")
    assert people_before(one, Trail([named]), "reporter", 0) == [Person("", "Eve"), Person("b2", "")]


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ("Old", "New", "'Old' became 'New'"),
        ("", "New", "empty became 'New'"),
        ("Old", "", "'Old' was removed"),
        ("a  b", "a b", "'a b', only blanks or lines differ"),
        ("x" * 100 + "Old", "x" * 100 + "New", f"'…{'x' * 20}Old' became '…{'x' * 20}New'"),
        ("x" * 200, "y" * 200, f"'{'x' * 80}…' became '{'y' * 80}…'"),
        ("abc", "abcdef", "'abc' became 'abcdef'"),
        ("x" * 90, "x" * 95, f"'…{'x' * 20}' became '…{'x' * 25}'"),
        ("x" * 79 + "a", "x" * 79 + "b", f"'{'x' * 79}a' became '{'x' * 79}b'"),
        ("x" * 30 + "a", "x" * 30 + "b" * 60, f"'…{'x' * 20}a' became '…{'x' * 20}{'b' * 60}'"),
    ],
)
def test_before_and_after_are_shown_from_where_they_differ(before, after, shown):
    """Long texts that begin alike are not shown as if they were alike."""
    assert difference(change(11, 1, "description", before, after)) == shown


def test_values_that_the_history_knows_by_their_ids_are_shown_by_them():
    """Some entries name no text."""
    step = replace(change(11, 1, "priority", "", ""), before="1", after="2")
    assert difference(step) == "'1' became '2'"
    assert difference(replace(step, before_text="High", after_text="Low")) == "'High' became 'Low'"


def test_files_are_added_and_removed_under_either_name():
    """The field's id or, where a history gives none, its name; in the order of the history."""
    steps = [
        change(11, 1, "Attachment", "", "a.pdf"),
        change(12, 2, "attachment", "", "b.pdf"),
        change(13, 3, "Attachment", "a.pdf", ""),
    ]
    assert [mark.step.history_id for mark in attachments(Trail(steps))] == [11, 12, 13]


def test_a_value_that_stayed_is_no_change():
    """A history may note it; an id that changed under one name is a change."""
    assert not is_change(change(11, 1, "priority", "High", "High"))
    assert is_change(change(11, 1, "priority", "High", "Low"))
    assert is_change(replace(change(11, 1, "priority", "High", "High"), before="1", after="2"))


def test_a_field_of_several_things_holds_one_of_some_values():
    """Without regard to capitals; a part of a word is not it."""
    assert holds_one_of("a, Emergency", ["emergency"])
    assert holds_one_of("a\nEmergency", ["emergency"])
    assert holds_one_of("Yes, approved", ["yes, approved"])
    assert not holds_one_of("no emergency", ["emergency"])
    assert not holds_one_of("", ["emergency"])
