"""Chapters on deletions: single ones, at the edges of the period, in a row, with sub-tasks."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from auditlib.demo.story.period import BEGIN, END, PERIOD_END, PERIOD_START, SECOND, TIME_ZONE
from auditlib.demo.story.planting import Story
from auditlib.demo.story.records import Record
from auditlib.demo.story.work import link_now, queue_issue, split_issue, work


def single_deletions(story: Story) -> None:
    """Delete issues, with a record in the log, without one, and so long ago that the record is gone."""
    queue_issue(
        story,
        story.slot(4, 6),
        "PAY",
        then=partial(_deleted, story, "deleted, record expired", story.when(4, 20), True),
    )
    begins, bare = story.slot(5, 21), story.slot(5, 26)
    for step, project in enumerate(("PAY", "PAYX", "OPS", "PAY")):
        soon, wait = timedelta(minutes=3 * step), timedelta(days=3 + 9 * step)
        queue_issue(
            story,
            begins + soon,
            project,
            then=partial(_deleted, story, "deleted with a record", story.when(5, 22) + wait, True),
        )
        queue_issue(
            story,
            bare + soon,
            project,
            then=partial(_deleted, story, "deleted without a record", story.when(5, 27) + wait, False),
        )
    queue_issue(story, story.slot(5, 28), "PAY", "Bug", then=partial(_deleted_but_linked, story))
    # the first number that was ever given out, and the last one
    queue_issue(
        story,
        BEGIN + timedelta(hours=1),
        "OPS",
        then=partial(_deleted, story, "first of all deleted", story.when(6, 2), False),
    )
    queue_issue(
        story,
        END - timedelta(minutes=40),
        "PAYX",
        then=partial(_deleted, story, "last of all deleted", END - timedelta(minutes=9), False),
    )
    queue_issue(
        story,
        story.slot(9, 9),
        "PAY",
        then=partial(_deleted, story, "deleted after the period", story.when(10, 12), True),
    )


def _deleted(story: Story, name: str, instant: datetime, recorded: bool, record: Record) -> None:
    story.plant(name, record.key)
    work(story, record)
    story.later(record, instant, partial(story.sim.delete, record, story.anyone(), recorded=recorded))


def _deleted_but_linked(story: Story, record: Record) -> None:
    """Let other issues' histories name what is deleted later."""
    queue_issue(
        story,
        story.sim.now + 30 * SECOND,
        "PAY",
        "Bug",
        name="names a deleted issue",
        then=partial(link_now, story, record),
    )
    _deleted(story, "deleted, named by a link", story.when(6, 4), False, record)


def deletions_at_the_edges(story: Story) -> None:
    """Delete the first and the last number that ``OPS`` gave out in the period."""
    begins, ends = (
        datetime.combine(day, time(), ZoneInfo(TIME_ZONE)).astimezone(UTC)
        for day in (PERIOD_START, PERIOD_END + timedelta(days=1))
    )
    for name, edge, instant, gone, recorded in (
        ("first number of the period deleted", begins, begins + timedelta(minutes=20), story.when(6, 10), True),
        ("last number of the period deleted", ends, ends - timedelta(minutes=20), story.when(10, 5), False),
    ):
        story.sim.reserve(edge - timedelta(hours=3), edge + timedelta(hours=3))
        queue_issue(story, instant, "OPS", "Change", then=partial(_deleted, story, name, gone, recorded))
        # a neighbour on the other side, so that the edge is tight
        other_side = edge - (instant - edge)
        queue_issue(story, other_side, "OPS", "Change", name="neighbour of the period's edge")


def deletion_runs(story: Story) -> None:
    """Delete numbers in a row."""
    for begins, project, count, gone, recorded, name in (
        (story.slot(5, 13), "PAY", 8, story.when(5, 14), False, "deletion run without records"),
        (story.slot(5, 18), "OPS", 5, story.when(5, 19), True, "deletion run with records"),
    ):
        for step in range(count):
            queue_issue(story, begins + 3 * step * SECOND, project, then=partial(_deleted, story, name, gone, recorded))


def deletions_with_family(story: Story) -> None:
    """Delete an issue with its sub-tasks."""
    queue_issue(story, story.slot(6, 1), "PAY", "Story", then=partial(_family_deleted, story))


def _family_deleted(story: Story, record: Record) -> None:
    split_issue(story, record, story.anyone(), 2)
    story.plant("deleted with its parent", *(one.key for one in record.children))
    _deleted(story, "deleted with its sub-tasks", story.when(6, 11), True, record)
