"""``yearly.csv``: a figure of this year beside that of last year, and what is to be said of the two. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

import pandas as pd

from auditlib.audit.finding import Finding
from auditlib.phrases import listed
from auditlib.tables import Column, Table

NOTEBOOK: Final = "09_summary"
"""The notebook that shows the comparison."""

SINCE: Final = 6
"""Version of the tables (`evidence.schema`) from which on a package has ``yearly.csv``."""

MOST_NAMED: Final = 8
"""Keys or names that a sentence lists; beyond them it says how many more there are."""

YEARLY: Final = Table(
    "yearly",
    "Figures of this year beside those of last year's package; empty where the parameters name none.",
    (
        Column("figure", "text", "What is compared: a subject, and behind the colon what of it."),
        Column("this_year", "text", "Its value in this package; empty if it has none."),
        Column("last_year", "text", "Its value in last year's package; empty if it has none."),
        Column("change", "text", "same, other, new or gone; of numbers how many more or fewer."),
        Column("remark", "text", "What is to be known of the two values."),
    ),
)


class Row(NamedTuple):
    """One row of ``yearly.csv``."""

    figure: str
    this_year: str
    last_year: str
    change: str
    remark: str = ""


@dataclass(frozen=True)
class Compared:
    """What a comparison of one subject comes to.

    Attributes
    ----------
    rows : tuple of Row
        In the order of the table.
    findings : tuple of Finding
        What an auditor would ask.
    """

    rows: tuple[Row, ...] = ()
    findings: tuple[Finding, ...] = field(default=())

    def __add__(self, other: Compared) -> Compared:
        return Compared(self.rows + other.rows, self.findings + other.findings)


def yearly_table(rows: Iterable[Row]) -> pd.DataFrame:
    """Return ``yearly.csv``."""
    return YEARLY.make(rows)


def of_numbers(figure: str, this: int, last: int, remark: str = "") -> Row:
    """Return a row of two counts.

    >>> of_numbers("population", 12, 10)
    Row(figure='population', this_year='12', last_year='10', change='2 more', remark='')
    """
    difference = this - last
    change = f"{abs(difference)} {'more' if difference > 0 else 'fewer'}" if difference else "same"
    return Row(figure, str(this), str(last), change, remark)


def of_texts(figure: str, this: str, last: str, remark: str = "") -> Row:
    """Return a row of two texts; an empty one is no value.

    >>> of_texts("deployment", "cloud", "data-center").change, of_texts("control: CT-01", "1 of 9", "").change
    ('other', 'new')
    """
    if this == last:
        change = "same"
    elif not last:
        change = "new"
    else:
        change = "other" if this else "gone"
    return Row(figure, this, last, change, remark)


def of_counts(figure: str, this: Mapping[str, int], last: Mapping[str, int]) -> tuple[Row, ...]:
    """Return a row for each name that one of two tallies has, sorted by name."""
    return tuple(
        of_numbers(f"{figure}: {name}", this.get(name, 0), last.get(name, 0)) for name in sorted({*this, *last})
    )


def come_and_gone(this: Collection[str], last: Collection[str]) -> str:
    """Say who or what is there this year only, and who last year only; empty if that is nobody.

    >>> come_and_gone(["Ada", "Bo"], ["Bo", "Cy"])
    'new: Ada; gone: Cy'
    """
    parts = {"new": sorted(set(this) - set(last)), "gone": sorted(set(last) - set(this))}
    return "; ".join(f"{word}: {listed(names, MOST_NAMED)}" for word, names in parts.items() if names)


def finding(name: str, severity: str, statement: str, count: int) -> Finding:
    """Return a finding of the comparison, which the table lists."""
    return Finding(f"yearly.{name}", NOTEBOOK, severity, statement, count, YEARLY.name)
