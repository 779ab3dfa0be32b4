"""Two years side by side: all subjects, in the order of the notebooks, and one sentence on the whole. Pure."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from operator import add
from typing import Final

from auditlib.audit.yearly.continuity import compare_numbering
from auditlib.audit.yearly.counts import compare_counts
from auditlib.audit.yearly.issues import compare_issues
from auditlib.audit.yearly.people import compare_people
from auditlib.audit.yearly.rates import compare_rates
from auditlib.audit.yearly.repeats import compare_findings
from auditlib.audit.yearly.rows import Compared
from auditlib.audit.yearly.scope import compare_scope
from auditlib.audit.yearly.year import Year, days_in_both
from auditlib.phrases import agreeing, counted, day

_SUBJECTS: Final[tuple[Callable[[Year, Year], Compared], ...]] = (
    compare_scope,
    compare_counts,
    compare_issues,
    compare_numbering,
    compare_rates,
    compare_people,
    compare_findings,
)

NEEDED: Final = (
    *("population", "excluded", "numbering", "gaps", "sample", "sample_history", "attribute_rates", "control_rates"),
    *("permissions", "access_review", "actors", "findings"),
)
"""The tables that are compared; what a package keeps of last year's."""


def compare(this: Year, last: Year) -> Compared:
    """Compare two packages of one audit.

    Parameters
    ----------
    this, last : Year
        The package at hand, and the one before it.
    """
    return reduce(add, (subject(this, last) for subject in _SUBJECTS))


def conclude_years(this: Year, last: Year, compared: Compared) -> str:
    """Say in a sentence or two how this year stands beside last year."""
    counts = f"{counted(len(this.population), 'issue')} after {len(last.population):,} in the population"
    if days_in_both(this, last):
        counts += f", {len(this.population.keys() & last.population.keys()):,} of them in both"
    asks = [one for one in compared.findings if one.severity == "exception"]
    asked = (
        f"{counted(len(asks), 'difference')} {agreeing(len(asks), 'asks', 'ask')} for an answer"
        if asks
        else "no difference asks for an answer"
    )
    return f"Beside last year's package ({day(last.start)} to {day(last.end)}): {counts}; {asked}."
