"""The statement on the information (IPE): each statement has a test and a result, and says no more than the data."""

from __future__ import annotations

from dataclasses import asdict, fields, replace

import pandas as pd
import pytest

from auditlib.audit.scope.ipe import UNSAID, IpeStatement, Reading, statement_of, way
from auditlib.audit.scope.ipe_population import Described, completeness, particulars, reliability
from auditlib.audit.scope.ipe_records import Chosen, completeness_of_records, reliability_of_records
from auditlib.audit.status.histories import Histories
from auditlib.records.history import BREAKS, CLOSES, NOTHING

READING = Reading(
    address="https://jira.example.com",
    system="Jira Cloud 1001.0.0",
    account="Audit Reader",
    account_id="712020:1",
    read="at 2 October 2026, 08:00 UTC",
    answers=12,
    size=3456,
    repeated=0,
    refused=0,
    strangers=0,
    index="0" * 64,
    more_than_read=(),
    powers_told=True,
    recorded=False,
    given=(),
    tables=34,
    signs=False,
    stamps=False,
)
OF = Described(
    reconciliation=pd.DataFrame(
        {
            "project": ["AB", "CD"],
            "first_pass": [10, 5],
            "second_pass": [10, 5],
            "jira_count": pd.array([10, 5], dtype="Int64"),
            "in_period": [8, 5],
            "excluded_by_type": [1, 0],
            "excluded_by_filter": [0, 2],
            "population": [7, 3],
            "drift": [0, 0],
            "difference": [0, 0],
            "moved_out": [1, 0],
        }
    ),
    numbering=pd.DataFrame(
        {
            "numbers": [12, 5],
            "present": [9, 5],
            "missing": [3, 0],
            "moved": [0, 0],
            "deleted": [0, 0],
            "existed": [1, 0],
            "unexplained": [2, 0],
        }
    ),
    columns=["key", "project"],
    kinds={"text": 5, "times": 2},
    histories=Histories(closes=6, broken=1, silent=3, unread=0, done_unproved=0),
    projects=["AB", "CD"],
    issue_types=["Task"],
    restrictions=["labels = audited"],
    period="1 April 2026 to 30 September 2026 (UTC)",
    begins="2026-04-01T00:00:00.000+00:00",
    ends="2026-10-01T00:00:00.000+00:00",
    zone="UTC",
    interim_until="",
    read="at 2 October 2026, 08:00 UTC",
    source="https://jira.example.com, Jira Cloud 1001.0.0, read as Audit Reader",
    recorded=False,
    ahead="0.2 s ahead of",
    estimate=True,
    unread_times=0,
    contradictions=0,
    explained=0,
    hidden=[],
    sample=4,
    records=4,
    requests="",
    own_limits=2,
    limits=12,
)


def results(*parts):
    return {one.about: one.result for part in parts for one in part.rows}


def of(**changes):
    made = replace(OF, **changes)
    return results(reliability(made), particulars(made))


def step(about="Jira → API", **changes):
    return results(way(replace(READING, **changes), completeness=completeness(OF)))[about]


def test_the_four_of_isa_500_and_the_eight_of_pi1_1_are_there_each_with_test_and_result():
    """As the standards name them; none is left out, and none is without a test or a result."""
    assert [one.about for one in reliability(OF).rows] == ["accurate", "complete", "precise", "detailed"]
    assert [one.about for one in particulars(OF).rows] == [
        *("population", "nature of each element", "source", "units of measurement"),
        *("accuracy, correctness, precision", "uncertainty", "date or period", "inclusion, exclusion"),
    ]
    parts = (reliability(OF), particulars(OF), way(READING, completeness=completeness(OF)))
    for row in (row for part in parts for row in part.rows):
        assert all(getattr(row, field.name).strip() for field in fields(row)), row.about


def test_numbers_are_sums_of_the_tables_and_add_up():
    """Of all projects: what was read, cut, left out and remains."""
    told = of()
    assert told["population"] == "13 − 1 by type − 2 by filter = 10."
    assert told["precise"] == "13 of 15 issues read are of the period."
    assert told["complete"] == (
        "15 and 15 issues: they agree. 17 numbers in the range: 14 answer, 3 do not: "
        "0 moved, 0 deleted, 2 unexplained, 1 named by a record and gone or hidden."
    )
    assert told["accurate"] == "10 histories: 6 close, 1 does not, 3 show nothing to compare. No contradiction."
    assert told["inclusion, exclusion"] == "3 left out by type or filter; 1 moved to a project that is not listed."
    assert told["units of measurement"] == "Columns by kind: 5 of text and 2 of times."


def test_what_can_not_be_said_is_not_said():
    """Passes that differ, a count that Jira refused, an interim period, histories that were not given: each is told."""
    differing = OF.reconciliation.assign(difference=[1, 0], drift=[2, 0], jira_count=pd.array([None, 5], dtype="Int64"))
    told = of(
        reconciliation=differing,
        interim_until="2026-08-01T12:00:00.000+00:00",
        contradictions=2,
        unread_times=1,
        ahead="",
        hidden=["AB"],
        explained=2,
        histories=Histories(closes=0, broken=0, silent=9, unread=1, done_unproved=0),
        requests="9 requests of the auditor: 8 provided, 1 open",
    )
    assert "they differ by 1 issue; 2 issues in one only, each explained." in told["complete"]
    assert "(the analyst explains 2)" in told["complete"]
    assert "1 not given whole" in told["accurate"]
    assert "2 contradictions, told in 02_population." in told["accurate"]
    assert "Interim: the period was not over at 2026-08-01T12:00:00.000+00:00." in told["date or period"]
    assert told["accuracy, correctness, precision"] == "1 issue with a time unread. Jira did not tell its own time."
    assert "Issues may be hidden in AB." in told["uncertainty"]
    assert told["detailed"].startswith("9 requests of the auditor: 8 provided, 1 open. ")
    assert of()["detailed"].startswith("No request list was given. ")
    assert completeness(replace(OF, reconciliation=differing)).endswith(
        "Jira's own count: 5 (an estimate), 1 project not counted."
    )
    silent = OF.reconciliation.assign(jira_count=pd.array([None, None], dtype="Int64"))
    assert completeness(replace(OF, reconciliation=silent)).endswith("Jira did not count.")


@pytest.mark.parametrize(
    ("about", "changes", "result"),
    [
        ("Jira → API", {}, "12 requests answered, all on the list."),
        ("Jira → API", {"strangers": 2}, "12 requests answered, 2 not on the list."),
        (
            "Jira → API",
            {"repeated": 1, "refused": 3},
            "12 requests answered, all on the list; sent again 1 time; 3 unusable answers kept beside.",
        ),
        ("account", {}, "It could only read."),
        ("account", {"powers_told": False}, "Jira did not tell what it may do."),
        ("account", {"powers_told": None}, "What it may do was not asked."),
        ("account", {"more_than_read": ("ADMINISTER",)}, "It could do more than read: ADMINISTER."),
        ("file → table", {}, "34 tables. Lists given: none."),
        (
            "file → table",
            {"given": ("requests", "review")},
            "34 tables. Lists given: requests and review, copied as given.",
        ),
        ("answer → file", {}, f"12 answers, 3,456 bytes. SHA-256 of the index: {'0' * 64}"),
    ],
)
def test_each_step_of_the_way_says_what_its_check_came_to(about, changes, result):
    """No step says more than what was found."""
    assert step(about, **changes) == result


@pytest.mark.parametrize(
    ("signs", "stamps", "said"),
    [
        (False, False, "No signature and no time stamp was asked for."),
        (True, False, "A signature was asked for, no time stamp was."),
        (False, True, "A time stamp was asked for, no signature was."),
        (True, True, "A signature and a time stamp were asked for."),
    ],
)
def test_the_seal_is_told_as_what_comes_after_the_page(signs, stamps, said):
    """The page is made before the seal: it says what was asked for, and leaves room for the digest to be written by hand."""
    told = step("table → package", signs=signs, stamps=stamps)
    assert told.startswith(f"Sealed after this page was made. {said} ")
    assert told.endswith("_" * 16)


def test_recorded_issues_are_not_called_a_jira():
    """A folder of issues that was served in place of a Jira is what it is called."""
    rows = {one.about: one.says for one in way(replace(READING, recorded=True), completeness=completeness(OF)).rows}
    assert rows["Jira → API"].startswith("A folder of issues recorded earlier, served in place of a Jira")
    says = {one.about: one.says for one in particulars(replace(OF, recorded=True)).rows}
    assert says["source"] == "Issues recorded earlier; what they lack is told."


def test_records_that_somebody_chose_are_no_population():
    """Three rows, none of a population; what did not answer is named."""
    chosen = Chosen(asked=4, absent=["AB-9"], whole=2, histories=[CLOSES, BREAKS, NOTHING])
    told = results(reliability_of_records(chosen))
    assert told["accurate"] == "1 close, 1 do not, 1 show nothing to compare."
    assert told["complete"] == "4 keys asked for, 3 records, 2 whole. Without an answer: AB-9."
    assert completeness_of_records(chosen).count("\n") == 2


def test_a_statement_is_read_back_from_its_record():
    """The cover is made of ``summary.json``."""
    statement = IpeStatement((("audit", "x"),), (reliability(OF), particulars(OF)), UNSAID)
    assert statement_of(asdict(statement)) == statement
