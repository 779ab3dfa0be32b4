"""Every number of the period is accounted for once, with its evidence and its neighbours."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numbered_issues import audit, issues, moves, resolved
from places import SHARED

from auditlib.audit.numbering.gaps import CLASSES, GAPS, NUMBERING, audit_numbers, join_numberings
from auditlib.audit.numbering.witnesses import NumberRange, missing_numbers
from auditlib.times import Period, parse_instant

TIDEV = SHARED / "data" / "tidev"


@st.composite
def projects(draw):
    days = draw(st.dictionaries(st.integers(1, 25), st.integers(-20, 390), max_size=15))
    moved_in = draw(st.sets(st.sampled_from(sorted(days)))) if days else set()
    other_numbers = draw(st.lists(st.integers(1, 30), max_size=5))
    classes = draw(st.lists(st.sampled_from(["deleted", "existed"]), min_size=5, max_size=5))
    answers = draw(st.sets(st.integers(1, 30), max_size=5)) - set(days)
    return days, moved_in, list(zip(other_numbers, classes, strict=False)), answers


@given(projects(), st.one_of(st.none(), st.integers(1, 40)))
@settings(max_examples=75, deadline=None)
def test_numbers_add_up(project, named):
    """Numbers = present + missing, missing = the sum of the classes, and each missing number is told once."""
    days, moved_in, records, answers = project
    other = pd.DataFrame(
        [(number, name, None, pd.NaT, f"log {number}") for number, name in records],
        columns=["number", "classification", "actor", "at", "evidence"],
    )
    elsewhere = resolved(*[(n, f"NEW-{n}", 500 + n) for n in sorted(answers)])
    result = audit(issues(days, moved_in=moved_in), elsewhere, named_highest=named, other=other)
    row = result.summary.iloc[0]
    assert row["numbers"] == row["present"] + row["missing"] == len(result.audited)
    assert row["missing"] == sum(row[name] for name in CLASSES) == len(result.gaps)
    expected = set(range(result.audited.first, result.audited.last + 1)) - set(days)
    assert result.gaps["number"].tolist() == sorted(expected)
    deleted = {n for n, c in records if c == "deleted"}
    existed = {n for n, c in records if c == "existed"}
    for gap in result.gaps.itertuples():
        wanted = "moved" if gap.number in answers else "deleted" if gap.number in deleted else None
        assert gap.classification == (wanted or ("existed" if gap.number in existed else "unexplained"))
    if row["numbers"]:
        assert row["continuity"] == pytest.approx((row["present"] + row["moved"]) / row["numbers"])
    else:
        assert np.isnan(row["continuity"])
        assert row[["first_number", "last_number"]].isna().all()
    assert row["moved_in"] == len([n for n in moved_in if result.audited.first <= n <= result.audited.last])


@given(projects())
@settings(max_examples=75, deadline=None)
def test_out_of_order_counts_issues_created_before_a_lower_number(project):
    """An issue is out of order if any lower-numbered issue of the range was created after it."""
    days, moved_in, _, _ = project
    result = audit(issues(days, moved_in=moved_in))
    inside = result.present[result.present["audited"]]
    born = dict(zip(inside["number"], inside["created"], strict=True))
    late = [n for n in born if any(born[m] > born[n] for m in born if m < n)]
    assert inside.loc[inside["out_of_order"], "number"].tolist() == late
    assert result.summary["out_of_order"].item() == len(late)


def test_out_of_order_where_the_moment_is_not_known():
    """Where only the place in the walk is known, the place decides; a moved-in issue's place tells of its move."""
    days = {1: -5, 2: 3, 3: -400, 4: 5, 5: 4, 6: 6}
    result = audit(issues(days, moved_in={6}, hidden={3}))
    assert result.audited == NumberRange(2, 6)
    assert result.present.loc[result.present["out_of_order"], "number"].tolist() == [3, 5, 6]


def test_a_moved_number_names_the_history_that_shows_it():
    """Moved: now_key, who and when, and the history item whose old key is the missing one, also after two moves."""
    history = moves(
        (77, datetime(2026, 3, 1, 12, tzinfo=UTC), "11508", "PAY-2", "OPS-4", "Ada Quill"),
        (77, datetime(2026, 5, 1, 12, tzinfo=UTC), "11900", "OPS-4", "LAB-9", "Bo Reed"),
        (78, datetime(2026, 4, 1, 12, tzinfo=UTC), "11600", "PAY-3", "OPS-5", None),
    )
    result = audit(issues({1: 1, 5: 9}), resolved((2, "LAB-9", 77), (4, "LAB-1", 5)), history)
    gap = result.gaps.set_index("number")
    assert gap.loc[2, ["classification", "now_key", "actor", "evidence"]].tolist() == [
        "moved",
        "LAB-9",
        "Ada Quill",
        "history 11508 of LAB-9",
    ]
    assert gap.loc[2, "at"].isoformat() == "2026-03-01T07:00:00-05:00"
    assert gap.loc[4, ["classification", "evidence"]].tolist() == ["moved", "answers as LAB-1"]
    assert gap.loc[3, "classification"] == "unexplained"  # a move that nothing answers to proves nothing
    assert gap.loc[2, "url"] == "https://jira.example/browse/PAY-2"


def test_a_history_of_another_issue_is_no_evidence():
    """A key that was used twice: the item must stand in the history of the issue that answers."""
    history = moves((99, datetime(2026, 3, 1, tzinfo=UTC), "1", "PAY-2", "OPS-4", "Ada Quill"))
    result = audit(issues({1: 1, 3: 9}), resolved((2, "LAB-9", 77)), history)
    assert result.gaps["evidence"].tolist() == ["answers as LAB-9"]


def test_the_first_class_that_applies_is_taken():
    """Moved before deleted before existed before unexplained; of several records of one class the first."""
    other = pd.DataFrame(
        [
            (2, "existed", None, None, "link of PAY-1"),
            (2, "deleted", "Ada Quill", datetime(2026, 2, 2, tzinfo=UTC), "log 4711"),
            (2, "deleted", "Bo Reed", datetime(2026, 2, 3, tzinfo=UTC), "log 4712"),
            (3, "deleted", "Bo Reed", datetime(2026, 2, 3, tzinfo=UTC), "log 4713"),
            (4, "existed", None, None, "census 2026-05-01"),
            (8, "existed", None, None, "link of PAY-1"),
        ],
        columns=["number", "classification", "actor", "at", "evidence"],
    )
    result = audit(issues({1: 1, 6: 9}), resolved((3, "LAB-9", 77)), other=other)
    assert result.audited == NumberRange(1, 8)  # a record names number 8
    assert dict(zip(result.gaps["number"], result.gaps["classification"], strict=True)) == {
        2: "deleted",
        3: "moved",
        4: "existed",
        5: "unexplained",
        7: "unexplained",
        8: "existed",
    }
    assert result.gaps["evidence"].tolist()[:3] == ["log 4711", "answers as LAB-9", "census 2026-05-01"]
    assert pd.isna(result.gaps["actor"][1])  # nothing of the log's record stays with the move


def test_neighbours_bound_a_missing_number():
    """In the period only if both neighbouring witnesses are; strangers between them do not count."""
    days = {3: -2, 5: 10, 7: -900, 9: 20, 11: 400}
    result = audit(issues(days))
    gap = result.gaps.set_index("number")
    assert gap["in_period"].to_dict() == {4: "unknown", 6: "yes", 8: "yes", 10: "unknown"}
    assert gap.loc[8, "created_after"].isoformat() == "2026-01-11T07:00:00-05:00"
    assert gap.loc[8, "created_before"].isoformat() == "2026-01-21T07:00:00-05:00"
    assert gap.loc[10, "created_before"].isoformat() == "2027-02-05T07:00:00-05:00"


def test_no_neighbour_is_unknown():
    """Without a witness on one side, or without its time, the bound is empty and the answer unknown."""
    result = audit(issues({2: 5}), named_highest=3)
    assert result.gaps["in_period"].tolist() == ["unknown", "unknown"]
    assert result.gaps["created_after"].isna().tolist() == [True, False]
    assert result.gaps["created_before"].isna().tolist() == [False, True]
    far = audit(issues({2: -500, 4: 5}, hidden={2}))
    assert far.gaps["created_after"].isna().tolist() == [True]


def test_positions_must_agree_with_the_period():
    """An issue of the period that stands before one older than the period would bend the range: refused."""
    present = issues({1: -5, 2: 5})
    with pytest.raises(ValueError, match="earlier side"):
        audit(present.assign(order=[2.0, 1.0]))
    with pytest.raises(ValueError, match="unknown"):
        audit(present.assign(side=["unknown", "in"]))


def test_missing_numbers_are_those_of_the_audit():
    """What is asked of Jira is what is audited afterwards."""
    present = issues({3: -2, 5: 10, 9: 20})
    assert (
        missing_numbers(present, 11) == audit(present, named_highest=11).gaps["number"].tolist() == [4, 6, 7, 8, 10, 11]
    )


def test_tables_have_the_contract_columns_whatever_they_hold():
    """Columns and types do not depend on there being rows."""
    empty, full = audit(issues({})), audit(issues({1: 1, 3: 3}))
    for result in (empty, full):
        assert list(result.summary.columns) == NUMBERING.names
        assert list(result.gaps.columns) == GAPS.contract_names
    assert empty.gaps.dtypes.astype(str).to_dict() == full.gaps.dtypes.astype(str).to_dict()
    assert empty.summary.dtypes.astype(str).to_dict() == full.summary.dtypes.astype(str).to_dict()
    assert str(empty.gaps["at"].dtype) == "datetime64[us, America/New_York]"
    summary, gaps = join_numberings([full, empty])
    assert len(summary) == 2
    assert len(gaps) == 1
    assert gaps.dtypes.equals(full.gaps.dtypes)
    assert len(join_numberings([empty])[1]) == 0


def tidev(project):
    path = TIDEV / f"{project}.jsonl.gz"
    if not path.exists():
        pytest.skip("the real data of ../shared is not here")
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        records = [json.loads(line) for line in lines]
    created = [parse_instant(record["fields"]["created"]) for record in records]
    period = Period(min(created).date(), max(created).date(), ZoneInfo("UTC"))
    frame = pd.DataFrame(
        {
            "number": [int(record["key"].rpartition("-")[2]) for record in records],
            "id": [int(record["id"]) for record in records],
            "order": [moment.timestamp() for moment in created],
            "given_out": pd.to_datetime(created, utc=True).astype("datetime64[us, UTC]"),
            "created": pd.to_datetime(created, utc=True).astype("datetime64[us, UTC]"),
            "side": "in",
            "moved_in": False,
        }
    )
    return frame, period


@pytest.mark.parametrize(
    ("project", "last", "present", "missing", "out_of_order"),
    [("AC", 6727, 4503, 2224, 2654), ("ALOY", 1750, 1499, 251, 280), ("MOD", 2928, 367, 2561, 64)],
)
def test_real_projects_have_their_known_gaps(project, last, present, missing, out_of_order):
    """Three real projects: the missing numbers are exactly those known, and all unexplained."""
    frame, period = tidev(project)
    result = audit_numbers(project, frame, resolved(), moves(), period, "https://jira.example")
    expected = {
        "project": project,
        "first_number": 1,
        "last_number": last,
        "numbers": last,
        "present": present,
        "missing": missing,
        "moved": 0,
        "deleted": 0,
        "existed": 0,
        "unexplained": missing,
        "moved_in": 0,
        "out_of_order": out_of_order,
    }
    assert result.summary.drop(columns="continuity").iloc[0].to_dict() == expected
    assert result.summary["continuity"].item() == pytest.approx(present / last)
