"""Every number of a project in order, as runs of one class: what the pictures of numbers are drawn from. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

import pandas as pd

from auditlib.audit.numbering.gaps import CLASSES

PRESENT: Final = "present"
"""What a number is that answers under its own key; else it is one of the ``CLASSES`` of missing numbers."""


class Run(NamedTuple):
    """Numbers that follow one another and are of one class, both ends included."""

    first: int
    last: int
    name: str

    @property
    def size(self) -> int:
        """How many numbers they are."""
        return self.last - self.first + 1


@dataclass(frozen=True)
class NumberLine:
    """The numbers of one project, in order.

    Attributes
    ----------
    project : str
    first, last : int
        The range; ``last < first`` where there is none.
    runs : tuple of Run
        From the first to the last, without a hole.
    counts : mapping of str to int
        Numbers by class, `PRESENT` first; they add up to those of the range.
    """

    project: str
    first: int
    last: int
    runs: tuple[Run, ...]
    counts: dict[str, int]

    @property
    def numbers(self) -> int:
        """How many numbers the range has."""
        return max(0, self.last - self.first + 1)

    @property
    def missing(self) -> int:
        """How many of them do not answer."""
        return self.numbers - self.counts[PRESENT]

    def longest(self, name: str) -> list[Run]:
        """Return the runs of one class, the longest first, of equally long ones the lowest."""
        return sorted((run for run in self.runs if run.name == name), key=lambda run: (-run.size, run.first))


def number_lines(numbering: pd.DataFrame, gaps: pd.DataFrame) -> list[NumberLine]:
    """Return every number of the range of each project, in order.

    Parameters
    ----------
    numbering : DataFrame
        ``numbering.csv``.
    gaps : DataFrame
        ``gaps.csv``.

    Returns
    -------
    list of NumberLine
        By project.
    """
    missing = dict(iter(gaps.groupby("project", sort=False)))
    lines = []
    for row in numbering.sort_values("project").itertuples(index=False):
        project, numbers = str(row.project), int(row.numbers)
        first = int(row.first_number) if numbers else 1
        last = first + numbers - 1
        runs = tuple(_runs(first, last, missing.get(project)))
        counts = {PRESENT: numbers} | dict.fromkeys(CLASSES, 0)
        for run in runs:
            if run.name != PRESENT:
                counts[run.name] += run.size
                counts[PRESENT] -= run.size
        lines.append(NumberLine(project, first, last, runs, counts))
    return lines


def missing_shares(line: NumberLine, name: str, parts: int) -> dict[int, float]:
    """Cut a range into parts of equal size, and return which share of each is missing and of a class; of parts that hold some.

    Parameters
    ----------
    line : NumberLine
    name : str
        One of the ``CLASSES``.
    parts : int
        At most the numbers of the range.
    """
    step = line.numbers / parts
    shares: dict[int, float] = {}
    for run in line.runs:
        if run.name != name:
            continue
        begin, end = run.first - line.first, run.last - line.first + 1
        for part in range(int(begin / step), min(parts - 1, int((end - 1e-9) / step)) + 1):
            held = min(end, (part + 1) * step) - max(begin, part * step)
            shares[part] = min(1.0, shares.get(part, 0.0) + held / step)
    return shares


def _runs(first: int, last: int, gaps: pd.DataFrame | None) -> Iterator[Run]:
    """Yield the runs of a range; what is missing is told by number and class."""
    at = first
    for run in [] if gaps is None else _missing_runs(gaps):
        if run.first > at:
            yield Run(at, run.first - 1, PRESENT)
        yield run
        at = run.last + 1
    if at <= last:
        yield Run(at, last, PRESENT)


def _missing_runs(gaps: pd.DataFrame) -> list[Run]:
    found: list[Run] = []
    told = sorted(zip(gaps["number"].tolist(), gaps["classification"].tolist(), strict=True))
    for number, name in told:
        if found and found[-1].last == number - 1 and found[-1].name == name:
            found[-1] = found[-1]._replace(last=int(number))
        else:
            found.append(Run(int(number), int(number), str(name)))
    return found
