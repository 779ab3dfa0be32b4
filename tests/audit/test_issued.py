"""When each number was given out: asking about a few issues must give the range that knowing all of them gives."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditlib.audit.numbering.issued import NEIGHBOURS, PROBES, present_numbers, unsettled
from auditlib.audit.numbering.witnesses import number_range
from auditlib.errors import AnswerError
from auditlib.times import Period

PERIOD = Period(date(2026, 4, 1), date(2026, 9, 30), ZoneInfo("UTC"))
START = datetime(2024, 1, 1, tzinfo=UTC)
NO_MOVES = pd.DataFrame(
    {
        "issue_id": pd.Series([], dtype="int64"),
        "at": pd.Series([], dtype="datetime64[us, UTC]"),
        "history_id": pd.Series([], dtype="int64"),
        "from_key": pd.Series([], dtype=object),
        "to_key": pd.Series([], dtype=object),
        "author": pd.Series([], dtype=object),
    }
)


class Project:
    """A project as a perfect observer sees it, and as the workbook asks about it."""

    def __init__(self, numbers: list[int], created: list[datetime], arrived: dict[int, datetime]) -> None:
        order = sorted(range(len(numbers)), key=lambda row: (created[row], numbers[row]))
        self.walk = pd.DataFrame(
            {
                "id": np.array([1000 + row for row in order], dtype="int64"),
                "number": np.array([numbers[row] for row in order], dtype="int64"),
            }
        )
        self.created = pd.Series(
            [created[row] for row in order], index=self.walk["id"].to_numpy(), dtype="datetime64[us, UTC]"
        )
        moved = [row for row in order if numbers[row] in arrived]
        self.moves = NO_MOVES
        if moved:
            self.moves = pd.DataFrame(
                {
                    "issue_id": [1000 + row for row in moved],
                    "at": pd.Series([arrived[numbers[row]] for row in moved], dtype="datetime64[us, UTC]"),
                    "history_id": range(len(moved)),
                    "from_key": [f"OLD-{row + 1}" for row in moved],
                    "to_key": [f"PAY-{numbers[row]}" for row in moved],
                    "author": None,
                }
            )

    def known_to(self, ids: set[int]) -> pd.DataFrame:
        """What is known once these issues were asked about."""
        dated = self.created[self.created.index.isin(ids)]
        moves = self.moves[self.moves["issue_id"].isin(ids)]
        return present_numbers("PAY", self.walk, dated, moves, period=PERIOD, asked=frozenset(ids))

    def in_window(self) -> set[int]:
        """Issues that the widened query finds for certain."""
        margin = timedelta(hours=22)  # two days, less the widest difference of two zones
        near = (self.created >= PERIOD.begins - margin) & (self.created < PERIOD.ends + margin)
        return set(self.created.index[near])

    def settle(self) -> tuple[pd.DataFrame, int]:
        """Ask until nothing is left to ask; also how many were asked about."""
        known, asked = self.in_window(), 0
        while True:
            present = self.known_to(known)
            more = set(unsettled(present, None)) - known
            if not more:
                return present, asked
            known |= more
            asked += len(more)


@st.composite
def projects(draw: st.DrawFn) -> Project:
    count = draw(st.integers(0, 60))
    steps = draw(st.lists(st.integers(0, 40 * 24), min_size=count, max_size=count))
    skips = draw(st.lists(st.sampled_from([1, 1, 1, 2, 5]), min_size=count, max_size=count))
    times, numbers, at, number = [], [], START, 0
    for step, skip in zip(steps, skips, strict=True):
        at, number = at + timedelta(hours=step), number + skip
        times.append(at)
        numbers.append(number)
    arrived: dict[int, datetime] = {}
    for row in draw(st.sets(st.integers(0, max(0, count - 1)), max_size=6)) if count else set():
        # given out at this time, created long before, in another project
        arrived[numbers[row]] = times[row]
        times[row] -= timedelta(days=draw(st.integers(0, 900)))
    return Project(numbers, times, arrived)


@settings(max_examples=300, deadline=None)
@given(projects())
def test_a_few_questions_give_the_range_that_full_knowledge_gives(project):
    """Numbers are audited over the same range, whether all times are known or only those that were asked for."""
    everything = project.known_to(set(project.walk["id"]))
    settled, _ = project.settle()
    assert number_range(settled) == number_range(everything)
    span = number_range(everything)
    inside = settled[(settled["number"] >= span.first) & (settled["number"] <= span.last)]
    assert inside["known"].all()
    assert not (settled["side"] == "unknown").any()


@settings(max_examples=100, deadline=None)
@given(projects())
def test_positions_agree_with_times(project):
    """Where both times are known, the positions stand in the same order as the times."""
    present = project.known_to(set(project.walk["id"])).sort_values("given_out")
    assert (present["order"].diff().dropna() >= 0).all()
    times = present.groupby("order")["given_out"].nunique()
    assert (times <= 1).all()


def test_a_large_project_costs_few_questions():
    """Of 20,000 issues far from the period, only the neighbours of the range are asked about."""
    count = 20_000
    times = [START + timedelta(minutes=60 * row) for row in range(count)]
    project = Project(list(range(1, count + 1)), times, {})
    outside = count - len(project.in_window())
    assert outside > 15_000
    _, asked = project.settle()
    assert asked <= 2 * NEIGHBOURS


def test_a_project_without_an_issue_near_the_period_is_probed():
    """Nothing dated, so a few probes say on which side all its issues lie."""
    times = [START + timedelta(minutes=row) for row in range(5_000)]
    project = Project(list(range(1, 5_001)), times, {})
    present, asked = project.settle()
    assert set(present["side"]) == {"before"}
    assert asked <= 2 * PROBES + NEIGHBOURS
    assert len(number_range(present)) == 0


def test_a_number_moved_in_before_the_period_is_no_number_of_the_period():
    """An old issue moved in just before the period ends the numbers before it."""
    days = [date(2026, 3, 20), date(2026, 3, 25), date(2024, 5, 5), date(2026, 4, 3), date(2026, 4, 5)]
    times = [datetime(day.year, day.month, day.day, 12, tzinfo=UTC) for day in days]
    project = Project([1, 2, 4, 5, 6], times, {4: datetime(2026, 3, 28, tzinfo=UTC)})
    present, _ = project.settle()
    assert number_range(present).first == 5


def test_a_walk_that_is_not_in_order_is_refused():
    """A walk that contradicts the times that are known can't place the others."""
    project = Project([1, 2, 3], [START, START + timedelta(days=1), START + timedelta(days=2)], {})
    shuffled = project.walk.iloc[[1, 0, 2]]
    with pytest.raises(AnswerError, match="not in the order of creation at PAY-1"):
        present_numbers("PAY", shuffled, project.created, NO_MOVES, period=PERIOD, asked=frozenset())
