"""Witnesses are the largest rising set, and the range of numbers is what the contract says."""

from __future__ import annotations

import itertools
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numbered_issues import issues

from auditlib.audit.numbering.witnesses import NumberRange, number_range, witnesses


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
