"""The population is cut, its exclusions counted, two passes reconciled."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from places import SHARED
from plain_ways import side_of

from auditlib.audit.population.cut import (
    EXCLUDED,
    RECONCILIATION,
    Population,
    cut_population,
    reconcile,
    unexplained_ids,
    unused_types,
)
from auditlib.audit.population.findings import population_findings, unused_type_findings
from auditlib.errors import AnswerError
from auditlib.records.issues import issues_frame
from auditlib.tables import to_csv
from auditlib.times import Period

ZONE = ZoneInfo("America/New_York")
PERIOD = Period(date(2026, 1, 1), date(2026, 12, 31), ZONE)
SHARED = SHARED / "data"
MILLISECOND = timedelta(milliseconds=1)


def frame_of(*issues: tuple[str, datetime, str]) -> pd.DataFrame:
    """Make issues of key, creation and type; ids count from 1."""
    records = [
        {"id": place, "key": key, "fields": {"created": created.isoformat(), "issuetype": {"name": issue_type}}}
        for place, (key, created, issue_type) in enumerate(issues, start=1)
    ]
    return issues_frame(records, ZONE)


DRAWN = st.lists(
    st.tuples(
        st.sampled_from(["AB", "A", "ZZ"]),
        st.integers(-400, 800).map(lambda days: datetime(2026, 1, 1, 12, tzinfo=UTC) + timedelta(days=days)),
        st.sampled_from(["Bug", "Change", "Task"]),
    ),
    max_size=30,
).map(lambda rows: frame_of(*((f"{it[0]}-{n}", it[1], it[2]) for n, it in enumerate(rows, start=1))))


def test_the_cut_is_by_the_exact_instant():
    """The first millisecond of the first day is in, the last of the last day too; their neighbours are not."""
    issues = frame_of(
        ("AB-1", PERIOD.begins - MILLISECOND, "Bug"),
        ("AB-2", PERIOD.begins, "Bug"),
        ("AB-3", PERIOD.ends - MILLISECOND, "Bug"),
        ("AB-4", PERIOD.ends, "Bug"),
    )
    assert cut_population(issues, PERIOD, ["AB"]).population["key"].tolist() == ["AB-2", "AB-3"]


@settings(deadline=None)
@given(DRAWN, st.sets(st.sampled_from(["Bug", "Change", "Task"])), st.none() | st.frozensets(st.integers(1, 30)))
def test_every_issue_is_in_or_out_for_one_reason(issues, issue_types, in_filter):
    """An oracle issue by issue: type before filter, no type means all, no filter means none."""
    cut = cut_population(issues, PERIOD, ["AB", "A", "ZZ", "EMPTY"], issue_types, in_filter)
    inside, outside = set(), {}
    for row in issues.itertuples():
        if side_of(PERIOD, row.created) != "in":
            continue
        if issue_types and row.issue_type not in issue_types:
            outside[row.key] = "issue type"
        elif in_filter is not None and row.id not in in_filter:
            outside[row.key] = "filter"
        else:
            inside.add(row.key)
    assert set(cut.population["key"]) == inside
    assert dict(zip(cut.excluded["key"], cut.excluded["reason"], strict=True)) == outside
    assert set(cut.in_period["key"]) == inside | set(outside)
    assert len(cut.in_period) == len(cut.population) + len(cut.excluded)
    for frame in (cut.population, cut.excluded, cut.in_period):
        order = list(zip(frame["project"], frame["number"], strict=True))
        assert order == sorted(order)
    counts = reconcile(["ZZ", "EMPTY", "AB", "A"], {}, {}, {}, cut, {})
    assert counts["project"].tolist() == ["A", "AB", "EMPTY", "ZZ"]
    kept = counts["in_period"] - counts["excluded_by_type"] - counts["excluded_by_filter"]
    assert kept.tolist() == counts["population"].tolist()
    assert counts[["in_period", "population"]].sum().tolist() == [len(cut.in_period), len(cut.population)]


def test_an_empty_filter_excludes_everything():
    """A filter that holds no issue is a filter, not the lack of one."""
    issues = frame_of(("AB-1", PERIOD.begins, "Bug"))
    assert cut_population(issues, PERIOD, ["AB"], in_filter=frozenset()).excluded["reason"].tolist() == ["filter"]


def test_issues_that_moved_out_are_listed_under_their_old_key():
    """They are excluded, named with their present key, and no part of the first pass."""
    issues = frame_of(("AB-2", PERIOD.begins, "Bug"), ("AB-10", PERIOD.begins, "Task"))
    moved = pd.DataFrame(
        {
            "key": ["AB-9", "AB-1"],
            "project": ["AB", "AB"],
            "number": [9, 1],
            "issue_type": ["Bug", "Bug"],
            "created": pd.DatetimeIndex([PERIOD.begins, PERIOD.begins - MILLISECOND]),
            "now_key": ["CD-4", "CD-5"],
        }
    )
    cut = cut_population(issues, PERIOD, ["AB"], ["Bug"], moved_out=moved)
    assert cut.excluded["key"].tolist() == ["AB-9", "AB-10"]
    assert cut.excluded["reason"].tolist() == ["moved out", "issue type"]
    assert cut.excluded["now_key"].tolist()[0] == "CD-4"
    assert cut.in_period["key"].tolist() == ["AB-2", "AB-10"]
    content = to_csv(EXCLUDED, cut.excluded)
    assert content.startswith(b"key,project,number,issue_type,created,reason,now_key\n")
    assert b"AB-9,AB,9,Bug,2026-01-01T00:00:00.000-05:00,moved out,CD-4\n" in content


def test_issues_of_a_project_that_is_not_listed_are_an_error():
    """A project whose key was changed answers under the new key: dropping its issues would lose them."""
    issues = frame_of(("NEW-1", PERIOD.begins, "Bug"))
    with pytest.raises(AnswerError, match="NEW, which is not listed"):
        cut_population(issues, PERIOD, ["OLD"])
    empty = cut_population(issues.iloc[:0], PERIOD, ["OLD"])
    with pytest.raises(AnswerError, match="NEW, which is not listed"):
        reconcile(["OLD"], {"OLD": []}, {"NEW": [1]}, {}, empty, {})


def empty_cut() -> Population:
    """Cut a population without issues."""
    return cut_population(frame_of(), PERIOD, ["AB"])


def test_a_listed_project_without_issues_has_its_row():
    """No issue is an answer; Jira's count may be unknown."""
    counts = reconcile(["ZZ", "AB"], {"AB": []}, {}, {"ZZ": 0, "AB": None}, empty_cut(), {})
    assert counts.columns.tolist() == RECONCILIATION.names
    assert to_csv(RECONCILIATION, counts).splitlines()[1:] == [b"AB,0,0,,0,0,0,0,0,0,0", b"ZZ,0,0,0,0,0,0,0,0,0,0"]


IDS = st.lists(st.integers(1, 12), max_size=12)


@settings(deadline=None)
@given(IDS, IDS, IDS)
def test_what_one_pass_alone_gave_is_explained_or_told(first, second, drift):
    """An oracle id by id; repeated ids count once; drift explains only what differs."""
    counts = reconcile(["AB"], {"AB": first}, {"AB": second}, {"AB": 5}, empty_cut(), {"AB": drift}).iloc[0]
    unexplained = [it for it in range(1, 13) if ((it in first) != (it in second)) and it not in drift]
    explained = [it for it in range(1, 13) if ((it in first) != (it in second)) and it in drift]
    assert (counts["first_pass"], counts["second_pass"]) == (len(set(first)), len(set(second)))
    assert (counts["drift"], counts["difference"]) == (len(explained), len(unexplained))
    assert unexplained_ids(["AB"], {"AB": first}, {"AB": second}, {"AB": drift}) == (
        {"AB": unexplained} if unexplained else {}
    )


def test_a_move_between_the_passes_is_drift_in_both_projects():
    """An issue that changed projects is missing in one second pass and new in the other."""
    counts = reconcile(["AB", "CD"], {"AB": [1, 2]}, {"AB": [1], "CD": [2]}, {}, empty_cut(), {"AB": [2], "CD": [2]})
    assert counts["drift"].tolist() == [1, 1]
    assert counts["difference"].tolist() == [0, 0]


def test_a_real_project_is_counted_year_by_year():
    """Every issue of a real project falls into exactly one year, as a count over the text of its dates says."""
    path = SHARED / "tidev" / "AC.jsonl.gz"
    if not path.exists():
        pytest.skip("the real data is not at hand")
    records = [json.loads(line) for line in gzip.decompress(path.read_bytes()).splitlines()]
    issues = issues_frame(records, ZoneInfo("UTC"))
    years = [record["fields"]["created"][:4] for record in records]
    assert {record["fields"]["created"][-5:] for record in records} == {"+0000"}
    for year in sorted(set(years)):
        period = Period(date(int(year), 1, 1), date(int(year), 12, 31), ZoneInfo("UTC"))
        assert len(cut_population(issues, period, ["AC"]).population) == years.count(year)


def test_an_issue_that_moved_out_is_counted_in_a_column_of_its_own():
    """It stands in excluded.csv and in no pass: without a column, the rows of one page would be more than those of another."""
    cut = empty_cut()
    moved = pd.DataFrame(
        {"key": ["AB-7"], "project": ["AB"], "number": [7], "issue_type": ["Bug"], "reason": ["moved out"]}
    )
    cut = replace(cut, excluded=pd.concat([cut.excluded, moved], ignore_index=True))
    counts = reconcile(["AB"], {"AB": []}, {"AB": []}, {"AB": 0}, cut, {}).iloc[0]
    assert (counts["moved_out"], counts["in_period"], counts["population"]) == (1, 0, 0)


@pytest.mark.parametrize(
    ("reason", "one", "many"),
    [
        ("issue type", "1 issue is of a type", "3 issues are of a type"),
        ("filter", "1 issue is left out by the JQL", "3 issues are left out by the JQL"),
        ("moved out", "1 issue was created in the period", "3 issues were created in the period"),
    ],
)
def test_an_excluded_issue_is_one_and_several_are_many(reason, one, many):
    """Verbs agree with the count, wherever they stand in the sentence."""
    rows = cut_population(frame_of(("AB-1", PERIOD.begins, "Bug")), PERIOD, ["AB"]).excluded
    none = pd.DataFrame({name: [] for name in RECONCILIATION.names})
    said = {}
    for count in (1, 3):
        excluded = pd.concat(
            [rows, pd.DataFrame({"reason": [reason] * count, "issue_type": ["Bug"] * count})], ignore_index=True
        )
        (finding,) = population_findings(none, excluded, estimate=False)
        said[count] = finding.statement
        assert finding.count == count
    assert said[1].startswith(one)
    assert said[3].startswith(many)
    if reason == "moved out":
        assert "and now stands in" in said[1]
        assert "and now stand in" in said[3]


def test_an_issue_without_a_type_is_not_left_out_in_silence():
    """Nothing shows that it is of another type than those in scope; packages made before do not name it."""
    issues = frame_of(("AB-1", PERIOD.begins, "Bug"), ("AB-2", PERIOD.begins, "Task"), ("AB-3", PERIOD.begins, "Bug"))
    issues["issue_type"] = issues["issue_type"].where(issues["key"] != "AB-3")
    excluded = cut_population(issues, PERIOD, ["AB"], ["Bug"]).excluded
    none = pd.DataFrame({name: [] for name in RECONCILIATION.names})
    _, told = population_findings(none, excluded, estimate=False)
    assert (told.id, told.severity, told.count) == ("population.type-untold", "limit", 1)
    assert told.statement == "1 issue is left out of the population because Jira tells no type of it: AB-3."
    assert len(population_findings(none, excluded, estimate=False, weigh_estimates=False)) == 1


def test_a_type_in_scope_that_no_issue_has_is_told_beside_those_that_are_there():
    """A slip of the pen would leave issues out, or all, of a list that is complete by every other count."""
    found = cut_population(
        frame_of(("AB-1", PERIOD.begins, "Bug"), ("AB-2", PERIOD.begins, "Task")), PERIOD, ["AB"], ["Bgu"]
    )
    assert unused_types(found, ["Bgu", "bug", "Bgu"]) == ["Bgu"]
    (told,) = unused_type_findings(["Bgu"], {"Task", "Bug"})
    assert told.severity == "limit"
    assert told.statement.startswith("issue_types names Bgu, which no issue of the period has")
    assert "The period has Bug and Task." in told.statement
    assert "no issue at all" in unused_type_findings(["Bgu"], ())[0].statement
    assert unused_type_findings([], {"Bug"}) == []
