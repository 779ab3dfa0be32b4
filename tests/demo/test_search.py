"""JQL finds what it should, in the order asked for, and wrong values are refused as by Jira."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from jql_cases import NOW, UTC_ZONE, keys, refusal
from small_world import BEN, HIGH, START, issue, small_world

from auditlib.demo.jql.search import is_bounded, matcher, parse, problems
from auditlib.demo.world.records import Comment, World


def test_only_a_restriction_bounds_a_query() -> None:
    """An ORDER BY alone reads the whole site."""
    assert is_bounded(parse("project = AC"))
    assert not is_bounded(parse("ORDER BY key"))
    assert not is_bounded(parse(""))


@pytest.mark.parametrize(
    ("jql", "found"),
    [
        ("project = AC", {1, 2, 3, 10}),
        ("project = ac", {1, 2, 3, 10}),
        ("project = 'acme core'", {1, 2, 3, 10}),
        ("project = 1", {1, 2, 3, 10}),
        ("project in (AC, NEW)", {1, 2, 3, 10, 50}),
        ("project != AC", {50}),
        ("project = PRE", {50}),
        ("project = OLD", set()),
        ("key = AC-2", {2}),
        ("issuekey in (AC-2, ac-3)", {2, 3}),
        ("key = HID-7", {1}),
        ("key = PRE-50", {50}),
        ("id = 102", {2}),
        ("project = AC AND key not in (AC-2)", {1, 3, 10}),
        ("key >= AC-3", {3, 10}),
        ("key < AC-10", {1, 2, 3}),
        ("key is EMPTY", set()),
        ("type = bug", {1, 10}),
        ("issuetype = 10", {1, 10}),
        ("status = done AND project = AC", {1, 10}),
        ("statusCategory = done", {1, 10}),
        ("statusCategory = 'To Do'", {2, 3, 50}),
        ("resolution is EMPTY", {2, 3, 50}),
        ("resolution = Unresolved", {2, 3, 50}),
        ("resolution != Unresolved", {1, 10}),
        ("resolution = EMPTY", {2, 3, 50}),
        ("resolution is not null", {1, 10}),
        ("resolution in (Fixed, EMPTY)", {1, 2, 3, 10, 50}),
        ("priority = High", {1}),
        ("labels = red", {1, 2}),
        ("labels != urgent", {2}),
        ("labels in (urgent, Red)", {1, 2}),
        ("labels not in (urgent)", {2}),
        ("labels is EMPTY", {3, 10, 50}),
        ("NOT labels = urgent", {2}),
        ("NOT (labels is EMPTY OR priority = Low)", {1}),
        ("component = Engine", {1}),
        ("fixVersion = '1.0'", {1}),
        ("assignee = ben", {1}),
        ("assignee = 'acc:cyd'", {3}),
        ("assignee != ben", {3}),
        ("assignee is EMPTY", {2, 10, 50}),
        ("reporter = currentUser() AND assignee not in (currentUser())", {1, 3}),
        ("summary ~ 'number 3'", {3}),
        ("summary ~ 'numb*'", {1, 2, 3, 10, 50}),
        ("summary ~ numb", set()),
        ("summary !~ 3", {1, 2, 10, 50}),
        ("description ~ fault", {3}),
        ("description !~ fault", {1}),
        ("description is EMPTY", {2, 10, 50}),
        ("text ~ fault", {1, 3}),
        (r"text ~ '\"fault in\"'", {3}),
        (r"text ~ '\"in fault\"'", set()),
        ("text ~ '\"'", set()),
        ("comment ~ fault", {1}),
        ("Steps = 'First line\\nsecond line for [~accountid:acc:ben]'", {1}),
        ("'steps' is EMPTY", {2, 3, 10, 50}),
        ("cf[10050] is not EMPTY", {1}),
        ("status changed", {1}),
        ("NOT status changed", {2, 3, 10, 50}),
        ("status changed to done", {1}),
        ("status CHANGED TO (3, 'To Do') FROM 1", {1}),
        ("status changed from Done", set()),
        ("status changed to 'To Do'", set()),
        ("resolution changed", set()),
        ("status changed to Done during (2026-01-02, 2026-01-03)", {1}),
        ("status changed to Done during (2026-01-05, 2026-01-06)", set()),
        ("status changed to Done after 2026-01-03 before 2026-01-05", {1}),
        ("status changed to Done after '2026-01-04 10:00'", set()),
        ("status changed before 2026-01-02", set()),
    ],
)
def test_each_field_finds_what_it_should(world: World, jql: str, found: set[int]) -> None:
    """A hand count for every field and operator; hidden, archived and not browsable issues are never found."""
    assert {int(key.rpartition("-")[2]) for key in keys(world, jql)} == found


@pytest.mark.parametrize(
    ("jql", "message"),
    [
        ("key = AC-99", "An issue with key 'AC-99' does not exist for field 'key'."),
        ("key in (AC-1, AC-99)", "An issue with key 'AC-99' does not exist for field 'key'."),
        ("issue not in (AC-20)", "An issue with key 'AC-20' does not exist for field 'issue'."),
        ("key = HID-30", "An issue with key 'HID-30' does not exist for field 'key'."),
        ("key = AC-901", "An issue with key 'AC-901' does not exist for field 'key'."),
        ("key >= AC-99", "An issue with key 'AC-99' does not exist for field 'key'."),
        ("key >= AC-900", "Operator '>=' cannot be applied to moved issue key 'AC-900'."),
        ("key < HID-7", "Operator '<' cannot be applied to moved issue key 'HID-7'."),
        ("key = AC", "The issue key 'AC' for field 'key' is invalid."),
        ("key > AC-x", "The issue key 'AC-x' for field 'key' is invalid."),
        ("id = 9", "A value with ID '9' does not exist for the field 'id'."),
        ("project = X", "The value 'X' does not exist for the field 'project'."),
        ("project = HID", "The value 'HID' does not exist for the field 'project'."),
        ("status = Open", "The value 'Open' does not exist for the field 'status'."),
        ("type in (Bug, Epic)", "The value 'Epic' does not exist for the field 'type'."),
        ("reporter = nobody", "The value 'nobody' does not exist for the field 'reporter'."),
        ("colour = red", "Field 'colour' does not exist or you do not have permission to view it."),
        ("project = AC order by colour", "Field 'colour' does not exist or you do not have permission to view it."),
        ("summary = x", "The operator '=' is not supported by the 'summary' field."),
        ("project > AC", "The operator '>' is not supported by the 'project' field."),
        ("created ~ x", "The operator '~' is not supported by the 'created' field."),
        ("project in AC", "Operator 'in' does not support the non-list value 'AC' for field 'project'."),
        ("project = (AC, NEW)", "Operator '=' does not support the list value '(AC, NEW)' for field 'project'."),
        ("labels is red", "The operator 'is' only supports the values 'EMPTY' and 'NULL'."),
        ("project = now()", "Unable to find JQL function 'now()'."),
        ("created > noon(1)", "Unable to find JQL function 'noon(1)'."),
        ("created > startOfDay(x)", "Function 'startOfDay' expected arguments of the form '(+/-)nn(y|M|w|d|h|m)'."),
        ("cf[10051] is EMPTY", "Field 'cf[10051]' does not exist or you do not have permission to view it."),
        ("labels changed", "History searches do not support the 'labels' field."),
        ("status changed to Open", "The value 'Open' does not exist for the field 'status'."),
        ("summary ~ EMPTY", "The operator '~' needs a text for the field 'summary'."),
    ],
)
def test_wrong_values_are_refused_as_jira_does(world: World, jql: str, message: str) -> None:
    """One wrong value refuses the whole query, with the documented text."""
    assert refusal(world, jql) == [message]


def test_everything_wrong_is_told_at_once(world: World) -> None:
    """Three mistakes give three texts, in order, each once."""
    assert refusal(world, "project = X AND status = Y AND (colour = 1 OR colour = 2)") == [
        "The value 'X' does not exist for the field 'project'.",
        "The value 'Y' does not exist for the field 'status'.",
        "Field 'colour' does not exist or you do not have permission to view it.",
    ]


def test_keys_sort_by_number(world: World) -> None:
    """AC-10 comes after AC-3, and projects come in order."""
    assert keys(world, "project in (AC, NEW) ORDER BY key") == ["AC-1", "AC-2", "AC-3", "AC-10", "NEW-50"]
    assert keys(world, "project = AC ORDER BY key DESC") == ["AC-10", "AC-3", "AC-2", "AC-1"]


def test_later_sort_fields_break_ties(world: World) -> None:
    """The first field counts most; priorities sort in the site's order, not by letter."""
    assert keys(world, "project = AC ORDER BY type, key DESC") == ["AC-10", "AC-1", "AC-3", "AC-2"]
    assert keys(world, "project = AC ORDER BY priority, created") == ["AC-1", "AC-2", "AC-3", "AC-10"]


@pytest.mark.parametrize("field", ["project", "summary", "status", "assignee", "resolved", "labels", "updated"])
def test_every_field_can_order(world: World, field: str) -> None:
    """Ordering neither loses nor adds an issue, also where the field is empty."""
    assert sorted(keys(world, f"project = AC ORDER BY {field}")) == sorted(keys(world, "project = AC"))


def test_the_newest_come_first_without_an_order(world: World) -> None:
    """A query that says nothing of order has one all the same."""
    assert keys(world, "project = AC") == ["AC-10", "AC-3", "AC-2", "AC-1"]


def test_text_of_hidden_comments_is_not_searched() -> None:
    """A comment that the account can't see does not give its issue away."""
    made = issue(1)
    made.comments.append(Comment(1, BEN, START, START, BEN, "confidential", visible=False))
    assert keys(small_world(made), "text ~ confidential") == []


def test_real_data_is_searched_as_it_is() -> None:
    """Dates and people of real issue JSON are Jira's own text and dicts."""
    fields: dict[str, Any] = {
        "created": "2026-01-02T10:00:00.000+0000",
        "resolutiondate": "2026-02-02T10:00:00.000+0000",
        "reporter": {"name": "zed", "key": "zed", "displayName": "Z"},
        "status": {"name": "Done", "id": "3"},
    }
    made = replace(issue(1), fields=fields, raw=True)
    world = small_world(made, issue(2))
    world.users["zed"] = replace(BEN, account_id="zed", key="zed", name="zed")
    assert keys(world, "resolved >= 2026-02-02 AND reporter = zed AND status = Done") == ["AC-1"]


def test_a_matcher_agrees_with_the_search(world: World) -> None:
    """`matcher` says yes to exactly the issues that `evaluate` finds."""
    jql = "labels = red OR assignee = cyd OR project = OLD"
    found = matcher(world, jql, UTC_ZONE, NOW)
    assert {one.key for one in world.issues.values() if found(one)} == set(keys(world, jql)) == {"AC-1", "AC-2", "AC-3"}


def test_problems_are_listed_without_a_search(world: World) -> None:
    """A query can be checked before it is run."""
    assert problems(world, "project = AC", UTC_ZONE, NOW) == []
    assert problems(world, "priority = Wild order by key", UTC_ZONE, NOW) == [
        "The value 'Wild' does not exist for the field 'priority'."
    ]


def test_what_changes_in_the_world_is_seen_at_once(world: World) -> None:
    """An issue that is created, moved, hidden or deleted between two queries is found so by the second."""
    world.issues[160] = issue(60)
    assert "AC-60" in keys(world, "project = AC")
    moved = world.issues[160]
    moved.key = "NEW-60"
    world.moved_keys["AC-60"] = 160
    assert keys(world, "key = AC-60") == ["NEW-60"]
    moved.visible = False
    assert refusal(world, "key = NEW-60") == ["An issue with key 'NEW-60' does not exist for field 'key'."]
    del world.issues[160]
    assert refusal(world, "key = AC-60") == ["An issue with key 'AC-60' does not exist for field 'key'."]
    assert HIGH in world.priorities
