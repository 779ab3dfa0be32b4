"""Jira's issue JSON becomes rows."""

from __future__ import annotations

import gzip
import json
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from places import SHARED
from table_reading import from_csv

from auditlib.audit.population.cut import POPULATION
from auditlib.audit.status.findings import unread_times_findings
from auditlib.errors import AnswerError
from auditlib.records.issues import (
    INTERNAL_COLUMNS,
    is_nobody,
    issues_frame,
    number_of,
    person_id,
    person_name,
    split_key,
)
from auditlib.tables import to_csv

ZONE = ZoneInfo("America/New_York")
SHARED = SHARED / "data"
REAL = ["tidev/AC.jsonl.gz", "tidev/ALOY.jsonl.gz", "tidev/MOD.jsonl.gz", "devlake/issues.jsonl.gz"]


def issue(number: int = 1, **fields) -> dict:
    """Make an issue as Cloud gives it; a field given as ``...`` is left out."""
    content = {
        "issuetype": {"name": "Change"},
        "summary": "Replace the certificate",
        "status": {"id": "3", "name": "Closed", "statusCategory": {"id": 3, "key": "done", "name": "Done"}},
        "resolution": {"id": "1", "name": "Done"},
        "created": "2026-04-01T15:15:00.123+0200",
        "updated": "2026-04-02T15:15:00.000+0200",
        "resolutiondate": "2026-04-02T15:15:00.000+0200",
        "reporter": {"accountId": "a1", "displayName": "Ann Ex"},
        "assignee": None,
    } | fields
    kept = {name: value for name, value in content.items() if value is not ...}
    return {"id": str(1000 + number), "key": f"AB-{number}", "fields": kept}


def read(path: str) -> list[dict]:
    """Read real issues, where they are at hand."""
    if not (SHARED / path).exists():
        pytest.skip("the real data is not at hand")
    content = (SHARED / path).read_bytes()
    if path.endswith(".gz"):
        return [json.loads(line) for line in gzip.decompress(content).splitlines()]
    return json.loads(content)["issues"]


def test_a_row_says_what_the_issue_says():
    """Every column of the population that an issue alone can fill, in the contract's order."""
    frame = issues_frame([issue()], ZONE)
    row = frame.iloc[0].to_dict()
    filled = [it for it in POPULATION.contract_names if it != "url" and not it.endswith("_at_period_end")]
    assert list(frame.columns) == [*filled, *INTERNAL_COLUMNS]
    assert [row[it] for it in ("key", "project", "number", "id", "issue_type")] == ["AB-1", "AB", 1, 1001, "Change"]
    assert [row[it] for it in ("status", "status_category", "resolution")] == ["Closed", "done", "Done"]
    assert [row[it] for it in ("status_id", "resolution_id")] == ["3", "1"]
    assert row["created"].isoformat() == "2026-04-01T09:15:00.123000-04:00"
    assert row["created_utc"].isoformat() == "2026-04-01T13:15:00.123000+00:00"
    assert row["reporter"] == "Ann Ex"
    assert frame["assignee"].isna().all()


def test_an_issue_may_lack_nearly_everything():
    """Fields hidden by a screen, deleted people, an old status: missing, never invented, never an error."""
    bare = {"id": 7, "key": "AB-7", "fields": {"created": "2026-04-01T15:15:00Z"}}
    nulls = issue(8, **dict.fromkeys(["issuetype", "status", "resolution", "resolutiondate", "reporter", "updated"]))
    frame = issues_frame([bare, nulls, issue(9, status={"name": "Open"})], ZONE)
    empty = ["issue_type", "status", "status_category", "resolution", "resolved", "reporter", "updated", "status_id"]
    assert frame.loc[:1, empty].isna().all(axis=None)
    assert frame["status"].tolist()[2] == "Open"
    assert frame["status_category"].isna().tolist()[2]


@pytest.mark.parametrize(
    ("person", "expected"),
    [
        (None, None),
        ({}, None),
        ({"displayName": "Ann Ex", "name": "ann"}, "Ann Ex"),
        ({"displayName": "", "name": "ann"}, "ann"),
        ({"name": None, "key": "JIRAUSER10100"}, "JIRAUSER10100"),
        ({"accountId": "5b10"}, "5b10"),
    ],
)
def test_people_who_left_are_called_by_whatever_jira_kept(person, expected):
    """A display name, else a name, else a key, else an account id."""
    assert person_name(person) == expected


def test_of_several_with_one_id_the_first_is_kept():
    """Pages overlap while data changes; one issue is one row."""
    frame = issues_frame([issue(1, summary="first"), issue(2), issue(1, summary="later")], ZONE)
    assert frame["key"].tolist() == ["AB-1", "AB-2"]
    assert frame["summary"].tolist()[0] == "first"


@pytest.mark.parametrize(
    ("found", "message"),
    [
        ({"id": "1", "key": "AB-1"}, "issue AB-1: Jira gave no fields.created"),
        ({"id": "1", "key": "AB-1", "fields": {"created": None}}, "issue AB-1: Jira gave no fields.created"),
        ({"id": "1", "key": "AB-1", "fields": {"created": "today"}}, "issue AB-1: fields.created: .*'today'"),
        ({"id": "1", "key": "AB-1", "fields": {"created": 5}}, "issue AB-1: fields.created: "),
        (issue() | {"key": "AB-01"}, "'AB-01' where an issue key stands"),
        (issue() | {"key": "AB-1\n"}, "where an issue key stands"),
        (issue() | {"key": None}, "None where an issue key stands"),
        (issue() | {"id": "x"}, "issue AB-1: 'x' is not an id"),
        (issue() | {"id": None}, "issue AB-1: null is not an id"),
        (issue() | {"id": {"a": ["x" * 900]}}, r'issue AB-1: \{"a": \["x{60,80}… is not an id'),
        (issue(9) | {"key": "AB-5"}, "issue AB-5: Jira answered with two ids, 1005 and 1009"),
    ],
)
def test_what_a_row_cant_be_without_is_insisted_on(found, message):
    """Id, key and time of creation: else the answer is no evidence, and the error names the issue."""
    with pytest.raises(AnswerError, match=message) as caught:
        issues_frame([issue(5), found], ZONE)
    assert caught.value.found


def test_a_time_that_is_only_shown_may_be_unreadable():
    """The cell stays empty, the row says which time it was, a finding names the issue; every other issue is as before."""
    odd = [
        issue(2, updated="20226-01-01T00:00:00.000+0000"),
        issue(3, updated="soon", resolutiondate="2026-02-30T00:00:00Z"),
    ]
    frame = issues_frame([issue(1), *odd], ZONE)
    alone = issues_frame([issue(1)], ZONE)
    pd.testing.assert_frame_equal(frame.head(1), alone)
    assert frame["updated"].isna().tolist() == [False, True, True]
    assert frame["unread_times"].fillna("").tolist() == ["", "updated", "updated, resolutiondate"]
    (found,) = unread_times_findings(frame)
    assert (found.severity, found.count) == ("limit", 2)
    assert "AB-3 (updated, resolutiondate)" in found.statement
    assert unread_times_findings(alone) == []


def test_people_may_be_plain_text_and_nobody():
    """Old exports name people by text; an erased or deleted account is nobody in particular, an ordinary one is somebody."""
    frame = issues_frame([issue(1, reporter="person.one", assignee="")], ZONE)
    assert (frame["reporter"].iloc[0], person_id("person.one")) == ("person.one", "")
    assert frame["assignee"].isna().all()
    erased = [
        {"accountId": "unknown", "displayName": "Former user"},
        {"accountId": "5f1", "displayName": "Former user"},
        {"name": "jirauser10100", "key": "JIRAUSER10100", "displayName": "user-2a7c6"},
        {"accountId": "5f1"},
        {},
        None,
        [],
    ]
    assert all(map(is_nobody, erased))
    somebody = [
        {"key": "JIRAUSER10100", "name": "ana", "displayName": "Ana Brook"},
        {"name": "ana"},
        {"displayName": "Ana"},
    ]
    assert not any(map(is_nobody, somebody))
    assert not is_nobody("person.one")


def test_keys_are_split_at_the_number():
    """Project keys may hold digits and underscores."""
    assert [split_key(key) for key in ("A-1", "AB_2-345")] == [("A", 1), ("AB_2", 345)]
    for wrong in ("ab-1", "AB-0", "AB-1-2", "AB1", "1A-1", "AB-1234567890123456789", "AB-１"):
        with pytest.raises(AnswerError):
            split_key(wrong)


def test_ids_are_whole_numbers():
    """Jira writes ids as text; true is not one."""
    assert [number_of("10", "it"), number_of(10, "it")] == [10, 10]
    for wrong in (True, "-1", "1.0", " 1", "", None, "１"):
        with pytest.raises(AnswerError, match="it: "):
            number_of(wrong, "it")


def test_no_issues_are_a_frame_too():
    """An empty project gives the same columns with the same types."""
    empty, full = issues_frame([], ZONE), issues_frame([issue()], ZONE)
    assert empty.empty
    assert empty.dtypes.tolist() == full.dtypes.tolist()


def test_any_text_of_json_can_be_written():
    """JSON can hold halves of characters and NUL; rows hold them as escapes, so that every file can."""
    text = json.loads(r'"\ud800 and \u0000"')
    frame = issues_frame([issue(summary=text, reporter={"displayName": text})], ZONE)
    assert frame["summary"].tolist() == frame["reporter"].tolist() == [r"\ud800 and \u0000"]


@pytest.mark.parametrize("path", [*REAL, "go-atlassian/issue-search-v2.json"])
def test_real_issues_become_rows(path):
    """Server and Cloud: each issue one row; what can be missing is missing as often as in the data."""
    found = read(path)
    frame = issues_frame(found, ZONE)
    fields = [it["fields"] for it in found]
    assert frame["key"].tolist() == [it["key"] for it in found]
    assert frame["resolution"].isna().sum() == sum(it["resolution"] is None for it in fields)
    assert frame["resolved"].isna().sum() == sum(it["resolutiondate"] is None for it in fields)
    assert frame["reporter"].isna().sum() == sum(it["reporter"] is None for it in fields)
    assert frame["assignee"].isna().sum() == sum(it["assignee"] is None for it in fields)
    assert set(frame["status_category"]) <= {"new", "indeterminate", "done"}
    assert not frame[["created", "updated", "status", "issue_type"]].isna().any(axis=None)


@pytest.mark.parametrize("path", REAL)
def test_real_rows_survive_a_file(path):
    """Written, read and written again, the population of real projects has the same bytes."""
    frame = issues_frame(read(path), ZONE)
    frame = frame.assign(status_at_period_end=frame["status"], resolution_at_period_end=frame["resolution"])
    frame = frame.drop(columns=[*INTERNAL_COLUMNS]).assign(history="complete", url="https://jira.example/browse/A-1")
    content = to_csv(POPULATION, frame)
    assert to_csv(POPULATION, from_csv(POPULATION, content, zone=ZONE)) == content


@pytest.mark.parametrize("where", ["status", "issuetype", "resolution"])
def test_what_is_no_text_is_shown_as_json(where):
    """A name that came as a list is no name; how Python writes a list is nobody's either."""
    frame = issues_frame([issue(**{where: {"id": "3", "name": ["To Do", None]}})], ZONE)
    assert frame["issue_type" if where == "issuetype" else where].tolist() == ['["To Do", null]']
    assert person_name({"displayName": {"first": None}}) == '{"first": null}'
