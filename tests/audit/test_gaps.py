"""Every number of the period is accounted for: witnesses, range, classes, neighbours, explanations."""

from __future__ import annotations

import gzip
import itertools
import json
import time
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from places import SHARED
from plain_ways import side_of

from auditlib.audit.numbering.explanations import explain_gaps, explanations_template, parse_explanations
from auditlib.audit.numbering.gaps import CLASSES, GAPS, NUMBERING, audit_numbers, join_numberings
from auditlib.audit.numbering.witnesses import NumberRange, missing_numbers, number_range, witnesses
from auditlib.errors import ParameterError
from auditlib.times import Period, parse_instant

TIDEV = SHARED / "data" / "tidev"
YEAR = Period(date(2026, 1, 1), date(2026, 12, 31), ZoneInfo("America/New_York"))
MOVES = ["issue_id", "at", "history_id", "from_key", "to_key", "author"]
HEADER = "project,number,explanation,explained_by,explained_on\n"


def issues(days, *, moved_in=(), hidden=()):
    """Present issues from {number: day given out, counted from 1 January 2026 noon UTC}."""
    rows = []
    for number, day in sorted(days.items()):
        at = datetime(2026, 1, 1, 12, tzinfo=UTC) + timedelta(days=day)
        created = at - timedelta(days=1000) if number in moved_in else at
        shown = number not in hidden
        rows.append(
            (
                number,
                10_000 + number,
                float(day),
                at if shown else None,
                created if shown else None,
                side_of(YEAR, at),
                number in moved_in,
            )
        )
    frame = pd.DataFrame(rows, columns=["number", "id", "order", "given_out", "created", "side", "moved_in"])
    for column in ("given_out", "created"):
        frame[column] = pd.to_datetime(frame[column], utc=True).astype("datetime64[us, UTC]")
    return frame.astype({"number": "int64", "id": "int64", "order": "float64", "side": object, "moved_in": bool})


def moves(*rows):
    frame = pd.DataFrame(rows, columns=MOVES, dtype=object)
    frame["at"] = pd.to_datetime(frame["at"], utc=True).astype("datetime64[us, UTC]")
    return frame


def resolved(*rows):
    return pd.DataFrame(rows, columns=["number", "now_key", "id"], dtype=object)


def audit(present, answers=None, history=None, **options):
    answers = resolved() if answers is None else answers
    history = moves() if history is None else history
    return audit_numbers("PAY", present, answers, history, YEAR, "https://jira.example/", **options)


def explanations(text, **options):
    return parse_explanations(HEADER + text, "gaps.csv", **options)


def largest_set(order):
    """Brute force: all subsets, largest first; of several the one that is higher when read from the top."""
    indices = range(len(order))
    for size in range(len(order), -1, -1):
        sets = [
            chosen
            for chosen in itertools.combinations(indices, size)
            if all(order[a] <= order[b] for a, b in itertools.pairwise(chosen))
        ]
        if sets:
            return max(sets, key=lambda chosen: chosen[::-1])
    return ()


@given(st.lists(st.integers(0, 6), max_size=10))
@settings(max_examples=300, deadline=None)
def test_witnesses_are_the_largest_set_and_the_higher_numbers(order):
    """Witnesses are a longest non-decreasing subsequence; of several, the one with the higher numbers."""
    chosen = witnesses(np.arange(1, len(order) + 1), np.array(order, dtype=float))
    assert tuple(np.flatnonzero(chosen)) == largest_set(order)


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ([], []),
        ([5], [0]),
        ([2, 1], [1]),
        ([1, 1, 1], [0, 1, 2]),
        ([1, 9, 2, 3], [0, 2, 3]),
        ([3, 1, 2], [1, 2]),
        ([2, 4, 1, 3], [2, 3]),
        ([2, 1, 2, 1], [1, 3]),
    ],
)
def test_witnesses_by_hand(order, expected):
    """Back-dated imports and late strangers are no witnesses; equal times are in order; ties go to higher numbers."""
    assert np.flatnonzero(witnesses(np.arange(len(order)), np.array(order, dtype=float))).tolist() == expected


@pytest.mark.parametrize(
    ("numbers", "order", "message"),
    [
        ([1, 1], [0.0, 1.0], "rise strictly"),
        ([2, 1], [0.0, 1.0], "rise strictly"),
        ([1, 2], [0.0, float("nan")], "position in time"),
        ([1, 2], [0.0], "one length"),
    ],
)
def test_witnesses_refuse_what_would_mislead(numbers, order, message):
    """Unsorted numbers and unknown positions are refused, never guessed at."""
    with pytest.raises(ValueError, match=message):
        witnesses(np.array(numbers), np.array(order))


def test_a_million_witnesses_are_quick():
    """A million numbers take seconds at most, whatever their order."""
    rng = np.random.default_rng(1)
    numbers = np.arange(1_000_000)
    order = numbers + rng.normal(0, 1000, numbers.size)
    begin = time.perf_counter()
    chosen = witnesses(numbers, order)
    assert time.perf_counter() - begin < 10  # about one second on an idle machine
    assert np.all(np.diff(order[chosen]) >= 0)


@given(
    st.dictionaries(st.integers(1, 14), st.integers(-3, 370), max_size=8),
    st.one_of(st.none(), st.integers(1, 20)),
)
@settings(max_examples=300, deadline=None)
def test_range_is_what_the_contract_says(days, named):
    """First = 1 + highest witness before (none: 1); last = lowest witness after − 1 (none: highest that is named)."""
    present = issues(days)
    numbers = sorted(days)
    members = [numbers[index] for index in largest_set([days[number] for number in numbers])]
    side = dict(zip(present["number"], present["side"], strict=True))
    before = [number for number in members if side[number] == "before"]
    after = [number for number in members if side[number] == "after"]
    first = 1 + max(before, default=0)
    last = min(after) - 1 if after else max([*numbers, *([named] if named else [])], default=0)
    assert number_range(present, named) == NumberRange(first, last)


@pytest.mark.parametrize(
    ("days", "named", "expected"),
    [
        ({}, None, NumberRange(1, 0)),
        ({}, 3, NumberRange(1, 3)),
        ({5: 10}, None, NumberRange(1, 5)),
        ({5: 10}, 9, NumberRange(1, 9)),
        ({5: -10, 9: 10, 12: 400}, 99, NumberRange(6, 11)),
        ({5: -10}, None, NumberRange(6, 5)),
        ({5: -10, 6: 400}, None, NumberRange(6, 5)),
        ({1: 400}, None, NumberRange(1, 0)),
        ({1: -9, 2: 1, 3: 2, 4: 3, 5: -800, 6: 4}, None, NumberRange(2, 6)),
    ],
)
def test_range_by_hand(days, named, expected):
    """A back-dated import high in the period does not move the start of the range."""
    found = number_range(issues(days), named)
    assert found == expected
    assert len(found) == max(0, found.last - found.first + 1)


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


def test_explanations_are_merged():
    """Single numbers and ranges explain missing numbers, moved ones too; other projects are left alone."""
    given_text = 'PAY,2,"lost, by an import",Ada Quill,2026-12-31\n\nPAY,4-5,burnt,,\nOPS,1,else,,\nPAY,3,,,\n'
    answers = resolved((2, "LAB-9", 77))
    result = audit(issues({1: 1, 6: 9}), answers, explanations=explanations(given_text))
    gap = result.gaps.set_index("number")
    assert gap.loc[2, ["explanation", "explained_by", "explained_on"]].tolist() == [
        "lost, by an import",
        "Ada Quill",
        "2026-12-31",
    ]
    assert gap["explanation"].fillna("").to_dict() == {2: "lost, by an import", 3: "", 4: "burnt", 5: "burnt"}


def test_explaining_a_number_that_is_not_missing_is_an_error():
    """All wrong lines are told, with their place in the file."""
    given_text = "PAY,2-4,burnt,,\nPAY,9,burnt,,\nPAY,5,burnt,,\n"
    with pytest.raises(ParameterError) as caught:
        audit(issues({1: 1, 3: 2, 6: 9}), explanations=explanations(given_text))
    assert [(problem.line, problem.value) for problem in caught.value.problems] == [(2, "PAY 3"), (3, "PAY 9")]
    assert str(caught.value).startswith("gaps.csv:2: gap_explanations = PAY 3: not among the missing numbers")


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("PAY,x,why,,\n", 2, "number must be"),
        ("PAY,PAY-3,why,,\n", 2, "number must be"),
        ("PAY,12. Oct,why,,\n", 2, "number must be"),
        ("PAY,5-3,why,,\n", 2, "ends before"),
        ("PAY,1-99999999999,why,,\n", 2, "that many"),
        ("PAY,3,,Ada Quill,\n", 2, "explanation is empty"),
        ('PAY,3,"two\nlines",,\nPAY,3,again,,\n', 4, "line 2 explains it"),
        ("OPS,3,why,,\n", 2, "not an audited project"),
        ("PAY,3,why,,04/01/2026\n", 2, "a date like"),
        ("PAY,3,why,,20260401\n", 2, "a date like"),
    ],
)
def test_explanations_that_cannot_be_read_are_told(text, line, message):
    """Each defect of the file has a message with its line."""
    with pytest.raises(ParameterError, match=message) as caught:
        explanations(text, projects=["PAY"])
    assert [problem.line for problem in caught.value.problems] == [line]


def test_missing_columns_are_told():
    """A file without the five columns is refused, whatever else it holds."""
    with pytest.raises(ParameterError, match="missing column explanation, explained_by, explained_on"):
        parse_explanations("project,number\n", "gaps.csv")
    with pytest.raises(ParameterError, match="missing column"):
        parse_explanations("", "gaps.csv")


def test_the_template_lists_what_is_open_and_reads_back():
    """Open gaps of one class in a row are one line; filled in, the template is the explanations file."""
    other = pd.DataFrame(
        [(4, "existed", None, None, "link of PAY-1"), (9, "deleted", None, None, "log 1")],
        columns=["number", "classification", "actor", "at", "evidence"],
    )
    result = audit(issues({1: 1, 7: 5, 12: 9}), resolved((11, "LAB-9", 7)), other=other)
    template = explanations_template(result.gaps)
    assert template["number"].tolist() == ["2-3", "4", "5-6", "8", "10"]
    assert template["classification"].tolist() == [
        "unexplained",
        "existed",
        "unexplained",
        "unexplained",
        "unexplained",
    ]
    assert template["numbers"].tolist() == [2, 1, 2, 1, 1]
    csv = template.to_csv(index=False, lineterminator="\n")
    assert csv.splitlines()[:2] == [HEADER.strip() + ",classification,numbers", "PAY,2-3,,,,unexplained,2"]
    assert len(parse_explanations(csv, "template.csv")) == 0
    filled = parse_explanations("\ufeff" + csv.replace(",,,,", ",burnt,Ada Quill,2026-12-31,"), "template.csv")
    explained = explain_gaps(result.gaps, filled)
    assert explained.loc[explained["explanation"].notna(), "number"].tolist() == [2, 3, 4, 5, 6, 8, 10]
    assert len(explanations_template(explained)) == 0
    assert list(explanations_template(explained).columns) == list(template.columns)


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
