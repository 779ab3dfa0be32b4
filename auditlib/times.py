"""Instants and the audit period. Pure: the clock is never asked.

Jira writes instants as ``2026-09-25T22:42:39.399-0300``; inside, an instant is an aware ``datetime`` in UTC, or a
``datetime64[us, UTC]`` element. A period's days are counted in the audit's time zone and become two instants once,
here: everything else compares instants.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


# ASCII digits only, and an offset is required: a text without one is no instant. Java prints up to nine decimals.
_INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?"
    r"(?:Z|[+-](?:[01][0-9]|2[0-3])(?::?[0-5][0-9]|:[0-5][0-9]:[0-5][0-9]))"  # zones of long ago have seconds
)

# What this matches is an instant without a doubt: the days that every month has, in years that no offset leaves.
_SURELY = re.compile(
    r"[12][0-9]{3}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])T(?:[01][0-9]|2[0-3])(?::[0-5][0-9]){2}"
    r"(?:\.[0-9]{1,9})?(?:Z|[+-](?:[01][0-9]|2[0-3]):?[0-5][0-9])"
)

_NUMBER = re.compile(r"[0-9]{9,15}")


def parse_instant(text: str) -> datetime:
    """Read one instant as Jira writes it.

    Parameters
    ----------
    text : str
        ``2026-09-25T22:42:39.399-0300``; the fraction may be missing, the offset may have a colon or be ``Z``.

    Returns
    -------
    datetime
        Aware, in UTC; digits beyond the microsecond are cut off.

    Raises
    ------
    ValueError
        If the text has another form, no offset, or names a day or time that does not exist.
    """
    if not isinstance(text, str) or _INSTANT.fullmatch(text) is None:
        raise ValueError(f"{text!r} is not an instant like '2026-09-25T22:42:39.399-0300'")
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise ValueError(f"{text!r} is not an instant: {error}") from error


def history_instant(created: str | float) -> datetime:
    """Read when a history entry was made: text everywhere, but a number in Cloud's bulk answer.

    Parameters
    ----------
    created : str, int or float
        Text as in `parse_instant`, or milliseconds since 1970, also as text; a number too small for that is taken as seconds.

    Returns
    -------
    datetime
        Aware, in UTC.

    Raises
    ------
    ValueError
        If it is neither.

    Notes
    -----
    Atlassian's description of ``changelog/bulkfetch`` declares ``created`` as text and shows a number (in seconds) in
    its own example; both are understood. 10^11 milliseconds are March 1973, 10^11 seconds the year 5138.
    """
    if isinstance(created, str):
        if not _NUMBER.fullmatch(created):
            return parse_instant(created)
        created = int(created)
    if isinstance(created, float) and created.is_integer():
        created = int(created)
    if isinstance(created, bool) or not isinstance(created, int):
        raise ValueError(f"{created!r} is not an instant")  # noqa: TRY004 - an answer of Jira, not a slip of ours
    try:
        milliseconds = created if abs(created) >= 10**11 else created * 1000
        return _EPOCH + timedelta(milliseconds=milliseconds)
    except OverflowError as error:
        raise ValueError(f"{created} is not an instant: {error}") from error


def is_history_instant(created: object) -> bool:
    """Say whether `history_instant` can read a value; several times as fast for the usual ones."""
    if type(created) is str and _SURELY.fullmatch(created):
        return True
    try:
        history_instant(created)  # type: ignore[arg-type]
    except ValueError:
        return False
    return True


def newest_instant(created: Sequence[str | float]) -> datetime:
    """Return the newest of some instants that `history_instant` can read, which all have one form as a rule.

    Texts of one length and one offset follow each other in time as they do in letters, and numbers of one unit by size.
    """
    first = created[0]
    if type(first) is str:
        if all(type(one) is str and len(one) == len(first) and one[-5:] == first[-5:] for one in created):
            return history_instant(max(created))
    elif all(type(one) is int and one >= 10**11 for one in created):
        return history_instant(max(created))
    return max(map(history_instant, created))


def parse_instants(texts: Iterable[str | None]) -> pd.DatetimeIndex:
    """Read many instants; as strict as `parse_instant`, several times as fast.

    Parameters
    ----------
    texts : iterable of str or None, length n

    Returns
    -------
    DatetimeIndex, shape (n,)
        ``datetime64[us, UTC]``; None becomes NaT.

    Raises
    ------
    ValueError
        Naming the position (counted from 0) of the first text that can't be read.
    """
    texts = list(texts)
    try:
        if all(text is None or _INSTANT.fullmatch(text) for text in texts):
            return pd.to_datetime(pd.Index(texts, dtype=object), format="ISO8601", utc=True).as_unit("us")
    except (TypeError, ValueError, OverflowError):
        pass  # found and named below; an instant beyond pandas' reach comes out of the slow way
    instants: list[datetime | None] = []
    for position, text in enumerate(texts):
        try:
            instants.append(None if text is None else parse_instant(text))
        except ValueError as error:
            raise ValueError(f"position {position}: {error}") from error
    return pd.DatetimeIndex(instants, dtype="datetime64[us, UTC]")


def format_instant(instant: datetime, zone: ZoneInfo) -> str:
    """Write an instant in a zone, with milliseconds and offset: ``2026-04-01T09:15:00.000-04:00``.

    Raises
    ------
    ValueError
        If the instant has no zone of its own.
    """
    return _aware(instant).astimezone(zone).isoformat(timespec="milliseconds")


def format_utc(instant: datetime) -> str:
    """Write an instant in UTC, with milliseconds: ``2026-04-01T13:15:00.000Z``.

    Raises
    ------
    ValueError
        If the instant has no zone of its own.
    """
    return _aware(instant).astimezone(UTC).replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"


def format_instants(instants: pd.Series | pd.DatetimeIndex, *, utc: bool = False) -> list[str]:
    """Write a column of instants in the column's own zone, or in UTC; a missing one is an empty text.

    Parameters
    ----------
    instants : Series or DatetimeIndex, shape (n,)
        Aware.
    utc : bool
        True writes UTC with ``Z``.

    Returns
    -------
    list of str, length n
        Equal to `format_instant` or `format_utc` of each.

    Raises
    ------
    ValueError
        If the column has no zone.
    """
    index = pd.DatetimeIndex(instants)
    if index.tz is None:
        raise ValueError("a column of instants without a time zone can't be written")
    shown = (index.tz_convert("UTC") if utc else index).as_unit("us")
    local = shown.tz_localize(None).to_numpy()
    missing = np.isnat(local)
    texts = np.datetime_as_string(local.astype("datetime64[ms]"))
    if utc:
        return ["" if gone else f"{text}Z" for text, gone in zip(texts, missing, strict=True)]
    ahead = (local - shown.tz_convert("UTC").tz_localize(None).to_numpy()).astype("timedelta64[s]").astype(np.int64)
    ahead[missing] = 0
    # A zone has few offsets: each is written once.
    distinct, which = np.unique(ahead, return_inverse=True)
    offsets = [_offset(int(seconds)) for seconds in distinct]
    return [
        "" if gone else f"{text}{offsets[at]}"
        for text, at, gone in zip(texts, which.tolist(), missing.tolist(), strict=True)
    ]


@dataclass(frozen=True)
class Period:
    """The days under audit, first to last, both belonging to it, counted in one time zone.

    As instants the period is half-open: ``[begins, ends)``. A day begins at the first instant whose local date is that
    day or, where the zone skipped the day altogether, a later one.

    Attributes
    ----------
    start, end : date
        First and last day.
    zone : ZoneInfo
        The audit's time zone.

    Raises
    ------
    ValueError
        If the period ends before it starts.
    """

    start: date
    end: date
    zone: ZoneInfo

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise ValueError(f"the period ends on {self.end}, before it starts on {self.start}")

    @property
    def begins(self) -> datetime:
        """First instant of the period, in UTC."""
        return _day_begins(self.start, self.zone)

    @property
    def ends(self) -> datetime:
        """First instant after the period, in UTC: the midnight after its last day."""
        return _day_begins(self.end + timedelta(days=1), self.zone)

    @property
    def wide_start(self) -> date:
        """First day to ask Jira for: two days earlier, since time zones differ by up to 26 hours."""
        return self.start - timedelta(days=2)

    @property
    def wide_end(self) -> date:
        """First day no longer to ask Jira for: two days wider than the period, exclusive."""
        return self.end + timedelta(days=3)

    def holds(self, instants: pd.Series) -> pd.Series:
        """Say of each instant of a column whether it lies in the period.

        Parameters
        ----------
        instants : Series, shape (n,)
            Aware instants, in any zone.

        Returns
        -------
        Series of bool, shape (n,)
            On the same index; False where the instant is missing.

        Raises
        ------
        ValueError
            If the column has no zone.
        """
        if not isinstance(instants.dtype, pd.DatetimeTZDtype):
            raise ValueError(f"a column of instants needs a time zone, found {instants.dtype}")  # noqa: TRY004
        return (instants >= pd.Timestamp(self.begins)) & (instants < pd.Timestamp(self.ends))


def _aware(instant: datetime) -> datetime:
    """Return the instant if it has a zone; one without would be read in the zone of whoever runs this."""
    if instant.utcoffset() is None:
        raise ValueError(f"{instant.isoformat()} has no time zone")
    return instant


def _day_begins(day: date, zone: ZoneInfo) -> datetime:
    """Return the first instant of a day in a zone, in UTC.

    An ordinary midnight is one instant; one that the clock shows twice begins with the first; one that the clock
    skips (a change at midnight, or a whole day left out) is replaced by the change itself.
    """
    midnight = datetime.combine(day, time.min, tzinfo=zone)
    first, other = midnight.astimezone(UTC), midnight.replace(fold=1).astimezone(UTC)
    if other >= first:
        return first
    # Skipped: the change lies after `other`, not after `first`. Zones change on whole seconds.
    before, after = int(other.timestamp()) - 1, int(first.timestamp())
    while after - before > 1:
        middle = (before + after) // 2
        if datetime.fromtimestamp(middle, zone).date() < day:
            before = middle
        else:
            after = middle
    return datetime.fromtimestamp(after, UTC)


def _offset(seconds: int) -> str:
    """Write an offset from UTC: ``-04:00``; with seconds where a zone of long ago has them."""
    sign = "-" if seconds < 0 else "+"
    minutes, rest = divmod(abs(seconds), 60)
    text = f"{sign}{minutes // 60:02d}:{minutes % 60:02d}"
    return f"{text}:{rest:02d}" if rest else text
