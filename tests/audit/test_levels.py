"""Levels: what a field held when, and the time that the parameters allow for it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from control_cases import change, day
from control_tests import control, issue

from auditlib.audit.controls.case import Case, Context
from auditlib.audit.controls.levels import Held, allowed, held_at, held_values
from auditlib.audit.controls.rounds import Course
from auditlib.audit.controls.subject import Value
from auditlib.audit.controls.trail import Trail, timestamp


def case(*steps, **fields):
    one = issue(*steps, fields={name: Value(*value) for name, value in fields.items()})
    test, context, trail = control("approved_before_go"), Context(), Trail(one.steps)
    statuses = context.statuses(test.workflow)
    return Case(one, test, context, trail, statuses, Course(one, trail, statuses))


def words(found):
    return [[held.words for held in course] for course in found]


def test_what_a_field_held_follows_from_its_changes():
    """The first value is what the first change replaced; each lasts until the next."""
    steps = [change(11, 1, "priority", "High", "Low"), change(12, 2, "priority", "Low", "Medium")]
    (course,) = held_values(case(*steps, priority=("Priority", "Medium")), "priority")
    assert [held.words for held in course] == ["High", "Low", "Medium"]
    assert [held.since for held in course] == [None, *steps]
    assert [held.until for held in course] == [*steps, None]
    assert [held_at(course, timestamp(day(at))).words for at in (0, 1, 1.5, 2, 9)] == [
        "High",
        "Low",
        "Low",
        "Medium",
        "Medium",
    ]


def test_a_field_that_never_changed_held_today_s_value():
    """From the creation on."""
    assert words(held_values(case(priority=("Priority", "High")), "Priority")) == [["High"]]


def test_of_several_fields_of_a_name_those_in_use_count():
    """One that never held anything says nothing; where none did, that is what is known."""
    used = case(customfield_1=("Severity", ""), customfield_2=("Severity", "S1"))
    assert words(held_values(used, "Severity")) == [["S1"]]
    empty = case(customfield_1=("Severity", ""), customfield_2=("Severity", ""))
    assert words(held_values(empty, "severity")) == [[""]]
    step = replace(change(11, 1, "customfield_1", "S2", ""), field="Severity")
    once = case(step, customfield_1=("Severity", ""), customfield_2=("Severity", ""))
    assert words(held_values(once, "Severity")) == [["S2", ""]]


def test_a_field_that_was_emptied_was_in_use():
    """It stands beside another one that holds something."""
    step = replace(change(11, 1, "customfield_1", "S1", ""), field="Severity")
    both = case(step, customfield_1=("Severity", ""), customfield_2=("Severity", "S2"))
    assert words(held_values(both, "Severity")) == [["S1", ""], ["S2"]]


def test_a_field_counts_once_whether_its_history_or_it_itself_is_looked_at():
    """The changes bear its id; what it holds today is the last of them."""
    step = replace(change(11, 1, "customfield_1", "S1", "S2"), field="Severity")
    assert words(held_values(case(step, customfield_1=("Severity", "S2")), "Severity")) == [["S1", "S2"]]


def test_a_value_that_the_history_knows_by_its_id_is_said_by_it():
    """Its words go first; blanks are none."""
    assert [Held("2", text, None, None).words for text in ("High ", "", "  ")] == ["High", "2", ""]


def test_a_change_without_the_field_s_id_is_one_of_the_field_of_that_name():
    """Data Center gives none: the field counts once, by its history."""
    step = replace(change(11, 1, "Severity", "S1", "S2"), field_id="")
    assert words(held_values(case(step, customfield_1=("Severity", "S2")), "Severity")) == [["S1", "S2"]]


def test_what_is_not_there_or_can_not_be_read_is_told():
    """In words, since nothing follows from it."""
    assert held_values(case(), "Severity") == "Jira sent no field Severity and no change of it"
    undated = replace(change(11, 1, "priority", "High", "Low"), at="soon")
    dated = change(12, 2, "priority", "Low", "High")
    known = case(undated, dated, priority=("Priority", "High"))
    assert held_values(known, "priority") == "a time of a change of priority can't be read"


@pytest.mark.parametrize(
    ("held", "time"),
    [
        (Held("1", "Highest", None, None), timedelta(hours=4)),
        (Held("", " highest ", None, None), timedelta(hours=4)),
        (Held("2", "Hoch", None, None), timedelta(days=3)),
        (Held("2", "", None, None), timedelta(days=3)),
        (Held("3", "Low", None, None), None),
        (Held("", "", None, None), None),
    ],
)
def test_the_time_allowed_is_found_by_words_or_id(held, time):
    """Names are compared as everywhere; a value without a limit has none."""
    assert allowed({"Highest": "4h", "2": "3d"}, held) == time
