"""Chapters on moves: in sight, out of sight, before a deletion, into the audited projects."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial

from auditlib.demo.story.planting import Story
from auditlib.demo.story.records import Record
from auditlib.demo.story.work import queue_issue, split_issue, work


def moves_in_sight(story: Story) -> None:
    """Move issues between the audited projects, once, twice, and with sub-tasks."""
    begins = story.slot(4, 8)
    routes = (("PAY", "OPS"), ("PAY", "PAYX"), ("OPS", "PAYX"), ("OPS", "PAY"), ("PAYX", "PAY"), ("PAY", "OPS"))
    for step, (here, there) in enumerate(routes):
        queue_issue(
            story,
            begins + timedelta(minutes=2 * step),
            here,
            then=partial(_moved, story, "moved", story.when(4, 15 + step), there),
        )
    queue_issue(story, story.slot(4, 10), "PAY", "Bug", then=partial(_moved_twice, story))
    queue_issue(story, story.slot(4, 24), "OPS", "Task", then=partial(_moved_family, story))


def _moved(story: Story, name: str, instant: datetime, there: str, record: Record) -> None:
    work(story, record)
    story.later(record, instant, lambda: story.plant(name, story.sim.move(record, story.anyone(), there)))


def _moved_twice(story: Story, record: Record) -> None:
    _moved(story, "moved twice", story.when(4, 17), "OPS", record)
    story.later(
        record, story.when(5, 11), lambda: story.plant("moved twice", story.sim.move(record, story.anyone(), "PAYX"))
    )


def _moved_family(story: Story, record: Record) -> None:
    split_issue(story, record, story.anyone(), 2)
    family = [record, *record.children]
    story.plant("moved with its sub-tasks", *(one.key for one in family))
    work(story, record)
    story.later(record, story.when(5, 6), partial(story.sim.move, record, story.anyone(), "PAY"))


def moves_out_of_sight(story: Story) -> None:
    """Move issues to a project that is not audited, to one that is closed, or behind a security level."""
    begins = story.slot(4, 14)
    for step, project in enumerate(("PAY", "OPS")):
        queue_issue(
            story,
            begins + timedelta(minutes=step),
            project,
            then=partial(_moved, story, "moved out of sight", story.when(4, 22), "HR"),
        )
    queue_issue(story, begins + timedelta(minutes=9), "PAY", then=partial(_moved_and_hidden, story))
    for step, project in enumerate(("PAY", "OPS")):
        queue_issue(
            story,
            begins + timedelta(minutes=12 + step),
            project,
            then=partial(_moved, story, "moved out of scope", story.when(7, 7), "LAB"),
        )

    queue_issue(
        story, begins + timedelta(minutes=20), "PAY", security=1, visible=False, then=partial(_moved_into_sight, story)
    )


def _moved_into_sight(story: Story, record: Record) -> None:
    """Lose the security level on the way: the old number answers with a key that everyone sees."""
    _moved(story, "hidden, moved into sight", story.when(7, 8), "PAYX", record)


def _moved_and_hidden(story: Story, record: Record) -> None:
    _moved(story, "moved, then hidden", story.when(4, 23), "OPS", record)
    story.later(record, story.when(4, 25), partial(story.sim.hide, record, story.anyone()))


def moves_then_deletions(story: Story) -> None:
    """Move issues and delete them where they went; the old keys stop resolving."""
    begins = story.slot(4, 21)
    for step, recorded in enumerate((True, False)):
        queue_issue(story, begins + timedelta(minutes=step), "PAYX", then=partial(_moved_and_deleted, story, recorded))


def _moved_and_deleted(story: Story, recorded: bool, record: Record) -> None:
    _moved(story, "moved, then deleted", story.when(4, 28), "OPS", record)
    story.later(record, story.when(5, 20), partial(story.sim.delete, record, story.anyone(), recorded=recorded))


def moves_in(story: Story) -> None:
    """Move old issues into the audited projects during the period: a new number, an old creation date."""
    routes = (
        (story.slot(9, 5, 2024), "OPS", "PAY", story.when(4, 27)),
        (story.slot(2, 11, 2025), "PAYX", "PAY", story.when(5, 12)),
        (story.slot(11, 20, 2025), "PAY", "OPS", story.when(7, 14)),
        (story.slot(3, 10), "PAY", "PAYX", story.when(8, 4)),
        (story.slot(3, 12), "HR", "PAY", story.when(4, 29)),
        # from one project to the other after the end of the period, created in it
        (story.slot(8, 11), "OPS", "PAY", story.when(10, 8)),
    )
    for instant, here, there, moved in routes:
        name = "moved after the period" if moved > datetime(2026, 10, 1, 4, tzinfo=UTC) else "moved in"
        queue_issue(story, instant, here, name=name, then=partial(_moved, story, f"{name}, key left", moved, there))
