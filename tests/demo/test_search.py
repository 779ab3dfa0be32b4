"""The embedded Jira's JQL."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_world import BEN, BUG, CYD, DONE, FIXED, HIGH, START, full_issue, issue, small_world

from auditlib.demo.jql.search import JqlError, evaluate, is_bounded, matcher, parse, problems, quote
from auditlib.demo.jql.syntax import Both, Call, Clause, Either, Empty, Literal, Not, Query, Sorting
from auditlib.demo.world.records import Comment, World

UTC_ZONE = ZoneInfo("UTC")
NOW = datetime(2026, 3, 15, 10, 30, tzinfo=UTC)  # a Sunday


@pytest.fixture
def world() -> World:
    made = small_world(
        full_issue(1),
        issue(2, labels=["Red"]),
        issue(3, assignee=CYD, description="It's a   fault in the engine"),
        issue(10, issuetype=BUG, status=DONE, resolution=FIXED, resolutiondate=START + timedelta(days=60)),
        issue(30, "HID"),
        issue(40, "OLD"),
        issue(50, "NEW"),
    )
    hidden = issue(20)
    hidden.visible = False
    made.issues[hidden.id] = hidden
    made.moved_keys = {"HID-7": 101, "AC-900": 150, "AC-901": 777}
    return made


def keys(world: World, jql: str, *, zone: str = "UTC", now: datetime = NOW) -> list[str]:
    return [one.key for one in evaluate(world, jql, ZoneInfo(zone), now)]


def refusal(world: World, jql: str) -> list[str]:
    with pytest.raises(JqlError) as caught:
        evaluate(world, jql, UTC_ZONE, NOW)
    return caught.value.errors


def test_and_binds_closer_than_or_and_not_closest() -> None:
    """Precedence decides what a population query means."""
    a, b, c = (Clause(name, "=", (Literal("1"),)) for name in "abc")
    assert parse("a = 1 OR NOT b = 1 AND c = 1").where == Either((a, Both((Not(b), c))))
    assert parse("(a = 1 || b = 1) && ! c = 1").where == Both((Either((a, b)), Not(c)))


def test_keywords_are_case_insensitive_and_words_may_start_like_them() -> None:
    """A value that begins with a keyword is still a value."""
    wanted = Both(
        (Clause("a", "not in", (Literal("order-1"), Literal("android")), listed=True), Clause("b", "is", (Empty(),)))
    )
    assert parse("a NoT iN (order-1, android) aNd b iS nUlL oRdEr bY c DeSc, d") == Query(
        wanted, (Sorting("c", "desc"), Sorting("d", None))
    )


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("'it''", None),
        (r"'it\'s'", "it's"),
        (r'"a \"b\" \\ c"', 'a "b" \\ c'),
        (r"caf\u00e9", "café"),
        (r'"tab\tend"', "tab\tend"),
        ("-7d", "-7d"),
        ("2026-01-01", "2026-01-01"),
    ],
)
def test_values_are_unquoted_and_unescaped(text: str, meant: str | None) -> None:
    """Quotes of both kinds and escapes stand for the text that was meant."""
    if meant is None:
        with pytest.raises(JqlError):
            parse(f"summary ~ {text}")
    else:
        assert parse(f"summary ~ {text}").where == Clause("summary", "~", (Literal(meant),))


@given(st.text())
def test_a_quoted_value_survives(text: str) -> None:
    """What `quote` writes is read back as the same text, whatever it is."""
    assert parse(f"summary ~ {quote(text)}").where == Clause("summary", "~", (Literal(text),))


@given(st.text(alphabet="abAND ORnot()=!~<>,'\"\\in1 -is EMPTYorderby", max_size=40))
def test_any_text_is_parsed_or_refused_in_words(text: str) -> None:
    """No text makes the parser fail in another way than a refusal."""
    with contextlib.suppress(JqlError):
        parse(text)


@pytest.mark.parametrize(
    ("jql", "words"),
    [
        ("invalid query", "Expecting operator but got 'query'."),
        ("project = A B", "Expecting either 'OR' or 'AND' but got 'B'. (line 1, character 13)"),
        ("project =", "Expecting either a value, list or function before the end"),
        ("project in ()", "Expecting either a value, list or function but got ')'"),
        ("(project = A", "Expecting ')' before the end of the query."),
        ("project = A AND", "Expecting a field name at the end of the query."),
        ("project", "Expecting operator before the end of the query."),
        ("= 3", "Expecting a field name but got '='."),
        ("project in (a b)", "Expecting ')' or ',' but got 'b'."),
        ("created > 2026/01/01", r"The character '/' is a reserved JQL character."),
        ('summary ~ "open', "The quoted string has not been completed."),
        ("summary ~ a\\", "The character '\\' is not allowed here."),
        ("project = ADD", "'ADD' is a reserved JQL word."),
        ("project = AC order by key down", "Expecting ',' but got 'down'."),
    ],
)
def test_bad_jql_is_told_in_words(jql: str, words: str) -> None:
    """A query that can't be read says what and where."""
    with pytest.raises(JqlError) as caught:
        parse(jql)
    assert caught.value.errors[0].startswith(f"Error in the JQL Query: {words}")


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


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        ('created >= "2026-01-03"', [2, 3, 10]),
        ("created >= 2026-01-03 AND created < '2026/01/04'", [2]),
        ('created <= "2026-01-03 12:00"', [1, 2]),
        ('created < "2026-01-03 12:00"', [1]),
        ('created = "2026-01-03 12:00"', [2]),
        ('created in ("2026-01-03 12:00", "2026-1-4 12:00")', [2, 3]),
        ('created != "2026-01-03 12:00"', [1, 3, 10]),
        ("created >= -9w", [10]),
        ('created >= "-10w 1d"', [2, 3, 10]),
        ("created < now()", [1, 2, 3, 10]),
        ("created > 1d", []),
        ("resolved is not EMPTY", [1, 10]),
        ("resolutiondate > 2026-02-01", [10]),
        ("NOT created >= 2026-01-03", [1]),
        ("resolved < 2027-01-01 AND created > startOfYear()", [1, 10]),
    ],
)
def test_dates_are_instants(world: World, condition: str, found: list[int]) -> None:
    """A bare date means 00:00; comparisons know seconds, so 12:00:00.250 is 12:00."""
    assert keys(world, f"project = AC AND {condition} ORDER BY key") == [f"AC-{number}" for number in found]


@pytest.mark.parametrize("text", ["2026-02-30", "2026-1", "yesterday", "5x", "2026-01/02", "2026-01-01 25:00"])
def test_a_wrong_date_is_refused(world: World, text: str) -> None:
    """A date that is none is told with the formats that are allowed."""
    assert refusal(world, f"created > {quote(text)}")[0].startswith(
        f"Date value '{text}' for field 'created' is invalid."
    )


def test_dates_are_read_in_the_zone() -> None:
    """The same query finds another set in another zone: so an audit must know the account's zone."""
    noon = datetime(2026, 1, 2, 3, 0, tzinfo=UTC)
    world = small_world(issue(1, after=noon - START))
    jql = 'created >= "2026-01-02"'
    assert keys(world, jql, zone="UTC") == ["AC-1"]
    assert keys(world, jql, zone="America/New_York") == []
    assert keys(world, 'created < "2026-01-03"', zone="Pacific/Kiritimati") == ["AC-1"]


@pytest.mark.parametrize(
    ("function", "wanted"),
    [
        ("startOfDay()", "2026-03-15 00:00"),
        ("startOfDay('-1d')", "2026-03-14 00:00"),
        ("startOfDay(1)", "2026-03-16 00:00"),
        ("startOfWeek()", "2026-03-15 00:00"),
        ("startOfWeek(-1)", "2026-03-08 00:00"),
        ("startOfMonth()", "2026-03-01 00:00"),
        ("startOfMonth(-1M)", "2026-02-01 00:00"),
        ("startOfYear(-1y)", "2025-01-01 00:00"),
        ("endOfDay()", "2026-03-16 00:00"),
        ("endOfWeek()", "2026-03-22 00:00"),
        ("endOfMonth(-1)", "2026-03-01 00:00"),
        ("endOfMonth()", "2026-04-01 00:00"),
        ("endOfYear()", "2027-01-01 00:00"),
    ],
)
def test_period_functions(function: str, wanted: str) -> None:
    """A start is the first instant of the period in the zone, an end the last second before the next."""
    instant = datetime.fromisoformat(wanted).replace(tzinfo=ZoneInfo("Europe/Berlin"))
    ends = function.startswith("end")
    world = small_world(*(issue(n, after=instant - START + timedelta(seconds=n - 2)) for n in (1, 2, 3)))
    expected = ["AC-1"] if ends else ["AC-2"]
    assert keys(world, f"created = {function}", zone="Europe/Berlin") == expected


def test_a_period_ends_right_where_the_clock_is_changed() -> None:
    """The day of the change to summer time has 23 hours."""
    zone = ZoneInfo("Europe/Berlin")
    now = datetime(2026, 3, 29, 12, tzinfo=UTC)
    late = issue(1, after=datetime(2026, 3, 29, 21, 59, 59, tzinfo=UTC) - START)
    early = issue(2, after=datetime(2026, 3, 28, 23, 0, tzinfo=UTC) - START)
    world = small_world(late, early)
    found = evaluate(world, "created >= startOfDay() AND created <= endOfDay()", zone, now)
    assert [one.key for one in found] == ["AC-1", "AC-2"]


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


def test_functions_keep_their_arguments() -> None:
    """A call is read with its arguments as text."""
    assert parse("created > startOfDay('-1d')").where == Clause("created", ">", (Call("startOfDay", ("-1d",)),))


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
