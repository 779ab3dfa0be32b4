"""Witnesses: the issues around a missing number, whose creation times say on which side of the period it was given out. Pure."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from auditlib.errors import AnswerError

SIDES = ("before", "in", "after")
"""Where the time at which a number was given out lies, seen from the period; in the order of time."""

NUMBERS = re.compile(r"(?P<first>[0-9]{1,12})(?:\s*[-–]\s*(?P<last>[0-9]{1,12}))?")


LARGEST_RANGE: Final = 5_000_000
"""Numbers of one project that can be audited; what is higher comes of a slip or an attack, and would not fit into memory."""


@dataclass(frozen=True)
class NumberRange:
    """The numbers audited, both ends included; ``last < first`` means that there are none."""

    first: int
    last: int

    def __len__(self) -> int:
        return max(0, self.last - self.first + 1)


def witnesses(numbers: NDArray[np.int64], order: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Find the largest set of issues whose times never decrease as their numbers rise.

    A longest non-decreasing subsequence, so that neither a back-dated import nor one late stranger misleads. Of
    several such sets it is the one with the higher numbers: compared from the highest member down, the one whose
    first differing member is higher.

    Parameters
    ----------
    numbers : array of int64, shape (n,)
        Issue numbers, strictly rising.
    order : array of float64, shape (n,)
        Position in time at which each number was given out; only comparisons count.

    Returns
    -------
    array of bool, shape (n,)
        True for witnesses.

    Raises
    ------
    ValueError
        If the numbers do not rise strictly, the shapes differ, or a position is not a number.

    Notes
    -----
    Patience sorting, O(n log n): M. L. Fredman, "On computing the length of longest increasing subsequences",
    Discrete Mathematics 11 (1975), doi:10.1016/0012-365X(75)90103-X. ``length[i]`` is the size of the largest set
    that ends with issue i. Read from the top, the highest issue that can stand at each place is taken; any issue of
    the right length that is not later in time completes to a largest set, so the greedy choice is the rule above.
    """
    if numbers.shape != order.shape or numbers.ndim != 1:
        raise ValueError(f"numbers {numbers.shape} and order {order.shape} must be two lists of one length")
    if np.any(np.diff(numbers) <= 0):
        raise ValueError("numbers must rise strictly")
    if np.isnan(order).any():
        raise ValueError("every present issue needs a position in time")
    values: list[float] = order.tolist()
    smallest_end: list[float] = []  # smallest_end[k]: least last position of a set of k + 1 issues seen so far
    length: list[int] = []
    for value in values:
        place = bisect_right(smallest_end, value)
        if place == len(smallest_end):
            smallest_end.append(value)
        else:
            smallest_end[place] = value
        length.append(place + 1)
    chosen = np.zeros(len(values), dtype=np.bool_)
    wanted = len(smallest_end)
    limit = float("inf")
    for index in range(len(values) - 1, -1, -1):
        if length[index] == wanted and values[index] <= limit:
            chosen[index] = True
            limit = values[index]
            wanted -= 1
    return chosen


def number_range(
    present: pd.DataFrame, named_highest: int | None = None, *, is_witness: NDArray[np.bool_] | None = None
) -> NumberRange:
    """Find the numbers that the period has to account for.

    From 1 + the highest witness given out before the period (none: 1) to the lowest witness given out after it,
    minus 1 (none: the highest number that answers or that any record names).

    Parameters
    ----------
    present : DataFrame, shape (n, ≥ 3)
        ``number``, ``order`` and ``side`` of every issue that answers under its own key, sorted by number.
    named_highest : int, optional
        The highest number that answers under another key or that a record names.
    is_witness : array of bool, shape (n,), optional
        As `witnesses` says, if the caller knows it already.

    Returns
    -------
    NumberRange
        Both ends included.

    Raises
    ------
    AnswerError
        If they are more than `LARGEST_RANGE`.
    """
    found = _range(present, named_highest, is_witness)
    if len(found) > LARGEST_RANGE:
        raise AnswerError(
            f"the numbers to be accounted for would run from {found.first:,} to {found.last:,}, more than {LARGEST_RANGE:,}: "
            f"an issue or another record of Jira's names the number {found.last}, which no project has given out",
            found=str(found.last),
        )
    return found


def _range(present: pd.DataFrame, named_highest: int | None, is_witness: NDArray[np.bool_] | None) -> NumberRange:
    number = present["number"].to_numpy(dtype=np.int64)
    side = present["side"].to_numpy(dtype=object)
    chosen = witnesses(number, present["order"].to_numpy(dtype=np.float64)) if is_witness is None else is_witness
    before = number[chosen & (side == "before")]
    after = number[chosen & (side == "after")]
    first = int(before.max()) + 1 if before.size else 1
    if after.size:
        return NumberRange(first, int(after.min()) - 1)
    named = [0 if named_highest is None else named_highest, int(number.max()) if number.size else 0]
    return NumberRange(first, max(named))


def missing_numbers(present: pd.DataFrame, named_highest: int | None = None) -> list[int]:
    """List the numbers of the audited range that do not answer under their own key, rising.

    Parameters
    ----------
    present : DataFrame, shape (n, ≥ 3)
        ``number``, ``order`` and ``side``, sorted by number.
    named_highest : int, optional
        The highest number that answers under another key or that a record names.
    """
    return [int(number) for number in still_missing(present, number_range(present, named_highest))]


def check_present(present: pd.DataFrame) -> None:
    """Refuse positions in time that contradict the sides of the period: every later figure would be wrong."""
    unknown = sorted(set(present["side"]) - set(SIDES))
    if unknown:
        raise ValueError(f"side must be one of {', '.join(SIDES)}, not {', '.join(map(str, unknown))}")
    latest = -np.inf
    for side in SIDES:
        order = present.loc[present["side"] == side, "order"]
        if len(order) and order.min() < latest:
            raise ValueError(f"an issue given out {side!r} stands before one of an earlier side of the period")
        latest = max(latest, order.max()) if len(order) else latest


def still_missing(present: pd.DataFrame, audited: NumberRange) -> NDArray[np.int64]:
    """Return the numbers of the range that no issue holds."""
    everything = np.arange(audited.first, audited.last + 1, dtype=np.int64)
    return np.setdiff1d(everything, present["number"].to_numpy(dtype=np.int64), assume_unique=True)
