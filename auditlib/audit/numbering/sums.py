"""Sums of ranges of issue numbers, and of missing ones, in words. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from auditlib.audit.numbering.gaps import CLASSES, Numbering
from auditlib.phrases import agreeing, counted, listed, number_runs


@dataclass(frozen=True)
class RangeSums:
    """How the numbers that answer and the population belong together.

    Attributes
    ----------
    in_population : int
        Numbers of the range whose issue is in the population.
    left_out : int
        Numbers of the range whose issue was created in the period and left out of it by type or filter.
    of_other_days : int
        Numbers of the range whose issue was created before or after the period, by Jira's date of today.
    outside : int
        Issues of the population whose number lies outside the range.
    """

    in_population: int
    left_out: int
    of_other_days: int
    outside: int


def range_sums(numberings: Iterable[Numbering], population: pd.DataFrame, excluded: pd.DataFrame) -> RangeSums:
    """Count how the numbers that answer and the population belong together.

    Parameters
    ----------
    numberings : iterable of Numbering
        One per project.
    population, excluded : DataFrame
        ``population.csv``, ``excluded.csv``.
    """
    in_range = inside = left_out = 0
    for one in numberings:
        numbers = one.present.loc[one.present["audited"], "number"]
        in_range += len(numbers)
        inside += int(numbers.isin(population.loc[population["project"] == one.project, "number"]).sum())
        left_out += int(numbers.isin(excluded.loc[excluded["project"] == one.project, "number"]).sum())
    return RangeSums(inside, left_out, in_range - inside - left_out, len(population) - inside)


def sums_in_words(sums: RangeSums) -> str:
    """Say how the numbers that answer add up, and the population."""
    present = sums.in_population + sums.left_out + sums.of_other_days
    parts = [f"{sums.in_population:,} {agreeing(sums.in_population, 'belongs', 'belong')} to the population"]
    if sums.left_out:
        parts.append(f"{sums.left_out:,} to issues left out of it by type or filter")
    if sums.of_other_days:
        parts.append(
            f"{sums.of_other_days:,} to issues that were created on days outside of the period (moved in, or entered under "
            "another date)"
        )
    that = agreeing(present, "number that answers", "numbers that answer")
    text = f"Of {present:,} {that}, {listed(parts)}" if present else "No number answers"
    if sums.outside:
        have = agreeing(sums.outside, "issue of the population has", "issues of the population have")
        text += f"; {sums.outside:,} more {have} a number outside of the range"
    return f"{text}."


def sums(reconciliation: pd.DataFrame, numbering: pd.DataFrame, held: RangeSums) -> list[str]:
    """Say how the headline figures of a package add up.

    Parameters
    ----------
    reconciliation, numbering : DataFrame
        ``reconciliation.csv``, ``numbering.csv``.
    held : RangeSums
        How the numbers that answer and the population belong together.
    """

    def total(frame: pd.DataFrame, name: str) -> int:
        return int(frame[name].sum())

    by_type, by_filter = total(reconciliation, "excluded_by_type"), total(reconciliation, "excluded_by_filter")
    moved_out, parts = total(reconciliation, "moved_out"), [f"{total(numbering, name):,} {name}" for name in CLASSES]
    population = (
        f"The population of {counted(total(reconciliation, 'population'), 'issue')} is the "
        f"{total(reconciliation, 'in_period'):,} that the first pass found in the period less {by_type + by_filter:,} left out."
    )
    if by_type + by_filter + moved_out:
        population += (
            f" Excluded are {by_type + by_filter + moved_out:,}: {by_type:,} by type, {by_filter:,} by filter and {moved_out:,} "
            "that moved out of the listed projects, which no pass lists."
        )
    numbers = (
        f"Of {counted(total(numbering, 'numbers'), 'number')} in the range, {total(numbering, 'present'):,} are present"
    )
    missing = f" and {total(numbering, 'missing'):,} missing: {listed(parts)}."
    return [population, *([f"{numbers}{missing} {sums_in_words(held)}"] if total(numbering, "numbers") else [])]


def period_in_words(gaps: pd.DataFrame) -> str:
    """Say how many of the missing numbers fall into the period, as far as the issues beside them tell.

    That a number falls into the period does not say that it was ever given out.

    Parameters
    ----------
    gaps : DataFrame
        Rows of ``gaps.csv``, at least one.
    """
    total = len(gaps)
    inside, outside, unknown = (int((gaps["in_period"] == name).sum()) for name in ("yes", "no", "unknown"))
    for count, words in ((inside, "into the period"), (outside, "outside of the period")):
        if count == total:
            return f"{'It falls' if total == 1 else 'All fall'} {words}, by the issues beside {agreeing(total, 'it', 'them')}."
    if unknown == total:
        return f"Whether {agreeing(total, 'it falls', 'they fall')} into the period is not known."
    parts = [f"{inside:,} {agreeing(inside, 'falls', 'fall')} into the period"]
    parts += [f"{outside:,} outside of it"] if outside else []
    known = f"{listed(parts)}, by the issues beside them"
    return f"{known}." if not unknown else f"{known}; of {unknown:,} that is not known."


def runs_in_words(project: str, numbers: Iterable[int], most: int = 6) -> str:
    """Return numbers of one class as runs, the longest first: ``PAY-10 to 12 (3) and PAY-7``."""
    runs = number_runs(numbers)
    shown = [
        f"{project}-{low}" if low == high else f"{project}-{low} to {high} ({high - low + 1:,})"
        for low, high in runs[:most]
    ]
    left = sum(high - low + 1 for low, high in runs[most:])
    return listed([*shown, counted(left, "more")[:-1] if left > 1 else "1 more"] if left else shown, most + 1)
