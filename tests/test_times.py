"""Instants and the audit period."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plain_ways import side_of

from auditlib.times import (
    Period,
    format_instant,
    format_instants,
    format_utc,
    history_instant,
    is_history_instant,
    newest_instant,
    parse_instant,
    parse_instants,
)

NEW_YORK = ZoneInfo("America/New_York")
ZONES = st.sampled_from(
    [
        "UTC",
        "America/New_York",
        "Asia/Kolkata",
        "Pacific/Kiritimati",
        "Pacific/Apia",
        "America/Sao_Paulo",
        "Asia/Beirut",
    ]
).map(ZoneInfo)
INSTANTS = st.integers(0, 10**8 * 32_000_000).map(
    lambda microseconds: datetime(1996, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)
)
OFFSETS = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


def jira_text(instant: datetime, digits: int, *, colon: bool) -> str:
    """Write an instant in the forms that Jira's products use; an oracle apart from the reader."""
    fraction = f".{instant.microsecond:06d}"[: digits + 1] if digits else ""
    offset = instant.strftime("%z")
    return instant.strftime("%Y-%m-%dT%H:%M:%S") + fraction + (f"{offset[:3]}:{offset[3:]}" if colon else offset)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-09-25T22:42:39.399-0300", datetime(2026, 9, 26, 1, 42, 39, 399000, UTC)),
        ("2026-09-25T22:42:39.399+00:00", datetime(2026, 9, 25, 22, 42, 39, 399000, UTC)),
        ("2026-09-25T22:42:39Z", datetime(2026, 9, 25, 22, 42, 39, 0, UTC)),
        ("2026-09-25T22:42:39.123456789+0530", datetime(2026, 9, 25, 17, 12, 39, 123456, UTC)),
    ],
)
def test_every_form_that_jira_writes_is_read(text, expected):
    """An instant is read from text with or without fraction, with any form of offset, and is in UTC."""
    assert parse_instant(text) == expected
    assert parse_instant(text).tzinfo is UTC


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-09-25",
        "2026-09-25T22:42:39.399",
        "2026-09-25 22:42:39Z",
        "2026-09-25T22:42Z",
        "2026-09-25T22:42:39.Z",
        "2026-09-25T22:42:39,399Z",
        "2026-09-25T22:42:39+0575",
        "2026-09-25T22:42:39+24:00",
        "2026-09-25T24:00:00Z",
        "2026-09-25T22:42:60Z",
        "2026-02-29T00:00:00Z",
        "2026-13-01T00:00:00Z",
        "0001-01-01T00:00:00+1400",
        "2026-09-25T22:42:39z",
        " 2026-09-25T22:42:39Z",
        "2026-09-25T22:42:39Z\n",
        "٢٠٢٦-09-25T22:42:39Z",
        "20260925T224239Z",
        None,
        1492070429000,
    ],
)
def test_anything_else_is_refused(text):
    """What could be read in two ways, or names no instant, is not guessed."""
    with pytest.raises(ValueError, match="is not an instant"):
        parse_instant(text)


@settings(deadline=None)
@given(INSTANTS, OFFSETS, st.sampled_from([0, 1, 3, 6]), st.booleans())
def test_reading_reverses_writing(instant, offset, digits, colon):
    """An instant comes back from any of its texts, to the last digit written."""
    kept = 10 ** (6 - digits)
    expected = instant.replace(microsecond=instant.microsecond // kept * kept)
    assert parse_instant(jira_text(instant.astimezone(offset), digits, colon=colon)) == expected


@settings(deadline=None)
@given(st.lists(st.none() | st.tuples(INSTANTS, OFFSETS, st.integers(0, 6), st.booleans()), max_size=20))
def test_many_are_read_as_one_is(drawn):
    """The fast reader agrees with the plain one on any mixture of forms."""
    texts = [None if it is None else jira_text(it[0].astimezone(it[1]), it[2], colon=it[3]) for it in drawn]
    found = parse_instants(texts)
    assert str(found.dtype) == "datetime64[us, UTC]"
    assert [None if at is pd.NaT else at for at in found] == [None if it is None else parse_instant(it) for it in texts]


def test_the_first_unreadable_text_is_named_by_position():
    """An error in a million texts says which one it is."""
    with pytest.raises(ValueError, match="position 2: 'yesterday' is not an instant"):
        parse_instants(["2026-01-01T00:00:00Z", None, "yesterday", "tomorrow"])


def test_digits_beyond_the_microsecond_are_cut_for_many_as_for_one():
    """Nanoseconds are cut off, never rounded into the next second."""
    assert parse_instants(["2026-01-01T00:00:00.999999999Z"])[0] == parse_instant("2026-01-01T00:00:00.999999Z")


@pytest.mark.parametrize(
    ("created", "expected"),
    [
        ("2017-04-13T08:00:29.000+0000", datetime(2017, 4, 13, 8, 0, 29, 0, UTC)),
        (1492070429, datetime(2017, 4, 13, 8, 0, 29, 0, UTC)),
        (1492070429123, datetime(2017, 4, 13, 8, 0, 29, 123000, UTC)),
    ],
)
def test_a_history_may_give_its_time_as_a_number(created, expected):
    """Cloud's bulk answer of histories shows numbers where all others have text."""
    assert history_instant(created) == expected


@pytest.mark.parametrize("created", [None, "", 10**30, 1.5])
def test_a_history_without_a_time_is_refused(created):
    """A change of unknown time can't be undone."""
    with pytest.raises(ValueError, match="is not an instant"):
        history_instant(created)


def test_an_instant_is_written_with_milliseconds_and_offset():
    """The contract's two forms, to the character."""
    instant = datetime(2026, 4, 1, 13, 15, 0, 999, UTC)
    assert format_instant(instant, NEW_YORK) == "2026-04-01T09:15:00.000-04:00"
    assert format_instant(instant, ZoneInfo("UTC")) == "2026-04-01T13:15:00.000+00:00"
    assert format_utc(instant.astimezone(NEW_YORK)) == "2026-04-01T13:15:00.000Z"


@settings(deadline=None)
@given(st.lists(st.none() | INSTANTS, min_size=1), ZONES)
def test_a_column_is_written_as_its_instants_are(instants, zone):
    """The fast writer agrees with the plain one, in the zone and in UTC."""
    column = pd.Series(pd.DatetimeIndex(instants, dtype="datetime64[us, UTC]")).dt.tz_convert(zone)
    assert format_instants(column) == ["" if at is None else format_instant(at, zone) for at in instants]
    assert format_instants(column, utc=True) == ["" if at is None else format_utc(at) for at in instants]


def test_an_instant_without_a_zone_is_refused_everywhere():
    """A time without a zone would be read in the zone of whoever runs this."""
    naive = datetime(2026, 1, 1)  # noqa: DTZ001
    period = Period(date(2026, 1, 1), date(2026, 12, 31), NEW_YORK)
    for use in (format_utc, lambda at: format_instant(at, NEW_YORK)):
        with pytest.raises(ValueError, match="no time zone"):
            use(naive)
    for use in (period.holds, format_instants):
        with pytest.raises(ValueError, match="time zone"):
            use(pd.Series([naive]))


@pytest.mark.parametrize(
    ("zone", "start", "end", "begins", "ends"),
    [
        ("America/New_York", "2026-03-01", "2026-03-31", "2026-03-01T05:00Z", "2026-04-01T04:00Z"),
        ("America/New_York", "2026-03-08", "2026-03-08", "2026-03-08T05:00Z", "2026-03-09T04:00Z"),
        ("America/New_York", "2026-11-01", "2026-11-01", "2026-11-01T04:00Z", "2026-11-02T05:00Z"),
        ("Asia/Kolkata", "2026-01-01", "2026-12-31", "2025-12-31T18:30Z", "2026-12-31T18:30Z"),
        ("Pacific/Kiritimati", "2026-01-01", "2026-12-31", "2025-12-31T10:00Z", "2026-12-31T10:00Z"),
        ("Pacific/Apia", "2011-12-29", "2011-12-29", "2011-12-29T10:00Z", "2011-12-30T10:00Z"),
        ("Pacific/Apia", "2011-12-30", "2011-12-30", "2011-12-30T10:00Z", "2011-12-30T10:00Z"),
        ("Pacific/Apia", "2011-12-30", "2011-12-31", "2011-12-30T10:00Z", "2011-12-31T10:00Z"),
        ("America/Sao_Paulo", "2018-11-04", "2018-11-04", "2018-11-04T03:00Z", "2018-11-05T02:00Z"),
        ("America/Havana", "2025-11-02", "2025-11-02", "2025-11-02T04:00Z", "2025-11-03T05:00Z"),
        ("America/Toronto", "1919-03-31", "1919-03-31", "1919-03-31T04:30Z", "1919-04-01T04:00Z"),
    ],
)
def test_a_period_is_its_days_in_its_zone(zone, start, end, begins, ends):
    """Days of 23, 24, 25 and 0 hours, a midnight shown twice and midnights skipped, worked out by hand."""
    period = Period(date.fromisoformat(start), date.fromisoformat(end), ZoneInfo(zone))
    assert (period.begins, period.ends) == (datetime.fromisoformat(begins), datetime.fromisoformat(ends))
    assert period.begins.tzinfo is UTC


@settings(deadline=None)
@given(ZONES, st.dates(date(1996, 1, 1), date(2050, 1, 1)), st.integers(0, 400), st.integers(-3, 403), st.floats(0, 24))
def test_an_instant_is_in_the_period_if_its_local_day_is(zone, start, length, day, hours):
    """An oracle by the calendar: the period holds exactly the instants whose local date is one of its days."""
    end = start + timedelta(days=length)
    period = Period(start, end, zone)
    instant = datetime.combine(start, datetime.min.time(), UTC) + timedelta(days=day, hours=hours)
    local = instant.astimezone(zone).date()
    assert period.holds(pd.Series([pd.Timestamp(instant), pd.NaT])).tolist() == [start <= local <= end, False]
    assert side_of(period, instant) == ("before" if local < start else "after" if local > end else "in")


def test_a_period_is_half_open():
    """The first instant belongs to the period, the midnight after its last day does not."""
    period = Period(date(2026, 1, 1), date(2026, 12, 31), NEW_YORK)
    step = timedelta(microseconds=1)
    instants = (period.begins - step, period.begins, period.ends - step, period.ends)
    assert period.holds(pd.Series([pd.Timestamp(at) for at in instants])).tolist() == [False, True, True, False]


@settings(deadline=None)
@given(ZONES, ZONES, st.dates(date(1996, 1, 1), date(2050, 1, 1)), st.integers(0, 400))
def test_the_widened_days_cover_the_period_in_any_zone(zone, read_in, start, length):
    """Whatever zone Jira reads the query's dates in, no instant of the period is missed."""
    period = Period(start, start + timedelta(days=length), zone)
    asked = Period(period.wide_start, period.wide_end - timedelta(days=1), read_in)
    assert asked.begins < period.begins
    assert period.ends < asked.ends


def test_the_query_is_two_days_wider_on_both_sides():
    """The first day asked for, and the first day no longer asked for."""
    period = Period(date(2026, 1, 1), date(2026, 12, 31), NEW_YORK)
    assert (period.wide_start, period.wide_end) == (date(2025, 12, 30), date(2027, 1, 3))


def test_a_period_that_ends_before_it_starts_is_refused():
    """Swapped dates are a mistake, not an empty period."""
    with pytest.raises(ValueError, match="before it starts"):
        Period(date(2026, 2, 1), date(2026, 1, 31), NEW_YORK)


BETWEEN = [datetime(year, 1, 2, tzinfo=UTC).replace(tzinfo=None) for year in (1970, 2900)]
OFFSETS = st.sampled_from(["Z", "+0000", "-0430", "+05:30", "-1130"])


@given(
    st.lists(st.datetimes(*BETWEEN), min_size=1, max_size=6),
    st.lists(OFFSETS, min_size=6, max_size=6),
    st.sampled_from(["text", "milliseconds", "mixed"]),
)
def test_the_newest_instant_is_the_newest(moments, offsets, form):
    """However the instants are written, alike or each otherwise, the quick way finds what the slow one does."""
    texts = [one.isoformat(timespec="milliseconds") + offset for one, offset in zip(moments, offsets, strict=False)]
    numbers = [round(one.replace(tzinfo=UTC).timestamp() * 1000) for one in moments]
    written = {"text": texts, "milliseconds": numbers, "mixed": [*texts, *numbers]}[form]
    same = [text[:23] + offsets[0] for text in texts]
    for these in (written, same):
        assert newest_instant(these) == max(history_instant(one) for one in these)


@given(
    st.one_of(st.datetimes(), st.integers(), st.text(), st.none(), st.booleans(), st.floats(allow_nan=False)), OFFSETS
)
def test_what_is_called_an_instant_can_be_read(value, offset):
    """The quick answer is that of the slow way."""
    created = value.isoformat() + offset if isinstance(value, datetime) else value
    try:
        history_instant(created)
    except ValueError:
        assert not is_history_instant(created)
    else:
        assert is_history_instant(created)


@pytest.mark.parametrize(
    "text", ["2026-02-29T10:00:00.000+0000", "2026-04-31T10:00:00Z", "2024-02-29T10:00:00.000+0000"]
)
def test_days_that_few_months_have_are_looked_up(text):
    """The 29th of February is a day in some years."""
    assert is_history_instant(text) == text.startswith("2024")
