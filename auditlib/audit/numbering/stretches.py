"""All numbers of a project in their order, as stretches of one class: what the cover and the figure draw. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from auditlib.audit.numbering.gaps import CLASSES

PRESENT: Final = "present"
KINDS: Final = (PRESENT, *CLASSES)
"""What a number can be, the gravest last: it answers, or is missing and of one of these classes."""


@dataclass(frozen=True)
class Stretch:
    """Consecutive numbers of one class.

    Attributes
    ----------
    first, last : int
        Both belong to it.
    kind : str
        One of `KINDS`.
    """

    first: int
    last: int
    kind: str

    def __len__(self) -> int:
        return self.last - self.first + 1


@dataclass(frozen=True)
class Line:
    """The numbers of one project.

    Attributes
    ----------
    project : str
    first, last : int
        The range; ``last`` is below ``first`` where it is empty.
    stretches : tuple of Stretch
        Without a hole from the first number to the last.
    """

    project: str
    first: int
    last: int
    stretches: tuple[Stretch, ...]

    def __len__(self) -> int:
        return self.last - self.first + 1

    def count(self, kind: str) -> int:
        """Return how many numbers are of a class."""
        return sum(len(one) for one in self.stretches if one.kind == kind)

    @property
    def missing(self) -> int:
        """How many numbers do not answer."""
        return len(self) - self.count(PRESENT)

    def longest(self, *kinds: str) -> list[Stretch]:
        """Return the stretches of some classes, the longest first, of equally long ones the lowest."""
        return sorted((one for one in self.stretches if one.kind in kinds), key=lambda one: (-len(one), one.first))


def lines(numbering: pd.DataFrame, gaps: pd.DataFrame) -> list[Line]:
    """Return the numbers of every project in their order.

    Parameters
    ----------
    numbering : DataFrame
        ``numbering.csv``: project, first_number, last_number; both missing where no number is in the range.
    gaps : DataFrame
        ``gaps.csv``: project, number, classification.

    Returns
    -------
    list of Line
        In the order of ``numbering``.
    """
    by_project = dict(iter(gaps.groupby("project", sort=False)))
    found = []
    for row in numbering.itertuples():
        if pd.isna(row.first_number) or pd.isna(row.last_number):
            found.append(Line(row.project, 1, 0, ()))
            continue
        first, last = int(row.first_number), int(row.last_number)
        mine = by_project.get(row.project)
        numbers = np.array([], np.int64) if mine is None else mine["number"].to_numpy(dtype=np.int64)
        kinds = [] if mine is None else mine["classification"].tolist()
        found.append(Line(row.project, first, last, tuple(_stretches(first, last, numbers, kinds))))
    return found


def _stretches(first: int, last: int, missing: NDArray[np.int64], kinds: Sequence[str]) -> Iterator[Stretch]:
    """Yield the stretches from the first number to the last, of what is missing and its classes."""
    order = np.argsort(missing, kind="stable")
    ranks = {kind: rank for rank, kind in enumerate(KINDS)}
    numbers, codes = missing[order], np.array([ranks[kind] for kind in kinds], np.int64)[order]
    begins = np.flatnonzero((np.diff(numbers, prepend=-1) != 1) | (np.diff(codes, prepend=-1) != 0))
    ends = np.append(begins[1:], len(numbers)) - 1
    at = first
    for begin, end in zip(begins.tolist(), ends.tolist(), strict=False):
        low, high = int(numbers[begin]), int(numbers[end])
        if low > at:
            yield Stretch(at, low - 1, PRESENT)
        yield Stretch(low, high, KINDS[int(codes[begin])])
        at = high + 1
    if at <= last:
        yield Stretch(at, last, PRESENT)
