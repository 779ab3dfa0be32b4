"""The pass over the period in parts: no gap, about equal, few."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditlib.pull.partition import PROBES, boundaries, clauses, probe_ids, share_parts
from auditlib.times import Period

PERIOD = Period(date(2026, 4, 1), date(2026, 9, 30), ZoneInfo("America/New_York"))
NEW_YORK = ZoneInfo("America/New_York")


def dated(count: int, every: timedelta) -> pd.Series:
    times = [datetime(2026, 3, 1, tzinfo=UTC) + row * every for row in range(count)]
    return pd.Series(times, dtype="datetime64[us, UTC]")


@given(
    st.lists(st.datetimes(datetime(2025, 1, 1), datetime(2027, 1, 1)), max_size=100),  # noqa: DTZ001 - made aware below
    st.integers(1, 30),
)
def test_cuts_rise_and_lie_in_the_period(times, parts):
    """Cuts are whole minutes inside the period, each later than the one before, never more than parts - 1."""
    cuts = boundaries(
        pd.Series(sorted(t.replace(tzinfo=UTC) for t in times), dtype="datetime64[us, UTC]"), PERIOD, parts
    )
    assert len(cuts) <= parts - 1
    assert all(low < high for low, high in pairwise(cuts))
    assert all(PERIOD.begins - timedelta(minutes=1) <= cut < PERIOD.ends and cut.second == 0 for cut in cuts)


def test_each_issue_is_in_one_part():
    """The parts follow each other without a gap and without an overlap, by the very texts that Jira reads."""
    cuts = boundaries(dated(100, timedelta(days=2)), PERIOD, 6)
    parts = clauses(cuts, NEW_YORK)
    assert len(parts) == len(cuts) + 1
    assert parts[0][0].startswith("created < ")
    assert parts[-1] == [parts[-2][1].replace("<", ">=")]
    for before, after in pairwise(parts):
        assert before[-1].removeprefix("created < ") == after[0].removeprefix("created >= ")


def test_parts_hold_about_equally_many():
    """Evenly spread issues give parts of equal length in time."""
    cuts = boundaries(dated(400, timedelta(hours=12)), PERIOD, 4)
    lengths = [high - low for low, high in pairwise(cuts)]
    assert max(lengths) - min(lengths) <= timedelta(days=1)


def test_an_hour_that_comes_twice_makes_no_gap():
    """Around the end of summer time, a text means one instant, whichever: the next part begins where this one ends."""
    cuts = [datetime(2026, 11, 1, 5, 30, tzinfo=UTC), datetime(2026, 11, 1, 6, 10, tzinfo=UTC)]
    first, second, third = clauses(cuts, NEW_YORK)
    assert first == ['created < "2026-11-01 01:30"']
    assert second == ['created >= "2026-11-01 01:30"', 'created < "2026-11-01 01:10"']
    assert third == ['created >= "2026-11-01 01:10"']


@pytest.mark.parametrize(
    "sizes", [{"A": 0}, {"A": 50}, {"A": 20_000}, {"A": 100, "B": 19_900}, {"A": 1_000_000}, dict.fromkeys("ABCDE", 3)]
)
def test_parts_cost_few_requests(sizes):
    """A part costs at most one page that is not full: with 1.05 requests a page and 20 more, all parts are paid."""
    shares = share_parts(sizes, 100)
    pages = sum(-(-size // 100) for size in sizes.values())
    assert sum(shares.values()) <= 0.05 * pages + 20 + len(sizes) - 1
    assert all(share >= 1 for share in shares.values())


def test_20000_issues_are_cut_for_eight_askers():
    """Enough parts that eight askers finish at about the same time."""
    assert share_parts({"A": 20_000}, 100)["A"] >= 16


def test_probes_are_few_and_hold_both_ends():
    """The first and the last issue are asked for, and at most a hundred in all."""
    ids = list(range(1000, 9000))
    probes = probe_ids(ids, frozenset())
    assert len(probes) == PROBES
    assert (probes[0], probes[-1]) == (1000, 8999)
    assert probe_ids([], frozenset()) == []
    assert probe_ids([7], frozenset([7])) == []
