"""Bursts: the fullest minute around what an actor did, counted exactly, whatever the order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditlib.audit.controls.bursts import COMMENTS, GATES, Bursts

START = datetime(2026, 5, 1, 12, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def bursts(*seconds: float, who: str = "a1", kind: str = GATES) -> Bursts:
    return Bursts((kind, who, at(one)) for one in seconds)


@pytest.mark.parametrize(
    ("seconds", "around", "count"),
    [
        ((0,), 0, 1),
        ((0, 60), 0, 2),
        ((0, 60.001), 0, 1),
        ((0, 59, 61), 0, 2),
        ((0, 59, 61), 61, 2),
        ((0, 30, 60, 90), 30, 3),
        ((0, 30, 60, 90), 90, 3),
        ((5, 5, 5), 5, 3),
    ],
)
def test_a_minute_holds_what_lies_within_sixty_seconds(seconds, around, count):
    """Both ends belong to it; what lies a millisecond further does not."""
    assert bursts(*seconds).around(GATES, "a1", at(around)) == count


@given(st.lists(st.integers(0, 400), min_size=1, max_size=40))
def test_it_agrees_with_counting_by_hand(seconds):
    """The fullest of all minutes that begin with something done and hold this."""
    found = bursts(*seconds)
    for one in seconds:
        by_hand = max(
            sum(first <= it <= first + 60 for it in seconds) for first in seconds if first <= one <= first + 60
        )
        assert found.around(GATES, "a1", at(one)) == by_hand


def test_actors_and_kinds_are_counted_apart():
    """Comments are no gates, and one's gates are none of another's."""
    found = Bursts([(GATES, "a1", at(0)), (GATES, "b2", at(1)), (COMMENTS, "a1", at(2)), (GATES, "a1", at(3))])
    assert [
        found.around(GATES, "a1", at(0)),
        found.around(GATES, "b2", at(1)),
        found.around(COMMENTS, "a1", at(2)),
    ] == [
        2,
        1,
        1,
    ]


def test_what_is_not_known_is_in_no_burst():
    """No account, no time that can be read, another instant, an actor who did nothing."""
    found = Bursts([(GATES, "", at(0)), (GATES, "a1", "no time"), (GATES, "a1", at(0))])
    assert found.around(GATES, "", at(0)) == 0
    assert found.around(GATES, "a1", "no time") == 0
    assert found.around(GATES, "a1", at(1)) == 0
    assert found.around(GATES, "a1", at(-1)) == 0
    assert found.around(GATES, "nobody", at(0)) == 0
    assert found.around(GATES, "a1", at(0)) == 1
