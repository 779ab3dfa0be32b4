"""Whether the months of a log join is judged from what came: the last record again, one as old, or none."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from auditlib.errors import AnswerError
from auditlib.records.log_join import (
    UNDATED,
    Join,
    Last,
    asked_from,
    judge_join,
    last_of,
    month_of,
    read_last,
    record_digest,
    write_last,
)

AT = datetime(2026, 5, 1, 12, tzinfo=UTC)
LAST = Last(AT, "ab")
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("last", "found", "oldest", "judged"),
    [
        (None, False, AT, Join("first")),
        (LAST, True, AT + SECOND, Join("joins", by="record")),
        (LAST, False, None, Join("nothing")),
        (LAST, False, AT, Join("joins", by="time")),
        (LAST, False, AT - SECOND, Join("joins", by="time")),
        (LAST, False, AT + SECOND, Join("hole", begins=AT, ends=AT + SECOND)),
    ],
)
def test_each_case_is_judged(last, found, oldest, judged):
    """A hole only if the oldest that came is later than the last archived; silence shows neither hole nor join."""
    assert judge_join(last, found=found, oldest=oldest) == judged


def test_a_month_is_that_of_utc():
    """Whatever the offset; a record without a time has a place of its own."""
    assert month_of(datetime(2026, 6, 1, 0, 30, tzinfo=timezone(timedelta(hours=2)))) == "2026-05"
    assert month_of(datetime(987, 1, 1, tzinfo=UTC)) == "0987-01"
    assert month_of(None) == UNDATED


def test_a_record_is_known_again_whatever_the_order_of_its_members():
    """A server may tell the same in another order."""
    assert record_digest({"a": 1, "b": [2]}) == record_digest({"b": [2], "a": 1})
    assert record_digest({"a": 1}) != record_digest({"a": "1"})


def test_an_event_is_known_again_at_another_address_of_the_site():
    """The base address and the pictures of people change; what happened does not."""
    event = {
        "author": {"id": "1", "uri": "http://a/1", "avatarUri": ""},
        "affectedObjects": [{"id": "2", "uri": "http://a/2"}],
    }
    moved = {"author": {"id": "1", "uri": "http://b/1"}, "affectedObjects": [{"id": "2"}]}
    assert record_digest(event | {"system": "http://a"}) == record_digest(moved | {"system": "http://b"})
    assert record_digest(event) != record_digest(event | {"author": {"id": "3"}})
    assert record_digest({"author": "text", "affectedObjects": [None]}) != record_digest({})


def test_a_record_that_is_nested_too_deep_is_told():
    """No answer of a Jira ends in an error of the program."""
    deep: list[object] = []
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(AnswerError, match="too deep"):
        record_digest({"a": deep})


def test_the_last_record_is_the_latest_that_the_chain_names():
    """Of all stretches; one without a dated record names none."""
    details = [{"last": write_last(LAST)}, {"last": None}, {}, {"last": write_last(Last(AT + SECOND, "cd"))}]
    assert last_of(details) == Last(AT + SECOND, "cd")
    assert last_of([]) is None
    assert read_last(write_last(LAST)) == LAST


@pytest.mark.parametrize("value", [{}, "x", {"at": 5, "sha256": "a"}, {"at": "May", "sha256": "a"}, [1]])
def test_a_last_record_that_is_none_is_told(value):
    """The chain may come from anybody."""
    with pytest.raises(AnswerError, match="the chain"):
        read_last(value)


def test_a_hole_that_may_be_closed_is_asked_for_again():
    """The log is asked from before it, not from the last record that was archived after it."""
    late = Last(AT + timedelta(days=9), "cd")
    assert asked_from(late, []) == late
    assert asked_from(late, [{"from": "x"}]) == late
    assert asked_from(late, [{"last": write_last(LAST)}]) == LAST
