"""Numbers that would mean millions of questions, or more than the memory holds."""

from __future__ import annotations

import pandas as pd
import pytest

from auditlib.audit.numbering.witnesses import LARGEST_RANGE, missing_numbers, number_range
from auditlib.errors import AnswerError, UsageError
from auditlib.pull.numbers import _require_allowed
from auditlib.pull.partition import share_parts
from auditlib.pull.session import Session


def present(*numbers: int) -> pd.DataFrame:
    return pd.DataFrame({"number": numbers, "order": range(len(numbers)), "side": "in"})


@pytest.mark.parametrize("highest", [LARGEST_RANGE + 1, 999_999_999, 999_999_999_999, 10**18])
@pytest.mark.parametrize("named", [True, False])
def test_a_number_that_no_project_gave_out_is_named_and_nothing_is_counted(highest, named):
    """Be it an issue's own or one that a record names: a list of all numbers below it is not made."""
    rows = present(1, 2, 3) if named else present(1, 2, highest)
    with pytest.raises(AnswerError, match=f"names the number {highest}, which no project has given out"):
        missing_numbers(rows, highest if named else None)


def test_a_range_that_is_large_and_possible_is_taken():
    """A million numbers are a large project's."""
    assert len(number_range(present(1, 1_000_000))) == 1_000_000


@pytest.mark.parametrize(("size", "count"), [(1, 60_000), (100, 60_000)])
def test_many_questions_are_asked_about_first(size, count):
    """With how many they are, of which numbers, and how to allow them."""
    keys = [f"A-{number}" for number in range(1, count + 1)]
    batches = [("missing/A", keys[start : start + size]) for start in range(0, count, size)]
    session = Session(None, None, lambda *_: None, None, most_questions=500)
    with pytest.raises(UsageError) as caught:
        _require_allowed(session, batches)
    assert (
        f"60,000 numbers from A-1 to A-60000 did not answer, and would be asked for by {len(batches):,} questions"
        in str(caught.value)
    )
    assert f"--most-questions {len(batches)}" in str(caught.value)
    _require_allowed(Session(None, None, lambda *_: None, None, most_questions=len(batches)), batches)


@pytest.mark.parametrize("count", [10**9, 10**15, 10**18])
def test_a_count_that_no_project_has_makes_no_more_parts(count):
    """Jira's own count may be any number; it is for the size of parts only."""
    assert 1 <= sum(share_parts({"A": count, "B": 5}, 100).values()) < 5000
