"""The sample with its outcomes and the population on the cover: rows, marks and totals are those of the tables."""

from __future__ import annotations

import pytest

from auditlib.report.cover.contents import Contents
from auditlib.report.cover.issues import population, sampled_issues


@pytest.fixture
def contents(tmp_path):
    tables = tmp_path / "tables"
    tables.mkdir()
    (tables / "sample.csv").write_text(
        "order,key,issue_type,summary,status,drawn_as,replaced\n"
        "1,AB-1,Bug,'=1+1,Done,first draw,\n2,AB-2,Task,Two,Open,extension,\n3,AB-3,Task,Three,Open,first draw,gone\n"
    )
    (tables / "attributes.csv").write_text(
        "key,attribute,outcome,evidence,history_id\nAB-1,in time,pass,,\nAB-1,named,exception,history 7: x,7\n"
        "AB-2,in time,no evidence,,\nAB-2,named,not applicable,,\n"
    )
    (tables / "attribute_rates.csv").write_text(
        "attribute,scope,tested,exceptions,no_evidence\nin time,sample,2,0,1\nnamed,sample,1,1,0\nin time,population,9,4,0\n"
    )
    (tables / "population.csv").write_text(
        "key,project,number,issue_type,summary,status,resolution,created,assignee\n"
        "AB-1,AB,1,Bug,One,Done,Done,2026-04-02T05:59:53.040-04:00,Ann\nAB-2,AB,2,Task,Two,Open,,2026-04-03T00:00:00.000Z,\n"
    )
    (tmp_path / "dossiers" / "AB-1").mkdir(parents=True)
    (tmp_path / "dossiers" / "AB-1" / "issue.html").write_text("x")
    return Contents(tmp_path)


RECORDS = [
    {"key": "AB-1", "now_key": "AB-1", "history": "closes", "complete": True, "issue_type": "Bug", "summary": "One",
     "status": "Done"},
    {"key": "AB-2", "now_key": "CD-9", "history": "does not close", "complete": False, "issue_type": "Task",
     "summary": "Two", "status": "Open"},
]  # fmt: skip


def test_each_sampled_issue_is_a_row_with_its_outcomes_in_words_and_marks(contents):
    """A key leads to its record where there is one; what is to be said of an issue stands beside it."""
    sample = sampled_issues(contents, RECORDS)
    assert [(one.key, one.href) for one in sample.rows] == [
        ("AB-1", "dossiers/AB-1/issue.html"),
        ("AB-2", ""),
        ("AB-3", ""),
    ]
    assert [one.history for one in sample.rows] == ["leads to today", "does not close", ""]
    assert sample.rows[0].summary == "=1+1"
    assert [one.remark for one in sample.rows] == [
        "",
        "extension; now CD-9; record not complete",
        "replaced: gone; no record",
    ]
    assert [name for one in sample.rows for _, name, *_ in one.outcomes] == [
        *("pass", "exception", "no evidence", "not concerned", "", "")
    ]
    assert [entry for *_, entry in sample.rows[0].outcomes] == [
        "dossiers/AB-1/issue.html#outcomes",
        "dossiers/AB-1/issue.html#history-7",
    ]


def test_the_totals_below_are_those_of_the_sample_and_not_of_the_population(contents):
    """Deviations of those tested: an exception, or no evidence."""
    sample = sampled_issues(contents, RECORDS)
    assert (sample.attributes, sample.totals) == (["in time", "named"], ["1 of 2", "1 of 1"])
    assert sum(number for _, _, number in sample.legend) == 4


def test_issues_that_an_auditor_chose_stand_in_the_order_of_the_keys(contents):
    """Also those that did not answer."""
    (contents.data / "tables" / "sample.csv").unlink()
    sample = sampled_issues(contents, RECORDS, ["AB-7", "AB-1"])
    assert [(one.place, one.key, one.summary, one.remark) for one in sample.rows] == [
        ("1", "AB-7", "", "no record"),
        ("2", "AB-1", "One", ""),
    ]


def test_the_population_says_how_many_there_are_beyond_the_rows(contents, monkeypatch):
    """A cover of a million issues would be no page."""
    monkeypatch.setattr("auditlib.report.cover.issues.MOST_POPULATION", 1)
    found = population(contents, 2)
    assert ([row["key"] for row in found.rows], found.total) == (["AB-1"], 2)
    assert (found.rows[0]["created"], found.rows[0]["href"]) == ("2026-04-02", "dossiers/AB-1/issue.html")


def test_tables_that_are_not_there_are_empty(tmp_path):
    """A package of another kind has no such table, and a cover all the same."""
    nothing = Contents(tmp_path)
    assert sampled_issues(nothing, []).rows == []
    assert population(nothing, 0).rows == []


LIBRARY = (
    "control,order,key,in_place_of,outcome,evidence,history_ids\n"
    "CT-01,1,AB-1,,exception,history 7: x,7 9\nCT-01,2,AB-2,,not applicable,issue type is Task,\n"
    "CT-01,3,AB-3,,pass,history 4: y,4\nCT-01,9,AB-9,AB-2,no evidence,,\n"
)


def test_controls_of_the_library_are_columns_behind_the_attributes(contents):
    """A mark leads to the last entry that decides; a second line of totals has what stands in for issues not concerned."""
    (contents.data / "tables" / "control_sample.csv").write_text(LIBRARY)
    sample = sampled_issues(contents, RECORDS)
    assert sample.attributes == ["in time", "named", "CT-01"]
    marks = [one.outcomes[2] for one in sample.rows]
    assert [mark[2] for mark in marks] == ["exception", "not-applicable", "pass"]
    assert marks[0][3] == "dossiers/AB-1/issue.html#history-9"
    assert sample.totals == ["1 of 2", "1 of 1", "1 of 2"]
    assert sample.filled_up == ["1 of 2", "1 of 1", "2 of 3"]


def test_without_stand_ins_there_is_one_line_of_totals(contents):
    """Two equal lines would ask what the difference is."""
    (contents.data / "tables" / "control_sample.csv").write_text(LIBRARY.rsplit("CT-01,9", 1)[0])
    assert sampled_issues(contents, RECORDS).filled_up == []
