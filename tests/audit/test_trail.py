"""The trail: which changes are of one entry, how a field's are found, and how an entry is said."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from control_cases import ANN, BOB, change, day

from auditlib.audit.controls.trail import Trail, instant, later, moment, numbers, timestamp, told


def places(*steps):
    return [mark.place for mark in Trail(steps).marks]


def test_changes_of_one_entry_happened_at_once():
    """Known by its id or, where that can't be read, by its time and author."""
    assert places(change(11, 1, "a", "", "x"), change(11, 1, "b", "", "x"), change(12, 1, "a", "x", "y")) == [0, 0, 1]
    one = replace(change(0, 1, "a", "", "x", ANN), history_id=None)
    other = replace(one, field="b", field_id="b")
    assert places(one, other) == [0, 0]
    assert places(one, replace(other, author_id=BOB.id)) == [0, 1]
    assert places(one, replace(other, at=day(2))) == [0, 1]


def test_changes_are_found_by_the_id_of_their_field_else_its_name():
    """A custom field without an id is none of Jira's own, whatever it is called."""
    own = change(11, 1, "status", "Open", "Done")
    by_name = replace(change(12, 2, "status", "Done", "Open"), field_id="")
    custom = replace(change(13, 3, "status", "Low", "High"), field_id="", custom=True)
    named = replace(change(14, 4, "Status", "Open", "Done"), field_id="status")
    trail = Trail([own, by_name, custom, named])
    assert [mark.step.history_id for mark in trail.of("status")] == [11, 12, 14]
    assert list(trail.of("Status")) == []
    assert [mark.step.history_id for mark in trail.marks] == [11, 12, 13, 14]


def test_entries_have_times():
    """One each, in the order of the history; where it can't be read, none."""
    steps = [
        change(11, 1, "b", "", "x"),
        change(11, 1, "a", "", "x"),
        replace(change(12, 2, "b", "", "y"), at="some day"),
        change(13, 3, "a", "x", "z"),
    ]
    assert Trail(steps).times == [(0, day(1).timestamp()), (1, None), (2, day(3).timestamp())]


def test_an_instant_is_compared_by_itself_and_written_in_its_zone():
    """What can't be read is shown as it was sent, and is no instant."""
    there = datetime(2026, 4, 1, 14, tzinfo=timezone(timedelta(hours=2)))
    assert timestamp(there) == timestamp(datetime(2026, 4, 1, 12, tzinfo=UTC)) == 1775044800.0
    assert timestamp("2026-04-01") is timestamp("") is timestamp(None) is None
    assert moment(there) == "2026-04-01T14:00:00.000+02:00"
    assert moment("at noon") == "at noon (not readable)"
    assert moment("") == "at no time that Jira tells (not readable)"


@pytest.mark.parametrize(
    ("number", "author", "shown"),
    [
        (11, "Bob", "history 11: Done 2026-04-02T12:00:00.000+00:00 by Bob"),
        (0, "Bob", "history 0: Done 2026-04-02T12:00:00.000+00:00 by Bob"),
        (None, "", "history without id: Done 2026-04-02T12:00:00.000+00:00 by nobody"),
    ],
)
def test_an_entry_is_said_with_its_id_its_time_and_its_author(number, author, shown):
    """And it is said where one of them is missing."""
    step = replace(change(11, 1, "status", "Open", "Done"), history_id=number, author=author)
    assert told(step, "Done") == shown


def test_ids_of_entries_are_named_once_each_as_far_as_they_are_known():
    """In the order given."""
    first, second = change(12, 1, "a", "", "x"), change(11, 2, "a", "x", "y")
    assert numbers(first, None, second, first, replace(first, history_id=None)) == (12, 11)
    assert numbers() == ()


NOON = datetime(2026, 4, 1, 12, tzinfo=UTC)


def test_an_instant_that_can_be_read_is_seconds():
    """Of what can't be read there is none: who needs one is told what stands there."""
    assert timestamp(NOON) == instant(NOON) == 1_775_044_800
    assert timestamp("soon") is timestamp(None) is None
    with pytest.raises(ValueError, match=r"^soon \(not readable\)$"):
        instant("soon")


@pytest.mark.parametrize(("day", "hour"), [(28, "13:00:00+02:00"), (27, "12:00:00+01:00")])
def test_a_day_later_is_24_hours_later_in_the_same_zone(day, hour):
    """Over the begin of summer time the clock on the wall has gone on by 25; what can't be read stays as it was sent."""
    at = datetime(2026, 3, day, 12, tzinfo=ZoneInfo("Europe/Berlin"))
    assert later(at, timedelta(days=1)).isoformat() == f"2026-03-{day + 1}T{hour}"
    assert later("soon", timedelta(days=1)) == "soon"
