"""The text of a parameter file, rolled forward by a year: comments and all else stay as they were written."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Final

from auditlib.errors import UsageError
from auditlib.params.model import Parameters
from auditlib.params.reading import parse_parameters
from auditlib.start.yaml_text import quoted, with_value

LEFT_OUT: Final = (
    *("sample_seed", "sample_keys", "sample_extensions", "sample_replacements"),
    *("gap_explanations", "answers", "requests"),
)
"""Keys that belong to one year: its draw, and what was said to its findings."""

OF_LAST_YEAR: Final = ("leavers", "review", "second_source")
"""Keys that name lists of one year, which the next one needs too."""

_ORDER: Final = tuple(Parameters.model_fields)
_DAY: Final = timedelta(days=1)
_YEARS: Final = re.compile(r"(?<!\d)((?:19|20)\d\d)(?:([/–-])(\d\d))?(?!\d)")


def a_year_later(day: date) -> date:
    """Return the same day of the next year; of 29 February, the day after 28.

    >>> a_year_later(date(2026, 4, 1)), a_year_later(date(2024, 2, 29))
    (datetime.date(2027, 4, 1), datetime.date(2025, 3, 1))
    """
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return date(day.year + 1, 3, 1)


def next_period(start: date, end: date) -> tuple[date, date]:
    """Return a period's days a year later, so that periods which adjoin do so then too.

    The day after the last is moved, not the last one: a year that ends with February ends with February.

    >>> next_period(date(2023, 3, 1), date(2024, 2, 29))
    (datetime.date(2024, 3, 1), datetime.date(2025, 2, 28))
    >>> next_period(date(2022, 3, 1), date(2023, 2, 28))
    (datetime.date(2023, 3, 1), datetime.date(2024, 2, 29))
    """
    return a_year_later(start), a_year_later(end + _DAY) - _DAY


def next_title(title: str, start: date, end: date) -> str:
    """Return a title with the years that it names of a period raised by one.

    >>> next_title("SOC 2 Type II 2026", date(2025, 10, 1), date(2026, 9, 30))
    'SOC 2 Type II 2027'
    >>> next_title("FY 2025/26, ISO 27001:2022", date(2025, 7, 1), date(2026, 6, 30))
    'FY 2026/27, ISO 27001:2022'
    """
    of_period = range(start.year, end.year + 1)

    def raised(found: re.Match[str]) -> str:
        if int(found[1]) not in of_period:
            return found[0]
        second = f"{found[2]}{(int(found[3]) + 1) % 100:02}" if found[2] else ""
        return f"{int(found[1]) + 1}{second}"

    return _YEARS.sub(raised, title)


def rolled_forward(text: str, source: str, previous: str | None) -> str:
    """Return next year's parameter file.

    Parameters
    ----------
    text : str
        This year's, as a person wrote it.
    source : str
        Where it comes from, for messages.
    previous : str or None
        Path of this year's package; None if it is not known.

    Returns
    -------
    str
        A text that loads without an error.

    Raises
    ------
    ParameterError
        If this year's has an error.
    UsageError
        If a key can't be changed in place.
    """
    before = parse_parameters(text, source)
    start, end = next_period(before.period_start, before.period_end)
    written = {
        "audit": next_title(before.audit, before.period_start, before.period_end),
        "period_start": start.isoformat(),
        "period_end": end.isoformat(),
        "previous": previous,
    }
    after = text
    for key, value in {**written, **dict.fromkeys(LEFT_OUT)}.items():
        if value != _told(before, key):
            after = with_value(after, key, None if value is None else quoted(value), _ORDER)
    _require(parse_parameters(after, source), written, source)
    return after


def _told(params: Parameters, key: str) -> object:
    """Return what a key says already, as it would be written; None if it is not among the parameters."""
    value = getattr(params, key, None)
    return value.isoformat() if isinstance(value, date) else value


def _require(after: Parameters, written: dict[str, str | None], source: str) -> None:
    """Refuse a text in which a key did not become what it should."""
    fields = Parameters.model_fields
    wanted: dict[str, object] = {key: fields[key].get_default() for key in LEFT_OUT if key in fields}
    wanted |= written
    wrong = [key for key, value in wanted.items() if _told(after, key) != value]
    if wrong:
        raise UsageError(
            f"{source}: {', '.join(wrong)} can't be changed in place; write each key at the beginning of a line of its own"
        )
