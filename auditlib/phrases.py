"""Numbers, days and lists as people read them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from math import ceil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from auditlib.times import Period  # which brings pandas


@dataclass(frozen=True)
class Claim:
    """What is said of issues that deviate from a control attribute: predicates for one issue and for several.

    Attributes
    ----------
    against : (str, str)
        Where a record contradicts the attribute: ``were not resolved within 30 days of their creation``.
    silent : (str, str)
        Where no record shows what it asks: ``have no record that they were resolved …``.
    """

    against: tuple[str, str]
    silent: tuple[str, str]

    def contradicts(self, count: int) -> str:
        """Return the predicate of so many issues of which a record contradicts the attribute."""
        return self.against[count != 1]

    def shows_nothing(self, count: int) -> str:
        """Return the predicate of so many issues of which no record shows what is asked."""
        return self.silent[count != 1]


def counted(number: int, noun: str, plural: str = "") -> str:
    """Return a count with its noun.

    >>> counted(1, "issue"), counted(2224, "issue"), counted(0, "entry", "entries")
    ('1 issue', '2,224 issues', 'no entries')
    """
    shown = "no" if number == 0 else f"{number:,}"
    return f"{shown} {noun if number == 1 else plural or noun + 's'}"


def agreeing(number: int, one: str, many: str) -> str:
    """Return the singular or the plural form of a verb, which agrees with a number.

    >>> agreeing(1, "is", "are"), agreeing(0, "is", "are")
    ('is', 'are')
    """
    return one if number == 1 else many


def listed(items: Sequence[str], most: int = 8) -> str:
    """Join items to a list as a sentence has it; beyond ``most`` only how many more there are.

    >>> listed(["A", "B", "C"]), listed(["A", "B", "C", "D"], most=2)
    ('A, B and C', 'A, B and 2 more')
    """
    shown = list(items[:most])
    if len(items) > most:
        shown.append(f"{len(items) - most:,} more")
    if len(shown) < 2:
        return "".join(shown)
    return f"{', '.join(shown[:-1])} and {shown[-1]}"


def clauses(items: Sequence[str], most: int = 8, between: str = "; ") -> str:
    """Join parts that have commas of their own; beyond ``most`` only how many more there are.

    >>> clauses(["A, B", "C", "D"], most=2), clauses(["A", "B"])
    ('A, B; C; and 1 more', 'A; B')
    """
    more = [f"and {len(items) - most:,} more"] if len(items) > most else []
    return between.join([*items[:most], *more])


def number_runs(numbers: Iterable[int]) -> list[tuple[int, int]]:
    """Return numbers as runs, first and last of each; the longest first, of equally long ones the lowest."""
    runs: list[tuple[int, int]] = []
    for number in sorted(int(number) for number in numbers):
        if runs and number == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return sorted(runs, key=lambda run: (run[0] - run[1], run[0]))


def day(value: date) -> str:
    """Return a day in words that no country reads the other way round: ``1 April 2026``."""
    return f"{value.day} {value:%B} {value.year}"


def minute(instant: datetime, zone: ZoneInfo) -> str:
    """Return an instant as a sentence has it, to the minute and with its offset; tables keep the rest.

    >>> from datetime import UTC
    >>> from zoneinfo import ZoneInfo
    >>> minute(datetime(2026, 7, 14, 1, 16, 46, tzinfo=UTC), ZoneInfo("America/New_York"))
    '13 July 2026, 21:16 -04:00'
    >>> minute(datetime(2026, 7, 14, 1, 16, 46, tzinfo=UTC), ZoneInfo("UTC"))
    '14 July 2026, 01:16 UTC'
    """
    local = instant.astimezone(zone)
    offset = local.isoformat(timespec="minutes")[16:]
    return f"{day(local)}, {local:%H:%M} {'UTC' if zone.key == 'UTC' else offset}"


def days(period: Period) -> str:
    """Return the period in words, with its time zone."""
    if period.start == period.end:
        return f"{day(period.start)} ({period.zone.key})"
    return f"{day(period.start)} to {day(period.end)} ({period.zone.key})"


def share(part: int, whole: int) -> str:
    """Return a share in percent that never rounds up to all or down to none.

    >>> share(1, 3), share(99999, 100000), share(0, 7), share(7, 7)
    ('33.3 %', '> 99.9 %', '0 %', '100 %')
    """
    if whole == 0 or part == 0:
        return "0 %"
    if part == whole:
        return "100 %"
    percent = 100 * part / whole
    if percent > 99.9:
        return "> 99.9 %"
    return "< 0.1 %" if percent < 0.1 else f"{percent:.1f} %"


def percent_up(rate: Fraction, places: int = 1) -> Decimal:
    """Show a rate in percent, rounded up, as upper limits are printed.

    >>> percent_up(Fraction(1, 3))
    Decimal('33.4')
    """
    return Decimal(ceil(rate * 100 * 10**places)).scaleb(-places)


def percent(rate: str | float | Decimal | Fraction) -> str:
    """Show a rate in percent, without zeros that say nothing.

    >>> percent("0.90"), percent("0.975")
    ('90', '97.5')
    """
    shown = f"{Decimal(str(rate)) * 100:f}"
    return shown.rstrip("0").rstrip(".") if "." in shown else shown
