"""What changed between censuses: by key and times, and of a project out of sight nothing is called vanished."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from table_reading import from_csv

from auditlib.errors import AnswerError
from auditlib.records.census import Census, read_census, sees_again, vanished
from auditlib.records.census_changes import CHANGES, absent_after, changes_since
from auditlib.tables import to_csv

FORMER = {"PAY": (), "OPS": ("INFRA",)}
MAY = datetime(2026, 5, 1, tzinfo=UTC)


def census(month: int, keys: dict[int, str]) -> Census:
    return read_census(MAY + timedelta(days=30 * month), [f'{{"id":{one},"key":"{key}"}}' for one, key in keys.items()])


def fold(censuses: list[Census], former: Any = FORMER) -> list[pd.DataFrame]:
    """Return what each census changed, as twelve archives would write it, one after the other."""
    by_time = {one.at: one for one in censuses}
    frames: list[pd.DataFrame] = []
    for last, newest in pairwise(censuses):
        absent = absent_after((rows_of(frame) for frame in frames), former)
        frames.append(changes_since(last, newest, absent, former, by_time.get))
    return frames


def rows_of(frame: pd.DataFrame) -> list[dict[str, str]]:
    """Return rows as they come from the file."""
    read = from_csv(CHANGES, to_csv(CHANGES, frame))
    times = {
        name: [None if pd.isna(at) else f"{at:%Y-%m-%dT%H:%M:%S.000Z}" for at in read[name]] for name in ("last_seen",)
    }
    return [
        {
            "id": str(row.id),
            "key": row.key,
            "project": row.project,
            "change": row.change,
            "last_seen": times["last_seen"][place] or "",
        }
        for place, row in enumerate(read.itertuples(index=False))
    ]


def said(frame: pd.DataFrame) -> list[tuple[str, str]]:
    return list(zip(frame["key"], frame["change"], strict=True))


def test_each_change_is_told_by_key():
    """Vanished, moved, new and returned, with the censuses that show it."""
    before = {1: "PAY-1", 2: "PAY-2", 3: "PAY-3", 4: "PAY-4", 5: "OPS-1"}
    middle = {1: "PAY-1", 3: "OPS-7", 4: "PAY-4", 5: "OPS-1", 6: "PAY-6"}
    after = middle | {2: "PAY-2"}
    first, second = fold([census(0, before), census(1, middle), census(2, after)])
    assert said(first) == [("OPS-7", "moved"), ("PAY-2", "vanished"), ("PAY-6", "new")]
    moved, gone, new = first.itertuples(index=False)
    assert (moved.was, moved.last_seen, moved.first_missed) == ("PAY-3", MAY, MAY + timedelta(days=30))
    assert (gone.last_seen, gone.first_missed) == (MAY, MAY + timedelta(days=30))
    assert pd.isna(new.last_seen)
    assert said(second) == [("PAY-2", "returned")]
    assert second["last_seen"][0] == MAY


def test_more_than_half_of_a_project_is_not_seen():
    """So many are rather out of sight than deleted; half of it may have been deleted."""
    four = {number: f"PAY-{number}" for number in range(1, 5)}
    (half,) = fold([census(0, four), census(1, {1: "PAY-1", 2: "PAY-2"})])
    assert said(half) == [("PAY-3", "vanished"), ("PAY-4", "vanished")]
    (more,) = fold([census(0, four), census(1, {1: "PAY-1"})])
    assert {change for _, change in said(more)} == {"not seen"}
    (everything,) = fold([census(0, four | {9: "OPS-1"}), census(1, {9: "OPS-1"})])
    assert {change for _, change in said(everything)} == {"not seen"}


def test_what_vanished_in_the_dark_is_told_by_the_first_census_that_sees_again():
    """With the time when it was last seen, which is not that of the census before."""
    four = {number: f"PAY-{number}" for number in range(1, 5)}
    _, _, light = fold([census(0, four), census(1, {}), census(2, {}), census(3, {1: "PAY-1", 2: "PAY-2", 3: "PAY-3"})])
    assert said(light) == [("PAY-1", "returned"), ("PAY-2", "returned"), ("PAY-3", "returned"), ("PAY-4", "vanished")]
    assert light["last_seen"][3] == MAY
    assert light["first_missed"][3] == MAY + timedelta(days=90)


def test_a_project_that_got_another_key_is_no_move():
    """What was ``INFRA-1`` is ``OPS-1`` today, in the census before as well."""
    assert not len(fold([census(0, {1: "INFRA-1"}), census(1, {1: "OPS-1"})])[0])


def test_a_project_that_no_census_saw_brings_nothing_new():
    """It is listed for the first time; its issues are not."""
    assert not len(fold([census(0, {1: "PAY-1"}), census(1, {1: "PAY-1", 2: "OPS-1"})])[0])


def test_an_issue_that_returns_under_another_key_has_moved():
    """Where it was meanwhile nobody knows."""
    rest = {7: "PAY-7", 8: "PAY-8", 9: "OPS-9"}
    _, (row,) = (list(one.itertuples(index=False)) for one in fold(
        [census(0, rest | {1: "PAY-1"}), census(1, rest), census(2, rest | {1: "OPS-4"})]
    ))  # fmt: skip
    assert (row.key, row.change, row.was, row.last_seen) == ("OPS-4", "moved", "PAY-1", MAY)


@pytest.mark.parametrize(
    "row",
    [
        {},
        {"id": "x", "change": "vanished"},
        {"id": "1", "change": "vanished", "key": "A-1", "last_seen": "May"},
        {"id": "1", "change": "not seen", "key": "none", "last_seen": "2026-05-01T00:00:00.000Z"},
        {"id": "9" * 30, "change": "new", "key": "A-1"},
        {"id": "1", "change": "new", "key": None},
    ],
)
def test_a_row_that_is_none_is_told(row):
    """A file of the archive may come from anybody."""
    with pytest.raises(AnswerError, match="no row of changes"):
        absent_after([[row]], FORMER)


@pytest.mark.parametrize(
    ("missing", "seen", "holds", "again"),
    [(1, 2, True, True), (2, 3, True, False), (0, 5, False, False), (1, 1, False, False)],
)
def test_a_project_is_seen_again_unless_more_than_half_is_missing(missing, seen, holds, again):
    """Exactly half may have been deleted; nothing of it at all says nothing."""
    assert sees_again(missing, seen, holds_project=holds) is again


EXAMPLES = st.lists(
    st.dictionaries(st.integers(1, 7), st.sampled_from(["PAY", "PAY", "OPS"]), max_size=7), min_size=2, max_size=6
)


@given(EXAMPLES)
def test_the_archive_and_the_numbering_judge_alike(months):
    """What archives told as vanished, one month after the other, and is not there again, is what the numbering finds in all."""
    censuses = [
        census(month, {number: f"{project}-{number}" for number, project in content.items()})
        for month, content in enumerate(months)
    ]
    absent = absent_after((rows_of(frame) for frame in fold(censuses)), FORMER)
    told = {(issue, one.last_seen) for issue, one in absent.items() if one.change == "vanished"}
    found = vanished(censuses, FORMER)
    assert told == {(int(row.issue_id), row.not_before.to_pydatetime()) for row in found.itertuples(index=False)}
