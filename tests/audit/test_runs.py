"""Missing numbers as runs: each number in one of them, and nothing told of it that is not so."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditlib.audit.numbering.gaps import CLASSES, GAPS
from auditlib.audit.numbering.runs import RUNS, longest_first, runs_of
from auditlib.times import parse_instant

ZONE = "America/New_York"
SOON, LATE = (parse_instant(text) for text in ("2026-04-01T00:00:00.000Z", "2026-06-01T00:00:00.000Z"))


def gaps_of(*rows: tuple[str, int, str] | tuple[str, int, str, str]) -> pd.DataFrame:
    """Return ``gaps.csv`` with project, number, class and perhaps the analyst's word of each row."""
    filled = []
    for project, number, kind, *said in rows:
        told = dict.fromkeys(GAPS.names) | {
            "project": project, "number": number, "key": f"{project}-{number}", "classification": kind,
            "created_after": SOON, "created_before": LATE, "in_period": "yes", "explanation": said[0] if said else None,
        }  # fmt: skip
        filled.append([told[name] for name in GAPS.names])
    return GAPS.make(filled, ZoneInfo(ZONE))


def told(runs: pd.DataFrame) -> list[tuple[str, int, int, int, str]]:
    return list(runs[["project", "first", "last", "numbers", "classification"]].itertuples(index=False, name=None))


def test_a_run_ends_with_its_class_its_project_and_with_a_number_that_answers():
    """PAY-3 answers; PAY-6 is of another class; OPS-7 is of another project."""
    gaps = gaps_of(
        ("OPS", 6, "deleted"), ("OPS", 7, "deleted"), ("PAY", 1, "unexplained"), ("PAY", 2, "unexplained"),
        ("PAY", 4, "unexplained"), ("PAY", 5, "unexplained"), ("PAY", 6, "moved"), ("PAY", 8, "moved"),
    )  # fmt: skip
    runs = runs_of(gaps)
    assert told(runs) == [
        ("OPS", 6, 7, 2, "deleted"), ("PAY", 1, 2, 2, "unexplained"), ("PAY", 4, 5, 2, "unexplained"),
        ("PAY", 6, 6, 1, "moved"), ("PAY", 8, 8, 1, "moved"),
    ]  # fmt: skip
    assert set(runs["created_after"]) == {SOON}
    assert set(runs["created_before"]) == {LATE}


@given(st.dictionaries(st.tuples(st.sampled_from(["A", "B"]), st.integers(1, 30)), st.sampled_from(CLASSES)))
@settings(max_examples=75, deadline=None)
def test_each_missing_number_stands_in_one_run(missing):
    """The numbers of the runs add up to the missing ones, and no two runs could be one."""
    gaps = gaps_of(*((project, number, kind) for (project, number), kind in sorted(missing.items())))
    runs = runs_of(gaps)
    spread = {
        (project, number): kind for project, first, last, _, kind in told(runs) for number in range(first, last + 1)
    }
    assert spread == missing
    assert int(runs["numbers"].sum()) == len(gaps)
    assert not any(
        (project, last + 1, kind) in {(p, f, k) for p, f, _, _, k in told(runs)}
        for project, _, last, _, kind in told(runs)
    )


def test_nothing_missing_is_a_table_without_rows():
    """With all of its columns, each of its kind."""
    assert RUNS.check(runs_of(gaps_of())).empty


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ((None, None), None),
        (("import", "import"), "import"),
        (("import", None), "import (1 of 2)"),
        (("import", "test"), "import (1 of 2); test (1 of 2)"),
    ],
)
def test_an_explanation_is_not_told_of_numbers_that_lack_it(said, shown):
    """Where not all of a run are explained alike, how many are stands beside."""
    rows = [("PAY", number, "unexplained", text) for number, text in enumerate(said, start=1)]
    (found,) = runs_of(gaps_of(*rows))["explanation"]
    assert (None if pd.isna(found) else found) == shown


def test_the_longest_run_comes_first():
    """Then by project and number, as the file has them."""
    gaps = gaps_of(*[("PAY", number, "unexplained") for number in (1, 3, 4, 6)], ("QA", 1, "moved"), ("QA", 2, "moved"))
    assert [row[:2] for row in told(longest_first(runs_of(gaps)))] == [("PAY", 3), ("QA", 1), ("PAY", 1), ("PAY", 6)]
