"""The log of Jira and of the archive as one: no record twice, none lost, no hole overlooked."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from auditlib.records.archived_log import ArchiveReach, Hole, continuous_from, join_log

START = datetime(2026, 1, 1, tzinfo=UTC)


def day(number: int) -> datetime:
    return START + timedelta(days=number)


def record(number: int, **more: object) -> dict[str, object]:
    return {"id": number, "created": day(number).isoformat(), **more}


def event(number: int, *, author: str = "Ana Brook", action: str = "Issue deleted") -> dict[str, object]:
    return {
        "timestamp": day(number).isoformat(),
        "author": {"id": "JIRAUSER1", "name": author},
        "type": {"actionI18nKey": "jira.auditing.issue.deleted", "action": action},
        "affectedObjects": [{"id": str(number), "name": f"PAY-{number}", "type": "ISSUE"}],
        "changedValues": [],
    }


def time_of(one: object) -> datetime:
    return datetime.fromisoformat(one.get("created") or one.get("timestamp"))  # type: ignore[attr-defined]


def test_a_record_that_both_have_counts_once():
    """The archive overlaps with what Jira still has."""
    joined = join_log([record(5), record(4)], [record(2), record(3), record(4), record(5)], time_of, jira_from=day(4))
    assert [one["id"] for one in joined.records] == [5, 4, 3, 2]
    assert (joined.only_archived, joined.missed) == (2, 0)


def test_a_record_without_id_is_known_again_under_another_name_and_in_another_language():
    """On Data Center somebody was renamed, and the account that reads has another language: the event is the same."""
    joined = join_log([event(5, author="Ana Stone", action="Vorgang gelöscht")], [event(5), event(2)], time_of)
    assert [one["timestamp"] for one in joined.records] == [day(5).isoformat(), day(2).isoformat()]


def test_two_equal_events_stay_two():
    """Equal events may have happened twice in one millisecond: as many count as the richer side has."""
    joined = join_log([event(5)], [event(5), event(5)], time_of)
    assert len(joined.records) == 2


def test_a_record_of_a_time_that_jira_covers_is_told_as_missed():
    """What was in the log and is not any more, although the log reaches further back, was taken out of it."""
    joined = join_log([record(6), record(3)], [record(5), record(3), record(2)], time_of, jira_from=day(3))
    assert (joined.only_archived, joined.missed) == (2, 1)


def test_older_records_than_wanted_are_left_out():
    """A log of ten years is not read for one."""
    joined = join_log([record(5)], [record(1), record(3)], time_of, since=day(2))
    assert [one["id"] for one in joined.records] == [5, 3]


def test_the_log_is_continuous_from_the_last_hole_on():
    """What lies before a hole is there, but not all of it."""
    for begins, holes, expected in (
        (day(0), [], day(0)),
        (day(0), [Hole(day(30), day(60))], day(60)),
        (day(0), [Hole(day(80), None)], day(90)),
        (day(0), [Hole(day(95), day(99))], day(0)),
        (None, [], day(90)),
        (day(120), [], day(90)),
    ):
        assert continuous_from(ArchiveReach(begins, holes), day(90)) == expected
